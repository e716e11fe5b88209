"""Secrets: the hash of each person's, how often it was tried, and what was done with it.

It refuses to know any secret itself, and to let two tries at once count as one: the counter is swapped in one
script, only for the value that was read.
"""

from datetime import datetime

from bot.domain.secret import Enrolment, Tries, Use
from bot.storage.codec import Codec
from bot.storage.connection import Link
from bot.storage.keys import Keys
from bot.storage.script import SWAP

_ENROLMENT = Codec(Enrolment, schema=1)
_TRIES = Codec(Tries, schema=1)
_USE = Codec(Use, schema=1)
# Enough to see a night's guessing; older ones go, so that guessing cannot fill the memory.
MOST_USES = 200


class RedisSecrets:
    """Implements `ports.Secrets`."""

    def __init__(self, link: Link, keys: Keys) -> None:
        self._link = link
        self._keys = keys

    async def get(self, user_id: str) -> Enrolment | None:
        """Return what is kept of a person's secret, or None. Raises StorageDown."""
        stored = await self._link.ask("HGET", self._keys.secrets, user_id)
        return None if stored is None else _ENROLMENT.decode(stored)

    async def everybody(self) -> tuple[Enrolment, ...]:
        """Return what is kept of everybody's secret. Raises StorageDown."""
        return tuple(map(_ENROLMENT.decode, await self._link.ask("HVALS", self._keys.secrets)))

    async def put(self, kept: Enrolment) -> None:
        """Keep a secret in place of the one before; its tries begin anew. Raises StorageDown, StorageFull."""
        await self._link.ask("HSET", self._keys.secrets, kept.user_id, _ENROLMENT.encode(kept))
        await self.right(kept.user_id)

    async def remove(self, user_id: str) -> bool:
        """Forget a person's secret; say whether there was one. Raises StorageDown."""
        return bool(await self._link.ask("HDEL", self._keys.secrets, user_id))

    async def tries(self, user_id: str) -> Tries:
        """Return how often a secret was tried in vain. Raises StorageDown."""
        stored = await self._link.ask("HGET", self._keys.secret_tries, user_id)
        return Tries() if stored is None else _TRIES.decode(stored)

    async def swap(self, user_id: str, before: Tries, after: Tries) -> bool:
        """Count a try, only if nobody has counted one since `before` was read; say whether it was counted."""
        was: bytes = await self._link.ask("HGET", self._keys.secret_tries, user_id) or b""
        if (_TRIES.decode(was) if was else Tries()) != before:
            return False
        # The bytes that are there, and not ours of `before`: another version may spell the same otherwise.
        # Run once: after a lost reply the try counts, and is not repeated.
        return bool(await self._link.run(SWAP, (self._keys.secret_tries,), (user_id, was, _TRIES.encode(after))))

    async def right(self, user_id: str) -> None:
        """Forget the wrong tries. Raises StorageDown."""
        await self._link.ask("HDEL", self._keys.secret_tries, user_id)

    async def note(self, user_id: str, use: Use) -> None:
        """Write down what was done with a secret. Raises StorageDown, StorageFull."""
        key = self._keys.secret_uses(user_id)
        await self._link.ask_all(("RPUSH", key, _USE.encode(use)), ("LTRIM", key, -MOST_USES, -1))

    async def uses(self, user_id: str, since: datetime | None = None) -> tuple[Use, ...]:
        """Return what was done with a person's secret, oldest first. Raises StorageDown."""
        found = [_USE.decode(text) for text in await self._link.ask("LRANGE", self._keys.secret_uses(user_id), 0, -1)]
        return tuple(use for use in found if since is None or use.at >= since)
