"""Switches for everything that goes wrong between the app and Slack.

A fault is planned for a method ("*" is every method) and for a number of calls (None is always). Nothing goes wrong
that was not asked for. Of several faults that fit a call, the one planned first is played.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from bot.practice.slack_standin.records import Json

Delivered = Literal["command", "action", "view", "event", "shortcut", "*"]
Down = Literal["dropped", "503"]


@dataclass
class Fault:
    """One way for a call to go wrong. `kind` says when: before the effect, instead of it, or after it.

    `channel` narrows it to calls about one channel; `name` is for taking it back.
    """

    kind: Literal["rate_limit", "status", "error", "lost_reply", "hang"]
    method: str
    left: int | None
    retry_after: int = 0
    status: int = 500
    error: str = ""
    extra: Json = field(default_factory=dict)
    channel: str = ""
    name: str = ""


@dataclass(frozen=True)
class Duplicate:
    kind: str
    extra: int
    concurrently: bool


class Trouble:
    def __init__(self) -> None:
        self.latency: float = 0.0
        self.latency_of: dict[str, float] = {}
        self.enforce_rate_limits = False
        self.down: Down | None = None
        self._faults: list[Fault] = []
        self._duplicates: list[Duplicate] = []
        self._released = asyncio.Event()

    # --- planning

    def plan(self, fault: Fault) -> None:
        """Plan any fault; `forget` takes it back by its name."""
        self._faults.append(fault)

    def forget(self, name: str) -> None:
        self._faults = [fault for fault in self._faults if fault.name != name]
        self.release()

    def planned(self, name: str) -> bool:
        return any(fault.name == name for fault in self._faults)

    def slow(self, seconds: float, method: str = "*") -> None:
        if method == "*":
            self.latency = seconds
        else:
            self.latency_of[method] = seconds

    def rate_limit(self, method: str = "*", *, times: int | None = 1, retry_after: int = 1) -> None:
        self._faults.append(Fault("rate_limit", method, times, retry_after=retry_after))

    def server_error(self, method: str = "*", *, times: int | None = 1, status: int = 500) -> None:
        """An HTTP 5xx without a JSON body, and without effect."""
        self._faults.append(Fault("status", method, times, status=status))

    def fail(self, method: str, error: str, *, times: int | None = None, **extra: object) -> None:
        """`ok: false` with this error; always, unless `times` says how often."""
        self._faults.append(Fault("error", method, times, error=error, extra=dict(extra)))

    def lose_reply(self, method: str, *, times: int | None = 1) -> None:
        """The effect happens and the connection is dropped before an answer."""
        self._faults.append(Fault("lost_reply", method, times))

    def hang(self, method: str, *, times: int | None = 1) -> None:
        """No answer and no effect until `release()` or the end."""
        self._faults.append(Fault("hang", method, times))

    def release(self) -> None:
        self._released.set()
        self._released = asyncio.Event()

    def take_down(self, how: Down = "dropped") -> None:
        self.down = how

    def bring_back(self) -> None:
        self.down = None

    def duplicate(self, kind: Delivered = "*", *, extra: int = 2, concurrently: bool = False) -> None:
        """Every delivery of this kind is sent `extra` more times: after the first answer, or all at once."""
        self._duplicates.append(Duplicate(kind, extra, concurrently))

    def clear(self) -> None:
        self.latency = 0.0
        self.latency_of.clear()
        self.enforce_rate_limits = False
        self.down = None
        self._faults.clear()
        self._duplicates.clear()
        self.release()

    # --- asked by the stand-in itself

    def delay(self, method: str) -> float:
        return self.latency_of.get(method, self.latency)

    def next_fault(self, method: str, channel: str = "") -> Fault | None:
        for fault in self._faults:
            if fault.method in (method, "*") and fault.channel in (channel, ""):
                if fault.left is not None:
                    fault.left -= 1
                    if fault.left <= 0:
                        self._faults.remove(fault)
                return fault
        return None

    def duplicates_of(self, kind: str) -> Duplicate | None:
        return next((d for d in self._duplicates if d.kind in (kind, "*")), None)

    async def until_released(self) -> None:
        await self._released.wait()
