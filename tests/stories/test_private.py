"""A private incident: to whom is not in it, it does not exist, and nothing of it leaves (failure model 34, I4)."""

import functools
import json
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import cast

import pytest

from bot.domain.change import Change
from bot.domain.incident import Incident, Step
from bot.domain.job import Job, JobKind
from bot.domain.update import Outcome, UpdateState
from bot.ports import Held
from bot.practice.slack_standin import Channel, Message, Person, visible_text
from bot.usecases.channels import open_channel
from tests.stories.night import Night, buttons
from tests.stories.terminal import Terminal

CANARY = "Kanarienvogel"
TITLE = f"{CANARY} keys leaked"


async def declared(night: Night, words: str = "--private") -> None:
    """Ada declares a private incident and commands it, Cleo leads communications."""
    await night.declare(f"{words} {TITLE}".strip())


def channel_of(night: Night) -> Channel:
    """The incident's newest channel."""
    return [c for c in night.slack.workspace.channels.values() if c.name.startswith("inc-1-")][-1]


async def opened_privately(night: Night) -> Channel:
    """Wait for the incident's private channel, with its card."""

    async def there() -> bool:
        found = await night.incident()
        return bool(found.channel.private and found.channel.id and found.channel.card)

    await night.until(there, say="the private channel with its card")
    return night.slack.workspace.channel((await night.incident()).channel.id)


def announced(night: Night) -> str:
    """Everything in the incidents channel."""
    return "\n".join(f"{m.text}\n{visible_text(m.blocks)}" for m in night.slack.messages(night.incidents))


async def say(night: Night, name: str, words: str, channel: str = "general") -> str:
    """Say a command and return what is answered, in words or as a modal."""
    answer = await night.person(name).command("/incident", words, channel=channel)
    return f"{answer.text}\n{answer.view.blocks if answer.view else ''}\n{night.told(name)}"


# ---------------------------------------------------------------- declaring


async def test_a_private_incident_has_a_private_channel_with_its_people_and_no_announcement() -> None:
    async with Night().begin() as night:
        await declared(night)
        room = await opened_privately(night)
        assert room.is_private
        people = {night.person("ada").id, night.person("cleo").id, night.slack.workspace.bot.id}
        await night.until(lambda: set(room.members) == people, say="Ada and Cleo are invited")
        await night.tells("ada", "go on in")
        incident = await night.incident()
        assert incident.private
        assert incident.channel.announcement is None
        assert night.slack.messages(night.incidents) == []
        card = await night.card()
        assert card.text.startswith("PRIVATE. INC-1")
        assert "Only the people in its channel" in visible_text(card.blocks)
        assert "Draft an update" not in buttons(card)
        assert "PRIVATE INC-1" in room.topic
        for name in ("ada", "cleo"):
            assert "Draft an update" not in buttons(await night.tells(name, "of PRIVATE INC-1"))
        # What is said in there is declared as private, too, unless somebody unticks it.
        words = await night.person("ada").say(room, f"{CANARY}: a second key")
        form = (await night.person("ada").message_shortcut("message_declare", words)).view
        assert form is not None
        await night.person("ada").fill(form, {"How bad is it?": "SEV1"})
        await night.person("ada").submit(form)
        assert (await night.incident(2)).private


async def test_the_form_has_a_box_and_the_shortcut_opens_the_same_form() -> None:
    async with Night().begin() as night:
        ada = night.person("ada")
        answer = await ada.shortcut("incident_declare")
        assert answer.view is not None
        await ada.fill(
            answer.view,
            {
                "What is wrong, in one line": TITLE,
                "How bad is it?": "SEV1 – Most customers cannot do what they came for",
                "Who may know of it?": ["Private: only for the people in its channel"],
            },
        )
        assert not (await ada.submit(answer.view)).errors
        assert (await opened_privately(night)).is_private
        assert night.slack.messages(night.incidents) == []


async def test_private_in_front_of_a_title_is_asked_about_with_both_ways() -> None:
    async with Night().begin() as night:
        ada = night.person("ada")
        answer = await ada.command("/incident", f"private {TITLE} sev1", channel="general")
        asked = night.slack.ephemerals(ada)[-1]
        assert "Nothing has been declared" in answer.text
        assert await night.memory.incidents.find(1) is None
        await night.click("ada", asked, f"Declare a private incident called “{TITLE}”")
        assert (await opened_privately(night)).is_private


async def test_slack_loses_the_reply_and_the_private_channel_is_found_again_by_id() -> None:
    async with Night().begin() as night:
        night.slack.trouble.lose_reply("conversations.create")
        await declared(night)
        await opened_privately(night)
        rooms = [c for c in night.slack.workspace.channels.values() if c.name.startswith("inc-1-")]
        assert [c.is_private for c in rooms] == [True]


async def test_without_the_scope_for_private_channels_it_goes_on_by_direct_message() -> None:
    async with Night().begin() as night:
        night.slack.stage.scopes.discard("groups:write")
        await declared(night)
        await night.tells("ada", "The channel could not be created (missing_scope). Go on in this message.")
        assert [c for c in night.slack.workspace.channels.values() if c.name.startswith("inc-")] == []
        assert night.slack.messages(night.incidents) == []


# ---------------------------------------------------------------- nothing leaves


async def test_an_update_is_refused_with_what_to_do() -> None:
    async with Night().begin() as night:
        await declared(night)
        room = await opened_privately(night)
        for words in ("update investigating", "update INC-1"):
            said = await say(night, "ada", words, channel=room.id)
            assert "INC-1 is private, so nothing about it is published" in said
            assert "/incident public INC-1" in said
        assert (await night.incident()).updates == ()


async def test_what_waits_for_approval_is_withdrawn_and_cannot_be_approved_again() -> None:
    async with Night().begin() as night:
        await declared(night, "")
        await night.draft()
        old = await night.ask()
        kept = old.snapshot()
        await night.person("ada").command("/incident", "private INC-1", channel="general")
        update = await night.update()
        assert update.state is UpdateState.WITHDRAWN
        await night.click("ben", kept, "Approve")
        await night.tells("ben", "There is no such incident")  # Ben approves, but he is not in it
        assert night.arrived() == []
        await night.until(lambda: CANARY not in _text(night, old), say="the old request shows nothing of it")


def _text(night: Night, message: Message) -> str:
    now = night.slack.workspace.message(message.channel, message.ts)
    assert now is not None
    return f"{now.text}\n{visible_text(now.blocks)}"


async def test_what_was_approved_and_has_not_left_stays_here_and_needs_a_new_approval() -> None:
    async with Night().begin() as night:
        await declared(night, "")
        await night.draft()
        await night.ask()
        await night.here.stop_worker()
        await night.approve()
        said = await say(night, "ada", "private INC-1")
        assert "Stopped on its way: update #1" in said
        await night.here.start_worker()
        outcomes = await night.ended()
        assert {outcome for tally in outcomes.values() for outcome in tally} == {Outcome.EXPIRED}
        assert night.arrived() == []
        # Public again: the old approval counts for nothing, a new one does.
        room = await opened_privately(night)
        await say(night, "ada", "public", channel=room.id)
        await night.click("ada", night.slack.ephemerals(night.person("ada"))[-1], "Make INC-1 public")
        await night.until(lambda: CANARY in announced(night), say="it is announced")
        again = (await night.incident()).channel
        assert again.announcement is not None
        assert again.announcement not in again.veiled, "it would be drawn both ways, and the last one stays"
        assert night.arrived() == []
        answer = await night.person("cleo").command("/incident", "update investigating", channel=room.id)
        assert answer.view is not None
        await night.draft(view=answer.view)
        await night.approve(2)
        await night.published(2)


async def test_a_delivery_that_waits_for_its_outlet_is_judged_again_before_it_leaves() -> None:
    async with Night(recipients=1, outlets=("email",)).begin() as night:
        await declared(night, "")
        night.mail.mode = "later"
        await night.draft()
        await night.approve()

        async def tried() -> bool:
            return any(d.begun and d.next_try for d in (await night.update()).deliveries)

        await night.until(tried, say="the mail server was asked once")
        await say(night, "ada", "private INC-1")
        night.mail.mode = "accept"
        await night.ended()
        assert night.arrived("email") == []


# ---------------------------------------------------------------- re-classifying


async def test_made_private_it_moves_into_a_private_channel_and_what_others_read_says_nothing() -> None:
    async with Night().begin() as night:
        await declared(night, "")
        old = night.slack.workspace.channel((await night.incident()).channel.id)
        await night.until(lambda: CANARY in announced(night), say="announced")
        await say(night, "ada", "stage identified", channel=old.id)
        await night.until(lambda: "stage is now identified" in announced(night), say="told in the thread")
        await night.press("ada", night.card, "Make private")
        room = await opened_privately(night)
        assert room.id != old.id
        assert room.is_private
        await night.until(lambda: CANARY not in announced(night), say="the announcement is veiled")
        assert "is private now" in announced(night)
        await night.shows(night.card, "An admin can make that channel private")
        await night.until(lambda: old.name == "inc-1-moved", say="the old channel's name says nothing")
        assert CANARY not in old.topic
        assert "Not used any more" in old.topic
        await night.until(lambda: all("Stage" not in buttons(m) for m in night.slack.messages(old)), say="veiled")
        story = "\n".join(visible_text(m.blocks) for m in night.slack.messages(room))
        assert "Made private" in story


async def test_only_those_who_may_decide_it_change_who_may_know() -> None:
    async with Night().begin() as night:
        await declared(night, "")
        for name, sentence in (("sam", "can make it private"), ("gus", "Guests can read along")):
            assert sentence in await say(night, name, "private INC-1")
        assert not (await night.incident()).private


async def test_made_public_it_is_announced_without_a_way_into_what_was_said_in_private() -> None:
    async with Night().begin() as night:
        await declared(night)
        room = await opened_privately(night)
        question = await say(night, "ada", "public", channel=room.id)
        assert "everybody can read its timeline" in question
        assert (await night.incident()).private
        await night.click("ada", night.slack.ephemerals(night.person("ada"))[-1], "Make INC-1 public")
        await night.until(lambda: CANARY in announced(night), say="announced")
        (post,) = night.slack.messages(night.incidents)
        assert buttons(post) == ["Follow"]
        assert "Its channel is a private one" in visible_text(post.blocks)
        assert CANARY in await say(night, "sam", "list")


async def test_the_command_line_declares_hides_and_shows_by_the_same_rules() -> None:
    async with Night().begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("ada")
        printed = await terminal.run("ada", "incident", "declare", TITLE, "--severity", "sev1", "--private")
        assert "It is private" in printed.out
        await opened_privately(night)
        assert f"PRIVATE INC-1  SEV1  investigating  {TITLE}" in (await terminal.run("ada", "incident", "list")).out
        printed = await terminal.run("ada", "incident", "stage", "INC-1", "identified")
        assert "It is private: customers are told nothing." in printed.out
        printed = await terminal.run("ada", "update", "draft", "INC-1", answers=("",) * 9)
        assert "INC-1 is private, so nothing about it is published" in printed.err
        assert "`clarion incident public INC-1`" in printed.err, "there is no Slack to say it in"
        assert "is public" in (await terminal.run("ada", "incident", "public", "INC-1")).out
        await night.until(lambda: CANARY in announced(night), say="announced")
        assert "is private" in (await terminal.run("ada", "incident", "private", "INC-1")).out
        await night.until(lambda: CANARY not in announced(night), say="veiled")


# ---------------------------------------------------------------- followers


async def test_only_members_of_the_private_channel_hear_of_it_whatever_they_follow() -> None:
    async with Night().begin() as night:
        for name in ("sam", "dee"):
            await say(night, name, "follow everything")
        await declared(night)
        room = await opened_privately(night)
        await night.person("ada").invite(room, night.person("dee"))
        await night.until(lambda: _knows(night, "dee"), say="Dee is known as a member")
        answered = await say(night, "ada", "stage identified", channel=room.id)
        assert "Customers are told nothing" in answered
        assert "Draft an update" not in answered, "it would be refused"
        await night.tells("dee", "The stage is now identified")
        assert CANARY not in night.told("sam")
        assert night.slack.messages(night.incidents) == []
        # Who has heard of it and is out of it again may still leave it, and is told nothing of it.
        dm = next(m for m in night.slack.dms(night.person("dee")) if "clarion_told" in str(m.metadata))
        await night.person("ada").remove(room, night.person("dee"))
        await night.until(lambda: _strange(night, "dee"), say="Dee is out")
        await night.click("dee", dm, "Unfollow")
        await night.tells("dee", "There is no such incident, so you do not follow it.")
        assert (await night.memory.subscriptions.get(night.person("dee").id)).left == {(await night.incident()).id}


async def _strange(night: Night, name: str) -> bool:
    return not await _knows(night, name)


async def _knows(night: Night, name: str) -> bool:
    return night.person(name).id in (await night.incident()).channel.members


async def test_who_has_left_the_channel_hears_nothing_more_and_sees_it_no_more() -> None:
    async with Night().begin() as night:
        await declared(night)
        room = await opened_privately(night)
        await night.person("ada").invite(room, night.person("dee"))
        await night.until(lambda: _knows(night, "dee"), say="Dee is known as a member")
        assert "follow" in (await say(night, "dee", "follow INC-1")).lower()
        # Slack's event is lost: the telling asks Slack itself.
        await night.here.stop_worker()
        room.members.remove(night.person("dee").id)
        await say(night, "ada", "stage identified", channel=room.id)
        await night.here.start_worker()

        async def over() -> bool:
            tellings = (await night.incident()).tellings
            return bool(tellings) and tellings[0].settled

        await night.until(over, say="the telling ends")
        assert "stage is now identified" not in night.told("dee")
        assert "There is no INC-1." in await say(night, "dee", "timeline INC-1")


# ---------------------------------------------------------------- nobody else knows

WORDS = (
    "list",
    "following",
    "follow INC-1",
    "follow everything",
    "unfollow INC-1",
    "timeline",
    "timeline INC-1",
    "tickets INC-1",
    "ticket ZD-1 INC-1",
    "stage identified",
    "stage identified INC-1",
    "severity sev2 INC-1",
    "role scribe me INC-1",
    "roles",
    "roles INC-1",
    "check INC-1",
    "update",
    "update INC-1",
    "resolve",
    "resolve INC-1",
    "private",
    "private INC-1",
    "public",
    "public INC-1",
    "runbook",
    "runbook INC-1",
    "plan",
    "plan INC-1",
    "outlets INC-1",
    "parties",
    "parties INC-1",
    "INC-1",
    "Something else is broken",
    "",
)
STRANGERS = ("sam", "ben", "gus", "olaf")  # a colleague, an approver, a guest, somebody of another company


@pytest.mark.parametrize("moved", [False, True], ids=["declared private", "made private"])
async def test_to_whom_is_not_in_it_a_private_incident_does_not_exist(
    moved: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    async with Night().begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("sam")
        await declared(night, "" if moved else "--private")
        if moved:
            await say(night, "ada", "private INC-1")
        room = await opened_privately(night)
        await say(night, "ada", f"ticket {CANARY}-1", channel=room.id)
        before = await night.incident()
        seen = len(night.slack.answers)
        for name in STRANGERS:
            await _tries_everything(night, night.person(name), before.id)
        await _opens_home(night)
        for command in (("incident", "list"), ("incident", "show", "INC-1"), ("update", "approve", "INC-1")):
            printed = await terminal.run("sam", *command)
            assert CANARY not in printed.out + printed.err
        assert "There is no incident INC-1" in (await terminal.run("sam", "incident", "show", "INC-1")).err
        assert [a.text for a in night.slack.answers[seen:] if CANARY in a.text] == []
        for name in STRANGERS:
            assert CANARY not in _seen_alone(night, night.person(name))
            if not moved:  # what was said in the public channel that it had before, Slack still shows
                assert CANARY not in _everything_seen(night, night.person(name))
            assert "There is no INC-1." in night.told(name) or name == "olaf"
        after = await night.incident()
        assert (after.stage, after.severity, after.roles, after.tickets) == (
            before.stage,
            before.severity,
            before.roles,
            before.tickets,
        )
        assert CANARY not in announced(night)
        assert night.arrived() == []
    out, err = capfd.readouterr()
    assert CANARY not in out + err


async def _tries_everything(night: Night, person: Person, incident_id: str) -> None:
    for words in WORDS:
        await person.command("/incident", words, channel="general")
        if view := night.slack.open_view(person):
            assert CANARY not in str(view.content)
            await person.close()
    dm = night.slack.workspace.open_dm(person.id)
    for words in ("list", "timeline INC-1", "what about INC-1"):
        await person.say(dm, words)
    aimed = json.dumps({"incident": incident_id})
    forged = ("role_accept:scribe", "role_decline:scribe", "role_pass:scribe", "role_take:scribe")
    for action in (
        *forged,
        "incident_join",
        "incident_follow",
        "incident_timeline",
        "incident_public_now",
        "update_draft",
    ):
        await _presses(night, person, action, aimed)
    if person.id in night.slack.workspace.general.members:
        await _uses_shortcuts(night, person)
    if person.user.team_id == night.slack.workspace.users[night.person("ada").id].team_id:
        await person.shortcut("incident_declare")
        if view := night.slack.open_view(person):
            assert CANARY not in str(view.content)
            await person.close()


async def _uses_shortcuts(night: Night, person: Person) -> None:
    written = await person.say("general", "what is this about?")
    for callback in ("message_note", "message_draft", "message_declare"):
        await person.message_shortcut(callback, written)
        if view := night.slack.open_view(person):
            assert CANARY not in str(view.content)
            await person.close()


async def _presses(night: Night, person: Person, action: str, value: str) -> None:
    """Press a button that Clarion never showed this person: they know the id, and forge the rest."""
    button = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": action}, "value": value}
    dm = night.slack.workspace.open_dm(person.id)
    shown = Message(
        dm.id,
        night.slack.workspace.next_ts(),
        night.slack.workspace.bot.id,
        action,
        blocks=[{"type": "actions", "block_id": "b", "elements": [button]}],
    )
    night.slack.workspace.posts[dm.id].append(shown)
    await person.click(shown, action)
    if view := night.slack.open_view(person):
        assert CANARY not in str(view.content)
        await person.close()


async def _opens_home(night: Night) -> None:
    for name in ("sam", "ben"):
        await night.person(name).open_home()
        await night.until(functools.partial(_has_home, night, name), say=f"{name}'s home")
        home = night.slack.workspace.homes[night.person(name).id]
        assert CANARY not in str(home)
        assert "INC-1" not in str(home)


def _has_home(night: Night, name: str) -> bool:
    return night.person(name).id in night.slack.workspace.homes


def _seen_alone(night: Night, person: Person) -> str:
    """All that Clarion said to one person, and what lit up their phone."""
    said = [m for m in [*night.slack.ephemerals(person), *night.slack.dms(person)] if m.user != person.id]
    return str([[asdict(m) for m in said], night.slack.notifications(person)])


def _everything_seen(night: Night, person: Person) -> str:
    """All that Slack shows a person: channels that they can see, ephemeral messages, notifications."""
    places = night.slack.workspace.channels.values()
    open_to = [c for c in places if person.id in c.members or not (c.is_private or c.is_im)]
    names = [f"{c.name} {c.topic}" for c in open_to]
    posts = [asdict(m) for c in open_to for m in night.slack.messages(c, system=True) if m.user != person.id]
    alone = [asdict(m) for m in night.slack.ephemerals(person)]
    return str([names, posts, alone, night.slack.notifications(person)])


def test_the_sweep_says_every_command_there_is() -> None:
    from handlers.grammar import Verb, parse

    said = {parse(words).verb for words in WORDS}
    assert set(Verb) - said == {Verb.HELP, Verb.SECRET, Verb.DECLARE} - said


# ---------------------------------------------------------------- hidden while it is being opened


@pytest.mark.parametrize("slow", ["conversations.create", "pins.add"])
async def test_made_private_while_its_public_channel_is_being_opened_nothing_stays_unveiled(slow: str) -> None:
    async with Night().begin() as night:
        night.slack.trouble.slow(1.0, slow)
        await night.here.stop_worker()
        ada = night.person("ada")
        await ada.command("/incident", f"{TITLE} sev1", channel="general")
        await night.here.start_worker()
        await night.until(lambda: _reached(night, slow), say=f"{slow} is under way")
        await say(night, "ada", "private INC-1")
        room = await opened_privately(night)
        await night.until(lambda: CANARY not in announced(night), say="nothing is announced, or it is veiled")
        places = [c for c in night.slack.workspace.channels.values() if c.name.startswith("inc-1-") and c.id != room.id]
        await night.until(
            lambda: all("Stage" not in buttons(m) for c in places for m in night.slack.messages(c)), say="veiled"
        )
        assert {c.id for c in places} == set((await night.incident()).channel.former)
        await night.until(
            lambda: all(c.name.startswith("inc-1-moved") and CANARY not in c.topic for c in places),
            say="no name or topic of a channel that everybody can look up says what it is about",
        )


async def test_an_older_job_that_opens_the_channel_leaves_the_rest_to_the_newer_one() -> None:
    async with Night().begin() as night:
        await declared(night)
        room = await opened_privately(night)
        await say(night, "ada", "public", channel=room.id)
        await night.click("ada", night.slack.ephemerals(night.person("ada"))[-1], "Make INC-1 public")
        await night.until(lambda: CANARY in announced(night), say="announced")

        def forgets(found: Incident) -> Change:
            left = replace(found.channel, done=found.channel.done - {Step.CARD}, card=None)
            return Change(replace(found, channel=left))

        await night.here.stop_worker()
        for turn, cards in (("0", None), ("1", room.id)):
            found = await night.incident()
            await night.memory.incidents.amend("", found.id, forgets)
            job = Job(id=f"again:{turn}", kind=JobKind.OPEN_CHANNEL, incident_id=found.id, args={"turn": turn})
            await open_channel(night.here.webs[0].built.services, cast(Held, SimpleNamespace(job=job, deliveries=1)))
            ref = (await night.incident()).channel.card
            assert (ref.channel if ref else None) == cards
        with_buttons = [m for m in night.slack.messages(room) if "Severity" in buttons(m)]
        assert len(with_buttons) == 1, "the newer one finds the card that an older one posted"


def _reached(night: Night, slow: str) -> bool:
    # A call is written down when it is answered: the one before it says that it is under way.
    if slow == "conversations.create":
        return True
    return bool(night.slack.calls_of("chat.postMessage"))
