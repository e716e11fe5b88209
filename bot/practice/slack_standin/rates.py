"""Slack's rate limits: always on in practice, and for tests that want them enforced.

Slack docs, "Rate limits": a tier of calls a minute for each method, and about one message a second for each channel
with short bursts. The size of a burst is not documented; 5 is this stand-in's reading. Nor is the "several hundred
messages per minute" that a workspace takes: 300 is the least that it can mean.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

from bot.practice.slack_standin.methods.table import METHODS, TIERS

BURST = 5
WORKSPACE_A_MINUTE = 300
POSTING = frozenset({"chat.postMessage"})


class RateLimits:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._tokens: dict[str, tuple[float, float]] = {}

    def wait_for(self, method: str, channel: str) -> int:
        """Seconds to wait, as in Retry-After; 0 lets the call through and counts it."""
        if method in POSTING:
            return self._window("every post", WORKSPACE_A_MINUTE) or self._bucket(channel)
        known = METHODS.get(method)
        return self._window(method, TIERS[known.tier if known else 4])

    def _window(self, method: str, allowed: int) -> int:
        calls, now = self._calls[method], self._now()
        while calls and now - calls[0] >= 60:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, math.ceil(60 - (now - calls[0])))
        calls.append(now)
        return 0

    def _bucket(self, channel: str) -> int:
        now = self._now()
        tokens, since = self._tokens.get(channel, (float(BURST), now))
        tokens = min(float(BURST), tokens + (now - since))
        if tokens < 1:
            self._tokens[channel] = (tokens, now)
            return max(1, math.ceil(1 - tokens))
        self._tokens[channel] = (tokens - 1, now)
        return 0
