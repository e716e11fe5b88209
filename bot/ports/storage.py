"""What is remembered: incidents, queues, the ledger of who was sent what, people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.people import Person
from bot.domain.secret import Enrolment, Tries, Use
from bot.domain.subscription import Following
from bot.domain.timeline import Entry
from bot.domain.update import Outcome


class StorageDown(Exception):
    """Redis did not answer. Raised by a commit: nothing was written by it."""


class Unsure(StorageDown):
    """Redis did not answer, and what was to be written may have been, or something else was before."""


class StorageFull(Exception):
    """Redis is at its memory limit and takes no new work; results of sends are still recorded."""


class NotKnownYet(Exception):
    """Redis did not say whether the commit of `operation` happened (failure model 16)."""

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit that is durable. `repeated`: this operation had been committed before; nothing was done again."""

    incident: Incident
    repeated: bool = False


Decide = Callable[[Incident], Change]


class Incidents(Protocol):
    """Incidents, each one document, changed only by pure decisions committed in one script."""

    async def create(self, operation: str, change: Change) -> Committed:
        """Commit a new incident and give it the next number. Raises StorageDown, StorageFull, NotKnownYet."""
        ...

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """Load, decide, commit; on a lost race load and decide again.

        An `operation` that was committed before changes nothing and returns the incident as it is now; "" is
        for decisions that are safe to repeat by themselves. A change whose incident equals the loaded one and
        that has no entries, jobs, blobs or hurry is not written. Raises what `decide` raises, Refusal
        ``no_such_incident``, StorageDown, StorageFull, NotKnownYet.
        """
        ...

    async def load(self, incident_id: str) -> Incident | None:
        """Return the newest committed document, or None."""
        ...

    async def find(self, number: int) -> Incident | None:
        """Return the incident with this number, or None."""
        ...

    async def in_channel(self, channel_id: str) -> Incident | None:
        """Return the incident whose own channel this is, or None."""
        ...

    async def open(self, most: int | None = None) -> tuple[Incident, ...]:
        """Return the open incidents, newest first; with `most` only so many, for offers: they may be 0.1 s old."""
        ...

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """Return what happened, oldest first."""
        ...

    async def blob(self, sha256: str) -> bytes:
        """Return stored bytes, checked against their name. Raises LookupError if missing or damaged."""
        ...

    async def committed(self, operation: str) -> bool | None:
        """Say whether an operation was committed: True, False (it is certain that it never will be), None (unknown)."""
        ...


class Held(Protocol):
    """A job in a worker's hands. The lease is renewed while it is held."""

    job: Job
    deliveries: int  # how often the queue has handed it out, this time included; counted by Redis

    async def still_mine(self) -> bool:
        """Say whether the lease still holds; false once another worker has taken the job."""
        ...

    async def done(self) -> None:
        """Settle: the job is gone."""
        ...

    async def again(self, due: datetime, *, faulted: bool = False) -> None:
        """Put the same job back for `due` (UTC) in one step, its attempt counted up; `faulted`: its faults, too."""
        ...

    async def put_aside(self, reason: str) -> None:
        """Take the job out of the queue and keep it, shown, for a person."""
        ...

    async def count(self, deliveries: int) -> None:
        """Set how often it counts as handed out: a hand-out in which it was not begun is no crash of its."""
        ...

    async def release(self) -> None:
        """Let go without settling: the lease ends and the job is handed out again."""
        ...


class Jobs(Protocol):
    """The queues. Producers never use this: jobs are queued by the commit that needs them."""

    async def take(self, lane: str, wait: float) -> Held | None:
        """Take the next job of a lane, waiting up to `wait` seconds; first those whose lease has ended."""
        ...

    async def lanes(self) -> tuple[str, ...]:
        """Return every lane that ever had a job: one of an outlet that is gone may still hold deliveries."""
        ...

    async def promote(self, now: datetime) -> int:
        """Move the jobs that are due at `now` to their lanes; return how many."""
        ...

    async def add(self, job: Job) -> None:
        """Queue a job that belongs to no commit (looking people up again)."""
        ...

    async def aside(self) -> tuple[tuple[Job, str], ...]:
        """Return the jobs that were put aside, with the reason."""
        ...


class Begun(StrEnum):
    """Answer to the question whether a recipient may be sent to now."""

    YES = "yes"
    STALE = "stale"  # the document has changed since it was judged: judge again
    HALTED = "halted"  # Redis holds older data than was seen; nothing leaves until a person has looked
    LOST = "lost"  # the lease has gone to another worker
    ENDED = "ended"  # it has an outcome already: leave it alone


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is recorded of one recipient at one outlet. `outcome` None: begun, and not known how it ended."""

    outcome: Outcome | None
    round: int
    detail: str = ""


class Attempts(Protocol):
    """The ledger of who was sent what: an intention before each send, an outcome after it (I2, I3)."""

    async def begin(
        self, held: Held, incident: Incident, update_id: str, outlet: str, recipient: str, round_: int
    ) -> Begun:
        """Record the intention to send, unless the lease or the judged version of the document is gone."""
        ...

    async def record(self, update_id: str, outlet: str, recipient: str, attempt: Attempt) -> None:
        """Record how it ended; works even when Redis is full."""
        ...

    async def retract(self, update_id: str, outlet: str, recipient: str, round_: int) -> None:
        """Take an intention of this round back, when it is certain that nothing left. Works even when Redis is full."""
        ...

    async def read(self, update_id: str, outlet: str) -> Mapping[str, Attempt]:
        """Return what is recorded, by recipient id."""
        ...


class People(Protocol):
    """Who is who, as last looked up."""

    async def get(self, user_id: str) -> Person | None:
        """Return the profile as last stored, or None."""
        ...

    async def named(self, name: str) -> tuple[Person, ...]:
        """Return everybody whose name this is, whatever its case."""
        ...

    async def put(self, people: Sequence[Person]) -> None:
        """Store profiles."""
        ...

    async def looked(self, user_id: str, at: datetime) -> None:
        """Remember that somebody opened the home tab; only the last few hundred people are kept."""
        ...

    async def onlookers(self, since: datetime) -> tuple[str, ...]:
        """Return who opened the home tab after `since`."""
        ...


class Secrets(Protocol):
    """Personal secrets for the command line: only their hashes, how often they were tried, what was done with them."""

    async def get(self, user_id: str) -> Enrolment | None:
        """Return what is kept of a person's secret, or None."""
        ...

    async def everybody(self) -> tuple[Enrolment, ...]:
        """Return what is kept of everybody's secret, for the copy on this machine."""
        ...

    async def put(self, kept: Enrolment) -> None:
        """Keep a secret in place of the one before; its tries begin anew."""
        ...

    async def remove(self, user_id: str) -> bool:
        """Forget a person's secret; say whether there was one."""
        ...

    async def tries(self, user_id: str) -> Tries:
        """Return how often a secret was tried in vain."""
        ...

    async def swap(self, user_id: str, before: Tries, after: Tries) -> bool:
        """Count a try, only if nobody has counted one since `before` was read; say whether it was counted."""
        ...

    async def right(self, user_id: str) -> None:
        """Forget the wrong tries."""
        ...

    async def note(self, user_id: str, use: Use) -> None:
        """Write down what was done with a secret."""
        ...

    async def uses(self, user_id: str, since: datetime | None = None) -> tuple[Use, ...]:
        """Return what was done with a person's secret, oldest first."""
        ...


class Subscriptions(Protocol):
    """Who follows what, and the turns in which followers are told."""

    async def get(self, user_id: str) -> Following:
        """Return what a person follows; of somebody unknown, nothing."""
        ...

    async def amend(self, user_id: str, turn: Callable[[Following], Following]) -> Following:
        """Load, turn, store durably; on a lost race again. `turn` may be repeated.

        Raises Unsure when it may have been stored, else StorageDown, StorageFull.
        """
        ...

    async def everybody(self) -> tuple[Following, ...]:
        """Return what everybody follows."""
        ...

    async def turn(self, each: float) -> float:
        """Take the next turn of the workspace, `each` seconds after the one before; return seconds until it comes."""
        ...
