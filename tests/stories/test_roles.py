"""Roles that somebody has to take on: asked for in turn, accepted, passed on; and the standby of approvers."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bot.domain.incident import Role
from bot.domain.plan import Plan
from bot.domain.policy import Policy
from bot.ports import Services
from bot.practice.slack_standin import Message, visible_text
from bot.practice.slack_standin.trouble import Fault
from tests.stories.night import Night, buttons
from tests.stories.test_private import opened_privately

Change = Callable[[Services], Services]
PLEASE = "Can you be the support lead of INC-1?"


def night_with(
    contacts: tuple[str, ...] = ("sam",), standby: tuple[str, ...] = ("dee", "ben"), approving: tuple[str, ...] = ()
) -> AbstractAsyncContextManager[Night]:
    """A night whose plan names people for the support lead, and standby for approvals."""
    made: list[Night] = []

    def ids(*names: str) -> tuple[str, ...]:
        return tuple(made[0].person(name).id for name in names)

    def changed(services: Services) -> Services:
        support = replace(services.plan.roles[Role.SUPPORT], contacts=ids(*contacts), standby=ids(*standby))
        plan: Plan = replace(services.plan, roles={**services.plan.roles, Role.SUPPORT: support})
        policy: Policy = replace(services.policy, by_severity={}, standby=ids(*approving), approvers=frozenset())
        return replace(services, plan=plan, policy=policy if approving else services.policy)

    made.append(Night(outlets=("slack",), change=changed))
    return made[0].begin()


async def _asked(night: Night, name: str) -> Message:
    return await night.tells(name, PLEASE)


def _dms(night: Night, name: str, words: str) -> list[Message]:
    return [m for m in night.slack.dms(night.person(name)) if words in f"{m.text}\n{visible_text(m.blocks)}"]


def _reminders(night: Night) -> list[Message]:
    return [m for m in night.posts() if "still needs somebody to say yes" in visible_text(m.blocks)]


async def _holds(night: Night, role: Role, name: str) -> bool:
    return (await night.incident()).roles.get(role) == night.person(name).id


async def _wrote(night: Night, words: str) -> bool:
    entries = await night.memory.incidents.timeline((await night.incident()).id)
    return any(words in entry.text for entry in entries)


async def test_contacts_and_standby_are_asked_one_after_another_until_one_takes_it() -> None:
    async with night_with() as night:
        await night.declare()
        first = await _asked(night, "sam")
        assert "Answer customers with what the last published update says" in visible_text(first.blocks)
        assert not _dms(night, "dee", PLEASE)
        night.clock.move(minutes=3, seconds=1)
        second = await _asked(night, "dee")
        await night.shows(night.card, "needed, 2 people asked")
        await night.click("dee", second, "I take it")
        await night.until(lambda: _holds(night, Role.SUPPORT, "dee"))
        await night.posted("dee is now the support lead of INC-1")
        await night.shows(night.card, night.person("dee").id)
        night.clock.move(minutes=20)
        await night.click("sam", first, "I take it")
        await night.tells("sam", f"<@{night.person('dee').id}> is the support lead of INC-1 now. Nothing was changed")
        assert not _dms(night, "ben", PLEASE)
        assert await _wrote(night, f"Support lead: <@{night.person('sam').id}> is asked to take it")


async def test_whoever_cannot_is_passed_over_at_once_and_two_clicks_are_one_no() -> None:
    async with night_with() as night:
        await night.declare()
        asked = (await _asked(night, "sam")).snapshot()
        for _ in range(2):
            await night.click("sam", asked, "I cannot")
        await _asked(night, "dee")
        await night.tells("sam", "Noted: you cannot be the support lead of INC-1.")
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        assert len([e for e in entries if "cannot take it" in e.text]) == 1
        assert not _dms(night, "ben", PLEASE)


def _direct_channel(night: Night, name: str) -> str:
    return night.slack.workspace.open_dm(night.person(name).id).id


async def test_a_lost_reply_asks_nobody_twice() -> None:
    async with night_with() as night:
        where = _direct_channel(night, "sam")
        night.slack.trouble.plan(Fault("lost_reply", "chat.postMessage", 1, channel=where, name="lost"))
        await night.declare()
        await _asked(night, "sam")
        night.clock.move(minutes=3, seconds=1)
        await _asked(night, "dee")
        assert not night.slack.trouble.planned("lost")
        assert len(_dms(night, "sam", PLEASE)) == 1


async def test_whoever_cannot_be_reached_is_passed_over_at_once() -> None:
    async with night_with() as night:
        where = _direct_channel(night, "sam")
        no = Fault("error", "chat.postMessage", None, channel=where, error="messages_tab_disabled")
        night.slack.trouble.plan(no)
        await night.declare()
        await _asked(night, "dee")
        assert await _wrote(night, f"<@{night.person('sam').id}> cannot be reached by direct message")


async def test_the_channel_is_reminded_of_open_roles_until_all_are_taken() -> None:
    async with night_with(contacts=(), standby=()) as night:
        await night.declare()
        night.clock.move(minutes=5, seconds=1)
        await night.posted("still needs somebody to say yes")
        (first,) = _reminders(night)
        assert night.person("cleo").id in str(first.blocks), "a mention wakes her"
        assert buttons(first) == ["I am the communications lead", "I am the support lead", "I am the scribe"]
        night.clock.move(minutes=10)
        await night.until(lambda: len(_reminders(night)) == 2, say="the second reminder")
        for name, label in (("cleo", buttons(first)[0]), ("sam", buttons(first)[1]), ("dee", buttons(first)[2])):
            await night.click(name, first, label)
        await night.until(lambda: _holds(night, Role.SCRIBE, "dee"))
        assert (await night.incident()).searches == {}
        night.clock.move(hours=2)
        await night.until(lambda: _settled(night), say="the last reminder finds nothing to do")
        assert len(_reminders(night)) == 2


def _settled(night: Night) -> bool:
    keys = night.redis.command("KEYS", "*:due")
    return not [j for k in keys for j in night.redis.command("ZRANGE", k, 0, -1) if str(j).startswith("roles:")]


async def test_a_lower_severity_and_the_end_stop_the_search() -> None:
    async with night_with() as night:
        await night.declare()
        await _asked(night, "sam")
        ada = night.person("ada")
        await ada.command("/incident", "severity sev3", channel=night.room)
        night.clock.move(minutes=5, seconds=1)
        await night.posted("still needs somebody to say yes")
        (only,) = _reminders(night)
        assert buttons(only) == ["I am the communications lead"]
        assert not _dms(night, "dee", PLEASE)
        await night.click("ada", await night.card(), "False alarm")
        night.clock.move(minutes=40)
        await night.until(lambda: _settled(night), say="nothing is searched for")
        assert len(_reminders(night)) == 1


async def test_whoever_is_at_work_is_taken_to_have_accepted() -> None:
    async with night_with() as night:
        await night.declare()
        await night.draft()
        night.clock.move(minutes=5, seconds=1)
        await night.posted("still needs somebody to say yes")
        assert buttons(_reminders(night)[0]) == ["I am the support lead", "I am the scribe"]
        assert Role.COMMUNICATIONS in (await night.incident()).accepted


async def test_duties_come_with_accept_and_a_role_is_passed_on_and_handed_back() -> None:
    async with night_with(contacts=(), standby=()) as night:
        await night.declare()
        duties = await night.tells("cleo", "You are the communications lead of INC-1.")
        assert buttons(duties) == ["I accept", "Draft an update", "Pass it on"]
        await night.shows(night.card, "not accepted yet")
        await night.click("cleo", duties, "I accept")
        await night.until(lambda: "I accept" not in buttons(night.slack.dms(night.person("cleo"))[-1]))
        await night.until(lambda: _accepted_on_card(night))
        (left,) = _dms(night, "cleo", "You are the communications lead of INC-1.")
        answer = await night.click("cleo", left, "Pass it on")
        assert answer.view is not None
        await night.person("cleo").fill(answer.view, {"Who takes it?": night.person("sam").id})
        answer = await night.person("cleo").submit(answer.view)
        assert "is asked to accept it" in str(answer.view.content if answer.view else "")
        given = await night.tells("sam", "You are the communications lead of INC-1.")
        answer = await night.click("sam", given, "Pass it on")
        assert answer.view is not None
        answer = await night.person("sam").submit(answer.view)
        assert "Nobody is the communications lead of INC-1 now." in str(answer.view.content if answer.view else "")
        await night.posted("hands it back, so nobody has it")
        await night.shows(night.card, "Nobody yet · needed")
        answer = await night.click("cleo", left, "Pass it on")
        assert answer.view is not None
        answer = await night.person("cleo").submit(answer.view)
        assert "You cannot pass it on any more." in str(answer.view.content if answer.view else "")
        assert await _wrote(night, f"Communications lead: <@{night.person('sam').id}> takes over from")


async def test_whoever_hands_a_role_back_is_not_asked_for_it_again_and_the_next_is() -> None:
    async with night_with(standby=("dee",)) as night:
        await night.declare()
        await night.click("sam", await _asked(night, "sam"), "I take it")
        await night.until(lambda: _holds(night, Role.SUPPORT, "sam"))
        await night.person("sam").command("/incident", "roles", channel=night.room)
        table = await night.tells("sam", "Who does what")
        form = await night.click("sam", table, "Pass it on")
        answer = await night.person("sam").submit(form.view)
        assert "It is needed, so others are asked to take it." in str(answer.view.content if answer.view else "")
        await _asked(night, "dee")
        assert not [m for m in _dms(night, "sam", PLEASE) if "I take it" in buttons(m)]


async def _accepted_on_card(night: Night) -> bool:
    return "not accepted yet" not in visible_text((await night.card()).blocks)


async def test_of_a_private_incident_only_its_members_are_asked() -> None:
    async with night_with(contacts=("sam",), standby=("cleo", "dee")) as night:
        ada, ben = night.person("ada"), night.person("ben")
        await ada.command("/incident", f"--private Keys leaked sev1 {ada.mention} {ben.mention}", channel="incidents")
        await opened_privately(night)
        await ada.invite((await night.incident()).channel.name, night.person("dee"))
        night.clock.move(minutes=5, seconds=1)
        await night.posted("still needs somebody to say yes")
        night.clock.move(minutes=10)
        await night.until(lambda: len(_reminders(night)) == 2, say="the second reminder")
        assert not _dms(night, "sam", "INC-1")
        assert not _dms(night, "cleo", "INC-1")


async def test_who_does_what_is_said_where_it_is_asked() -> None:
    async with night_with() as night:
        await night.declare()
        cleo, bot = night.person("cleo"), f"<@{night.slack.workspace.bot.id}>"
        await cleo.command("/incident", "roles", channel=night.room)
        told = await night.tells("cleo", "Who does what in INC-1")
        assert night.person("ada").id in str(told.blocks)
        assert "Answer customers with what the last published update says" in visible_text(told.blocks)
        first = await cleo.say(night.room, "Who is who?")
        await cleo.say(night.room, f"{bot} roles", thread_ts=first.ts)
        await night.until(lambda: night.slack.ephemerals(cleo)[-1].thread_ts == first.ts, say="in the thread")
        await night.click("cleo", night.slack.ephemerals(cleo)[-1], "I am the scribe")
        await night.until(lambda: _holds(night, Role.SCRIBE, "cleo"))


async def test_the_standby_of_approvers_is_asked_one_after_another_when_nobody_answers() -> None:
    async with night_with(contacts=(), standby=(), approving=("sam", "cleo", "dee", "ben")) as night:
        await night.declare()
        await night.draft()
        await night.ask()
        for minutes in (3, 3, 3):
            night.clock.move(minutes=minutes, seconds=1)
            await night.until(lambda: _quiet(night), say="whoever is asked")
        told = await night.tells("sam", "You are on standby, so it is yours now")
        await night.tells("ada", "Call an approver")
        assert not _dms(night, "dee", "You are on standby")
        night.clock.move(minutes=3, seconds=1)
        await night.tells("dee", "You are on standby, so it is yours now")
        assert not _dms(night, "ben", "You are on standby")
        assert len(_dms(night, "sam", "You are on standby")) == 1
        assert not _dms(night, "cleo", "You are on standby"), "these are her own words"
        assert "Open the request" in buttons(told)
        await night.approve(by="sam")
        await night.published()
        night.clock.move(minutes=3, seconds=1)
        await night.until(lambda: _quiet(night), say="nothing is asked any more")
        assert not _dms(night, "ben", "You are on standby")


def _quiet(night: Night) -> bool:
    """Nothing that asks for an approval is due by now."""
    now = int(night.clock.seconds() * 1e6)
    keys = night.redis.command("KEYS", "*:due")
    due = [str(j) for k in keys for j in night.redis.command("ZRANGEBYSCORE", k, 0, now)]
    return not [job for job in due if job.startswith(("ask:", "nudge:"))]
