"""Another one's incidents, read as they are: for whoever only watches, marks or keeps what is written.

It refuses to decide what becomes of a commit: `create` and `amend` are the business of whoever stands in front.
"""

from bot.domain.incident import Incident
from bot.domain.timeline import Entry
from bot.ports.storage import Incidents


class PassedReads:
    """The reads of `ports.Incidents`, passed on to another one."""

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents

    async def load(self, incident_id: str) -> Incident | None:
        """As `ports.Incidents.load`."""
        return await self._incidents.load(incident_id)

    async def find(self, number: int) -> Incident | None:
        """As `ports.Incidents.find`."""
        return await self._incidents.find(number)

    async def in_channel(self, channel_id: str) -> Incident | None:
        """As `ports.Incidents.in_channel`."""
        return await self._incidents.in_channel(channel_id)

    async def open(self, most: int | None = None) -> tuple[Incident, ...]:
        """As `ports.Incidents.open`."""
        return await self._incidents.open(most)

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """As `ports.Incidents.timeline`."""
        return await self._incidents.timeline(incident_id)

    async def blob(self, sha256: str) -> bytes:
        """As `ports.Incidents.blob`."""
        return await self._incidents.blob(sha256)

    async def committed(self, operation: str) -> bool | None:
        """As `ports.Incidents.committed`."""
        return await self._incidents.committed(operation)
