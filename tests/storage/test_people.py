"""People: the last profile of each, by id."""

from datetime import timedelta

from bot.storage.store import Storage
from tests.builders import ANA, BO, NOON, person


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


async def test_who_looked_lately_is_remembered_for_the_latest_few_hundred(storage: Storage) -> None:
    for n in range(510):
        await storage.people.looked(f"U{n}", NOON + timedelta(seconds=n))
    found = await storage.people.onlookers(NOON)
    assert len(found) == 500
    assert found[-1] == "U509"
    assert await storage.people.onlookers(NOON + timedelta(seconds=509)) == ("U509",)
    await storage.people.looked("U20", NOON + timedelta(hours=1))
    assert await storage.people.onlookers(NOON + timedelta(minutes=59)) == ("U20",)
