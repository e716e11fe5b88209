"""Whether anything may be published, as this machine sees it: Redis's word, and what lies in the journal beside it."""

from bot.journal.journal import Journal
from bot.ports import Cause, Standstill
from bot.storage.store import Storage


class MachineStandstills:
    """Implements `ports.Standstills`."""

    def __init__(self, storage: Storage, journal: Journal) -> None:
        self._storage = storage
        self._journal = journal
        self._compared = False

    async def now(self) -> Standstill | None:
        """As `ports.Standstills.now`."""
        found = await self._storage.standstills.now()
        if found is None and self._journal.has_emergency():
            await self.begin(Cause.EMERGENCY)
            found = await self._storage.standstills.now()
        if found is None and not self._compared:
            found = await self._grown_past()
        return found

    async def begin(self, cause: Cause) -> None:
        """As `ports.Standstills.begin`."""
        await self._storage.standstills.begin(cause)

    async def lift(self, seen: Standstill, highest: int, number: int) -> bool:
        """As `ports.Standstills.lift`."""
        return await self._storage.standstills.lift(seen, highest, number)

    async def _grown_past(self) -> Standstill | None:
        """Find out, once, whether Redis lost the last commit seen here and has grown past its number since."""
        operation = self._journal.watermark.operation
        if operation and not await self._storage.has(operation):
            await self.begin(Cause.OLDER_DATA)
            return await self._storage.standstills.now()
        self._compared = True
        return None
