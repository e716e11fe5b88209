"""Slack is the outage (N11, failure model 17): the command line, under the same rules, into the same record."""

import getpass
import re
import socket
from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Person
from bot.domain.update import UpdateState
from bot.practice.slack_standin import TEAM_ID, visible_text
from bot.storage.codec import JOB
from bot.storage.keys import Keys
from tests.stories.night import Night
from tests.stories.terminal import Printed, Terminal
from tests.stories.test_followers import announcement, heard, threaded, told

OUTLETS = ("slack", "email")
WORDS = (
    "--impact",
    "Paying by card fails for customers in the EU.",
    "--meanwhile",
    "Pay by bank transfer.",
    "--next",
    "in 45 min",
)


async def enrolled(night: Night, *names: str) -> Terminal:
    """Everybody has a secret, and Slack goes down."""
    terminal = Terminal(night)
    for name in names:
        await terminal.enrol(name)
    night.slack.trouble.take_down()
    return terminal


async def paused(night: Night, name: str, seconds: int) -> None:
    """The pause after a wrong secret has still so many seconds, however slow this machine is."""
    who, secrets = night.person(name).id, night.memory.secrets
    tries = await secrets.tries(who)
    assert tries.until is not None
    assert await secrets.swap(who, tries, replace(tries, until=night.clock.now() + timedelta(seconds=seconds)))


async def quiet(night: Night) -> bool:
    """Nothing is left to be said in Slack."""
    keys = Keys(TEAM_ID)
    soon = int((night.clock.seconds() + 60) * 1e6)
    left = night.redis.command("XLEN", keys.lane("slack")) + night.redis.command("ZCOUNT", keys.due, 0, soon)
    return int(left) == 0


async def tries(night: Night) -> int:
    """How often it was tried to tell the followers the first thing, as far as its job is waiting for the next try."""
    stored = night.redis.command("HGET", Keys(TEAM_ID).due_jobs, f"tell_followers:{(await night.incident()).id}-t1")
    return JOB.decode(str(stored).encode()).attempt if stored else 0


async def more_than(night: Night, count: int) -> bool:
    return await tries(night) > count


async def declared(terminal: Terminal) -> Printed:
    done = await terminal.run(
        "ada", "incident", "declare", "Checkout fails for EU cards", "--severity", "sev1", "--communications", "cleo"
    )
    assert done.code == 0, done
    return done


async def drafted(terminal: Terminal, who: str = "cleo") -> Printed:
    done = await terminal.run(who, "update", "draft", "INC-1", *WORDS, answers=("yes",))
    assert done.code == 0, done
    return done


async def test_an_update_is_published_with_slack_down_and_the_channel_hears_the_story_once_when_it_is_back() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = await enrolled(night, "ada", "ben", "cleo")
        assert "INC-1 is declared" in (await declared(terminal)).out
        shown = await drafted(terminal)
        assert shown.out.count("Paying by card fails for customers in the EU.") >= 3, "every text, in full"
        assert "Next update by: " in shown.out
        assert "(in 45 min)" in shown.out
        approving = await terminal.run("ben", "update", "approve", "INC-1", "--patience", "3", answers=(shown.digest,))
        assert approving.code == 0, approving
        assert "E-mail: 3 delivered" in approving.out
        assert "Status page: 1 delivered" in approving.out
        assert len(night.arrived("status")) == 1
        assert len(night.arrived("email")) == 3
        assert not night.arrived("slack")
        assert (await terminal.run("ada", "incident", "stage", "inc–1", "Identified")).code == 0, "as it is pasted"
        night.slack.trouble.bring_back()
        await night.until(night.opened, within=15, say="the channel is there soon after Slack is back")
        await night.published(within=30)
        assert len(night.arrived("slack")) == 1
        await night.posted("before this channel was there")
        await night.until(lambda: quiet(night), say="nothing is left to say")
        posts = [f"{m.text}\n{visible_text(m.blocks)}" for m in night.posts()]
        assert len([post for post in posts if "before this channel was there" in post]) == 1
        for told in ("Stage: investigating → identified", "Update #1 approved"):
            assert len([post for post in posts if told in post]) == 1, f"{told!r} is said once"
        assert await night.memory.jobs.aside() == ()


async def test_who_follows_from_before_hears_once_in_order_when_slack_is_back_however_long_it_was_away() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        sam, dee = night.person("sam"), night.person("dee")
        await sam.command("/incident", "follow everything", channel="incidents")
        await dee.command("/incident", "follow sev2", channel="incidents")
        terminal = await enrolled(night, "ada", "ben", "cleo")
        await declared(terminal)
        shown = await drafted(terminal)
        approve = ("update", "approve", "INC-1", "--digest", shown.digest, "--patience", "3")
        assert (await terminal.run("ben", *approve)).code == 0
        assert (await terminal.run("ada", "incident", "stage", "INC-1", "identified")).code == 0
        night.clock.move(minutes=3)
        tried = await tries(night)
        await night.until(lambda: more_than(night, tried + 1), say="it is tried again, in vain")
        night.slack.trouble.bring_back()
        await told(night, 2)
        await night.published()
        await night.until(lambda: quiet(night), say="nothing is left to say")
        (dm,) = heard(night, "sam")
        assert "The stage is now identified" in dm, "the newest of what there was to hear"
        assert "Pay by bank transfer" in dm, "with the approved wording"
        assert heard(night, "dee") == []
        first, second = threaded(night, (await announcement(night)).ts)
        assert "Update #1 was published" in first
        assert "The stage is now identified" in second
        assert await night.memory.jobs.aside() == ()


async def test_what_is_done_on_a_command_line_names_the_machine_in_the_timeline() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = await enrolled(night, "ada", "cleo")
        await declared(terminal)
        await drafted(terminal)
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        where = f"{getpass.getuser()}@{socket.gethostname()}"
        assert {entry.machine for entry in entries} == {where}
        shown = await terminal.run("ada", "incident", "show", "1")
        assert where in shown.out
        assert "cleo" in shown.out


async def test_a_stolen_command_line_is_refused_slowed_locked_recorded_and_its_owner_told() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = await enrolled(night, "ada", "ben", "cleo")
        await declared(terminal)
        shown = await drafted(terminal)
        approve = ("update", "approve", "INC-1", "--digest", shown.digest)
        wrong = await terminal.run("ben", *approve, secret="aaaaa-bbbbb-ccccc-ddddd")
        assert wrong.code == 1
        assert "not the secret" in wrong.err
        await paused(night, "ben", 60)
        too_soon = await terminal.run("ben", *approve)
        assert "Wait" in too_soon.err, "even the right one is not looked at"
        for _ in range(4):
            await paused(night, "ben", 0)
            last = await terminal.run("ben", *approve, secret="aaaaa-bbbbb-ccccc-ddddd")
        assert "locked for 15 min" in last.err
        assert "locked for another" in (await terminal.run("ben", *approve)).err
        assert (await night.update()).state is UpdateState.SUBMITTED
        assert not night.arrived()
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        assert len([e for e in entries if "wrong secret was given" in e.text]) == 5
        night.slack.trouble.bring_back()
        await night.tells("ben", "Somebody gave a wrong command-line secret for you")
        await night.tells("ben", "it is locked for a while")
        await terminal.enrol("ben")
        assert (await terminal.run("ben", *approve, "--patience", "10")).code == 0


async def test_an_author_approves_nothing_with_any_secret_and_two_people_are_two_secrets() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = await enrolled(night, "ada", "ben", "cleo")
        await declared(terminal)
        shown = await drafted(terminal)
        approve = ("update", "approve", "INC-1", "--digest", shown.digest)
        own = await terminal.run("cleo", *approve)
        assert "Your words are in this update" in own.err
        assert "Nobody else can approve" not in own.err, "there is no such button in a terminal"
        replayed = await terminal.run("ben", *approve, secret=terminal.secrets["cleo"])
        assert "not the secret" in replayed.err
        assert not night.arrived()
        assert (await terminal.run("ada", *approve, "--patience", "1")).code == 0
        assert "Approved by @ada" in (await terminal.run("ben", *approve)).err or "Wait" in terminal.printed[-1].err
        again = await terminal.run("ada", *approve)
        assert "Approved by @ada" in again.err
        assert len(night.arrived("email")) == 3


async def test_nobody_acts_without_a_known_name_a_secret_of_their_own_or_the_right_of_it() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = Terminal(night)
        await terminal.enrol("dee")
        await night.person("dee").command("/incident", "secret", channel="general")
        await night.click("dee", night.slack.ephemerals(night.person("dee"))[-1], "Revoke")
        terminal = await enrolled(night, "ada", "sam", "cleo")
        await declared(terminal)
        shown = await drafted(terminal)
        assert "knows nobody called “mallory”" in (await terminal.run("mallory", "incident", "list", secret="x")).err
        nobody = ("incident", "declare", "Search is slow", "--severity", "sev3", "--communications", "mallory")
        assert "Say --communications with a name" in (await terminal.run("ada", *nobody)).err
        assert "No secret is enrolled" in (await terminal.run("dee", "incident", "list", secret="x")).err
        approve = ("update", "approve", "INC-1", "--digest", shown.digest)
        assert "You are not an approver here" in (await terminal.run("sam", *approve)).err
        other = await terminal.run("ada", "update", "approve", "INC-1", answers=("00000000",))
        assert "not the digest" in other.err
        assert not night.arrived()


async def test_no_secret_is_in_a_log_a_timeline_a_process_list_or_the_memory() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = await enrolled(night, "ada", "cleo")
        await declared(terminal)
        await drafted(terminal)
        await terminal.run("ada", "incident", "list", secret=terminal.secrets["cleo"])
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        files = "".join(f.read_bytes().decode("latin-1") for f in night.redis.folder.rglob("*") if f.is_file())
        assert "secret-tries" in files
        everything = "\n".join([str(entries), files, *(f"{p.out}{p.err}{p.seen}" for p in terminal.printed)])
        for secret in terminal.secrets.values():
            assert secret not in everything
            assert secret.replace("-", "") not in everything


async def test_a_text_is_kept_submitted_edited_rejected_approved_stopped_and_the_incident_ended_without_slack() -> None:
    async with Night(outlets=OUTLETS).begin() as night:
        terminal = await enrolled(night, "ada", "ben", "cleo")
        await declared(terminal)
        kept = await terminal.run("cleo", "update", "draft", "INC-1", *WORDS, "--out", "kept.yaml")
        assert "What you wrote is in kept.yaml" in kept.out
        assert not (await night.incident()).updates
        assert "waits for approval" in (await terminal.run("cleo", "update", "submit", "1", "kept.yaml", "--yes")).out
        edited = await terminal.run("ada", "update", "edit", "INC-1", "1", "--headline", "Cards fail", "--yes")
        own = await terminal.run("ada", "update", "approve", "INC-1", "--digest", edited.digest)
        assert "Your words are in this update" in own.err, "whoever edited it is an author"
        rejected = await terminal.run("ben", "update", "reject", "INC-1", "--reason", "Say since when")
        assert rejected.code == 0, rejected
        assert "Rejected by ben: Say since when" in (await terminal.run("cleo", "update", "show", "INC-1")).out
        again = await terminal.run("cleo", "update", "edit", "INC-1", "--impact", "Since 02:40 UTC.", answers=("yes",))
        night.mail.mode = "later"
        approve = ("update", "approve", "INC-1", "--digest", again.digest, "--patience", "1")
        following = await terminal.run("ben", *approve)
        assert "Slack: " in following.out
        assert "The worker goes on trying" in following.out
        stopped = await terminal.run("ada", "update", "stop", "INC-1")
        assert "Update #1 is stopped" in stopped.out
        assert "they are told that it is over" in (await terminal.run("ada", "incident", "resolve", "INC-1")).out
        over = await terminal.run("ada", "incident", "resolve", "INC-1", "--waive", "Told by phone")
        assert over.code == 0, over
        assert "No incident is open" in (await terminal.run("ada", "incident", "list")).out
        twice = ("incident", "declare", "Search is down", "--severity", "sev2")
        assert "Also declared" not in (await terminal.run("ada", *twice)).out
        second = (await terminal.run("cleo", *twice)).out
        assert re.search("last hour:\nINC-2 .*Search is down", second), second
        assert "clarion incident resolve INC-3 --how false-alarm --as cleo" in second
        assert not night.arrived("email")


async def test_without_a_worker_it_is_said_that_nothing_is_tried_and_it_leaves_once_there_is_one() -> None:
    async with Night(outlets=OUTLETS, worker=False).begin() as night:
        terminal = Terminal(night)
        await night.memory.people.put([Person(user_id=night.person("ben").id, workspace=TEAM_ID, name="ben")])
        for name in ("ada", "ben", "cleo"):
            await terminal.enrol(name)
        await declared(terminal)
        shown = await drafted(terminal)
        alone = await terminal.run("ben", "update", "approve", "1", "--digest", shown.digest, "--patience", "0.5")
        assert "no worker seems to run" in alone.out
        assert not night.arrived()
        await night.here.start_worker()
        await night.published()
