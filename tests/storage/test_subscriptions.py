"""Subscriptions: kept as they are answered, also when two change at once, and turns that keep their distance."""

import asyncio

from bot.domain.incident import Severity
from bot.domain.subscription import Following, follow, follow_everything, follow_severity, unfollow
from bot.storage.store import Storage
from tests.builders import ANA, BO
from tests.storage.conftest import Open


async def test_what_was_followed_is_known_to_another_process(another: Open) -> None:
    one, other = another(), another()
    await one.subscriptions.amend(ANA, follow("inc1"))
    await one.subscriptions.amend(ANA, follow_severity(Severity.SEV1))
    await one.subscriptions.amend(BO, follow_everything)
    wanted = Following(user=ANA, incidents=frozenset({"inc1"}), severities=frozenset({Severity.SEV1}))
    assert await other.subscriptions.get(ANA) == wanted
    assert {f.user for f in await other.subscriptions.everybody()} == {ANA, BO}


async def test_somebody_unknown_follows_nothing(storage: Storage) -> None:
    assert (await storage.subscriptions.get("U0NEW")).nothing
    assert await storage.subscriptions.everybody() == ()


async def test_two_changes_at_once_are_both_kept(storage: Storage) -> None:
    await asyncio.gather(*(storage.subscriptions.amend(ANA, follow(f"inc{n}")) for n in range(8)))
    assert len((await storage.subscriptions.get(ANA)).incidents) == 8


async def test_following_twice_is_following_once(storage: Storage) -> None:
    for _ in range(2):
        await storage.subscriptions.amend(ANA, follow("inc1"))
    assert (await storage.subscriptions.amend(ANA, unfollow("inc1"))).nothing


async def test_turns_are_so_far_apart_for_all_processes_together(another: Open) -> None:
    one, other = another(), another()
    waits = [await store.subscriptions.turn(10.0) for store in (one, other, one)]
    assert waits[0] == 0.0
    assert 9.0 < waits[1] <= 10.0
    assert 19.0 < waits[2] <= 20.0
    assert await other.subscriptions.turn(100.0) == 0.0
