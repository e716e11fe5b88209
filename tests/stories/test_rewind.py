"""Redis comes back with older data (failure model 14): sending stops and says so, and nothing is sent twice."""

import functools
import os
import random
from pathlib import Path

import pytest

from bot.domain.update import UpdateState
from bot.ports import Cause, Standstill
from bot.practice.slack_standin import OpenView, visible_text
from tests.stories.night import WORDS, Night
from tests.stories.terminal import Printed, Terminal

HOLD = "Publishing is on hold"


async def halted(night: Night) -> Standstill | None:
    return await night.memory.standstills.now()


async def recovered(terminal: Terminal) -> Printed:
    done = await terminal.run("ben", "recover", answers=("release",))
    assert done.code == 0, done
    return done


async def test_older_data_stops_sending_says_so_everywhere_and_is_released_without_a_double() -> None:
    async with Night(lease=1.0).begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("ben")
        await night.declare()
        await night.draft()
        await night.ask()
        older = night.redis.copy()
        await night.approve()
        await night.published()
        await night.written_down()
        before = len(night.arrived())
        night.redis.go_back_to(older)
        await night.until(lambda: halted(night), within=10, say="a standstill")
        assert (await night.update()).state is UpdateState.SUBMITTED, "Redis has forgotten the approval"
        await night.shows(night.card, HOLD)
        await night.shows(night.ask, HOLD)
        answer = await night.click("ben", await night.ask(), "Approve")
        assert answer.status == 200
        await night.tells("ben", HOLD)
        assert len(night.arrived()) == before
        done = await recovered(terminal)
        assert "came back with older data" in done.out
        assert "Update #1, approved by ben" in done.out
        assert "E-mail 3 delivered" in done.out
        await night.until(lambda: over(night), say="publishing goes on")
        await night.published()
        assert len(night.arrived()) == before, "nothing is sent twice"
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        assert [e for e in entries if "was put back from a journal" in e.text]
        await night.until(lambda: quiet_card(night), say="the card no longer says so")


async def test_a_secret_that_was_revoked_before_older_data_came_back_is_named_before_anybody_agrees() -> None:
    async with Night(lease=1.0).begin() as night:
        terminal = Terminal(night)
        for name in ("ben", "cleo"):
            await terminal.enrol(name)
        await night.declare()
        older = night.redis.copy()
        await night.person("cleo").command("/incident", "secret", channel="general")
        await night.click("cleo", night.slack.ephemerals(night.person("cleo"))[-1], "Revoke")
        await night.draft()
        await night.approve()
        await night.published()
        night.redis.go_back_to(older)
        await night.until(lambda: halted(night), within=10, say="a standstill")
        done = await recovered(terminal)
        assert "Redis holds a secret of cleo that this machine does not: revoked since" in done.out
        assert "a secret of ben" not in done.out
        assert "looks at `/incident secret`" in done.out
        await night.until(lambda: over(night), say="publishing goes on")
        await night.published()


async def over(night: Night) -> bool:
    return await halted(night) is None


async def quiet_card(night: Night) -> bool:
    return HOLD not in visible_text((await night.card()).blocks)


async def _form(night: Night) -> OpenView | None:
    """A form; on a busy machine Slack may be too slow to open one, and people press again."""
    return (await night.person("cleo").command("/incident", "update investigating", channel=night.room)).view


async def _approved(night: Night, number: int) -> bool:
    """Press; on a busy machine Redis may be too slow for one press, and people press again."""
    await night.click("ben", await night.ask(number), "Approve")
    return (await night.update(number)).live


def _more(night: Night, letters: int) -> bool:
    return len(night.arrived("email")) >= letters


async def rounds(night: Night, terminal: Terminal, count: int, seed: int) -> None:
    """Publish, put a copy of an earlier moment back, and recover, again and again; each text arrives once.

    The copy is of before the draft, or of while it waited; it comes back in mid-delivery, or after it.
    """
    chance = random.Random(seed)
    for number in range(1, count + 1):
        copies: list[Path] = [night.redis.copy()]
        form = await night.until(lambda: _form(night), say="a form")
        await night.draft({**WORDS, "What customers see": f"Paying by card fails, news {number}."}, view=form)
        await night.ask(number)
        copies.append(night.redis.copy())
        await night.until(functools.partial(_approved, night, number), say=f"round {number}: approved")
        if chance.random() < 0.5:
            await night.published(number)
        else:
            await night.until(functools.partial(_more, night, 3 * number - chance.randint(0, 3)))
        night.redis.go_back_to(chance.choice(copies))
        await night.until(lambda: halted(night), within=15, say=f"round {number}: a standstill")
        await recovered(terminal)
        await night.until(lambda: over(night), say=f"round {number}: over")
        await night.published(number)


# `make rewind` plays 25.
ROUNDS = int(os.environ.get("REWIND_ROUNDS", "2"))


@pytest.mark.parametrize("seed", [1])
async def test_rounds_of_older_data_double_nothing_and_lose_no_approval(seed: int) -> None:
    async with Night(lease=1.0, outlets=("email", "webhook")).begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("ben")
        await night.declare()
        await rounds(night, terminal, ROUNDS, seed)
        assert len(night.arrived("email")) == 3 * ROUNDS


async def test_an_empty_redis_beside_a_journal_publishes_nothing_until_it_is_filled_again() -> None:
    async with Night(lease=1.0, outlets=("email",)).begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("ben")
        await night.declare()
        await night.draft()
        await night.approve()
        await night.published()
        night.redis.flush()
        still = await night.until(lambda: halted(night), within=10, say="a standstill")
        assert still.cause is Cause.OLDER_DATA
        done = await recovered(terminal)
        assert "missing" in done.out
        await night.until(lambda: over(night))
        await night.published()
        assert len(night.arrived("email")) == 3


async def test_whoever_types_another_word_or_a_wrong_secret_releases_nothing() -> None:
    async with Night(lease=1.0, outlets=("email",)).begin() as night:
        terminal = Terminal(night)
        for name in ("ben", "dee"):
            await terminal.enrol(name)
        await night.declare()
        older = night.redis.copy()
        await night.draft()
        await night.approve()
        await night.published()
        night.redis.go_back_to(older)
        await night.until(lambda: halted(night), within=10)
        wrong = await terminal.run("ben", "recover", secret="aaaaa-bbbbb-ccccc-ddddd", answers=("release",))
        assert wrong.code == 1
        assert "Update #1" not in wrong.out
        assert await halted(night)
        other = await terminal.run("dee", "recover", answers=("no",))
        assert "Nothing was put back" in other.err
        assert await halted(night)
        await terminal.run("dee", "recover", answers=("release",))
        await night.published()
