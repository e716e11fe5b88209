"""People: the last profile of each, by id."""

from bot.storage.store import Storage
from tests.builders import ANA, BO, person


async def test_a_profile_comes_back_as_stored(storage: Storage) -> None:
    await storage.people.put([person(ANA), person(BO, guest=True)])
    assert await storage.people.get(BO) == person(BO, guest=True)
    assert await storage.people.get("U0NOBODY") is None


async def test_the_last_one_stored_counts(storage: Storage) -> None:
    await storage.people.put([person(ANA)])
    await storage.people.put([person(ANA, deactivated=True)])
    found = await storage.people.get(ANA)
    assert found is not None
    assert found.deactivated


async def test_a_whole_workspace_is_stored_in_parts(storage: Storage) -> None:
    await storage.people.put([person(f"U{n}") for n in range(1201)])
    assert await storage.people.get("U1200") == person("U1200")
    await storage.people.put([])
