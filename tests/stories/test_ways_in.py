"""Wherever people are: mentions, threads, direct messages, message shortcuts and reactions, through signed requests."""

from bot.domain.facts import Stage
from bot.domain.timeline import Entry, EntryKind
from bot.practice.slack_standin import visible_text
from tests.stories.night import Night
from tests.stories.test_followers import announcement


async def _notes(night: Night, number: int = 1) -> list[Entry]:
    incident = await night.incident(number)
    return [e for e in await night.memory.incidents.timeline(incident.id) if e.kind is EntryKind.NOTE]


def _bot(night: Night) -> str:
    return f"<@{night.slack.workspace.bot.id}>"


async def test_a_mention_in_a_thread_of_the_channel_changes_the_stage_and_is_answered_there_to_one_person() -> None:
    async with Night().begin() as night:
        await night.declare()
        ada = night.person("ada")
        first = await ada.say(night.room, "It is the database.")
        await ada.say(night.room, f"{_bot(night)} stage identified", thread_ts=first.ts)
        answer = await night.tells("ada", "identified")
        assert (answer.thread_ts, answer.ephemeral_for) == (first.ts, ada.id)
        assert (await night.incident()).stage is Stage.IDENTIFIED


async def test_a_mention_in_the_announcements_thread_knows_the_incident_and_offers_the_form_by_a_button() -> None:
    async with Night().begin() as night:
        await night.declare()
        cleo, there = night.person("cleo"), await announcement(night)
        await cleo.say("incidents", f"{_bot(night)} update identified", thread_ts=there.ts)
        offered = await night.tells("cleo", "press the button")
        assert offered.thread_ts == there.ts
        answer = await night.click("cleo", offered, "Draft an update")
        assert answer.view is not None
        await night.draft(view=answer.view)
        assert (await night.update()).stage is Stage.IDENTIFIED


async def test_a_direct_message_is_understood_and_answered_in_the_direct_messages() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam = night.person("sam")
        await sam.dm("list")
        answer = await night.tells("sam", "1 open incident")
        assert answer.ephemeral_for is None
        await sam.dm("/incident severity sev2 INC-1")
        await night.tells("sam", "SEV2")
        await sam.join(night.room)
        for words in ("lower it to sev3", "Search is down too SEV3", "sev3"):  # whose severity, is asked in its channel
            await sam.command("/incident", words, channel=night.room)
            asked = await night.tells("sam", "/incident severity SEV3")
        assert await night.memory.incidents.find(2) is None
        await night.click("sam", asked, "/incident severity SEV3")
        await night.tells("sam", "INC-1 is now SEV3")
        await sam.dm("stage identified")
        asked = await night.tells("sam", "Is it INC-1?")
        await night.click("sam", asked, "This one")
        await night.until(lambda: _is(night, Stage.IDENTIFIED))
        await sam.command("/incident", "--private Keys leaked SEV3", channel=night.room)
        await night.tells("sam", "INC-2 declared")


async def _is(night: Night, stage: Stage) -> bool:
    return (await night.incident()).stage is stage


async def test_an_answer_that_cannot_be_said_where_it_was_asked_comes_by_direct_message() -> None:
    async with Night().begin() as night:
        await night.declare()
        night.slack.trouble.fail("chat.postEphemeral", "user_not_in_channel")
        await night.person("ada").say(night.room, f"{_bot(night)} list")
        answer = await night.tells("ada", "1 open incident")
        assert answer in night.slack.dms(night.person("ada"))


async def test_a_mention_that_slack_tells_of_three_times_declares_one_incident() -> None:
    async with Night().begin() as night:
        night.slack.trouble.duplicate(extra=2)
        await night.person("ada").say("incidents", f"{_bot(night)} Checkout fails for EU cards sev1")
        await night.until(night.opened)
        night.slack.trouble.clear()
        await night.tells("ada", "INC-1 declared")
        assert await night.memory.incidents.find(2) is None


async def test_guests_bots_and_edits_are_not_heard_as_requests() -> None:
    async with Night().begin() as night:
        await night.declare()
        room = night.slack.workspace.channel(night.room)
        await night.person("gus").dm("stage identified INC-1")
        await night.tells("gus", "cannot change an incident")
        common = {"channel": room.id, "ts": "1790000000.000100", "event_ts": "1790000000.000100"}
        words = {"type": "app_mention", "text": f"{_bot(night)} stage identified", **common}
        own = night.slack.workspace.bot.id
        for who in (
            {"user": "U0OTHER", "bot_id": "B0OTHER"},
            {"user": own},
            {"user": "U0X", "edited": {"user": "U0X", "ts": common["ts"]}},
        ):
            assert (await night.slack.send_event({**words, **who})).status == 200
        before = {"type": "message", "user": night.person("ada").id, "text": "stage", "channel_type": "im", **common}
        after = {**before, "text": "stage identified"}
        changed = {"type": "message", "subtype": "message_changed", "channel_type": "im", "hidden": True, **common}
        changed |= {"message": after, "previous_message": before}
        assert (await night.slack.send_event(changed)).status == 200
        assert (await night.incident()).stage is Stage.INVESTIGATING


async def test_a_message_goes_into_the_timeline_once_with_its_author_time_and_link() -> None:
    async with Night().begin() as night:
        await night.declare()
        ada, sam = night.person("ada"), night.person("sam")
        await sam.join(night.room)
        words = await sam.say(night.room, "Restarted the\u202e database <!channel>")
        await ada.message_shortcut("message_note", words)
        await night.tells("ada", "was added to the timeline of INC-1")
        await ada.message_shortcut("message_note", words)
        await night.tells("ada", "is in the timeline already")
        await ada.react(words, "pushpin")
        (entry,) = await _notes(night)
        assert (entry.actor, entry.author, entry.text) == (ada.id, sam.id, "Restarted the database @channel")
        assert entry.written_at is not None
        assert entry.written_at.timestamp() == float(words.ts)
        assert words.ts.replace(".", "") in entry.link
        answer = await ada.command("/incident", "timeline", channel=night.room)
        assert answer.view is not None
        assert "Restarted the database" in visible_text(answer.view.blocks)


async def test_a_pushpin_adds_the_message_a_reply_too_once_however_many_press_it() -> None:
    async with Night().begin() as night:
        await night.declare()
        ada, cleo = night.person("ada"), night.person("cleo")
        first = await ada.say(night.room, "Rolling back.")
        reply = await cleo.say(night.room, "Done at 03:04.", thread_ts=first.ts)
        await ada.react(first, "eyes")
        await ada.react(reply, "pushpin")
        await cleo.react(reply, "pushpin")
        await cleo.react(first, "pushpin")
        await night.until(lambda: _noted(night, 2))
        assert {e.text for e in await _notes(night)} == {"Rolling back.", "Done at 03:04."}


async def _noted(night: Night, count: int) -> bool:
    return len(await _notes(night)) == count


async def test_a_message_from_elsewhere_asks_which_incident_it_belongs_to() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam = night.person("sam")
        words = await sam.say("incidents", "Customers in Spain, too.")
        answer = await sam.message_shortcut("message_note", words)
        assert answer.view is not None
        await sam.submit(answer.view)
        (entry,) = await _notes(night)
        assert entry.text == "Customers in Spain, too."


async def test_whose_message_an_update_was_drafted_from_cannot_approve_it() -> None:
    async with Night().begin() as night:
        await night.declare()
        ben, cleo = night.person("ben"), night.person("cleo")
        await ben.join(night.room)
        words = await ben.say(night.room, "Paying by card fails in the EU since 03:00.")
        answer = await cleo.message_shortcut("message_draft", words)
        assert answer.view is not None
        assert "Paying by card fails in the EU since 03:00." in str(answer.view.content)
        await night.draft({"What customers can do meanwhile": "Pay by bank transfer."}, view=answer.view)
        await night.press("ben", night.ask, "Approve")
        await night.tells("ben", "somebody else must approve it")
        assert not night.arrived()
        await night.approve(by="dee")
        await night.published()


async def test_a_draft_from_a_message_elsewhere_keeps_its_author_through_the_choice_and_another_template() -> None:
    async with Night().begin() as night:
        await night.declare()
        ben, cleo = night.person("ben"), night.person("cleo")
        words = await ben.say("incidents", "Card payments fail.")
        answer = await cleo.message_shortcut("message_draft", words)
        assert answer.view is not None
        chosen = await cleo.submit(answer.view)
        assert chosen.status == 200
        form = night.slack.open_view(cleo)
        assert form is not None
        await cleo.choose(form, "draft_template", "outage/identified")
        form = night.slack.open_view(cleo)
        assert form is not None
        assert "Card payments fail." in str(form.content)
        await night.draft({"What customers can do meanwhile": "Pay by bank transfer."}, view=form)
        assert (await night.update()).latest.quoted == (ben.id,)
        assert ben.id in (await night.update()).authors


async def test_an_incident_is_declared_from_a_message_and_its_timeline_links_to_it() -> None:
    async with Night().begin() as night:
        ada = night.person("ada")
        words = await ada.say("incidents", "Checkout fails for EU cards\nsince five minutes")
        answer = await ada.message_shortcut("message_declare", words)
        assert answer.view is not None
        await ada.fill(answer.view, {"How bad is it?": "SEV1"})
        assert not (await ada.submit(answer.view)).errors
        await night.until(night.opened)
        incident = await night.incident()
        assert incident.title == "Checkout fails for EU cards"
        assert incident.impact == "Checkout fails for EU cards\nsince five minutes"
        (entry,) = await _notes(night)
        assert entry.author == ada.id
        assert words.ts.replace(".", "") in entry.link


async def test_the_global_shortcut_declares() -> None:
    async with Night().begin() as night:
        answer = await night.person("ada").shortcut("incident_declare")
        assert answer.view is not None
        assert answer.view.title == "Declare an incident"
