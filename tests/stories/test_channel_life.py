"""The channel goes away and people leave; publishing never depends on either (row 23, 24)."""

from bot.domain.incident import Loss, Role
from bot.practice.slack_standin import Message, visible_text
from tests.stories.night import Night, buttons


async def test_an_archived_channel_is_told_to_the_lead_and_the_approver_approves_from_the_direct_messages() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.ask()
        await night.person("ada").archive(night.room)
        told = await night.tells("cleo", "was archived")
        assert "Publishing goes on." in told.text
        assert "Open a new channel" in buttons(told)
        request = await night.tells("ben", "please approve this update")
        assert "Paying by card fails for customers in the EU." in visible_text(request.blocks)
        await night.click("ben", request, "Approve")
        await night.published()
        await night.until(lambda: "Approve" not in buttons(request_at(night, request.ts)))
        await night.until(
            lambda: "going out" in told_at(night, request.ts) or "published" in told_at(night, request.ts)
        )


def request_at(night: Night, ts: str) -> Message:
    return next(m for m in night.slack.dms(night.person("ben")) if m.ts == ts)


def told_at(night: Night, ts: str) -> str:
    return visible_text(request_at(night, ts).blocks)


async def test_a_new_channel_takes_the_place_of_an_archived_one_with_card_and_announcement() -> None:
    async with Night().begin() as night:
        await night.declare()
        old = (await night.incident()).channel
        await night.person("ada").archive(night.room)
        told = await night.tells("cleo", "was archived")
        at = old.announcement
        assert at is not None
        announced = night.slack.workspace.message(at.channel, at.ts)
        assert announced is not None
        await night.click("sam", announced, "Join the channel")
        await night.tells("sam", "was archived, so you cannot be brought into it. Ask <@")
        await night.click("cleo", told, "Open a new channel")

        async def reopened() -> bool:
            channel = (await night.incident()).channel
            return channel.card is not None and channel.id != old.id

        await night.until(reopened)
        fresh = (await night.incident()).channel
        assert (fresh.name, fresh.former, fresh.lost) == (f"{old.name}-2", (old.id,), None)
        assert fresh.announcement == old.announcement
        members = night.slack.workspace.channel(fresh.name).members
        assert {night.person("ada").id, night.person("cleo").id} <= set(members)
        await night.tells("cleo", "go on in")
        await night.click("cleo", told, "Open a new channel")
        await night.tells("cleo", f"INC-1 has its channel: #{fresh.name}.")


async def test_a_bot_that_was_removed_goes_back_in_with_one_click() -> None:
    async with Night().begin() as night:
        await night.declare()
        room = night.slack.workspace.channel(night.room)
        await night.person("ada").remove(room, night.slack.workspace.bot)
        told = await night.tells("cleo", "which was removed from it")
        assert (await night.incident()).channel.lost is Loss.REMOVED
        await night.click("cleo", told, "Bring Clarion back")

        async def back() -> bool:
            return (await night.incident()).channel.lost is None

        await night.until(back)
        assert night.slack.workspace.bot.id in room.members
        assert (await night.incident()).channel.id == room.id


async def test_a_removal_that_slack_did_not_tell_of_is_noticed_and_approval_goes_by_direct_message() -> None:
    async with Night().begin() as night:
        await night.declare()
        view = await night.form()
        night.slack.workspace.channel(night.room).members.remove(night.slack.workspace.bot.id)
        await night.draft(view=view)
        await night.tells("cleo", "which was removed from it")
        request = await night.tells("dee", "please approve this update")
        await night.click("dee", request, "Approve")
        await night.published()


async def test_an_unarchived_channel_and_a_new_name_are_followed() -> None:
    async with Night().begin() as night:
        await night.declare()
        ada, room = night.person("ada"), night.slack.workspace.channel(night.room)
        await ada.archive(room)
        assert (await night.incident()).channel.lost is Loss.ARCHIVED
        await ada.unarchive(room)
        assert (await night.incident()).channel.lost is None
        await ada.rename(room, "inc-1-payments")
        assert (await night.incident()).channel.name == "inc-1-payments"
        answer = await ada.command("/incident", "stage identified", channel="inc-1-payments")
        assert answer.status == 200
        await night.until(lambda: _says(night, "inc-1-payments", "identified"))


def _says(night: Night, channel: str, words: str) -> bool:
    return any(words in m.text for m in night.slack.messages(channel))


async def test_a_deactivated_lead_is_told_to_the_commander_who_passes_the_role_on() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("cleo").deactivated()
        told = await night.tells("ada", "is deactivated")
        assert set((await night.incident()).roles) & {Role.COMMUNICATIONS} == set()
        assert Role.COMMUNICATIONS in (await night.incident()).searches
        answer = await night.click("ada", told, "Roles")
        assert answer.view is not None
        await night.person("ada").fill(answer.view, {"Role": "Communications lead", "Person": night.person("sam").id})
        await night.person("ada").submit(answer.view)
        assert (await night.incident()).roles[Role.COMMUNICATIONS] == night.person("sam").id
        await night.person("cleo").deactivated()
        told_of = [m for m in night.slack.dms(night.person("ada")) if "Give the role to somebody else." in m.text]
        assert len(told_of) == 1


async def test_a_deactivated_approver_is_not_asked_and_the_others_are() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("dee").deactivated()
        await night.tells("ada", "is deactivated")
        await night.draft()
        await night.tells("ben", "asks you to approve")
        assert night.person("ben").id in str((await night.ask()).blocks)
        assert night.person("dee").id not in str((await night.ask()).blocks)
        await night.approve()
        await night.published()


async def test_a_group_as_a_role_is_refused_with_a_sentence() -> None:
    async with Night().begin() as night:
        await night.declare()
        group = night.slack.add_usergroup("oncall", (night.person("sam"),))
        words = f"role comms <!subteam^{group}|@oncall>"
        answer = await night.person("ada").command("/incident", words, channel=night.room)
        assert "@oncall is a group, and a role takes one person." in str(answer.body)
        assert (await night.incident()).roles[Role.COMMUNICATIONS] == night.person("cleo").id
