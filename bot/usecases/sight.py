"""What one person sees: every incident but the private ones that others work on.

Whoever hears somebody (`handlers.dispatch`, the command line) hands this on instead of the whole memory, so that no
conversation has to think of it: to whom is not in it, a private incident is not there, in the same words as a number
that was never given. It refuses to be asked for the system's own work: the worker sees everything.
"""

from dataclasses import replace

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.privacy import sees
from bot.domain.refusals import no_such_incident
from bot.domain.timeline import Entry
from bot.ports import Committed, Decide, Incidents, Services


def as_seen_by(services: Services, user: str) -> Services:
    """Return the services with the incidents that `user` (a Slack user id) may know of."""
    return replace(services, incidents=InSight(services.incidents, user))


class InSight:
    """Implements `ports.Incidents`: another one's, without what this person may not know of."""

    def __init__(self, incidents: Incidents, user: str) -> None:
        self._incidents = incidents
        self._user = user

    async def create(self, operation: str, change: Change) -> Committed:
        """As `ports.Incidents.create`."""
        return await self._incidents.create(operation, change)

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """As `ports.Incidents.amend`; judged on the very document that is changed."""

        def judged(found: Incident) -> Change:
            self._require(found)
            return decide(found)

        done = await self._incidents.amend(operation, incident_id, judged)
        if done.repeated:  # then nothing was decided now
            self._require(done.incident)
        return done

    async def load(self, incident_id: str) -> Incident | None:
        """As `ports.Incidents.load`."""
        return self._in_sight(await self._incidents.load(incident_id))

    async def find(self, number: int) -> Incident | None:
        """As `ports.Incidents.find`."""
        return self._in_sight(await self._incidents.find(number))

    async def in_channel(self, channel_id: str) -> Incident | None:
        """As `ports.Incidents.in_channel`."""
        return self._in_sight(await self._incidents.in_channel(channel_id))

    async def open(self, most: int | None = None) -> tuple[Incident, ...]:
        """As `ports.Incidents.open`; with `most` there may be fewer, of which others are private."""
        return tuple(found for found in await self._incidents.open(most) if sees(found, self._user))

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """As `ports.Incidents.timeline`; empty where the incident is not in sight."""
        return await self._incidents.timeline(incident_id) if await self.load(incident_id) else ()

    async def blob(self, sha256: str) -> bytes:
        """As `ports.Incidents.blob`: who knows a text's name has read the document that names it."""
        return await self._incidents.blob(sha256)

    async def committed(self, operation: str) -> bool | None:
        """As `ports.Incidents.committed`."""
        return await self._incidents.committed(operation)

    def _in_sight(self, found: Incident | None) -> Incident | None:
        return found if found is not None and sees(found, self._user) else None

    def _require(self, found: Incident) -> None:
        if not sees(found, self._user):
            raise no_such_incident()
