"""Who acts, while Slack is slow: approving fails closed; everything else lets a stranger pass once (row 24, 33)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.domain.job import SLACK_LANE, JobKind
from bot.domain.people import Caller, Person
from bot.domain.refusals import Refusal
from bot.ports import ChatUnavailable, Places, Services
from bot.usecases import jobs, runbooks, secrets, updates
from bot.usecases.people import FRESH_FOR, acting, approving
from tests.builders import WORKSPACE, person
from tests.usecases.conftest import Build
from tests.usecases.stage import Stage

GUEST = Caller("U0GUEST", WORKSPACE)


class SlowSlack:
    """Does not answer in time; with `patience` it does."""

    async def person(self, user_id: str, within: float) -> Person | None:
        if within < 5:
            raise ChatUnavailable(None)
        return person(user_id, guest=True)


class QuickSlack:
    """Says at once that somebody has become a guest."""

    async def person(self, user_id: str, within: float) -> Person | None:
        return person(user_id, guest=True)


def services(stage: Stage) -> Services:
    return replace(stage.services(), chat=cast(Any, SlowSlack()), places=Places(workspace=WORKSPACE))


async def test_a_guest_whom_nobody_knew_passes_once_at_most(build: Build) -> None:
    stage = build()
    found = services(stage)
    assert not (await acting(found, GUEST)).guest
    await stage.memory.jobs.promote(stage.clock.at)
    held = await stage.memory.jobs.take(SLACK_LANE, 1)
    assert held is not None
    assert held.job.kind is JobKind.REFRESH_PERSON
    await jobs.work(found, held)
    assert (await acting(found, GUEST)).guest


async def test_many_acts_of_one_stranger_are_one_look(build: Build) -> None:
    stage = build()
    for _ in range(5):
        await acting(services(stage), GUEST)
    assert await stage.memory.jobs.promote(stage.clock.at) == 1


async def test_nobody_unknown_approves(build: Build) -> None:
    with pytest.raises(Refusal) as refused:
        await approving(services(build()), GUEST)
    assert refused.value.code == "who_are_you"


DECIDE: dict[str, Callable[[Services], Awaitable[Any]]] = {
    "approve": lambda s: updates.approve(s, "inc0001", "upd1", "d", GUEST, "op"),
    "approve alone": lambda s: updates.break_glass(s, "inc0001", "upd1", "d", "nobody is awake", GUEST, "op"),
    "reject": lambda s: updates.reject(s, "inc0001", "upd1", "d", "wrong", GUEST, "op"),
    "decide about the unknown": lambda s: updates.decide_unknown(s, "inc0001", "upd1", "email", False, GUEST, "op"),
    "approve a step": lambda s: runbooks.approve(s, "inc0001", "Book", "step", GUEST, "op"),
    "make a secret": lambda s: secrets.enrol(s, GUEST, "op"),
}


@pytest.mark.parametrize("what", DECIDE)
async def test_whatever_is_decided_is_decided_by_somebody_known(build: Build, what: str) -> None:
    """Not by a stranger who passes for a colleague while Slack is slow."""
    with pytest.raises(Refusal) as refused:
        await DECIDE[what](services(build()))
    assert refused.value.code == "who_are_you"


async def test_who_was_looked_up_a_quarter_of_an_hour_ago_is_looked_up_again_before_they_approve(build: Build) -> None:
    stage = build()
    quick = replace(services(stage), chat=cast(Any, QuickSlack()))
    long_ago = stage.clock.at - FRESH_FOR - timedelta(seconds=1)
    await stage.memory.people.put([person(GUEST.user_id, checked_at=long_ago)])
    assert (await approving(quick, GUEST)).guest
    await stage.memory.people.put([person(GUEST.user_id, checked_at=long_ago)])
    assert not (await approving(services(stage), GUEST)).guest, "Slack is slow, and they were a colleague"


async def test_somebody_of_another_workspace_is_outside_whoever_they_look_like(build: Build) -> None:
    stage = build()
    await stage.memory.people.put([person("U0ANA")])
    assert (await approving(services(stage), Caller("U0ANA", "T0OTHER"))).outside
    assert (await acting(services(stage), Caller("U0ANA", "T0OTHER"))).outside
