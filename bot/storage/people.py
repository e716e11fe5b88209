"""People: profiles as last looked up in Slack. It refuses to judge how old is too old; that is a use case."""

from collections.abc import Sequence

from bot.domain.people import Person
from bot.storage.codec import PERSON
from bot.storage.connection import Arg, Link
from bot.storage.keys import Keys

# A workspace has tens of thousands; one command for all of them would hold up everybody else's.
_WRITTEN_AT_ONCE = 500


class RedisPeople:
    """Implements `ports.People`."""

    def __init__(self, link: Link, keys: Keys) -> None:
        self._link = link
        self._keys = keys

    async def get(self, user_id: str) -> Person | None:
        """Return the profile as last stored, or None. Raises StorageDown."""
        stored = await self._link.ask("HGET", self._keys.people, user_id)
        return None if stored is None else PERSON.decode(stored)

    async def put(self, people: Sequence[Person]) -> None:
        """Store profiles. Raises StorageDown, StorageFull."""
        for start in range(0, len(people), _WRITTEN_AT_ONCE):
            row: list[Arg] = []
            for person in people[start : start + _WRITTEN_AT_ONCE]:
                row += (person.user_id, PERSON.encode(person))
            await self._link.ask("HSET", self._keys.people, *row)
