"""The two short-lived permissions Slack hands out with an interaction: trigger ids and response urls.

Slack docs, "Handling user interaction": a trigger_id works once and for 3 seconds; a response_url 5 times within
30 minutes. Everything past that is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.practice.slack_standin.refusal import SlackRefusal

TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60.0


@dataclass
class Trigger:
    user: str
    issued: float
    # The modal that the trigger came from, for views.push.
    view_id: str | None
    used: bool = False


@dataclass
class ResponseUrl:
    user: str
    channel: str
    issued: float
    # The message the click came from, which replace_original and delete_original are about.
    message_ts: str | None
    ephemeral: bool
    uses: int = 0


class Grants:
    def __init__(self, now: Callable[[], float], mint: Callable[[str], str]) -> None:
        self._now = now
        self._mint = mint
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}

    def trigger(self, user: str, view_id: str | None = None) -> str:
        trigger_id = f"{int(self._now() * 1000)}.{len(self._triggers)}.{self._mint('trigger')}"
        self._triggers[trigger_id] = Trigger(user, self._now(), view_id)
        return trigger_id

    def look_at(self, trigger_id: str) -> Trigger:
        """The trigger, if it can still be used. Whoever opens a view with it marks it `used`, if the view is good."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._now() - trigger.issued > TRIGGER_SECONDS:
            raise SlackRefusal("expired_trigger_id")
        return trigger

    def response_url(self, user: str, channel: str, *, message_ts: str | None = None, ephemeral: bool = False) -> str:
        name = self._mint("response_url")
        self._response_urls[name] = ResponseUrl(user, channel, self._now(), message_ts, ephemeral)
        return name

    def use_response_url(self, name: str) -> ResponseUrl:
        grant = self._response_urls.get(name)
        if grant is None:
            raise SlackRefusal("invalid_url")
        if self._now() - grant.issued > RESPONSE_URL_SECONDS:
            raise SlackRefusal("expired_url")
        if grant.uses >= RESPONSE_URL_USES:
            raise SlackRefusal("used_url")
        grant.uses += 1
        return grant
