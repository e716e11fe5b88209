"""Subscriptions: what each support person follows, durable before it is answered; and turns to tell them.

It refuses to judge who may follow: that is the domain's.
"""

from collections.abc import Callable

from bot.domain.subscription import Following
from bot.ports import StorageDown, Unsure
from bot.storage.codec import FOLLOWING
from bot.storage.connection import Link
from bot.storage.keys import Keys
from bot.storage.script import SWAP, TURN

_MOST_TRIES = 20
# Far more turns than workers tell at once; a longer wait can only be a clock that stepped.
_LONGEST_WAIT_US = 60_000_000


class RedisSubscriptions:
    """Implements `ports.Subscriptions`."""

    def __init__(self, link: Link, keys: Keys) -> None:
        self._link = link
        self._keys = keys

    async def get(self, user_id: str) -> Following:
        """Return what a person follows. Raises StorageDown."""
        return _following(user_id, await self._stored(user_id))

    async def amend(self, user_id: str, turn: Callable[[Following], Following]) -> Following:
        """Load, turn, store; on a lost race again. Raises Unsure when it may be stored, StorageDown, StorageFull."""
        for _ in range(_MOST_TRIES):
            stored = await self._stored(user_id)
            before = _following(user_id, stored)
            after = turn(before)
            if after == before:
                return before
            args = (user_id, stored or b"", FOLLOWING.encode(after))
            try:
                stored_now = await self._link.insist(SWAP, (self._keys.following,), args)
            except StorageDown as lost:
                raise Unsure(str(lost)) from lost
            if stored_now:
                return after
        raise StorageDown("Too many changes at once, and this one was not written")

    async def everybody(self) -> tuple[Following, ...]:
        """Return what everybody follows. Raises StorageDown."""
        return tuple(FOLLOWING.decode(stored) for stored in await self._link.ask("HVALS", self._keys.following))

    async def turn(self, each: float) -> float:
        """Take the next turn, `each` seconds after the one before. Raises StorageDown."""
        args = (round(each * 1e6), _LONGEST_WAIT_US)
        return int(await self._link.insist(TURN, (self._keys.crowd,), args)) / 1e6

    async def _stored(self, user_id: str) -> bytes | None:
        found: bytes | None = await self._link.ask("HGET", self._keys.following, user_id)
        return found


def _following(user_id: str, stored: bytes | None) -> Following:
    return FOLLOWING.decode(stored) if stored else Following(user=user_id)
