"""A runbook: what to do in an incident, step by step, as the plan has it.

It refuses to know which steps are done: an incident remembers that.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.incident import Role, Severity


class How(StrEnum):
    """How a step of a runbook is done."""

    HAND = "by hand"
    AUTOMATIC = "automatic"
    APPROVAL = "behind an approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookStep:
    """One step. `id` is its own in its runbook. `role` does it by hand; `template` is what an approval is about."""

    id: str
    do: str
    how: How
    role: Role | None = None
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """Steps in order, for incidents of some scenarios, severities and components; for all where none is named."""

    name: str
    steps: tuple[RunbookStep, ...]
    scenarios: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = tuple(Severity)
    components: tuple[str, ...] = ()
