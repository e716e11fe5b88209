"""Approving, and everything that comes in between (row 2-5b, 24, 33)."""

import asyncio
from datetime import timedelta

from bot.domain.timeline import EntryKind
from bot.domain.update import UpdateState
from bot.practice.slack_standin import visible_text
from tests.stories.night import WORDS, Night, buttons


async def test_a_click_on_an_edited_text_is_refused_and_shows_what_changed() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        seen = (await night.ask()).snapshot()
        answer = await night.press("cleo", night.ask, "Edit")
        assert answer.view is not None
        await night.draft({"What customers see": "All payments fail."}, view=answer.view)
        await night.click("ben", seen, "Approve")
        told = await night.tells("ben", "was edited by")
        said = visible_text(told.blocks)
        assert "Paying by card fails for customers in the EU." in said
        assert "All payments fail." in said
        assert not night.arrived()
        await night.until(lambda: _asked_twice(night))
        await night.approve()
        await night.published()
        assert "All payments fail." in night.arrived("slack")[0].parts[1]


async def _asked_twice(night: Night) -> bool:
    return len((await night.update()).asks) == 2


async def test_whoever_wrote_any_revision_cannot_approve_the_newest() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        answer = await night.press("ben", night.ask, "Edit")
        assert answer.view is not None
        await night.draft({"What customers see": "Ben's words."}, by="ben", view=answer.view)
        await night.until(lambda: _asked_twice(night))
        for author in ("ben", "cleo"):
            await night.press(author, night.ask, "Approve")
            await night.tells(author, "somebody else must approve it")
        assert not night.arrived()
        await night.approve(by="dee")
        await night.published()


async def test_whoever_asks_for_approval_is_named_and_not_woken_by_their_own_request() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        cleo, ask = night.person("cleo"), await night.ask()
        assert cleo.user.name in visible_text(ask.blocks)
        assert cleo.id not in str(ask.blocks)
        assert not [n for n in night.slack.notifications(cleo) if n.ts == ask.ts]


async def test_whose_sentences_are_taken_over_does_not_approve_the_next_update_either() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.approve(by="dee")
        await night.published()
        form = await night.form("update identified", by="ben")
        assert "cannot approve this update" in visible_text(form.blocks)
        await night.draft({"Headline": "We have found what is wrong"}, by="ben", view=form)
        await night.press("cleo", lambda: night.ask(2), "Approve")
        await night.tells("cleo", "somebody else must approve it")
        assert len(night.arrived("slack")) == 1
        await night.approve(2, by="dee")
        await night.published(2)


async def test_a_commander_who_handed_the_role_on_before_the_click_does_not_approve() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        ask = (await night.ask()).snapshot()
        sam = night.person("sam")
        await night.person("ada").command("/incident", f"role commander {sam.mention}", channel=night.room)
        await night.posted(f"{sam.mention} is now the incident commander")
        await night.click("ada", ask, "Approve")
        await night.tells("ada", "You are not an approver here")
        assert not night.arrived()
        await night.approve(by="sam")
        await night.published()


async def test_a_double_click_and_two_approvers_at_once_are_one_approval() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        ask = (await night.ask()).snapshot()
        ben, dee = night.person("ben"), night.person("dee")
        await asyncio.gather(*(who.click(ask, "Approve") for who in (ben, dee, ben, dee)))
        await night.published()
        update = await night.update()
        assert len(update.approvals) == 1
        winner = update.approvals[0].by
        loser = "dee" if winner == ben.id else "ben"
        await night.tells(loser, f"Approved by <@{winner}>")
        entries = [
            e for e in await night.memory.incidents.timeline((await night.incident()).id) if "approved" in e.text
        ]
        assert len(entries) == 1


async def test_a_text_whose_promise_has_come_near_is_refused_with_new_times_one_click_away() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        ask = (await night.ask()).snapshot()
        promised = (await night.update()).latest.facts.next_update_by
        assert promised is not None
        night.clock.move(minutes=26)
        await night.click("ben", ask, "Approve")
        told = await night.tells("ben", "must be at least 10 min away")
        assert not night.arrived()
        answer = await night.click("ben", told, "Draft again with new times")
        assert answer.view is not None
        assert "Paying by card fails for customers in the EU." in str(answer.view.content)
        await night.draft({}, by="ben", view=answer.view)
        renewed = (await night.update()).latest.facts.next_update_by
        assert renewed is not None
        assert renewed >= night.clock.now() + timedelta(minutes=25)


async def test_a_request_that_nobody_answered_for_half_an_hour_lapses() -> None:
    async with Night().begin() as night:
        await night.declare()
        later = int(night.clock.seconds()) + 2 * 3600
        await night.draft({**WORDS, "Next update by": later})
        ask = (await night.ask()).snapshot()
        night.clock.move(minutes=31)
        await night.posted(f"<@{night.person('cleo').id}>: Update #1 was not decided in time")
        await night.click("ben", ask, "Approve")
        told = await night.tells("ben", "This request lapsed")
        assert "Draft again with new times" in buttons(told)
        assert not night.arrived()
        assert not (await night.update()).approvals


async def test_breaking_the_glass_waits_a_minute_tells_everybody_and_can_be_stopped() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft(by="ben")
        await _broken(night)
        for name in ("dee", "cleo", "ada", "ben"):
            await night.tells(name, "Approved alone")
        night.clock.move(seconds=55)
        assert not night.arrived()
        notice = await night.tells("dee", "Approved alone")
        await night.click("dee", notice, "Stop")
        await night.tells("dee", "is stopped. Nothing of it has left.")
        night.clock.move(seconds=60)
        await _nothing_waits(night)
        assert not night.arrived()
        assert (await night.update()).state is UpdateState.WITHDRAWN
        await night.shows(night.ask, "Approved alone by")


async def test_breaking_the_glass_publishes_after_a_minute_and_stays_marked() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft(by="ben")
        await _broken(night)
        assert not night.arrived()
        night.clock.move(seconds=61)
        await night.published()
        await night.shows(night.ask, "Approved alone by")
        await night.shows(night.card, "Approved alone")
        timeline = await night.memory.incidents.timeline((await night.incident()).id)
        (broken,) = [e for e in timeline if e.kind is EntryKind.BREAK_GLASS]
        assert "the others sleep" in broken.text


async def _broken(night: Night) -> None:
    answer = await night.press("ben", night.ask, "Nobody else can approve")
    assert answer.view is not None
    await night.person("ben").fill(answer.view, {"Why can nobody else approve?": "the others sleep"})
    answer = await night.person("ben").submit(answer.view)
    assert answer.status == 200
    assert "is approved, by you alone" in str(answer.view.content if answer.view else "")
    assert (await night.update()).state is UpdateState.APPROVED


async def _nothing_waits(night: Night) -> None:
    """Every job that is due has been taken."""

    async def quiet() -> bool:
        return not [k for k in _due(night) if k.startswith("release:")]

    await night.until(quiet)


def _due(night: Night) -> list[str]:
    keys = night.redis.command("KEYS", "*:due")
    return [str(job) for key in keys for job in night.redis.command("ZRANGE", key, 0, -1)]


async def test_a_rejection_carries_its_reason_to_the_author() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        answer = await night.press("ben", night.ask, "Reject")
        assert answer.view is not None
        await night.person("ben").fill(answer.view, {"What has to change?": "Name the countries."})
        await night.person("ben").submit(answer.view)
        await night.shows(night.ask, "Name the countries.")
        await night.posted("Name the countries.")
        told = [n for n in night.slack.notifications(night.person("cleo")) if "Name the countries." in n.text]
        assert [n.reason for n in told] == ["mention"], "its author is notified, once"
        assert (await night.update()).state is UpdateState.REJECTED
        assert not night.arrived()
        answer = await night.press("cleo", night.ask, "Edit")
        assert answer.view is not None
        await night.draft({"What customers see": "Cards fail in NL and BE."}, view=answer.view)
        await night.until(lambda: _asked_twice(night))
        await night.approve()
        await night.published()


async def test_a_silent_approver_is_woken_again_after_three_and_six_minutes_and_then_the_commander() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.ask()
        for turn in (1, 2):
            night.clock.move(minutes=3, seconds=1)
            await night.tells("ben", f"(reminder {turn})")
            await _cards(night, turn + 1)
        night.clock.move(minutes=3, seconds=1)
        await night.tells("ada", "Nobody has answered")
        notified = [n.reason for n in night.slack.notifications(night.person("ben"))]
        assert notified.count("dm") >= 3
        assert notified.count("mention") >= 3
        await night.approve()
        await night.published()
        count = len(night.slack.dms(night.person("ben")))
        night.clock.move(minutes=3)
        await night.until(lambda: not [k for k in _due(night) if k.startswith(("ask:", "nudge:"))])
        assert len(night.slack.dms(night.person("ben"))) == count


async def _cards(night: Night, count: int) -> None:
    """Wait for so many requests in the channel."""

    async def there() -> bool:
        return len((await night.update()).asks) >= count

    await night.until(there, say=f"request {count} in the channel")
