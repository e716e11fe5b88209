"""Which machine, and which of its users, a command was typed on; and a record that holds it in every entry.

The name of the user is the operating system's and not the environment's, which anybody may set.
"""

import dataclasses
import getpass
import os
import socket

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.text import clean_line
from bot.domain.timeline import Entry
from bot.ports import Committed, Decide, Incidents

_LONGEST = 100


def machine() -> str:
    """Return "user@host"."""
    try:
        import pwd

        user = pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        user = getpass.getuser()
    return clean_line(f"{user}@{socket.gethostname()}")[:_LONGEST]


class OnRecord:
    """Implements `ports.Incidents`: another one's, with the machine in every entry that is written."""

    def __init__(self, incidents: Incidents, where: str) -> None:
        self._incidents = incidents
        self._where = where

    async def create(self, operation: str, change: Change) -> Committed:
        """As `ports.Incidents.create`."""
        return await self._incidents.create(operation, self._marked(change))

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """As `ports.Incidents.amend`."""
        return await self._incidents.amend(operation, incident_id, lambda found: self._marked(decide(found)))

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

    def _marked(self, change: Change) -> Change:
        entries = tuple(dataclasses.replace(entry, machine=self._where) for entry in change.entries)
        return dataclasses.replace(change, entries=entries)
