"""Clocks that step, and outcomes that nobody knows: nothing doubled or lost, and a person decides in time (26, 9)."""

import asyncio

import pytest

from bot.domain.timeline import EntryKind
from bot.domain.update import Outcome
from bot.practice.slack_standin import visible_text
from tests.stories.night import WORDS, Night, buttons

# What the failure model promises: an unknown is on the card within 10 s.
SHOWN_WITHIN = 10.0
# Seconds: so long that a busy machine does not keep a heart from beating in time.
LEASE = 3.0


@pytest.mark.parametrize("minutes", [10, -10])
async def test_a_wall_clock_that_steps_while_an_outlet_thinks_takes_no_job_from_its_worker(minutes: int) -> None:
    """A second worker looks for the dead the whole time: leases go by Redis' own clock, not by this machine's."""
    async with Night(lease=LEASE, outlets=("email", "webhook"), recipients=6).begin() as night:
        await night.declare()
        later = int(night.clock.seconds()) + 3 * 3600
        await night.draft({**WORDS, "Next update by": later})
        night.hook.mode, night.mail.pause_after = "take and hang", 3
        await night.approve()
        await night.until(lambda: night.hook.asked == 1 and night.mail.waiting)
        first = night.here._worker
        await night.here.start_worker()  # a second one, beside the first
        night.clock.move(minutes=minutes)
        await asyncio.sleep(2.2 * LEASE)
        assert night.hook.asked == 1, "somebody else has taken the job"
        night.hook.mode = "take"
        night.hook.go_on()
        night.mail.go_on()
        outcomes = await night.ended()
        assert outcomes["webhook"] == {Outcome.DELIVERED: 1}
        assert outcomes["email"] == {Outcome.DELIVERED: 6}
        assert len(night.mail.letters) == 6
        await _stop(night, first)


async def _stop(night: Night, first: object) -> None:
    await night.here.stop_worker()
    night.here._worker = first  # type: ignore[assignment]
    await night.here.stop_worker()


@pytest.mark.parametrize("decision", ["It arrived", "Send again"])
async def test_an_unknown_is_on_the_card_within_ten_seconds_and_a_person_decides(decision: str) -> None:
    async with Night(outlets=("email",), recipients=1).begin() as night:
        await night.declare()
        await night.draft()
        night.mail.mode = "take and hang"
        await night.approve()
        await night.until(lambda: night.mail.waiting)
        await night.mail.stop()  # the connection breaks; the letter is there
        began = asyncio.get_running_loop().time()
        await night.until(lambda: _offered(night), within=SHOWN_WITHIN, say="both buttons")
        assert asyncio.get_running_loop().time() - began < SHOWN_WITHIN
        shown = visible_text((await night.ask()).blocks)
        assert "it is not known whether it arrived" in shown
        night.mail.mode = "take"
        await night.mail.start()
        if decision == "Send again":
            night.sent_again += night.arrived("email")
        await night.press("ben", night.ask, decision)
        await night.until(lambda: _delivered(night))
        assert len(night.mail.letters) == (2 if decision == "Send again" else 1)
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        said = [e for e in entries if e.kind is EntryKind.DELIVERY and e.actor == night.person("ben").id]
        assert [e.text for e in said] == [
            "Update #1, E-mail: 1 unknown " + ("sent again" if decision == "Send again" else "marked as arrived")
        ]


async def _offered(night: Night) -> bool:
    return {"It arrived", "Send again"} <= set(buttons(await night.ask()))


async def _delivered(night: Night) -> bool:
    return (await night.outcomes()).get("email") == {Outcome.DELIVERED: 1}
