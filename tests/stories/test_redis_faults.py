"""Redis restarts, hangs or is full: nothing is lost or doubled, and people are told what is known (row 13, 15, 16)."""

import asyncio
import contextlib

from bot.domain.update import Outcome
from bot.practice.slack_standin import Answer
from bot.storage.patience import IN_TIME
from tests.promises import stretched
from tests.stories.night import WORDS, Night
from tests.stories.terminal import Terminal


async def test_redis_killed_between_approval_and_publication_and_restarted_costs_under_five_seconds() -> None:
    async with Night(lease=2.0).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        await night.here.stop_worker()
        await night.click("ben", ask, "Approve")
        await night.here.start_worker()
        night.redis.restart()
        await night.published(within=stretched(5.0))


async def test_redis_killed_while_outlets_are_being_served_sends_nothing_twice() -> None:
    async with Night(lease=2.0, outlets=("webhook",)).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode = "take and hang"
        await night.approve()
        await night.until(lambda: night.hook.asked == 1)
        night.redis.restart()
        night.hook.mode = "take"
        night.hook.go_on()
        await night.published(within=10.0)


async def test_redis_that_goes_away_again_and_again_is_no_crash_of_the_job_in_hand() -> None:
    async with Night(lease=1.0, outlets=("webhook",)).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode = "hang"
        await night.approve()
        for turn in range(1, 6):
            await _tries(night, turn)
            night.redis.kill()
            night.hook.go_on()
            await asyncio.sleep(2.0)  # longer than any patience with Redis
            night.redis.start()
            night.clock.move(minutes=2)
        night.hook.mode = "take"
        night.hook.go_on()
        night.clock.move(minutes=2)
        await night.published()
        assert not await night.memory.jobs.aside()


async def _tries(night: Night, count: int) -> None:
    """Wait for a try. It may have been put off after the clock was moved, so time goes on while nothing comes."""
    for _ in range(30):
        with contextlib.suppress(AssertionError):
            await night.until(lambda: night.hook.asked >= count, within=1.0, say=f"try {count}")
            return
        night.clock.move(seconds=15)
    await night.until(lambda: night.hook.asked >= count, say=f"try {count}")


async def test_redis_killed_as_separate_processes_go_on_with_it() -> None:
    async with Night(processes=True, lease=2.0).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        night.redis.restart()
        await night.until(lambda: _clicked(night, ask))
        night.redis.restart()
        await night.published(within=10.0)


async def _clicked(night: Night, ask: object) -> bool:
    answer: Answer = await night.person("ben").click(ask, "Approve")  # type: ignore[arg-type]
    assert answer.status == 200
    await asyncio.sleep(0.05)
    return bool((await night.update()).approvals)


async def test_a_full_redis_refuses_new_drafts_in_a_sentence_and_records_what_is_under_way() -> None:
    async with Night(lease=2.0, redis={"maxmemory": "30mb"}).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode = "take and hang"
        await night.approve()
        await night.until(lambda: night.hook.asked == 1)
        _fill(night)
        night.hook.mode = "take"
        night.hook.go_on()
        await night.until(lambda: _recorded(night), say="what the webhook took, although Redis takes nothing else")
        _fill(night, 0.95)
        await night.published()
        view = await night.form()
        await night.person("cleo").fill(view, WORDS)
        _fill(night)
        await asyncio.sleep(1.05)  # how full it is is asked once a second
        answer = await night.person("cleo").submit(view)
        assert answer.view is not None
        assert "memory is full" in str(answer.view.content)
        assert len((await night.incident()).updates) == 1


def _fill(night: Night, share: float = 1.0) -> None:
    """Have Redis use this share of what it may. At 1 it refuses itself to take more, at 0.9 Clarion does."""
    used = int(night.redis.command("INFO", "memory")["used_memory"])
    night.redis.command("CONFIG", "SET", "maxmemory", int(used / share))


async def _recorded(night: Night) -> bool:
    update = await night.update()
    [hook] = [one.outlet for one in update.deliveries if one.outlet.startswith("webhook")]
    known = await night.memory.attempts.read(update.id, hook)
    return [one.outcome for one in known.values()] == [Outcome.DELIVERED]


async def test_a_click_while_redis_hangs_is_answered_in_time_and_later_with_what_became_of_it() -> None:
    async with Night(lease=5.0, patience=IN_TIME).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        night.redis.pause()
        answer = await night.person("ben").click(ask, "Approve")
        assert answer.status == 200
        assert answer.seconds < stretched(3.0)
        await night.until(lambda: _said(night), within=stretched(4.0), say="what is known")
        assert not night.arrived()
        night.redis.resume()
        if "not known yet" in night.told("ben"):
            await night.until(lambda: "saved" in night.told("ben").partition("not known yet")[2], say="the end of it")
        approved = bool((await night.update()).approvals)
        assert approved == ("It was saved after all" in night.told("ben"))
        if not approved:
            await night.approve()
        await night.published()


def _said(night: Night) -> bool:
    told = night.told("ben")
    return "not known yet" in told or "nothing was saved" in told or "who you are" in told


async def test_an_approval_that_redis_took_and_did_not_answer_is_said_to_be_saved_later() -> None:
    async with Night(lease=5.0, patience=IN_TIME).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        await _known(night)
        clicking = asyncio.create_task(night.person("ben").click(ask, "Approve"))
        await asyncio.sleep(0.004)
        night.redis.pause()
        answer = await clicking
        assert answer.seconds < stretched(3.0)
        night.redis.resume()
        approved = await night.until(lambda: _settled(night), say="saved, or not saved")
        if approved == "no":
            await night.approve()
        await night.published()


async def _known(night: Night) -> None:
    """Ben has been looked up, so that approving him needs no call."""
    await night.click("ben", await night.ask(), "Read everything")
    await night.person("ben").close()


async def _settled(night: Night) -> str:
    told, approved = night.told("ben"), bool((await night.update()).approvals)
    if approved:
        return "yes"
    return "no" if "not saved" in told or "nothing was saved" in told else ""


async def test_outcomes_are_unknown_to_nobody_after_all_that() -> None:
    async with Night(lease=2.0).begin() as night:
        await night.declare()
        await night.draft()
        await night.approve()
        night.redis.restart()
        outcomes = await night.ended(within=15.0)
        # A letter in flight while Redis is away may honestly be unknown; nothing else may.
        assert all(
            set(tally) <= {Outcome.DELIVERED, *([Outcome.UNKNOWN] if outlet == "email" else [])}
            for outlet, tally in outcomes.items()
        )


async def test_every_way_in_says_within_its_time_that_redis_is_down_and_how_to_publish_without_it() -> None:
    async with Night(outlets=("email",)).begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("ada")
        await night.declare()
        await night.draft()
        ask, form = await night.ask(), await night.form()
        await night.person("cleo").fill(form, WORDS)
        bot = f"<@{night.slack.workspace.bot.id}>"
        night.redis.kill()
        clock = asyncio.get_running_loop().time
        started = clock()
        said = await night.person("ada").command("/incident", "stage identified", channel=night.room)
        assert HOW in str(said)
        assert clock() - started < 2.5
        started = clock()
        await night.click("ben", ask, "Approve")
        await night.tells("ben", HOW)
        assert clock() - started < 2.5
        started = clock()
        submitted = await night.person("cleo").submit(form)
        assert HOW in str(submitted)
        assert clock() - started < 2.5
        started = clock()
        await night.person("dee").say(night.room, f"{bot} stage identified")
        await night.tells("dee", HOW)
        assert clock() - started < 2.5
        typed = await terminal.run("ada", "incident", "list")
        assert HOW in typed.err
        night.redis.start()


HOW = "clarion publish --emergency"
