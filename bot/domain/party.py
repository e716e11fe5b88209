"""What was said of a party that an incident tells (R8): that it is told, ready, or standing by.

Records alone; who the parties are is the plan's, and `roll_call` decides. It refuses to know more than what was said
last: what was said before is in the timeline.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PartyState(StrEnum):
    """Where a party is, in the words of the roll-call."""

    TOLD = "told"
    READY = "ready"
    STANDING_BY = "standing by"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWord:
    """What was said last of a party (`name`), by whom (user id), and when (UTC)."""

    name: str
    state: PartyState
    by: str
    at: datetime
