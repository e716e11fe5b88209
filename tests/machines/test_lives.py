"""The lives of updates, incidents and jobs, walked at random on a real Redis beside small models of their own.

`make machines` walks for minutes. A walk that fails is printed as the steps that lead there.
"""

from hypothesis.stateful import run_state_machine_as_test

from bot.domain.update import Outcome
from bot.usecases import jobs
from tests.machines.conftest import limits
from tests.machines.incidents_machine import IncidentsMachine
from tests.machines.jobs_machine import JobsMachine
from tests.machines.updates_machine import UpdatesMachine
from tests.redis_server import RedisServer
from tests.usecases.conftest import Build, build

__all__ = ["build"]


def test_the_life_of_updates(server: RedisServer) -> None:
    UpdatesMachine.server = server
    run_state_machine_as_test(UpdatesMachine, settings=limits(45, 40))


def test_the_life_of_an_incident(server: RedisServer) -> None:
    IncidentsMachine.server = server
    run_state_machine_as_test(IncidentsMachine, settings=limits(30, 25))


def test_the_life_of_jobs(server: RedisServer) -> None:
    JobsMachine.server = server
    run_state_machine_as_test(JobsMachine, settings=limits(40, 40))


async def test_no_key_expires(build: Build, server: RedisServer) -> None:
    """Nothing that safety rests on has a time to live: after a whole delivery, every key is asked."""
    stage = build()
    await stage.approve("upd1")
    await jobs.work(stage.services(), await stage.taken())
    assert await stage.outcomes("upd1") == {Outcome.DELIVERED: 3}
    found = server.command("KEYS", "*")
    assert all(any(name in key for key in found) for name in ("attempts:upd1:email", ":operations", ":incident:"))
    assert {key: ttl for key in found if (ttl := server.command("TTL", key)) != -1} == {}
