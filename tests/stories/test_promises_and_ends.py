"""Promises are kept in mind, and a night ends as customers were told (item 12 and 13 of issue 2)."""

from datetime import timedelta

from bot.domain.incident import EndKind, Role
from bot.domain.timeline import EntryKind
from bot.practice.slack_standin import visible_text
from tests.stories.night import Night, buttons

REASON = "one customer, and she was called"


async def test_the_lead_is_reminded_once_before_a_promise_and_the_commander_once_it_is_missed() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.approve()
        await night.published()
        promise = (await night.incident()).promise
        assert promise is not None
        night.clock.move(seconds=(promise.due - timedelta(minutes=14) - night.clock.now()).total_seconds())
        reminder = await night.tells("cleo", "Customers expect the next update on INC-1")
        answer = await night.click("cleo", reminder, "Draft an update")
        assert answer.view is not None
        await night.person("cleo").close()
        night.clock.move(minutes=15)
        await night.tells("ada", "Promise missed")
        timeline = await night.memory.incidents.timeline((await night.incident()).id)
        assert len([e for e in timeline if e.kind is EntryKind.PROMISE]) == 1
        assert night.told("cleo").count("Customers expect the next update") == 1


async def test_a_promise_that_was_kept_reminds_nobody() -> None:
    async with Night(outlets=()).begin() as night:
        await night.declare()
        await night.draft()
        await night.approve()
        await night.published()
        night.clock.move(minutes=8)
        await night.draft({}, text="update identified")
        await night.approve(2)
        await night.published(2)
        first = (await night.update(1)).latest.facts.next_update_by
        assert first is not None
        night.clock.move(seconds=(first - night.clock.now()).total_seconds() + 1)
        await night.tells("cleo", "Customers expect the next update")
        assert "Promise missed" not in night.told("ada")
        assert night.told("cleo").count("Customers expect the next update") == 1


async def test_a_false_alarm_is_closed_with_one_click() -> None:
    async with Night(outlets=()).begin() as night:
        await night.declare()
        await night.press("ada", night.card, "False alarm")
        ended = (await night.incident()).ended
        assert ended is not None
        assert ended.kind is EndKind.FALSE_ALARM
        await night.until(lambda: [m for m in night.posts() if "false alarm" in m.text])
        assert not night.arrived()


async def test_resolving_after_customers_were_told_needs_the_notice_or_a_reason() -> None:
    async with Night(outlets=()).begin() as night:
        await night.declare()
        old = (await night.card()).snapshot()
        await night.draft()
        await night.approve()
        await night.published()
        answer = await night.click("ada", old, "Resolve")
        assert (await night.incident()).open, "a button drawn before the publication must not end it quietly"
        assert answer.view is not None
        await night.person("ada").fill(answer.view, {"Or resolve without telling them. Why?": REASON})
        await night.person("ada").submit(answer.view)
        ended = (await night.incident()).ended
        assert ended is not None
        assert (ended.kind, ended.reason) == (EndKind.WAIVED, REASON)
        await night.shows(night.card, REASON)


async def test_customers_who_were_not_told_of_the_end_are_told_afterwards_with_one_click() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.approve()
        await night.published()
        form = (await night.press("ada", night.card, "Resolve")).view
        assert form is not None
        assert "the status page shows the incident as current" in str(form.blocks)
        await night.person("ada").fill(form, {"Or resolve without telling them. Why?": REASON})
        answer = await night.person("ada").submit(form)
        assert answer.view is not None
        assert "The status page still shows it as current." in visible_text(answer.view.blocks)
        offered = (await night.click("ada", answer.view, "Tell customers it is over")).view
        assert offered is not None
        assert "What was wrong, and what was done" in visible_text(offered.blocks)
        form = (await night.press("cleo", night.card, "Tell customers it is over")).view
        assert form is not None
        await night.draft({"What was wrong, and what was done": "A faulty part was replaced."}, view=form)
        await night.approve(2)
        await night.published(2)
        await night.shows(night.card, "Customers were told afterwards that it is over.")
        ended = (await night.incident()).ended
        assert ended is not None
        assert ended.kind is EndKind.WAIVED, "it was ended once, and stays ended so"
        assert not [b for b in buttons(await night.card()) if b == "Tell customers it is over"]
        answer = await night.person("cleo").command("/incident", "update identified", channel=night.room)
        assert "INC-1 is over" in str(answer.body)


async def test_what_is_already_so_is_said_to_be_and_tells_nobody() -> None:
    async with Night().begin() as night:
        await night.declare()
        ada = night.person("ada")
        for words, sentence in (("stage investigating", "already investigating"), ("severity sev1", "already SEV1")):
            answer = await ada.command("/incident", words, channel=night.room)
            assert f"INC-1 is {sentence}. Nothing was changed." in str(answer.body)
        assert (await night.incident()).tellings == ()


async def test_who_takes_a_role_over_is_told_once_and_somebody_unknown_holds_none() -> None:
    async with Night().begin() as night:
        await night.declare()
        dee = night.person("dee")
        await dee.command("/incident", "role scribe me", channel=night.room)
        await night.posted("is now the scribe of INC-1")
        told = [n.text for n in night.slack.notifications(dee) if "scribe" in n.text]
        assert told == [], "the answer to the command has told it, with the duties"
        answer = await night.person("ada").command("/incident", "role support <@U0NOBODY>", channel=night.room)
        assert "Slack knows nobody with the id U0NOBODY" in str(answer.body)
        night.slack.trouble.server_error("users.info", times=None)
        await night.person("ada").command("/incident", "role support <@U0UNSURE>", channel=night.room)
        assert (await night.incident()).roles[Role.SUPPORT] == "U0UNSURE", "Slack does not say: an incident goes on"
