"""A runbook: what to do in an incident, step by step, as the plan has it.

It refuses to know which steps are done: an incident remembers that (`bot.domain.checklist`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.checklist import StepRequest, request_of
from bot.domain.incident import ROLE_NAMES, Role, Severity
from bot.domain.update import canonical


class How(StrEnum):
    """How a step of a runbook is done."""

    HAND = "by hand"
    AUTOMATIC = "automatic"
    APPROVAL = "behind an approval"


class Milestone(StrEnum):
    """Something that Clarion does itself, or sees: an automatic step is done when it has happened."""

    OPENED = "channel opened"
    ANNOUNCED = "incident announced"
    ROLES = "roles given"  # each that the plan asks for at this severity
    CUSTOMERS = "customers told"
    SUPPORT = "support told"
    RESTORED = "recovery told"
    ENDED = "incident ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookStep:
    """One step.

    Attributes:
        id: its own in its runbook; what is ticked off is remembered by it.
        do: what is to be done, in words.
        role: whose step it is, by hand.
        template: behind an approval: the update that is approved, such as "outage/investigating". Without one a
            person asks for the step, and somebody else approves it.
        done_when: automatic: what ticks it off. Without it somebody has to.
    """

    id: str
    do: str
    how: How
    role: Role | None = None
    template: str = ""
    done_when: Milestone | None = None

    @property
    def told(self) -> str:
        """How it is done, as people read it: "by hand: scribe", "automatic: customers told"."""
        more = ROLE_NAMES[self.role].lower() if self.role else self.template or (self.done_when or "")
        return f"{self.how}: {more}" if more else self.how

    @property
    def digest(self) -> str:
        """SHA-256, hex, of what somebody reads who approves it: an approval counts for these words alone."""
        return hashlib.sha256(canonical([self.do, self.how.value])).hexdigest()

    @property
    def watched(self) -> bool:
        """Whether Clarion ticks it off, from what it sees."""
        return bool(self.template) if self.how is How.APPROVAL else self.how is How.AUTOMATIC and bool(self.done_when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """Steps in order, for incidents of some scenarios, severities and components; for all where none is named."""

    name: str
    steps: tuple[RunbookStep, ...]
    scenarios: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = tuple(Severity)
    components: tuple[str, ...] = ()

    def step(self, step_id: str) -> RunbookStep | None:
        """Return one step, None if the plan has it no more."""
        return next((one for one in self.steps if one.id == step_id), None)


def asked_for(requests: Iterable[StepRequest], book: str, step: RunbookStep) -> StepRequest | None:
    """Return the request for a step in the words that it has now, None if nobody has asked for these."""
    found = request_of(requests, book, step.id)
    return found if found is not None and found.digest == step.digest else None
