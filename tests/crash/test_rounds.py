"""Redis goes away around an approval: a few rounds of each kind; `make crash` plays 25."""

import pytest

from tests.crash.recovery import TARGET, worker_killed
from tests.crash.rounds import play


@pytest.mark.parametrize("kind", ["SIGKILL", "restart"])
async def test_redis_that_goes_away_around_an_approval_loses_and_doubles_nothing(kind: str) -> None:
    found = await play(kind, 2, seed=1)
    assert (found.played, found.lost, found.doubled) == (2, 0, 0)
    assert found.acknowledged == 2


async def test_a_killed_worker_costs_its_lease_and_at_most_five_seconds() -> None:
    assert await worker_killed() <= TARGET
