"""A promise is "next update by", owed to customers: when it is due, met, reminded of and missed.

It refuses to schedule anything by itself: it says when a reminder is worth sending, and judges again then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# A draft needs writing, reading and approving; 15 minutes before is the earliest useful nudge, and for a
# short promise half of it (issue 2, item 12: one reminder before each next-update time).
LONGEST_REMINDER_LEAD = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What update `update_id` promised: the next one by `due` (UTC), made at `made` (UTC)."""

    update_id: str
    made: datetime
    due: datetime


def remind_at(promise: Promise) -> datetime:
    """Return when the communications lead is reminded (UTC)."""
    return promise.due - min(LONGEST_REMINDER_LEAD, (promise.due - promise.made) / 2)


def is_due(current: Promise | None, update_id: str, now: datetime) -> bool:
    """Say whether the promise made by `update_id` still stands and its reminder is worth sending at `now`."""
    return current is not None and current.update_id == update_id and now >= remind_at(current)


def is_missed(current: Promise | None, update_id: str, now: datetime) -> bool:
    """Say whether the promise made by `update_id` still stands although its time has passed."""
    return current is not None and current.update_id == update_id and now >= current.due


def rounded(moment: datetime) -> datetime:
    """Return the next full five minutes: people promise 14:30, not 14:28:17."""
    step = 5 * 60
    return datetime.fromtimestamp(-(-moment.timestamp() // step) * step, tz=moment.tzinfo)
