"""A change: what one decision leaves behind, committed by the storage in one atomic write.

It is a value. Whoever returns one has done nothing yet.
"""

import hashlib
from dataclasses import dataclass, field

from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.timeline import Entry


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes kept under their own SHA-256: a rendition or a recipient list."""

    data: bytes

    @property
    def sha256(self) -> str:
        """The name of the bytes, hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """The incident as it is to be, what is to be remembered of it, and the work it leaves.

    `hurry` names waiting jobs that are to run now; those that are not waiting are left as they are. `recovered`: a
    person has it put back after it had been lost.
    """

    incident: Incident
    entries: tuple[Entry, ...] = ()
    jobs: tuple[Job, ...] = ()
    blobs: tuple[Blob, ...] = field(default=())
    hurry: tuple[str, ...] = ()
    recovered: bool = False


def publishes(change: Change) -> bool:
    """Say whether a change lets something leave, at once or after a delay."""
    return not change.recovered and any(job.kind in (JobKind.DELIVER, JobKind.RELEASE) for job in change.jobs)
