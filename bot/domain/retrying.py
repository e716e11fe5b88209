"""Retrying: when a delivery that did not get through is tried again, and when the worker looks at it.

It refuses to say whether it may still leave then: `delivery.judge` does, each time.
"""

from datetime import datetime, timedelta

# However long an outlet asks for, the document is looked at this often: it may have been stopped meanwhile.
LONGEST_WAIT = timedelta(seconds=60)
# What is asked for in seconds, within reason: "0" would be ten tries a second, and a year is longer than any text.
SHORTEST_ASKED, LONGEST_ASKED = 0.5, 86_400.0


def retry_at(attempt: int, retry_after: float | None, now: datetime) -> datetime:
    """Return when to try again: the outlet's own Retry-After (seconds) if it gave one, else 1, 2, 4 ... 60 s."""
    backoff = min(2 ** min(attempt, 10), LONGEST_WAIT.total_seconds())
    said = retry_after is not None and retry_after >= SHORTEST_ASKED
    return now + timedelta(seconds=min(retry_after, LONGEST_ASKED) if retry_after and said else backoff)


def look_at(next_try: datetime, now: datetime) -> datetime:
    """Return when the worker looks at a delivery that is tried again at `next_try`."""
    return min(next_try, now + LONGEST_WAIT)
