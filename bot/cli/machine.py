"""Which machine, and which of its users, a command was typed on; and a record that holds it in every entry.

The name of the user is the operating system's and not the environment's, which anybody may set.
"""

import dataclasses
import getpass
import os
import socket

from bot.domain.change import Change
from bot.domain.text import clean_line
from bot.ports import Committed, Decide, Incidents
from bot.ports.passing import PassedReads

_LONGEST = 100


def machine() -> str:
    """Return "user@host"."""
    try:
        import pwd

        user = pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        user = getpass.getuser()
    return clean_line(f"{user}@{socket.gethostname()}")[:_LONGEST]


class OnRecord(PassedReads):
    """Implements `ports.Incidents`: another one's, with the machine in every entry that is written."""

    def __init__(self, incidents: Incidents, where: str) -> None:
        super().__init__(incidents)
        self._where = where

    async def create(self, operation: str, change: Change) -> Committed:
        """As `ports.Incidents.create`."""
        return await self._incidents.create(operation, self._marked(change))

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """As `ports.Incidents.amend`."""
        return await self._incidents.amend(operation, incident_id, lambda found: self._marked(decide(found)))

    def _marked(self, change: Change) -> Change:
        entries = tuple(dataclasses.replace(entry, machine=self._where) for entry in change.entries)
        return dataclasses.replace(change, entries=entries)
