"""What somebody said or pressed, in one shape for every kind of Slack payload."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.people import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that a person did in Slack.

    Attributes:
        by: who.
        operation: id of this very act; the same for every repeat of it (failure model 1). Use cases commit
            under it.
        channel: id of the Slack channel it was said in, or "" (inside a modal, App Home).
        thread: ts of the thread's first message, or "".
        text: the words after the command, or "".
        value: value of the button pressed or option chosen, or "".
        name: action_id, callback_id or command.
        view: the modal it happened in, with `state.values`, `private_metadata`, `id`, `hash`; or empty.
        message: the message a button was on, or empty.
        trigger: trigger_id, good for opening one view within 3 s (Slack docs).
        response_url: good for 5 answers within 30 min (Slack docs), or "".
    """

    by: Caller
    operation: str
    name: str
    channel: str = ""
    thread: str = ""
    text: str = ""
    value: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, Any] = field(default_factory=dict)
    trigger: str = ""
    response_url: str = ""
