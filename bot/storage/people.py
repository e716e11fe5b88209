"""People: profiles as last looked up in Slack. It refuses to judge how old is too old; that is a use case."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from bot.domain.people import Person
from bot.storage.codec import PERSON
from bot.storage.connection import Arg, Link
from bot.storage.keys import Keys

# A workspace has tens of thousands; one command for all of them would hold up everybody else's.
_WRITTEN_AT_ONCE = 500
# Each gets a drawing when something changes, and Slack takes 100 a minute (tier 4).
_MOST_ONLOOKERS = 500
# Profiles kept in decoded form: those who act in a bad night, at half a kilobyte each.
_DECODED = 512


@lru_cache(maxsize=_DECODED)
def _decoded(stored: bytes) -> Person:
    """Return the person of these very bytes. It is frozen, so whoever reads the same bytes may share it."""
    return PERSON.decode(stored)


class RedisPeople:
    """Implements `ports.People`."""

    def __init__(self, link: Link, keys: Keys) -> None:
        self._link = link
        self._keys = keys

    async def get(self, user_id: str) -> Person | None:
        """Return the profile as last stored, or None. Raises StorageDown."""
        stored = await self._link.ask("HGET", self._keys.people, user_id)
        return None if stored is None else _decoded(stored)

    async def named(self, name: str) -> tuple[Person, ...]:
        """Return everybody whose name this is, whatever its case. Raises StorageDown."""
        wanted, found, cursor = name.casefold(), list[Person](), b"0"
        while True:
            cursor, rows = await self._link.ask("HSCAN", self._keys.people, cursor, "COUNT", _WRITTEN_AT_ONCE)
            people = [PERSON.decode(text) for text in rows[1::2]]
            found += [one for one in people if one.name.casefold() == wanted and one not in found]
            if cursor == b"0":
                return tuple(found)

    async def put(self, people: Sequence[Person]) -> None:
        """Store profiles. Raises StorageDown, StorageFull."""
        for start in range(0, len(people), _WRITTEN_AT_ONCE):
            row: list[Arg] = []
            for person in people[start : start + _WRITTEN_AT_ONCE]:
                row += (person.user_id, PERSON.encode(person))
            await self._link.ask("HSET", self._keys.people, *row)

    async def looked(self, user_id: str, at: datetime) -> None:
        """Remember that somebody opened the home tab, for the latest few. Raises StorageDown, StorageFull."""
        await self._link.ask("ZADD", self._keys.onlookers, int(at.timestamp()), user_id)
        await self._link.ask("ZREMRANGEBYRANK", self._keys.onlookers, 0, -_MOST_ONLOOKERS - 1)

    async def onlookers(self, since: datetime) -> tuple[str, ...]:
        """Return who opened the home tab after `since`. Raises StorageDown."""
        found = await self._link.ask("ZRANGEBYSCORE", self._keys.onlookers, int(since.timestamp()), "+inf")
        return tuple(user.decode() for user in found)
