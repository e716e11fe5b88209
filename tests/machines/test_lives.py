"""The lives of updates, incidents and jobs, walked at random on a real Redis beside small models of their own.

`make machines` walks for minutes. A walk that fails is printed as the steps that lead there.
"""

from hypothesis.stateful import run_state_machine_as_test

from bot.storage.keys import Keys
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
    run_state_machine_as_test(UpdatesMachine, settings=limits(50, 40))


def test_the_life_of_an_incident(server: RedisServer) -> None:
    IncidentsMachine.server = server
    run_state_machine_as_test(IncidentsMachine, settings=limits(30, 25))


def test_the_life_of_jobs(server: RedisServer) -> None:
    JobsMachine.server = server
    run_state_machine_as_test(JobsMachine, settings=limits(40, 40))


async def test_no_key_expires(build: Build, server: RedisServer) -> None:
    """Nothing that safety rests on has a time to live: not after a whole delivery, nor after a repeated click."""
    stage = build()
    update = await stage.approve()
    await jobs.work(stage.services(), await stage.taken())
    assert (await stage.update()).delivery("email").settled
    found = server.command("KEYS", "*")
    assert {Keys("T").attempts(update.id, "email").rpartition(":T:")[2]} <= {
        key.partition("}:")[2].partition(":")[2] for key in found
    }
    assert {key: ttl for key in found if (ttl := server.command("TTL", key)) != -1} == {}
