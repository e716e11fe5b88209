"""Redis is down and stays down (failure model 16): `clarion publish --emergency`, and what Redis then takes over."""

import sys
from dataclasses import replace
from datetime import timedelta

from bot.domain.secret import UseKind
from bot.domain.telling import TellingKind
from bot.domain.update import Outcome, UpdateState
from bot.journal.lines import Lines
from bot.journal.recovery import ACTS
from bot.journal.vault import LocalSecrets, Vault
from bot.ports import Cause
from bot.practice.slack_standin import TEAM_ID
from tests import abroad
from tests.stories.night import Night
from tests.stories.terminal import Printed, Terminal
from tests.stories.test_rewind import halted, over, recovered

WORDS = ("--impact", "Paying by card fails.", "--meanwhile", "Pay by bank transfer.", "--next", "in 45 min")


async def published(terminal: Terminal, *words: str, typed: tuple[str, ...], answers: tuple[str, ...] = ()) -> Printed:
    """`clarion publish --emergency`, written by Cleo and approved by Ben, with these secrets."""
    command = (sys.executable, "-m", "bot", "publish", *words, "--emergency", "--author", "cleo", "--approver", "ben")
    return await terminal.started((*command, "--secret-stdin"), (*typed, *answers))


async def digest_typed(terminal: Terminal, *words: str, approver: str = "ben") -> Printed:
    """Publish, typing the digest as it is shown, as a person does."""
    typed = tuple(terminal.secrets[name] for name in ("cleo", approver))
    command = (
        sys.executable,
        "-m",
        "bot",
        "publish",
        *words,
        "--emergency",
        "--author",
        "cleo",
        "--approver",
        approver,
    )
    agreed = () if "--update" in words else ("yes",)  # what the author is asked
    return await terminal.talked((*command, "--secret-stdin"), (*typed, *agreed), r"[Dd]igest ([0-9a-f]{8})")


async def enrolled(night: Night) -> Terminal:
    terminal = Terminal(night)
    for name in ("ada", "ben", "cleo"):
        await terminal.enrol(name)
    return terminal


async def test_a_new_update_leaves_without_redis_and_everybody_hears_it_once_when_redis_is_back() -> None:
    async with Night(lease=1.0, outlets=("email",)).begin() as night:
        terminal = await enrolled(night)
        await night.declare()
        await night.written_down()
        night.redis.kill()
        done = await digest_typed(terminal, "INC-1", *WORDS)
        assert done.code == 0, done
        assert done.out.count("Paying by card fails.") >= 2, "every text, in full"
        assert "E-mail: 3 delivered" in done.out
        assert "clarion recover" in done.out
        assert len(night.arrived("email")) == 3
        night.redis.start()
        still = await night.until(lambda: halted(night), within=10, say="the worker waits for the journal")
        assert still.cause is Cause.EMERGENCY
        # Work goes on meanwhile; what is told of it gets the number that the emergency's own telling has, too.
        await night.person("ada").command("/incident", "stage identified", channel=night.room)
        released = await recovered(terminal)
        assert "Published in an emergency: INC-1" in released.out
        await night.until(lambda: over(night))
        await night.published()
        entries = await night.memory.incidents.timeline((await night.incident()).id)
        assert [e for e in entries if "Update #1 approved" in e.text and "@" in e.machine]
        await night.until(
            lambda: [m for m in night.slack.messages(night.incidents) if "Update #1 was published" in m.text],
            say="followers are told in the announcement's thread",
        )
        kinds = [telling.kind for telling in (await night.incident()).tellings]
        assert kinds == [TellingKind.STAGE, TellingKind.UPDATE]
        assert len(night.arrived("email")) == 3
        assert "Redis lacks nothing" in (await terminal.run("ben", "recover")).out


async def test_an_author_who_says_no_has_nothing_published_and_nobody_is_asked_to_approve_another_update() -> None:
    async with Night(lease=1.0, outlets=("email",)).begin() as night:
        terminal = await enrolled(night)
        await night.declare()
        await night.draft()
        await night.written_down()
        night.redis.kill()
        typed = tuple(terminal.secrets[name] for name in ("cleo", "ben"))
        words = ("INC-1", *WORDS, "--headline", "Something else")
        for where, name in ((words, "INC-1"), (("--new", "Search is down", *words[1:]), "INC-90001")):
            done = await published(terminal, *where, typed=typed, answers=("no",))
            assert done.code == 1, done
            assert "Traceback" not in done.err
            assert "Nothing was published." in done.err
            assert f"--emergency {name} --file update-{name}.yaml --author cleo --approver ben" in done.err
            assert "to approve exactly this" not in done.out
        assert not night.arrived()
        night.redis.start()


async def test_what_was_approved_and_queued_in_redis_goes_on_under_its_keys_and_leaves_once() -> None:
    async with Night(lease=1.0, outlets=("email", "webhook")).begin() as night:
        terminal = await enrolled(night)
        await night.declare()
        await night.draft()
        ask = await night.ask()
        await night.here.stop_worker()
        await night.click("ben", ask, "Approve")
        night.redis.kill()
        done = await published(
            terminal, "INC-1", "--update", "1", typed=(terminal.secrets["cleo"], terminal.secrets["ben"])
        )
        assert done.code == 0, done
        keys = [key for key, _ in night.hook.posts]
        assert len(keys) == 1
        night.redis.start()
        await night.here.start_worker()
        await night.until(lambda: halted(night), within=10)
        await recovered(terminal)
        await night.until(lambda: over(night))
        await night.published()
        assert [key for key, _ in night.hook.posts] == keys, "the queued job found nothing to do"
        assert len(night.mail.letters) == 3


async def test_an_incident_that_nobody_declared_gets_a_number_of_its_own_and_a_channel_later() -> None:
    async with Night(lease=1.0, outlets=("slack", "email")).begin() as night:
        terminal = await enrolled(night)
        await night.declare()
        night.slack.trouble.take_down()
        night.redis.kill()
        new = ("--new", "Search is down", "--severity", "sev2", "--patience", "2")
        done = await digest_typed(terminal, *new, *WORDS)
        assert done.code == 0, done
        assert "INC-90001" in done.out
        assert len(night.arrived("email")) == 3
        night.redis.start()
        night.slack.trouble.bring_back()
        await night.until(lambda: halted(night), within=10)
        await recovered(terminal)

        async def everywhere() -> bool:
            found = await night.memory.incidents.find(90_001)
            return bool(found and found.channel.id and found.updates[0].state is UpdateState.PUBLISHED)

        await night.until(everywhere, say="Slack hears it, and there is a channel")
        found = await night.memory.incidents.find(90_001)
        assert found is not None
        assert all(set(d.tally) == {Outcome.DELIVERED} for d in found.updates[0].deliveries)
        assert len(night.arrived("slack")) == 1
        assert len(night.arrived("email")) == 3


async def paused(night: Night) -> None:
    """The pause after Cleo's wrong secret has still a minute, however slow this machine is."""
    secrets = LocalSecrets(Vault(), Lines(night.home / "journal" / TEAM_ID / ACTS))
    who = night.person("cleo").id
    tries = await secrets.tries(who)
    assert tries.until is not None
    assert await secrets.swap(who, tries, replace(tries, until=night.clock.now() + timedelta(seconds=60)))


async def two_must_approve(night: Night, terminal: Terminal) -> None:
    """Where the plan asks for two approvals, the first one publishes nothing, and says what to do."""
    plan = night.home / "two.yaml"
    plan.write_text(abroad.DEFAULT.read_text().replace("quorum: 1", "quorum: 2"))
    night.fields["clarion_plan"] = str(plan)
    first = await digest_typed(terminal, "INC-1", "--update", "1")
    assert first.code == 1, first
    assert "--emergency INC-1 --update 1 --author cleo --approver NAME" in first.err
    assert not night.arrived()
    second = await digest_typed(terminal, "INC-1", "--update", "1", approver="ada")
    assert second.code == 0, second
    assert second.out.count("Approved by ben") == 1
    assert len(night.arrived("email")) == 3


async def test_the_rules_are_the_same_without_redis() -> None:
    async with Night(lease=1.0, outlets=("email",)).begin() as night:
        terminal = await enrolled(night)
        await night.declare()
        await night.draft()
        await night.ask()
        cleo, ben = terminal.secrets["cleo"], terminal.secrets["ben"]
        up = await published(terminal, "INC-1", *WORDS, typed=(cleo, ben), answers=("yes",))
        assert "Redis answers" in up.err
        await night.written_down()
        night.redis.kill()
        other = await published(terminal, "INC-1", "--update", "1", typed=(cleo, ben), answers=("00000000",))
        assert "not the digest" in other.err
        wrong = await published(terminal, "INC-1", *WORDS, typed=("aaaaa-bbbbb-ccccc-ddddd", ben), answers=("yes",))
        assert "not the secret" in wrong.err, wrong
        await paused(night)
        soon = await published(terminal, "INC-1", *WORDS, typed=(cleo, ben), answers=("yes",))
        assert "Wait" in soon.err, "even the right one is not looked at"
        assert not night.arrived()
        await two_must_approve(night, terminal)
        night.redis.start()

        async def on_record() -> bool:
            uses = await night.memory.secrets.uses(night.person("cleo").id)
            return any(use.kind is UseKind.WRONG and "draft" in use.doing for use in uses)

        await terminal.run("ben", "recover", answers=("release",))
        assert await on_record()
