"""The whole night, from `/incident` to the end, as people live it."""

from bot.domain.incident import EndKind
from bot.practice.slack_standin import visible_text
from tests.stories.night import Night

CORRECTION = {"What was wrong in the earlier update": "We wrote that bank transfers work. They do not."}
RESTORED = {"What was wrong, and what was done": "From 02:40 to 03:30 UTC card payments failed. It is fixed."}


async def live_through(night: Night) -> None:
    """Declare, draft, refuse, approve, publish, correct, resolve."""
    await night.declare()
    await _people_are_told(night)
    await night.draft()
    ask = await night.ask()
    await night.click("cleo", ask, "Approve")
    await night.tells("cleo", "somebody else must approve it")
    assert not night.arrived()
    ben = night.slack.notifications(night.person("ben"))
    assert [n for n in ben if n.reason == "mention"], "the request mentions the approver"
    await night.until(
        lambda: [
            n
            for n in night.slack.notifications(night.person("ben"))
            if n.reason == "dm" and n.text.startswith("Approve update #1 for INC-1 (SEV1 Checkout fails")
        ]
    )
    await night.approve()
    await night.published()
    await _corrected(night)
    await _resolved(night)


async def _people_are_told(night: Night) -> None:
    incident = await night.incident()
    pinned = [pin["ts"] for pin in night.slack.workspace.channels[incident.channel.id].pins]
    assert incident.channel.card is not None
    assert pinned == [incident.channel.card.ts]
    await night.tells("ada", "is ready. Go on in")
    for name, role in (("ada", "incident commander"), ("cleo", "communications lead")):
        await night.tells(name, f"You are the {role} of INC-1")
        await night.posted(f"{night.person(name).mention} is now the {role} of INC-1.")
    members = night.slack.workspace.channels[incident.channel.id].members
    assert {night.person("ada").id, night.person("cleo").id} <= set(members)


async def _corrected(night: Night) -> None:
    answer = await night.press("cleo", night.ask, "Correct")
    assert answer.view is not None
    await night.draft(CORRECTION, view=answer.view)
    await night.approve(2)
    await night.published(2)


async def _resolved(night: Night) -> None:
    answer = await night.person("ada").command("/incident", "resolve", channel=night.room)
    assert answer.view is not None
    answer = await night.click("ada", answer.view, "Draft the restored notice")
    assert answer.view is not None
    await night.draft(RESTORED, by="ada", view=answer.view)
    await night.approve(3)
    await night.published(3)

    async def over() -> bool:
        ended = (await night.incident()).ended
        return ended is not None and ended.kind is EndKind.RESTORED

    await night.until(over, say="the incident is over")
    await night.shows(night.card, "Customers were told that it is over")
    assert "Service is restored" in night.arrived("status")[-1].parts[0] or "It is fixed" in str(night.arrived()[-1])
    assert len(night.arrived("status")) == len(night.arrived("slack")) == len(night.arrived("webhook")) == 3
    assert len(night.arrived("email")) == 9
    assert "Draft an update" not in visible_text((await night.card()).blocks)


async def test_a_whole_night_with_web_and_worker_in_one_process() -> None:
    async with Night().begin() as night:
        await live_through(night)


async def test_a_whole_night_with_web_and_worker_as_separate_processes() -> None:
    async with Night(processes=True).begin() as night:
        await live_through(night)


async def test_a_whole_night_in_which_slack_delivers_everything_three_times_at_once() -> None:
    async with Night().begin() as night:
        night.slack.trouble.duplicate(extra=2, concurrently=True)
        await live_through(night)
        assert await night.memory.incidents.find(2) is None
        assert len([c for c in night.slack.calls_of("conversations.create") if c.ok]) == 1
        incident = await night.incident()
        assert len(incident.updates) == 3
        marks = [str(m.metadata) for m in night.posts() if m.metadata]
        assert len(marks) == len(set(marks)), "something was posted twice"


async def test_a_whole_night_through_socket_mode_without_a_signing_secret() -> None:
    async with Night(socket_mode=True).begin() as night:
        night.slack.trouble.duplicate(extra=2, concurrently=True)
        await live_through(night)
        await night.slack.sockets.disconnect()
        await night.until(lambda: night.slack.sockets.number_open, say="connected again")
        told = await night.person("ada").command("/incident", "help")
        assert told.status == 200
        assert "/incident" in told.text
