"""Planned work: its stages, its window, and what one text about it says.

Only the words are here so far: nothing in Clarion plans, opens or publishes planned work yet, and this module
refuses to pretend it does. An incident has stages of its own (`facts.Stage`); none of these is one of them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PlannedStage(StrEnum):
    """Where planned work is, in the order in which customers hear of it."""

    SCHEDULED = "scheduled"
    REMINDER = "reminder"
    STARTED = "started"
    EXTENDED = "extended"
    COMPLETED = "completed"
    ROLLED_BACK = "rolled-back"

    @property
    def over(self) -> bool:
        """Whether nothing more is going to happen."""
        return self in (PlannedStage.COMPLETED, PlannedStage.ROLLED_BACK)


@dataclass(frozen=True, slots=True)
class Window:
    """When planned work begins and ends, UTC."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        """Raise ValueError if it ends before it begins."""
        if self.ends <= self.starts:
            raise ValueError("a window ends after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWork:
    """What the text is about. `name` is what people call it, such as "MNT-3"."""

    id: str
    name: str
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFacts:
    """What one text about planned work says.

    Attributes:
        headline: one line, at most `facts.LONGEST_HEADLINE` characters.
        impact: what customers may notice.
        meanwhile: what to do.
        window: as it stands now.
        before: the window as it was announced, if it has changed; None reads as `window`.
        next_update_by: UTC; None if nothing is promised.
        zone: IANA name; the times are shown in it.
        fields: further fields that the template asks for, by name, in order.
    """

    headline: str
    impact: str
    meanwhile: str
    window: Window
    before: Window | None = None
    next_update_by: datetime | None = None
    zone: str
    fields: tuple[tuple[str, str], ...] = field(default=())
