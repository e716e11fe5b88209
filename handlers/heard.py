"""Reads what Slack sends (commands, clicks, forms, shortcuts, events) into one shape, or says it is malformed.

It trusts no field: everything that the dispatcher reads is checked here, before anything else runs, so that junk is
refused with `Malformed` and never reaches a conversation (failure model 32). It refuses to know how a payload came.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.people import Caller
from handlers.said import Said

Json = Mapping[str, Any]

# Ids, names of commands and the like: visible ASCII; 255 is Slack's longest (ids of blocks and actions).
_ID = re.compile(r"[\x21-\x7e]{1,255}")
# A response_url is some 150 characters; nothing sensible is longer.
_URL = re.compile(r"https?://[\x21-\x7e]{1,2000}")


class Kind(StrEnum):
    """What sort of act a payload tells of."""

    COMMAND = "command"
    ACTION = "action"
    SUBMISSION = "submission"
    CLOSED = "closed"
    SHORTCUT = "shortcut"
    EVENT = "event"


class Malformed(Exception):
    """Not a payload that Slack would send. The message names the field, and never quotes what was in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A payload that was read.

    Attributes:
        exact: key of this very delivery; the same for each repeat of it.
        act: key of the act with what was typed; differs when a form is submitted again with other words.
        inputs: block_ids of the inputs of the modal it happened in.
        in_view: it happened inside a modal.
        automatic: a bot did it.
    """

    kind: Kind
    said: Said
    exact: str
    act: str
    inputs: frozenset[str] = frozenset()
    in_view: bool = False
    automatic: bool = False


def read(body: Json) -> Heard | None:
    """Return what was said; None for payloads that Slack may send and Clarion has no use for. Raises Malformed."""
    if "command" in body:
        return _command(body)
    kind = body.get("type")
    if not isinstance(kind, str):
        raise Malformed("type")
    if kind in _READERS:
        return _READERS[kind](body)
    if kind in _UNUSED:
        return None
    raise Malformed("type")


def _command(body: Json) -> Heard:
    name = _id(body, "command")
    trigger = _id(body, "trigger_id")
    team = _optional_id(body, "team_id")
    place = team or _optional_id(body, "enterprise_id")
    said = Said(
        by=Caller(_id(body, "user_id"), team),
        operation=f"{place}:command:{trigger}",
        name=name,
        channel=_optional_id(body, "channel_id"),
        text=_words(body, "text"),
        trigger=trigger,
        response_url=_url(body),
    )
    return _simple(Kind.COMMAND, said)


def _action(body: Json) -> Heard:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed("actions")
    action = actions[0]
    trigger = _id(body, "trigger_id")
    container = _record(body, "container")
    view = _record(body, "view")
    message = _record(body, "message")
    channel = _record(body, "channel")
    said = Said(
        by=_who(body),
        operation=f"{_place(body)}:action:{trigger}",
        name=_id(action, "action_id"),
        channel=_optional_id(channel, "id") or _optional_id(container, "channel_id"),
        thread=_optional_id(message, "thread_ts") or _optional_id(container, "thread_ts"),
        value=_value(action),
        view=_checked_view(view) if view else {},
        message=message,
        trigger=trigger,
        response_url=_url(body),
    )
    return _simple(Kind.ACTION, said, inputs=_inputs(view), in_view=bool(view))


def _submission(body: Json) -> Heard:
    return _of_view(body, Kind.SUBMISSION)


def _closed(body: Json) -> Heard:
    return _of_view(body, Kind.CLOSED)


def _of_view(body: Json, kind: Kind) -> Heard:
    view = _checked_view(_record(body, "view"))
    callback = _optional_id(view, "callback_id")
    if kind is Kind.SUBMISSION and not callback:
        raise Malformed("callback_id")
    trigger = _optional_id(body, "trigger_id")
    said = Said(
        by=_who(body),
        operation=f"{_place(body)}:{kind}:{_id(view, 'id')}:{_optional_id(view, 'hash')}:{callback}",
        name=callback,
        view=view,
        trigger=trigger,
        response_url=_first_response_url(body),
    )
    act = f"{said.operation}:{_digest(view)}"
    return Heard(kind=kind, said=said, exact=f"{act}:{trigger}", act=act, inputs=_inputs(view), in_view=True)


def _shortcut(body: Json) -> Heard:
    trigger = _id(body, "trigger_id")
    message = _record(body, "message")
    said = Said(
        by=_who(body),
        operation=f"{_place(body)}:shortcut:{trigger}",
        name=_id(body, "callback_id"),
        channel=_optional_id(_record(body, "channel"), "id"),
        thread=_optional_id(message, "thread_ts"),
        message=message,
        trigger=trigger,
        response_url=_url(body),
    )
    return _simple(Kind.SHORTCUT, said)


def _event(body: Json) -> Heard:
    event = _record(body, "event")
    event_id = _id(body, "event_id")
    who = event.get("user")
    user = _optional_id(who, "id") if isinstance(who, dict) else _optional_id(event, "user")
    team = _optional_id(body, "team_id")
    said = Said(
        by=Caller(user, _optional_id(event, "user_team") or team),
        operation=f"{team}:event:{event_id}",
        name=_id(event, "type"),
        channel=_optional_id(event, "channel") if isinstance(event.get("channel"), str) else "",
        thread=_optional_id(event, "thread_ts"),
        text=_words(event, "text"),
    )
    return _simple(Kind.EVENT, said, automatic=bool(event.get("bot_id")))


_READERS: Mapping[str, Callable[[Json], Heard]] = {
    "block_actions": _action,
    "view_submission": _submission,
    "view_closed": _closed,
    "shortcut": _shortcut,
    "message_action": _shortcut,
    "event_callback": _event,
}
# Slack docs, "Interaction payloads" and "Events API": real, and nothing of ours listens to them.
_UNUSED = frozenset(
    {"app_rate_limited", "block_suggestion", "dialog_submission", "dialog_cancellation", "interactive_message"}
)


def _simple(
    kind: Kind, said: Said, *, inputs: frozenset[str] = frozenset(), in_view: bool = False, automatic: bool = False
) -> Heard:
    return Heard(
        kind=kind,
        said=said,
        exact=said.operation,
        act=said.operation,
        inputs=inputs,
        in_view=in_view,
        automatic=automatic,
    )


# ---------------------------------------------------------------- fields


def _id(record: Json, name: str) -> str:
    found = _optional_id(record, name)
    if not found:
        raise Malformed(name)
    return found


def _optional_id(record: Json, name: str) -> str:
    found = record.get(name)
    if found is None or found == "":
        return ""
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Malformed(name)
    return found


def _words(record: Json, name: str) -> str:
    found = record.get(name)
    if found is not None and not isinstance(found, str):
        raise Malformed(name)
    return found or ""


def _url(record: Json) -> str:
    found = _words(record, "response_url")
    if found and not _URL.fullmatch(found):
        raise Malformed("response_url")
    return found


def _first_response_url(body: Json) -> str:
    offered = body.get("response_urls")
    if not isinstance(offered, list) or not offered:
        return ""
    return _url(offered[0]) if isinstance(offered[0], dict) else ""


def _record(record: Json, name: str) -> Json:
    found = record.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Malformed(name)
    return found


def _who(body: Json) -> Caller:
    user = _record(body, "user")
    return Caller(_id(user, "id"), _optional_id(user, "team_id"))


def _place(body: Json) -> str:
    """Return the workspace, or the organisation of an org-wide installation, which has no `team`."""
    return _optional_id(_record(body, "team"), "id") or _optional_id(_record(body, "enterprise"), "id")


def _checked_view(view: Json) -> Json:
    _id(view, "id")
    _words(view, "private_metadata")
    state = _record(view, "state")
    values = _record(state, "values")
    if not all(isinstance(b, dict) and all(isinstance(e, dict) for e in b.values()) for b in values.values()):
        raise Malformed("values")
    return view


def _inputs(view: Json) -> frozenset[str]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return frozenset()
    inputs = (block for block in blocks if isinstance(block, dict) and block.get("type") == "input")
    return frozenset(block["block_id"] for block in inputs if isinstance(block.get("block_id"), str))


def _digest(view: Json) -> str:
    values = _record(_record(view, "state"), "values")
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


# What an element says, by the name Slack gives it (Slack docs, "Block elements").
_PLAIN_VALUES = (
    "value",
    "selected_user",
    "selected_channel",
    "selected_conversation",
    "selected_date",
    "selected_time",
)


def _value(action: Json) -> str:
    option = action.get("selected_option")
    if isinstance(option, dict):
        return _words(option, "value")
    for name in _PLAIN_VALUES:
        if isinstance(action.get(name), str):
            return str(action[name])
    moment = action.get("selected_date_time")
    return str(moment) if isinstance(moment, int) else ""
