"""Headroom: whether Redis has room for new work, asked before it is too late to finish old work.

New drafts and incidents are refused at 90 % of `maxmemory`, so that decisions and results under way still fit
(failure model 15). It refuses nothing where the server sets no limit or does not say.
"""

import time

from redis.exceptions import ResponseError

from bot.ports import StorageFull
from bot.storage.connection import Link

FULL_AT = 0.9
# Asking costs a round trip on the way to an acknowledgement; within a second memory does not grow by a tenth.
_FRESH_SECONDS = 1.0


class Headroom:
    """Knows how full Redis is, as of a second ago."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._share = 0.0
        self._asked: float | None = None

    async def require(self) -> None:
        """Raise StorageFull if new work is to be refused; StorageDown if Redis does not answer."""
        now = time.monotonic()
        if self._asked is None or now - self._asked > _FRESH_SECONDS:
            self._share = await self._used()
            self._asked = now
        if self._share >= FULL_AT:
            raise StorageFull(f"Redis is {self._share:.0%} full")

    async def _used(self) -> float:
        try:
            said: bytes = await self._link.ask("INFO", "memory")
        except ResponseError:
            return 0.0  # some hosted servers do not tell
        rows = dict(line.split(b":", 1) for line in said.splitlines() if b":" in line)
        most = int(rows.get(b"maxmemory", b"0"))
        return int(rows.get(b"used_memory", b"0")) / most if most else 0.0
