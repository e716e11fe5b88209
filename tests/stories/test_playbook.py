"""The plan where people are: the runbook ticked off, the values, the plan's pages, and the roll-call of parties."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.change import Change
from bot.domain.incident import Incident, Listing, Severity
from bot.domain.job import Job, JobKind
from bot.domain.party import PartyState
from bot.domain.runbook import How, Runbook, RunbookStep
from bot.plan import shipped
from bot.ports import Services
from bot.practice.slack_standin import Message, OpenView, visible_text
from tests.stories.acts import WORDS
from tests.stories.night import Night, buttons

WATCH = "Watch it for a while once it works again"
OVER = Runbook(
    name="Second region",
    steps=(
        RunbookStep(id="over", do="Fail over to the second region", how=How.APPROVAL),
        RunbookStep(id="look", do="Look at the graphs there", how=How.HAND),
    ),
)


def planned(**changes: Any) -> Any:
    """Have the night decide by a plan with these changes."""

    def change(services: Services) -> Services:
        return replace(services, plan=replace(services.plan, **changes))

    return change


async def message(night: Night, name: str = "runbook") -> Message:
    """The runbook, or the roll-call, as it is in the channel now."""

    async def there() -> Any:
        return getattr((await night.incident()).channel, name)

    ref = await night.until(there, say=f"the {name}")
    found = night.slack.workspace.message(ref.channel, ref.ts)
    assert found is not None
    return found


def flat(blocks: Any) -> str:
    """What can be read, on one line: rich text is many small pieces."""
    return visible_text(blocks).replace("\n", "")


def marked(night: Night, kind: str, channel: str = "") -> list[Message]:
    """The messages of a channel that carry a mark."""
    return [m for m in night.slack.messages(channel or night.room) if kind in str(m.metadata)]


def beside(where: Message | OpenView, words: str, label: str = "Done") -> Mapping[str, str]:
    """The block and the button beside these words."""
    for block in where.blocks:
        if words in str(block.get("text", {}).get("text", "")) and "accessory" in block:
            button = block["accessory"]
            assert button["text"]["text"] == label, button
            return {"block_id": str(block["block_id"]), "action_id": str(button["action_id"])}
    raise AssertionError(f"no button beside {words!r}: {where.blocks}")


async def press(night: Night, who: str, where: Message | OpenView, words: str, label: str = "Done") -> Any:
    """Press the button beside these words."""
    answer = await night.person(who).press(where, **beside(where, words, label))
    assert answer.status == 200, answer
    return answer


async def said(night: Night, text: str) -> list[tuple[str, str]]:
    """Who said what in the timeline, of entries that begin so."""
    incident = await night.incident()
    entries = await night.memory.incidents.timeline(incident.id)
    return [(e.actor, e.text) for e in entries if e.text.startswith(text)]


async def ticked(night: Night) -> dict[str, str]:
    """Who ticked which step."""
    return {tick.step: tick.by for tick in (await night.incident()).ticks}


# ---------------------------------------------------------------- the runbook


async def test_the_steps_are_posted_once_below_the_pinned_card_which_says_what_the_team_stands_for() -> None:
    async with Night().begin() as night:
        night.slack.trouble.lose_reply("chat.postMessage", times=3)
        await night.declare()
        steps = await message(night)
        card = await night.card()
        shown = flat(steps.blocks)
        assert "Open the incident's channel · Clarion" in shown
        assert float(steps.ts) > float(card.ts)
        assert [pin["ts"] for pin in night.slack.workspace.channel(night.room).pins] == [card.ts]
        assert "What we stand for: Customers hear it from us first" in flat(card.blocks).replace("*", "")
        answer = await night.person("sam").command("/incident", "runbook", channel=night.room)
        assert answer.view is not None
        assert WATCH in str(answer.view.blocks)
        await night.draft()
        await night.approve()
        await night.published()
        assert len(marked(night, "clarion_runbook")) == 1


async def test_two_people_at_once_and_double_clicks_tick_a_step_once_with_who_and_when() -> None:
    async with Night().begin() as night:
        await night.declare()
        steps = await message(night)
        aim = beside(steps, WATCH)
        people = [night.person(name) for name in ("ada", "cleo", "ada", "cleo", "ada")]
        answers = await asyncio.gather(*(who.press(steps, **aim) for who in people))
        assert {answer.status for answer in answers} == {200}
        found = await said(night, "Step done")
        first = (await ticked(night))["watch"]
        assert found == [(first, f"Step done: {WATCH}")]
        other = "cleo" if first == night.person("ada").id else "ada"
        await night.tells(other, "has ticked this step off already")
        await night.until(lambda: _shows(night, f"✓ {WATCH}"), say="the step is done")
        for answer in answers:
            await night.person("ada").replay(answer)
        assert await said(night, "Step done") == found


async def _shows(night: Night, words: str, name: str = "runbook") -> bool:
    return words in flat((await message(night, name)).blocks)


async def test_clarion_ticks_off_what_it_sees_and_a_published_update_with_who_approved_it() -> None:
    async with Night().begin() as night:
        await night.declare()
        await message(night)
        assert "first" not in await ticked(night)
        sam, dee = night.person("sam"), night.person("dee")
        await sam.command("/incident", "role support me", channel=night.room)
        await dee.command("/incident", "role scribe me", channel=night.room)
        await night.until(lambda: _shows(night, "✓ Give each role to somebody · Clarion"))
        view = (await press(night, "cleo", await message(night), "Publish the first update", "Draft")).view
        await night.draft(view=view)
        assert "first" not in await ticked(night)
        await night.approve()
        await night.published()
        await night.until(lambda: _shows(night, "✓ Publish the first update · approved by"))
        await night.until(lambda: _shows(night, "✓ Tell support what customers may be told · Clarion"))
        assert (await ticked(night))["first"] == night.person("ben").id
        assert await said(night, "Step") == []  # what happened is in the timeline already


async def test_a_step_behind_an_approval_needs_a_second_person_who_may() -> None:
    async with Night(change=planned(runbooks=(OVER,))).begin() as night:
        await night.declare()
        steps = await message(night)
        asked = ", ".join(sorted(night.person(who).mention for who in ("ben", "cleo", "dee")))
        await press(night, "ada", steps, "Fail over", "Ask for approval")
        await night.posted(f"{asked}: Asks somebody else to approve the step: Fail over")
        await night.until(lambda: _shows(night, "asks for approval"))
        waiting = await message(night)
        await press(night, "ada", waiting, "Fail over", "Approve")
        await night.tells("ada", "so somebody else approves it")
        await press(night, "sam", waiting, "Fail over", "Approve")
        await night.tells("sam", "approves a step")
        assert await ticked(night) == {}
        await asyncio.gather(*(press(night, who, waiting, "Fail over", "Approve") for who in ("cleo", "cleo", "ben")))
        await night.until(lambda: _shows(night, "approved by"))
        assert len(await said(night, "Step approved")) == 1
        await night.posted(f"{night.person('ada').mention}: Step approved: Fail over")
        assert (await ticked(night))["over"] in (night.person("cleo").id, night.person("ben").id)


async def test_a_tick_is_taken_back_with_a_reason_by_who_did_it_or_the_commander() -> None:
    async with Night().begin() as night:
        await night.declare()
        await press(night, "sam", await message(night), WATCH)
        opened = await night.click("cleo", await message(night), "All steps")
        assert opened.view is not None
        form = await press(night, "cleo", opened.view, WATCH, "Not done")
        await night.person("cleo").fill(form.view, {"Why is it not done?": "It fails again"})
        refused = await night.person("cleo").submit(form.view)
        assert "or the commander, can take it back" in str(refused.view.blocks if refused.view else refused)
        assert "watch" in await ticked(night)
        opened = await night.click("ada", await message(night), "All steps")
        assert opened.view is not None
        form = await press(night, "ada", opened.view, WATCH, "Not done")
        await night.person("ada").fill(form.view, {"Why is it not done?": "..."})
        assert "Write it in words" in str((await night.person("ada").submit(form.view)).errors)
        await night.person("ada").fill(form.view, {"Why is it not done?": "It fails again"})
        assert not (await night.person("ada").submit(form.view)).errors
        await night.posted("Reason: It fails again")
        await night.until(lambda: _undone(night), say="it is to be done again")


async def _undone(night: Night) -> bool:
    return "watch" not in await ticked(night) and await _shows(night, WATCH) and not await _shows(night, f"✓ {WATCH}")


async def test_what_is_pressed_in_the_modal_is_drawn_there_and_in_the_channel() -> None:
    async with Night(change=planned(runbooks=(OVER, *shipped().plan.runbooks))).begin() as night:
        await night.declare()
        opened = await night.click("sam", await message(night), "All steps")
        assert opened.view is not None
        await press(night, "sam", opened.view, "Look at the graphs")
        assert "✓ Look at the graphs" in str(opened.view.blocks)
        await night.person("sam").choose(opened.view, "runbook_book", "Every incident")
        assert WATCH in str(opened.view.blocks)
        await night.until(lambda: _shows(night, "✓ Look at the graphs"))


async def test_a_worker_that_stops_between_the_post_and_its_record_posts_no_second_one() -> None:
    async with Night(worker=False).begin() as night:
        await night.declare()
        await night.here.start_worker()
        night.working = True
        await night.until(night.opened)
        await message(night)
        incident = await night.incident()
        # As after a death just behind the post: nothing is remembered, and the job comes again.
        await night.memory.incidents.amend("", incident.id, _forgotten)
        again = Job(id="post_runbook:again", kind=JobKind.POST_RUNBOOK, incident_id=incident.id, attempt=1)
        await night.memory.jobs.add(again)
        await message(night)
        assert len(marked(night, "clarion_runbook")) == 1


def _forgotten(incident: Incident) -> Change:
    return Change(replace(incident, channel=replace(incident.channel, runbook=None)))


async def test_the_learning_step_is_ticked_after_the_end_and_nothing_is_drafted_any_more() -> None:
    async with Night().begin() as night:
        await night.declare()
        await message(night)
        resolve = await night.person("ada").command("/incident", "resolve", channel=night.room)
        pressed = night.slack.ephemerals(night.person("ada"))[-1] if resolve.view is None else resolve.view
        await night.click("ada", pressed, "Resolve")
        await night.until(lambda: _over(night))
        opened = await night.click("dee", await message(night), "All steps")
        assert opened.view is not None
        assert "Draft" not in str(opened.view.blocks)
        await press(night, "dee", opened.view, "Ask what we learn from it")
        assert "learn" in await ticked(night)


async def _over(night: Night) -> bool:
    return (await night.incident()).ended is not None


async def test_a_plan_without_steps_and_values_posts_nothing_and_says_nothing() -> None:
    async with Night(change=planned(runbooks=(), values=())).begin() as night:
        await night.declare()
        await night.draft()
        await night.approve()
        await night.published()
        assert marked(night, "clarion_runbook") == []
        answer = await night.person("ada").command("/incident", "runbook", channel=night.room)
        assert answer.view is not None
        assert "The plan has no runbook" in str(answer.view.blocks)


async def test_steps_that_fit_only_later_are_posted_then_and_once() -> None:
    worst = replace(OVER, severities=(Severity.SEV1,))
    async with Night(outlets=("slack",), change=planned(runbooks=(worst,))).begin() as night:
        ada = night.person("ada")
        await ada.command("/incident", f"Checkout is slow sev3 {ada.mention}", channel="incidents")
        await night.until(night.opened)
        await night.until(lambda: _ordered(night, False), say="nothing to post is found")
        answer = await ada.command("/incident", "runbook", channel=night.room)
        assert answer.view is not None
        assert "The plan has no runbook for this incident" in str(answer.view.blocks)
        await ada.command("/incident", "severity sev1", channel=night.room)
        assert "Fail over to the second region" in flat((await message(night)).blocks)
        await ada.command("/incident", "runbook", channel=night.room)
        await night.until(lambda: _ordered(night, True))
        assert len(marked(night, "clarion_runbook")) == 1


async def _ordered(night: Night, wanted: bool) -> bool:
    return (Listing.RUNBOOK in (await night.incident()).channel.ordered) is wanted


# ---------------------------------------------------------------- private


async def test_of_a_private_incident_only_its_people_see_steps_and_parties_and_contacts_elsewhere_hear_nothing() -> (
    None
):
    async with with_sam().begin() as night:
        answer = await night.person("ada").command(
            "/incident", f"--private Keys leaked sev1 {night.person('ada').mention}", channel="incidents"
        )
        assert answer.status == 200
        await message(night)
        room = (await night.incident()).channel.id
        for words in ("runbook INC-1", "parties INC-1"):
            told = await night.person("sam").command("/incident", words, channel="general")
            assert told.view is None
            assert "There is no INC-1" in f"{told.text}{night.told('sam')}"
        await night.person("ada").command("/incident", "parties INC-1", channel="general")
        called = await message(night, "roll_call")
        assert called.channel == room
        assert night.person("sam").id not in str(called.blocks)
        assert "Draft" not in buttons(await message(night))


async def test_an_incident_made_private_veils_its_steps_and_parties_and_posts_new_ones_in_the_new_channel() -> None:
    async with Night().begin() as night:
        await night.declare()
        old = (await message(night)).channel
        await press(night, "ada", await message(night), WATCH)
        await night.person("ada").command("/incident", "parties", channel=night.room)
        await message(night, "roll_call")
        await night.person("ada").command("/incident", "private INC-1", channel="general")
        await night.until(lambda: _moved(night, old), say="the new channel with its steps")
        left = [m for m in night.slack.messages(night.slack.workspace.channels[old]) if _listed(m)]
        assert len(left) == 2, [(m.text, str(m.metadata)[:90]) for m in left]
        await night.until(lambda: all("is private now" in visible_text(m.blocks) for m in left), say="both are veiled")
        assert await _shows(night, f"✓ {WATCH}")


def _listed(shown: Message) -> bool:
    return any(kind in str(shown.metadata) for kind in ("clarion_runbook", "clarion_roll_call"))


async def _moved(night: Night, old: str) -> bool:
    ref = (await night.incident()).channel.runbook
    return ref is not None and ref.channel != old


# ---------------------------------------------------------------- the plan


async def test_the_plan_is_shown_part_by_part_and_a_risk_begins_its_words() -> None:
    async with Night().begin() as night:
        await night.declare()
        answer = await night.person("cleo").command("/incident", "plan", channel=night.room)
        view = answer.view
        assert view is not None
        assert "SEV1 · INC-1 is one" in str(view.blocks)
        await night.person("cleo").choose(view, "plan_part", "What may go wrong")
        assert "The network fails" in str(view.blocks)
        await night.click("cleo", view, "More")
        assert "A security flaw" in str(view.blocks)
        form = await night.person("cleo").click(view, action_id="update_draft:6")
        assert form.view is not None
        await night.draft({**WORDS, "Who and what is affected": "Orders of 3 May."}, view=form.view)
        assert (await night.update()).template == "data/identified"


async def test_the_outlets_say_how_to_get_access_and_hold_no_password() -> None:
    async with Night().begin() as night:
        await night.declare()
        for where in (night.room, "general"):
            answer = await night.person("sam").command("/incident", "outlets", channel=where)
            assert answer.view is not None
            shown = str(answer.view.blocks)
            assert shown.count("How do I get access?") == len(shipped().plan.outlets)
            assert "Department: Support" in shown
            assert ("used for INC-1" in shown) == (where == night.room)


async def test_from_a_thread_or_a_direct_message_a_button_opens_it_and_a_guest_sees_nothing() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam = night.person("sam")
        await sam.dm("plan")
        offered = await night.tells("sam", "The communication plan")
        opened = await night.click("sam", offered, "The communication plan")
        assert opened.view is not None
        assert "Severities" in str(opened.view.blocks)
        for words in ("plan", "outlets", "runbook INC-1", "parties INC-1"):
            answer = await night.person("gus").command("/incident", words, channel="general")
            assert answer.view is None, words


# ---------------------------------------------------------------- the parties


def with_sam(**changes: Any) -> Night:
    """A night in which Sam speaks for support."""

    def change(services: Services) -> Services:
        sam = night.person("sam").id
        audiences = (replace(a, contacts=(sam,)) if a.name == "support" else a for a in services.plan.audiences)
        return replace(services, plan=replace(services.plan, audiences=tuple(audiences)))

    night = Night(change=change, **changes)
    return night


def party(where: Message | OpenView, name: str, label: str) -> Mapping[str, str]:
    """The button of a party."""
    shown = [block for block in where.blocks if block["type"] in ("rich_text", "actions")]
    row = next(n for n, block in enumerate(shown) if name in visible_text([block]))
    block = shown[row + 1]
    button = next(e for e in block["elements"] if e["text"]["text"] == label)
    return {"block_id": str(block["block_id"]), "action_id": str(button["action_id"])}


async def test_parties_are_called_once_their_contacts_are_mentioned_and_each_word_stands_with_who_and_when() -> None:
    async with with_sam().begin() as night:
        await night.declare()
        asking = [night.person(name).command("/incident", "parties", channel=night.room) for name in ("ada", "cleo")]
        await asyncio.gather(*asking)
        called = await message(night, "roll_call")
        assert night.person("sam").id in str(called.blocks)
        assert "partners" not in visible_text(called.blocks)
        assert "0 of 8 have answered" in flat(called.blocks)
        ready = party(called, "support", "Ready")
        await asyncio.gather(*(night.person(who).press(called, **ready) for who in ("sam", "sam", "dee")))
        await night.until(lambda: _shows(night, "1 of 8 have answered", "roll_call"))
        [(who, words)] = await said(night, "support")
        assert words == "support: ready"
        assert who in (night.person("sam").id, night.person("dee").id)
        opened = await night.person("ada").command("/incident", "parties", channel=night.room)
        assert opened.view is not None
        await night.person("ada").press(opened.view, **party(opened.view, "sales", "Told"))
        assert "Told" in str(opened.view.blocks)
        await night.until(lambda: _shows(night, "2 of 8 have answered", "roll_call"))
        assert {w.name: w.state for w in (await night.incident()).parties} == {
            "support": PartyState.READY,
            "sales": PartyState.TOLD,
        }
        assert len(marked(night, "clarion_roll_call")) == 1


async def test_a_roll_call_without_contacts_says_that_nobody_is_woken_by_it() -> None:
    async with Night(outlets=("slack",)).begin() as night:
        await night.declare()
        await night.person("ada").command("/incident", "parties", channel=night.room)
        await night.tells("ada", "so nobody is woken: tell them yourself")
    async with with_sam(outlets=("slack",)).begin() as night:
        await night.declare()
        await night.person("ada").command("/incident", "parties", channel=night.room)
        await night.tells("ada", "Who speaks for a party is mentioned there.")


async def test_a_guest_ticks_nothing_and_speaks_for_no_party() -> None:
    async with Night().begin() as night:
        await night.declare()
        room = night.slack.workspace.channel(night.room)
        room.members += [night.person("gus").id]
        await night.person("ada").command("/incident", "parties", channel=night.room)
        called, steps = await message(night, "roll_call"), await message(night)
        await night.person("gus").press(steps, **beside(steps, WATCH))
        await night.person("gus").press(called, **party(called, "support", "Told"))
        await night.tells("gus", "uests")
        assert "watch" not in await ticked(night)
        assert (await night.incident()).parties == ()
