"""Real payloads of every kind, recorded from an evening that people spend with Clarion, to be mangled later."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.stories.night import Night
from tests.stories.outlets import SECRET

__all__ = ["EVERY_KIND", "FORM", "JSON", "SECRET", "Recorded", "record"]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
Payload = dict[str, Any]
# What an evening has to leave behind: the kinds of payload that Slack sends us.
EVERY_KIND = frozenset(
    {
        "command",
        "block_actions",
        "view_submission",
        "view_closed",
        "shortcut",
        "message_action",
        "event_callback",
        "url_verification",
        "ssl_check",
        "block_suggestion",
        "app_rate_limited",
    }
)


@dataclass(frozen=True)
class Recorded:
    """One payload, taken apart. `kind` is Slack's own name of it."""

    kind: str
    payload: Mapping[str, Any]
    content_type: str


async def record(night: Night) -> tuple[Recorded, ...]:
    """Spend an evening, and return each payload that Slack sent during it; the worker is stopped at the end."""
    await _spend(night)
    await night.here.stop_worker()
    night.working = False
    found = [_taken_apart(a.request.body, a.request.headers["content-type"]) for a in night.slack.answers]
    about = next(r for r in found if r.kind == "view_submission").payload
    return (
        *found,
        Recorded("view_closed", {**_without(about, "trigger_id"), "type": "view_closed", "is_cleared": True}, FORM),
        Recorded("block_suggestion", {**_without(about, "view"), "type": "block_suggestion", "value": "x"}, FORM),
        Recorded("url_verification", {"type": "url_verification", "token": "t", "challenge": "3eZb"}, JSON),
        Recorded("app_rate_limited", {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}, JSON),
        Recorded("ssl_check", {"ssl_check": "1", "token": "t"}, FORM),
    )


async def _spend(night: Night) -> None:
    await night.declare()
    ada, ben, cleo = (night.person(name) for name in ("ada", "ben", "cleo"))
    said = ("help", "list", "severity", "stage", "role", "timeline", "following", "follow all", "ticket 77", "secret")
    for text in said:
        await cleo.command("/incident", text, channel=night.room)
    await ada.command("/incident", "severity 2", channel=night.room)
    await ada.command("/incident", "declare logins fail", channel="general")
    await night.draft()
    ask = await night.ask()
    await night.click("ben", ask, "Read everything")
    await night.click("ben", ask, "Reject")
    await night.click("cleo", ask, "Edit")
    await night.approve()
    for label in ("Timeline", "Follow"):
        await ben.click(await night.card(), label)
    message = await ada.say(night.room, "The card processor says that it is theirs.")
    await ada.react(message, "pushpin")
    await ada.message_shortcut("message_note", message)
    await ada.shortcut("incident_declare")
    bot = night.slack.workspace.bot.id
    await ada.say(night.room, f"<@{bot}> list")
    await ada.dm("help")
    await ada.open_home()
    await night.person("sam").join(night.room)
    await night.person("sam").leave(night.room)
    await ada.rename(night.room, "inc-1-renamed")


def _taken_apart(body: bytes, content_type: str) -> Recorded:
    if content_type == JSON:
        payload = json.loads(body)
        return Recorded(payload["type"], payload, JSON)
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "payload" not in form:
        return Recorded("command", form, FORM)
    payload = json.loads(form["payload"])
    return Recorded(payload["type"], payload, FORM)


def _without(payload: Mapping[str, Any], name: str) -> Payload:
    return {key: value for key, value in payload.items() if key != name}
