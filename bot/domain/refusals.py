"""Refusals: a decision not to do something, with the sentence that the person reads.

A `Refusal` is never a fault. It changes nothing, says what to do next, and may offer one way out
(a button) by naming an `Offer`. Everything that is not a Refusal is a fault and gets a reference id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Offer(StrEnum):
    """The one way out that a refusal may put beside its sentence, drawn as a button."""

    REDRAFT = "redraft"  # draft the same update again with new times
    SHOW_UPDATE = "show_update"  # show the update as it stands now
    READ_EVERYTHING = "read_everything"  # open the texts that must be read before approving
    BREAK_GLASS = "break_glass"  # nobody else can approve
    TRANSLATE = "translate"  # what is not translated yet
    LEAVE_OUT = "leave_out"  # a language in which nobody can be told any more
    WORDS = "words"  # words that stop it: change them, or say why they stay
    PICK_INCIDENT = "pick_incident"  # the incident is not clear from where this was said


@dataclass(frozen=True, slots=True)
class Way:
    """An offer aimed at one update (or at nothing in particular)."""

    offer: Offer
    incident_id: str = ""
    update_id: str = ""


class Refusal(Exception):
    """Something a person asked for and may not, or cannot, have now.

    Attributes:
        code: stable word for tests and metrics, such as ``stale_digest``.
        sentence: what the person reads; says what to do next.
        field: name of the form field that is wrong, or empty.
        way: the one way out offered, or None.
        others: sentences for more fields that are wrong, by name; may hold `field` itself.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        field: str = "",
        way: Way | None = None,
        others: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.way = way
        self.others = dict(others or {})


def no_such_incident() -> Refusal:
    """Return the refusal of an incident that is not there, or not for this person: nobody can tell which."""
    return Refusal("no_such_incident", "There is no such incident. Run `/incident list` to see the open ones.")
