"""The standstill in Redis, which every worker sees, and the watermark that is compared with Redis in each script.

It refuses to end a standstill that has not been shown: whoever lifts one names it as it was kept.
"""

import socket
from datetime import datetime

import orjson

from bot.ports.clock import Clock
from bot.ports.standstill import Cause, Standstill, Watermark
from bot.storage.connection import Link
from bot.storage.keys import Keys
from bot.storage.script import LIFT


class OwnWatermark:
    """Implements `ports.Watermark` for one process alone: forgotten when it ends."""

    def __init__(self) -> None:
        self.highest = 0

    def saw(self, commit: int, operation: str) -> None:
        """Take in that this commit has happened."""
        del operation
        self.highest = max(self.highest, commit)

    def spelled(self) -> str:
        """Return what a standstill that begins now is kept as; this process has no clock."""
        return spelled(Cause.OLDER_DATA, None, self.highest)


def spelled(cause: Cause, at: datetime | None, seen: int) -> str:
    """Return a standstill as it is kept."""
    kept = {"cause": cause.value, "at": at.isoformat() if at else "", "machine": socket.gethostname(), "seen": seen}
    return orjson.dumps(kept).decode()


class RedisStandstills:
    """Implements `ports.Standstills`, as far as Redis knows."""

    def __init__(self, link: Link, keys: Keys, watermark: Watermark, clock: Clock | None = None) -> None:
        self._link = link
        self._keys = keys
        self._watermark = watermark
        self._clock = clock

    async def now(self) -> Standstill | None:
        """Return it, and begin one if Redis holds fewer commits than were seen. Raises StorageDown."""
        # Read first: a commit that comes in between makes Redis's number the higher one.
        seen = self._watermark.highest
        kept, commits = await self._link.ask_all(("GET", self._keys.standstill), ("GET", self._keys.commits))
        if kept is not None:
            return _read(kept)
        if int(commits or 0) >= seen:
            return None
        await self.begin(Cause.OLDER_DATA)
        kept = await self._link.ask("GET", self._keys.standstill)
        return None if kept is None else _read(kept)

    async def begin(self, cause: Cause) -> None:
        """Begin one, unless there is one. Raises StorageDown."""
        at = self._clock.now() if self._clock else None
        words = self._watermark.spelled() if at is None else spelled(cause, at, self._watermark.highest)
        await self._link.ask("SET", self._keys.standstill, words, "NX")

    async def lift(self, seen: Standstill, highest: int, number: int) -> bool:
        """End the one that was shown. Raises StorageDown."""
        keys = (self._keys.standstill, self._keys.commits, self._keys.last_number)
        return bool(await self._link.insist(LIFT, keys, (seen.mark, highest, number)))


def _read(kept: bytes) -> Standstill:
    found = orjson.loads(kept)
    at = datetime.fromisoformat(found["at"]) if found["at"] else None
    return Standstill(
        cause=Cause(found["cause"]), at=at, machine=found["machine"], seen=found["seen"], mark=kept.decode()
    )
