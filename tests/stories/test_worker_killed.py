"""The worker dies by SIGKILL at the worst moments: each outlet gets the update once, or a person decides (row 8, 9)."""

import pytest

from bot.domain.update import Outcome
from tests.stories.night import Night, buttons

DELIVERED, UNKNOWN = Outcome.DELIVERED, Outcome.UNKNOWN


async def test_a_worker_killed_between_approval_and_publication_costs_nothing() -> None:
    async with Night(processes=True, lease=1.0).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        await night.apart.kill("worker")
        await night.click("ben", ask, "Approve")
        assert not night.arrived()
        await night.apart.start_worker()
        await night.published()


@pytest.mark.parametrize("mode", ["hang", "take and hang"])
async def test_a_worker_killed_while_a_webhook_hangs_sends_again_under_the_same_id(mode: str) -> None:
    async with Night(processes=True, lease=1.0, outlets=("webhook",)).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode = mode
        await night.approve()
        await night.until(lambda: night.hook.asked == 1)
        await night.apart.kill("worker")
        night.hook.mode = "take"
        await night.apart.start_worker()
        await night.published()
        assert len({name for name, _ in night.hook.posts}) == 1
        assert night.hook.asked == 2


async def test_a_worker_killed_after_slack_took_the_post_finds_it_and_does_not_post_again() -> None:
    async with Night(processes=True, lease=1.0, outlets=("slack",), worker=False).begin() as night:
        await night.apart.start_worker("slack", "after")
        await night.declare()
        await night.until(night.opened)
        await night.draft()
        await night.approve()
        await night.apart.died("worker")
        assert len(night.arrived("slack")) == 1
        await night.apart.start_worker()
        await night.published()
        assert len(night.arrived("slack")) == 1


async def test_a_worker_killed_before_slack_was_asked_looks_twice_and_posts() -> None:
    async with Night(processes=True, lease=1.0, outlets=("slack",), worker=False).begin() as night:
        await night.apart.start_worker("slack", "before")
        await night.declare()
        await night.until(night.opened)
        await night.draft()
        await night.approve()
        await night.apart.died("worker")
        assert not night.arrived("slack")
        await night.apart.start_worker()
        await night.published()


async def _mail_in_doubt(night: Night) -> None:
    """The only letter was taken, and the worker died before it could record that."""
    await night.declare()
    await night.draft()
    night.mail.mode = "take and hang"
    await night.approve()
    await night.until(lambda: night.mail.waiting)
    await night.apart.kill("worker")
    night.mail.mode = "take"
    await night.apart.start_worker()
    outcomes = await night.ended()
    assert outcomes["email"] == {UNKNOWN: 1}
    assert len(night.mail.letters) == 1
    await night.until(lambda: _offered(night, "Send again"))
    assert {"It arrived", "Send again"} <= set(buttons(await night.ask()))


async def _offered(night: Night, label: str) -> bool:
    return label in buttons(await night.ask())


async def test_mail_taken_and_not_recorded_is_unknown_until_somebody_says_that_it_arrived() -> None:
    async with Night(processes=True, lease=1.0, outlets=("email",), recipients=1).begin() as night:
        await _mail_in_doubt(night)
        await night.press("ben", night.ask, "It arrived")
        assert (await night.outcomes())["email"] == {DELIVERED: 1}
        assert len(night.mail.letters) == 1


async def test_mail_taken_and_not_recorded_is_sent_again_only_when_somebody_says_so() -> None:
    async with Night(processes=True, lease=1.0, outlets=("email",), recipients=1).begin() as night:
        await _mail_in_doubt(night)
        night.sent_again += night.arrived("email")
        await night.press("ben", night.ask, "Send again")
        await night.until(lambda: len(night.mail.letters) == 2)
        await night.until(lambda: _all_delivered(night))


async def _all_delivered(night: Night) -> bool:
    return (await night.outcomes()).get("email") == {DELIVERED: 1}


async def test_a_worker_told_to_stop_in_mid_delivery_hands_the_job_back() -> None:
    async with Night(processes=True, lease=30.0, outlets=("webhook",)).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode = "hang"
        await night.approve()
        await night.until(lambda: night.hook.asked == 1)
        stopping = night.apart.stop_worker()
        night.hook.mode = "take"
        await stopping
        await night.apart.start_worker()
        # Long before the lease would end.
        await night.published(within=15)
        assert len({name for name, _ in night.hook.posts}) == 1


async def test_a_job_that_kills_its_worker_three_times_is_put_aside_and_the_others_go_on() -> None:
    async with Night(processes=True, lease=0.5, worker=False).begin() as night:
        await night.apart.start_worker("webhook", "before")
        await night.declare()
        await night.until(night.opened)
        await night.draft()
        await night.approve()
        for _ in range(3):
            await night.apart.died("worker")
            await night.apart.start_worker("webhook", "before")
        outcomes = await night.ended()
        assert outcomes["status"] == outcomes["slack"] == {DELIVERED: 1}
        assert outcomes["webhook"] == {UNKNOWN: 1}
        # Letters that were on their way when the worker died are for a person to decide about; no other is missing.
        assert len(night.mail.letters) <= sum(outcomes["email"].values()) == 3
        assert set(outcomes["email"]) <= {DELIVERED, UNKNOWN}
        ((job, reason),) = await night.until(night.memory.jobs.aside, say="a job put aside")
        assert job.id.startswith("deliver:")
        assert "crashed its worker 3 times" in reason
        shown = await night.apart.say("aside")
        assert job.id in shown
        assert "3 times" in shown


async def test_a_worker_paused_past_its_lease_sends_nothing_when_it_wakes() -> None:
    async with Night(processes=True, lease=1.0, outlets=("email",), recipients=30).begin() as night:
        await night.declare()
        await night.draft()
        night.mail.pause_after = 10
        await night.approve()
        await night.until(lambda: night.mail.waiting == 4)
        night.apart.pause("worker")
        night.mail.go_on()
        await night.apart.start_worker(name="worker2")
        outcomes = await night.ended()
        night.apart.resume("worker")
        await night.until(lambda: "lease_lost" in night.apart.log("worker"), say="the first worker notices")
        assert sum(outcomes["email"].values()) == 30
        assert outcomes["email"][UNKNOWN] <= 4
        assert len(night.mail.letters) == len({one.to for one in night.mail.letters}) == 30
