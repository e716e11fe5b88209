"""Redis's memory with the journal beside it: the same ports, and nothing leaves before the journal says so.

What is approved is on this machine's disk before anybody is told that it is; an intention before its delivery. It
refuses to change a document that is older than what this process has seen of it (failure model 14), and to call
unsaved what Redis has saved and the disk did not take.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.change import Blob, Change, publishes
from bot.domain.incident import Incident
from bot.domain.update import Update
from bot.journal import ledger
from bot.journal.journal import Journal, document_line
from bot.ports import (
    Attempt,
    Attempts,
    Begun,
    Committed,
    Decide,
    Halted,
    Held,
    Incidents,
    NotKnownYet,
    Standstills,
    StorageDown,
)
from bot.ports.passing import PassedReads


class _Older(Exception):
    """The document is older than what this process has seen of it."""


class RecordedIncidents(PassedReads):
    """Implements `ports.Incidents`."""

    def __init__(self, incidents: Incidents, journal: Journal, standstills: Standstills) -> None:
        super().__init__(incidents)
        self._journal = journal
        self._standstills = standstills
        self._versions: dict[str, int] = {}

    async def create(self, operation: str, change: Change) -> Committed:
        """As `ports.Incidents.create`."""
        done = await self._incidents.create(operation, change)
        await self._keep(done, change)
        return done

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """As `ports.Incidents.amend`. Raises Halted on a document that is older than what was seen of it."""
        last: list[Change] = []

        def watched(found: Incident) -> Change:
            if found.version < self._versions.get(incident_id, 0):
                raise _Older
            change = decide(found)
            last[:] = [change]
            return change

        try:
            done = await self._incidents.amend(operation, incident_id, watched)
        except _Older:
            if await self._standstills.now() is not None:
                raise Halted from None
            self._versions.pop(incident_id, None)  # a person has looked at it meanwhile, and it counts from there
            done = await self._incidents.amend(operation, incident_id, watched)
        if last:
            try:
                await self._keep(done, last[0])
            except StorageDown as fault:
                # It is in Redis, and its jobs are queued: whoever reads "not saved" would tell customers twice.
                self._journal.changed(done.incident)
                raise NotKnownYet(operation) from fault
        return done

    async def blob(self, sha256: str) -> bytes:
        """As `ports.Incidents.blob`; what is about to leave is kept here as well."""
        data = await self._incidents.blob(sha256)
        if lines := self._journal.texts([Blob(data)]):
            self._journal.note(*lines)
        return data

    async def _keep(self, done: Committed, change: Change) -> None:
        """Write down what was committed; what lets something leave is on the disk before anybody is told."""
        incident = done.incident
        self._versions[incident.id] = incident.version
        lines = self._journal.texts(change.blobs)
        if not publishes(replace(change, recovered=False)):
            if lines:
                self._journal.note(*lines)
            self._journal.changed(incident)
            return
        for update in incident.updates:
            if update.live:
                lines += self._journal.texts(await self._texts_of(update))
        await self._journal.wrote(*lines, document_line(incident))

    async def _texts_of(self, update: Update) -> list[Blob]:
        names = [name for planned in update.latest.planned for name in (planned.rendition, planned.recipients)]
        found: list[Blob] = []
        for name in dict.fromkeys(names):
            if not self._journal.has(name):
                with contextlib.suppress(LookupError):  # lost or damaged: the worker says so when its turn comes
                    found.append(Blob(await self._incidents.blob(name)))
        return found


class RecordedAttempts:
    """Implements `ports.Attempts`."""

    def __init__(self, attempts: Attempts, journal: Journal) -> None:
        self._attempts = attempts
        self._journal = journal
        self._kept: dict[str, int] = {}

    async def begin(
        self, held: Held, incident: Incident, update_id: str, outlet: str, recipient: str, round_: int
    ) -> Begun:
        """As `ports.Attempts.begin`. HALTED while an emergency publication waits to be taken over."""
        if self._journal.has_emergency():
            return Begun.HALTED
        lines = [ledger.begun(update_id, outlet, recipient, round_)]
        if self._kept.get(incident.id) != incident.version:
            self._kept[incident.id] = incident.version
            lines.append(document_line(incident))
        # The journal first: were it last, the lease could end while the disk is slow.
        await self._journal.wrote(*lines)
        begun = Begun.LOST
        try:
            # Looked at again behind the intention: an emergency publication reads the lines behind its own file.
            if self._journal.has_emergency():
                begun = Begun.HALTED
            else:
                begun = await self._attempts.begin(held, incident, update_id, outlet, recipient, round_)
        finally:
            if begun is not Begun.YES:  # nothing leaves, whatever became of the question
                self._journal.note(ledger.taken_back(update_id, outlet, recipient, round_))
        return begun

    async def record(self, update_id: str, outlet: str, recipient: str, attempt: Attempt) -> None:
        """As `ports.Attempts.record`."""
        self._journal.note(ledger.ended(update_id, outlet, recipient, attempt))
        await self._attempts.record(update_id, outlet, recipient, attempt)

    async def retract(self, update_id: str, outlet: str, recipient: str, round_: int) -> None:
        """As `ports.Attempts.retract`."""
        self._journal.note(ledger.taken_back(update_id, outlet, recipient, round_))
        await self._attempts.retract(update_id, outlet, recipient, round_)

    async def read(self, update_id: str, outlet: str) -> Mapping[str, Attempt]:
        """As `ports.Attempts.read`."""
        return await self._attempts.read(update_id, outlet)
