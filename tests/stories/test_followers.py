"""Followers hear each published update once, in the thread and by DM, in order, and nothing unpublished."""

import re

import pytest

from bot.domain.update import Outcome
from bot.practice.slack_standin import Channel, Message, visible_text
from bot.usecases import tellings
from tests.stories.night import Night


async def announcement(night: Night) -> Message:
    ref = (await night.incident()).channel.announcement
    assert ref is not None
    found = night.slack.workspace.message(ref.channel, ref.ts)
    assert found is not None
    return found


def heard(night: Night, name: str) -> list[str]:
    """What somebody heard as a follower, oldest first."""
    bot = night.slack.workspace.bot.id
    marked = [m for m in night.slack.dms(night.person(name)) if m.user == bot and "clarion_told" in str(m.metadata)]
    return [visible_text(m.blocks) for m in marked]


def threaded(night: Night, ts: str) -> list[str]:
    """What the announcement's thread holds, oldest first."""
    posts = night.slack.workspace.messages("incidents")
    return [visible_text(m.blocks) for m in posts if m.thread_ts == ts and m.ts != ts]


async def told(night: Night, number: int = 1) -> None:
    """Wait until a telling has ended."""

    async def over() -> bool:
        tellings = (await night.incident()).tellings
        return len(tellings) >= number and tellings[number - 1].settled

    await night.until(over, say=f"telling {number} ends")


async def publish(night: Night, number: int = 1) -> None:
    await night.draft()
    await night.approve(number)
    await night.published(number)


async def test_a_published_update_is_heard_once_in_the_thread_and_by_each_follower() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.click("sam", await announcement(night), "Follow")
        await night.click("dee", await night.card(), "Follow")
        await publish(night)
        await told(night)
        (post,) = threaded(night, (await announcement(night)).ts)
        assert "Update #1 was published" in post
        for name in ("sam", "dee"):
            (dm,) = heard(night, name)
            assert "Approved wording for tickets" in dm
            assert "Pay by bank transfer" in dm
        assert heard(night, "ben") == []
        await night.shows(night.card, "Followers told 2 of 2")
        (telling,) = (await night.incident()).tellings
        assert telling.tally == {Outcome.DELIVERED: 2}


async def test_nobody_hears_of_a_draft_that_waits_for_approval() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.click("sam", await announcement(night), "Follow")
        await night.draft()
        await night.ask()
        assert (await night.incident()).tellings == ()
        assert heard(night, "sam") == []


async def test_a_change_of_stage_and_the_end_are_heard_with_what_changed() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("sam").command("/incident", "follow", channel=night.room)
        await publish(night)
        await told(night)
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        await told(night, 2)
        first, second = heard(night, "sam")
        assert "What changed" not in first
        assert "Stage: investigating → identified" in second
        assert "The wording is the same as before." in second
        assert len(threaded(night, (await announcement(night)).ts)) == 2


async def test_a_newer_telling_overtakes_one_that_has_not_been_heard() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.click("sam", await announcement(night), "Follow")
        await publish(night)
        await told(night)
        await night.here.stop_worker()
        for stage in ("identified", "monitoring"):
            await night.person("ada").command("/incident", f"stage {stage}", channel=night.room)
        await night.here.start_worker()
        await told(night, 3)
        first, last = heard(night, "sam")
        assert "Update #1" in first
        assert "Stage: investigating → monitoring" in last
        # The thread has each of them.
        assert len(threaded(night, (await announcement(night)).ts)) == 3


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("gus", "Guests cannot follow incidents"), ("olaf", "People from other companies can read along here but cannot")],
)
async def test_guests_and_outsiders_are_refused_in_a_sentence_and_hear_nothing(name: str, sentence: str) -> None:
    async with Night().begin() as night:
        await night.declare()
        person = night.person(name)
        night.incidents.members.append(person.id)
        await person.click(await announcement(night), "Follow")
        await night.tells(name, sentence)
        for words in ("follow INC-1", "follow everything", "follow sev1"):
            await person.command("/incident", words, channel="incidents")
        await publish(night)
        await told(night)
        assert heard(night, name) == []
        assert (await night.memory.subscriptions.everybody()) == ()


async def test_a_follower_who_becomes_a_guest_hears_nothing_more() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.click("sam", await announcement(night), "Follow")
        sam = night.person("sam")
        known = await night.memory.people.get(sam.id)
        assert known is not None
        sam.user.is_restricted = True
        await sam.changed()
        await night.until(lambda: _guest(night, sam.id), say="the profile is looked up again")
        await publish(night)
        await told(night)
        assert heard(night, "sam") == []


async def _guest(night: Night, user: str) -> bool:
    person = await night.memory.people.get(user)
    return person is not None and person.guest


async def test_unfollow_in_one_click_stops_the_dms_at_once() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.click("sam", await announcement(night), "Follow")
        await publish(night)
        await told(night)
        dm = next(m for m in night.slack.dms(night.person("sam")) if "clarion_told" in str(m.metadata))
        await night.click("sam", dm, "Unfollow")
        await night.tells("sam", "You do not follow INC-1")
        # Another severity brings back nothing that was left: what sam heard, she heard by another way.
        await night.person("sam").command("/incident", "follow sev3", channel="incidents")
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        await told(night, 2)
        assert len(heard(night, "sam")) == 1


async def test_who_follows_a_severity_hears_of_incidents_to_come_and_may_leave_one() -> None:
    async with Night().begin() as night:
        await night.person("sam").command("/incident", "follow sev1", channel="incidents")
        await night.person("cleo").command("/incident", "follow sev1", channel="incidents")
        await night.person("dee").command("/incident", "follow sev2", channel="incidents")
        await night.person("ben").command("/incident", "follow everything", channel="incidents")
        await night.declare()
        await publish(night)
        await told(night)
        assert [len(heard(night, name)) for name in ("sam", "cleo", "dee", "ben")] == [1, 1, 0, 1]
        await night.person("sam").command("/incident", "unfollow INC-1", channel="incidents")
        await night.person("ada").command("/incident", "severity sev2", channel=night.room)
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        await told(night, 2)
        # Cleo heard that it began, so she hears how it goes on, although it is no SEV1 any more.
        assert [len(heard(night, name)) for name in ("sam", "cleo", "dee", "ben")] == [1, 2, 1, 2]


async def test_the_list_of_what_one_follows_leaves_in_one_click() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam = night.person("sam")
        await sam.command("/incident", "follow everything", channel="incidents")
        await sam.command("/incident", "following", channel="incidents")
        shown = await night.tells("sam", "Every incident")
        await night.click("sam", shown, "Unfollow")
        await night.until(lambda: _follows_nothing(night, sam.id), say="sam follows nothing")
        for words in ("follow everything", "follow sev1", "follow INC-1", "unfollow all"):
            await sam.command("/incident", words, channel="incidents")
        assert await _follows_nothing(night, sam.id), "all means each of them"


async def _follows_nothing(night: Night, user: str) -> bool:
    return (await night.memory.subscriptions.get(user)).nothing


async def test_lost_replies_and_a_429_tell_nobody_twice() -> None:
    async with Night().begin() as night:
        await night.declare()
        names = ("sam", "dee", "ben", "cleo")
        for name in names:
            await night.click(name, await announcement(night), "Follow")
        await night.here.stop_worker()
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        night.slack.trouble.lose_reply("chat.postMessage", times=3)
        night.slack.trouble.rate_limit("chat.postMessage", times=2, retry_after=1)
        await night.here.start_worker()
        await told(night)
        assert [len(heard(night, name)) for name in names] == [1, 1, 1, 1]


async def test_a_worker_killed_in_the_middle_tells_nobody_twice_and_the_rest_once() -> None:
    async with Night(processes=True, lease=1.0).begin() as night:
        await night.declare()
        names = [f"f{n}" for n in range(12)]
        for name in names:
            night.slack.add_person(name)
            await night.person(name).command("/incident", "follow INC-1", channel="incidents")
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        await night.until(lambda: sum(len(heard(night, n)) for n in names) >= 4, say="some have heard")
        await night.apart.kill("worker")
        await night.apart.start_worker()
        await told(night)
        counts = [len(heard(night, name)) for name in names]
        (telling,) = (await night.incident()).tellings
        assert max(counts) == 1
        assert sum(counts) >= 12 - telling.tally.get(Outcome.UNKNOWN, 0)
        assert telling.tally[Outcome.DELIVERED] >= 6
        assert telling.told == 12


async def test_tickets_come_back_to_the_support_lead_with_the_wording_at_each_update_and_at_the_end() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam, room = night.person("sam"), night.room
        await night.person("ada").command("/incident", f"role support {sam.mention}", channel=room)
        await sam.command("/incident", "ticket zd-4711 https://help.example.com/t/9 ZD-4711", channel=room)
        assert (await night.incident()).tickets == ("ZD-4711", "https://help.example.com/t/9")
        await night.shows(night.card, "2 tickets connected")
        await publish(night)
        shown = visible_text((await night.tells("sam", "Please answer 2 tickets")).blocks)
        assert re.search("ZD-4711.*Pay by bank transfer", shown, re.DOTALL)
        answer = await sam.command("/incident", "tickets", channel=room)
        assert answer.view is not None
        assert "ZD-4711" in visible_text(answer.view.blocks)
        await sam.command("/incident", "ticket remove zd-4711", channel=room)
        assert (await night.incident()).tickets == ("https://help.example.com/t/9",)
        shown_short = "<http://help.example.com/t/9|help.example.com/t/9>"  # as Slack sends a link typed without https
        for words in (f"ticket add {shown_short}", "ticket add zd-5", "ticket remove ZD-5"):
            await sam.command("/incident", words, channel=room)
        assert (await night.incident()).tickets == ("https://help.example.com/t/9",)
        form = (await night.press("ada", night.card, "Resolve")).view
        assert form is not None
        await night.person("ada").fill(form, {"Or resolve without telling them. Why?": "Nobody was left."})
        await night.person("ada").submit(form)
        over = visible_text((await night.tells("sam", "1 ticket, and no wording to answer with now")).blocks)
        assert "It is over, and update #1 does not say so" in over
        assert "Pay by bank transfer" not in over


async def test_what_is_no_ticket_is_asked_about_and_changes_nothing() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("sam").command("/incident", "ticket the login page", channel=night.room)
        await night.tells("sam", "does not belong to “ticket”")
        await night.person("sam").command("/incident", "ticket remove ZD-9", channel=night.room)
        await night.tells("sam", "ZD-9 is not connected to INC-1. Nothing was removed.")
        assert (await night.incident()).tickets == ()


async def test_a_user_group_follows_as_its_members_and_its_guest_is_left_out() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam, dee, gus = map(night.person, ("sam", "dee", "gus"))
        group = night.slack.add_usergroup("support-team", (sam, dee, gus))
        answer = await night.person("ada").command("/incident", f"follow INC-1 <!subteam^{group}|@support-team>")
        assert "2 members of the group now follow INC-1" in str(answer.body)
        assert "Left out, because guests" in str(answer.body)
        kept = {f.user for f in await night.memory.subscriptions.everybody()}
        assert kept == {sam.id, dee.id}
        await publish(night)
        await told(night)
        assert [len(heard(night, name)) for name in ("sam", "dee", "gus")] == [1, 1, 0]
        shown = next(m for m in night.slack.dms(dee) if "clarion_told" in str(m.metadata))
        await night.click("dee", shown, "Unfollow")
        await night.tells("dee", "You do not follow INC-1")


async def test_a_group_that_slack_does_not_tell_of_follows_nothing_and_it_is_said() -> None:
    async with Night().begin() as night:
        await night.declare()
        ada = night.person("ada")
        unknown = await ada.command("/incident", "follow everything <!subteam^S0GONE>")
        assert "Slack did not say who is in that group (no_such_subteam). Nobody was added." in str(unknown.body)
        group = night.slack.add_usergroup("support-team", (night.person("sam"),))
        night.slack.stage.scopes.discard("usergroups:read")
        refused = await ada.command("/incident", f"follow sev1 <!subteam^{group}>")
        assert "lacks the scope usergroups:read" in str(refused.body)
        left = await ada.command("/incident", f"unfollow INC-1 <!subteam^{group}|@support-team>")
        assert "@support-team is a group. Each of its members leaves by themselves, with Unfollow." in str(left.body)
        assert await night.memory.subscriptions.everybody() == ()


@pytest.mark.parametrize("name", ["gus", "olaf"])
async def test_guests_and_outsiders_in_the_channel_open_no_draft_and_are_told_nothing_alone(
    name: str,
) -> None:
    async with Night().begin() as night:
        await night.declare()
        person = night.person(name)
        (await _room(night)).members.append(person.id)
        await night.draft()
        ask = await night.ask()
        for label in ("Read everything", "Edit"):
            answer = await person.click(ask, label)
            assert answer.view is None, label
        answer = await person.click(await night.card(), "Draft an update")
        assert answer.view is None
        await night.approve()
        await night.published()
        await told(night)
        said = night.told(name)
        for secret in ("Paying by card fails", "Pay by bank transfer", "Approve"):
            assert secret not in said
        assert [m for m in night.slack.dms(person) if m.user != person.id and "clarion" in str(m.metadata)] == []


async def _room(night: Night) -> Channel:
    return night.slack.workspace.channel(night.room)


async def test_the_card_shows_how_far_a_telling_has_come_while_it_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tellings, "PROGRESS_EVERY", 0.2)
    async with Night().begin() as night:
        await night.declare()
        names = [f"f{n}" for n in range(20)]
        for name in names:
            night.slack.add_person(name)
            await night.person(name).command("/incident", "follow INC-1", channel="incidents")
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        seen: set[int] = set()

        async def counted() -> bool:
            found = re.search(r"Followers told (\d+) of 20", visible_text((await night.card()).blocks))
            if found:
                seen.add(int(found.group(1)))
            return 20 in seen

        await night.until(counted, say="the card shows all of them told")
        assert {n for n in seen if 0 < n < 20}, f"the card shows it on its way, not only {seen}"
        await told(night)
        assert {len(heard(night, name)) for name in names} == {1}
