"""Secrets in Redis: one for each person, and of many tries at once one is counted and the others come to nothing."""

import asyncio
from datetime import timedelta

from bot.domain import secret
from bot.domain.secret import Tries, Use, UseKind
from bot.storage.secrets import MOST_USES
from bot.storage.store import Storage
from tests.builders import ANA, BO, NOON

KEPT = secret.enrolled(ANA, "k7m2p9qrst01234vwxyz", b"salt", "op1", NOON)
ONCE = Tries(wrong=1, until=NOON)


async def test_what_is_kept_comes_back_and_goes(storage: Storage) -> None:
    assert await storage.secrets.get(ANA) is None
    await storage.secrets.put(KEPT)
    assert await storage.secrets.get(ANA) == KEPT
    assert await storage.secrets.get(BO) is None
    assert await storage.secrets.remove(ANA)
    assert not await storage.secrets.remove(ANA)


async def test_of_fifty_tries_at_once_one_is_counted(storage: Storage) -> None:
    swapped = await asyncio.gather(*(storage.secrets.swap(ANA, Tries(), ONCE) for _ in range(50)))
    assert swapped.count(True) == 1
    assert await storage.secrets.tries(ANA) == ONCE
    assert await storage.secrets.tries(BO) == Tries()


async def test_a_new_secret_and_a_right_one_begin_anew(storage: Storage) -> None:
    await storage.secrets.swap(ANA, Tries(), ONCE)
    await storage.secrets.put(KEPT)
    assert await storage.secrets.tries(ANA) == Tries()
    await storage.secrets.swap(ANA, Tries(), ONCE)
    await storage.secrets.right(ANA)
    assert await storage.secrets.tries(ANA) == Tries()


async def test_uses_are_kept_in_order_and_the_oldest_go(storage: Storage) -> None:
    for minute in range(MOST_USES + 5):
        at = NOON + timedelta(minutes=minute)
        await storage.secrets.note(ANA, Use(at=at, kind=UseKind.WRONG, doing="approve", machine="ops@bastion"))
    uses = await storage.secrets.uses(ANA)
    assert len(uses) == MOST_USES
    assert uses[-1].at == NOON + timedelta(minutes=MOST_USES + 4)
    assert await storage.secrets.uses(ANA, since=uses[-1].at) == uses[-1:]
