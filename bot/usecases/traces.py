"""Whether anything was saved while somebody was heard: what decides which sentence they read when the memory fails.

A memory that fails before the first commit has saved nothing; one that fails after it has. It refuses to say what was
saved: whoever asks is told to look.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.domain.change import Change
from bot.ports import Committed, Decide, Halted, Incidents, Services, StorageDown, StorageFull, Unsure
from bot.ports.passing import PassedReads


class Traces:
    """What one person's request has left behind so far."""

    def __init__(self) -> None:
        self.saved = False

    def followed(self, services: Services) -> Services:
        """Return the services with commits that leave their trace here."""
        return replace(services, incidents=_Followed(services.incidents, self))

    @contextmanager
    def honest(self) -> Iterator[None]:
        """Turn trouble with the memory into `Unsure` where something was saved before it."""
        try:
            yield
        except (StorageDown, StorageFull, Halted) as trouble:
            if self.saved and not isinstance(trouble, Unsure):
                raise Unsure(str(trouble)) from trouble
            raise


class _Followed(PassedReads):
    """Implements `ports.Incidents`: another one's, noting each commit."""

    def __init__(self, incidents: Incidents, traces: Traces) -> None:
        super().__init__(incidents)
        self._traces = traces

    async def create(self, operation: str, change: Change) -> Committed:
        """As `ports.Incidents.create`."""
        return self._noted(await self._incidents.create(operation, change))

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """As `ports.Incidents.amend`."""
        return self._noted(await self._incidents.amend(operation, incident_id, decide))

    def _noted(self, done: Committed) -> Committed:
        self._traces.saved = True
        return done
