"""A telling: one thing that followers hear, a published update, that it was stopped, a change of stage, or the end.

These are the records and how one is added; the commit of what is told of adds it. What may happen to one is decided
in `spreading`. It refuses to hold a text: the words are those that were approved, looked up when they are told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.facts import Stage
from bot.domain.job import Job, JobKind
from bot.domain.update import MessageRef, Outcome


class TellingKind(StrEnum):
    """What is told."""

    UPDATE = "update"
    STOPPED = "stopped"  # an update: its words are not to be used any more
    STAGE = "stage"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing that followers hear.

    Attributes:
        number: counts from 1 in an incident; nobody hears an older one after a newer.
        at: UTC.
        stage: the incident's, from now on.
        update_id: whose approved wording goes with it: the newest that was told; "" if none was.
        followers: SHA-256 of the stored list of those who hear it, hex; "" until its job has frozen it.
        count: how many those are.
        severity: the incident's, when its job froze them; "" until then.
        tally: how many of them by outcome, so far.
        threaded: it is in the announcement's thread, or will not be.
        posted: what says it there, to be veiled if the incident becomes private.
        settled: nobody hears it any more.
    """

    id: str
    number: int
    kind: TellingKind
    at: datetime
    stage: Stage
    update_id: str = ""
    followers: str = ""
    count: int = 0
    severity: str = ""
    tally: Mapping[Outcome, int] = field(default_factory=dict)
    threaded: bool = False
    posted: MessageRef | None = None
    settled: bool = False

    @property
    def told(self) -> int:
        """How many followers have it, or may have it."""
        return self.tally.get(Outcome.DELIVERED, 0) + self.tally.get(Outcome.UNKNOWN, 0)


@dataclass(frozen=True, slots=True)
class Added:
    """All tellings with the new one, and the work that it leaves."""

    tellings: tuple[Telling, ...]
    jobs: tuple[Job, ...]


def added(
    before: Sequence[Telling], incident_id: str, kind: TellingKind, stage: Stage, at: datetime, update_id: str = ""
) -> Added:
    """Return the tellings with one more. `update_id`: of the update told; else the last one's wording goes with it."""
    number = len(before) + 1
    wording = update_id or (before[-1].update_id if before else "")
    new = Telling(id=f"{incident_id}-t{number}", number=number, kind=kind, at=at, stage=stage, update_id=wording)
    return Added((*before, new), told_jobs(incident_id, new))


def told_jobs(incident_id: str, new: Telling) -> tuple[Job, ...]:
    """Return the jobs of a new telling: to the followers, and, but for a stage, to whoever answers tickets."""
    support = () if new.kind is TellingKind.STAGE else (support_job(incident_id, new.id),)
    return (tell_job(incident_id, new.id), *support)


def tell_job(incident_id: str, telling_id: str) -> Job:
    """Return the one job that tells the followers; retries put back the same one."""
    return _job(JobKind.TELL_FOLLOWERS, incident_id, telling_id)


def support_job(incident_id: str, telling_id: str) -> Job:
    """Return the job that gives the support lead the tickets to answer."""
    return _job(JobKind.TELL_SUPPORT, incident_id, telling_id)


def _job(kind: JobKind, incident_id: str, telling_id: str) -> Job:
    return Job(id=f"{kind}:{telling_id}", kind=kind, incident_id=incident_id, args={"telling": telling_id})
