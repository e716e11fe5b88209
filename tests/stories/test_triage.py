"""“Is it an incident?”, asked wherever people are, through signed requests, and declared one click further (R1)."""

from functools import partial

from bot.domain.incident import Severity
from bot.domain.timeline import EntryKind
from bot.practice.slack_standin import OpenView, visible_text
from tests.stories.night import Night, buttons

REASON = "Is it an incident? Yes, SEV2: Many customers are hit, or something important is broken."


def shown(view: OpenView) -> str:
    return visible_text(view.blocks)


def _moved_on(view: OpenView, before: str) -> bool:
    return shown(view) != before


async def answer(night: Night, name: str, view: OpenView, *labels: str) -> None:
    """Press one button after another in an open modal."""
    for label in labels:
        before = shown(view)
        await night.click(name, view, label)
        await night.until(partial(_moved_on, view, before), say=f"what follows on {label}")


async def reasons(night: Night) -> list[str]:
    entries = await night.memory.incidents.timeline((await night.incident()).id)
    return [entry.text for entry in entries if entry.kind is EntryKind.NOTE]


async def test_by_command_the_answers_end_in_the_form_and_the_reason_in_timeline_and_channel() -> None:
    async with Night(outlets=("slack",)).begin() as night:
        sam = night.person("sam")
        opened = await sam.command("/incident", "check Checkout is slow", channel="general")
        assert opened.view is not None
        assert "Question 1 of 5" in shown(opened.view)
        await answer(night, "sam", opened.view, "No", "No", "Yes")
        assert "It is an incident: SEV2." in shown(opened.view)
        assert await night.memory.incidents.find(1) is None, "nothing is declared before a click"
        declared = await sam.submit(opened.view)
        assert declared.status == 200
        await night.until(night.opened)
        incident = await night.incident()
        assert (incident.title, incident.severity) == ("Checkout is slow", Severity.SEV2)
        assert await reasons(night) == [REASON]
        await night.posted(REASON)


async def test_the_form_offers_it_and_nothing_typed_is_lost() -> None:
    async with Night(outlets=("slack",)).begin() as night:
        sam = night.person("sam")
        opened = await sam.command("/incident", "", channel="general")
        assert opened.view is not None
        typed = {"What is wrong, in one line": "Sign-in is slow", "What customers see": "They wait for a minute"}
        await sam.fill(
            opened.view, {**typed, "How bad is it?": "SEV4 – Hardly anybody notices, but it needs looking after"}
        )
        await answer(night, "sam", opened.view, "Not sure? Is it an incident?", "I don't know", "No", "Yes")
        assert "Find out first, because it may be worse:" in shown(opened.view)
        await sam.submit(opened.view)
        await night.until(night.opened)
        incident = await night.incident()
        assert (incident.title, incident.impact) == ("Sign-in is slow", "They wait for a minute")
        assert incident.severity is Severity.SEV2, "what the answers came to takes the place of the first choice"
        (reason,) = await reasons(night)
        assert "Not known then: “Can most customers not do what they came for?”" in reason


async def test_in_a_thread_and_by_direct_message_a_button_opens_it() -> None:
    async with Night(outlets=("slack",)).begin() as night:
        sam, bot = night.person("sam"), f"<@{night.slack.workspace.bot.id}>"
        first = await sam.say(night.incidents, "Is this bad?")
        await sam.say(night.incidents, f"{bot} check Logins fail", thread_ts=first.ts)
        offered = await night.tells("sam", "Is it an incident?")
        assert offered.thread_ts == first.ts
        opened = await night.click("sam", offered, "Is it an incident?")
        assert opened.view is not None
        await answer(night, "sam", opened.view, "Yes")
        assert "Logins fail" in str(opened.view.content)
        await sam.close(opened.view)
        await sam.dm("check")
        offers = await night.until(lambda: [m for m in night.slack.dms(sam) if buttons(m)], say="the button")
        opened = await night.click("sam", offers[-1], "Is it an incident?")
        assert opened.view is not None
        await answer(night, "sam", opened.view, *["No"] * 5)
        assert "It is not an incident." in shown(opened.view)
        assert await night.memory.incidents.find(1) is None


async def test_delivered_three_times_the_answers_are_the_same_and_one_incident_is_declared() -> None:
    async with Night(outlets=("slack",)).begin() as night:
        night.slack.trouble.duplicate(extra=2)
        sam = night.person("sam")
        opened = await sam.command("/incident", "check Checkout is slow", channel="general")
        assert opened.view is not None
        await answer(night, "sam", opened.view, "No", "No", "Yes")
        await sam.submit(opened.view)
        await night.until(night.opened)
        assert await night.memory.incidents.find(2) is None
        assert await reasons(night) == [REASON]
