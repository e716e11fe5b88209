"""Answers: what a handler wants the person to see. `dispatch` knows how each kind of payload carries them.

- `Say` after a command goes in the acknowledgement, after a click through its response_url; only the person
  sees it.
- `Open` opens a modal (within 2 s; `instead` is said when Slack is slower), `Push` puts one on top.
- `Replace` redraws the modal in which something was pressed or submitted.
- `Errors` marks fields of a submitted modal (block_id -> sentence).
- `Done` says nothing and closes a submitted modal with all below it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ports import Message, View


@dataclass(frozen=True, slots=True)
class Say:
    """A message that only this person sees. `replace`: in place of the ephemeral message that was clicked.

    `keeps`: a submitted form with something typed into it stays below, where Slack has room for one more.
    """

    message: Message
    replace: bool = False
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A modal, and what to say instead when it cannot be opened in time."""

    view: View
    instead: str = "Slack is slow just now and the form did not open. Run the command again."


@dataclass(frozen=True, slots=True)
class Push:
    """A modal on top of the one that is open."""

    view: View


@dataclass(frozen=True, slots=True)
class Replace:
    """A modal in place of the one that is open."""

    view: View


@dataclass(frozen=True, slots=True)
class Errors:
    """What is wrong with a submitted form, by block_id."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to add. A submitted modal closes, with those below it."""


Answer = Say | Open | Push | Replace | Errors | Done
