"""Reads what Slack sends (commands, clicks, forms, shortcuts, events) into one shape, or says it is malformed.

It trusts no field: everything that the dispatcher reads is checked here, before anything else runs, so that junk is
refused with `Malformed` and never reaches a conversation (failure model 32). It refuses to know how a payload came.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import Caller
from handlers.fields import Json, Malformed, a_record, an_id, answer_address, first_answer_address, optional_id, typed
from handlers.heard_event import said_in
from handlers.said import Said


class Kind(StrEnum):
    """What sort of act a payload tells of."""

    COMMAND = "command"
    ACTION = "action"
    SUBMISSION = "submission"
    CLOSED = "closed"
    SHORTCUT = "shortcut"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A payload that was read.

    Attributes:
        exact: key of this very delivery; the same for each repeat of it.
        act: key of the act with what was typed; differs when a form is submitted again with other words.
        inputs: block_ids of the inputs of the modal it happened in.
        in_view: it happened inside a modal.
        has_room: Slack takes one more modal on top of that one.
        automatic: a bot did it.
    """

    kind: Kind
    said: Said
    exact: str
    act: str
    inputs: frozenset[str] = frozenset()
    in_view: bool = False
    has_room: bool = False
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
    name = an_id(body, "command")
    trigger = an_id(body, "trigger_id")
    team = optional_id(body, "team_id")
    place = team or optional_id(body, "enterprise_id")
    said = Said(
        by=Caller(an_id(body, "user_id"), team),
        operation=f"{place}:command:{trigger}",
        name=name,
        channel=optional_id(body, "channel_id"),
        text=typed(body, "text"),
        trigger=trigger,
        response_url=answer_address(body),
    )
    return _simple(Kind.COMMAND, said)


def _action(body: Json) -> Heard:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed("actions")
    action = actions[0]
    trigger = an_id(body, "trigger_id")
    container = a_record(body, "container")
    view = a_record(body, "view")
    if view.get("type") == "home":  # what is pressed there opens modals; nothing there can be redrawn by an answer
        view = {}
    message = a_record(body, "message")
    channel = a_record(body, "channel")
    said = Said(
        by=_who(body),
        operation=f"{_place(body)}:action:{trigger}",
        name=an_id(action, "action_id"),
        channel=optional_id(channel, "id") or optional_id(container, "channel_id"),
        thread=optional_id(message, "thread_ts") or optional_id(container, "thread_ts"),
        value=_value(action),
        view=_checked_view(view) if view else {},
        message=message,
        trigger=trigger,
        response_url=answer_address(body),
    )
    return _simple(Kind.ACTION, said, inputs=_inputs(view), in_view=bool(view))


def _submission(body: Json) -> Heard:
    return _of_view(body, Kind.SUBMISSION)


def _closed(body: Json) -> Heard:
    return _of_view(body, Kind.CLOSED)


def _of_view(body: Json, kind: Kind) -> Heard:
    view = _checked_view(a_record(body, "view"))
    callback = optional_id(view, "callback_id")
    if kind is Kind.SUBMISSION and not callback:
        raise Malformed("callback_id")
    trigger = optional_id(body, "trigger_id")
    said = Said(
        by=_who(body),
        operation=f"{_place(body)}:{kind}:{an_id(view, 'id')}:{optional_id(view, 'hash')}:{callback}",
        name=callback,
        view=view,
        trigger=trigger,
        response_url=first_answer_address(body),
    )
    act = f"{said.operation}:{_digest(view)}"
    return Heard(
        kind=kind,
        said=said,
        exact=f"{act}:{trigger}",
        act=act,
        inputs=_inputs(view),
        in_view=True,
        has_room=_has_room(view),
    )


def _shortcut(body: Json) -> Heard:
    trigger = an_id(body, "trigger_id")
    message = a_record(body, "message")
    said = Said(
        by=_who(body),
        operation=f"{_place(body)}:shortcut:{trigger}",
        name=an_id(body, "callback_id"),
        channel=optional_id(a_record(body, "channel"), "id"),
        thread=optional_id(message, "thread_ts"),
        message=message,
        trigger=trigger,
        response_url=answer_address(body),
    )
    return _simple(Kind.SHORTCUT, said)


def _event(body: Json) -> Heard:
    said, automatic = said_in(body)
    return _simple(Kind.EVENT, said, automatic=automatic)


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


def _who(body: Json) -> Caller:
    user = a_record(body, "user")
    return Caller(an_id(user, "id"), optional_id(user, "team_id"))


def _place(body: Json) -> str:
    """Return the workspace, or the organisation of an org-wide installation, which has no `team`."""
    return optional_id(a_record(body, "team"), "id") or optional_id(a_record(body, "enterprise"), "id")


def _checked_view(view: Json) -> Json:
    an_id(view, "id")
    typed(view, "private_metadata")
    state = a_record(view, "state")
    values = a_record(state, "values")
    if not all(isinstance(b, dict) and all(isinstance(e, dict) for e in b.values()) for b in values.values()):
        raise Malformed("values")
    return view


def _inputs(view: Json) -> frozenset[str]:
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return frozenset()
    inputs = (block for block in blocks if isinstance(block, dict) and block.get("type") == "input")
    return frozenset(block["block_id"] for block in inputs if isinstance(block.get("block_id"), str))


def _has_room(view: Json) -> bool:
    """Say whether it is the first or the second modal: three are the most (Slack docs, "Modals")."""
    root = view.get("root_view_id")
    return isinstance(root, str) and root in (view.get("id"), view.get("previous_view_id"))


def _digest(view: Json) -> str:
    values = a_record(a_record(view, "state"), "values")
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
        return typed(option, "value")
    for name in _PLAIN_VALUES:
        if isinstance(action.get(name), str):
            return str(action[name])
    moment = action.get("selected_date_time")
    return str(moment) if isinstance(moment, int) else ""
