"""`clarion check`: describes every setting, shows no secret, and says what works, on any width of terminal."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from bot import checkup, wiring
from bot.checkup.command import Wanted
from bot.checkup.settings import abilities, described
from bot.checkup.verdict import Mark
from bot.config import Settings
from bot.domain.job import Job, JobKind
from bot.practice.slack_standin import SlackStandIn
from bot.slack.manifest import COMMANDS, EVENTS, scopes
from bot.storage.embedded import EmbeddedRedis
from tests import abroad
from tests.setup.test_settings import SECRETS, WHSEC

GRANTED = frozenset(scopes(COMMANDS, EVENTS))


async def checked(environ: Mapping[str, str] | None = None, width: int = 100) -> tuple[int, str]:
    out = Console(file=io.StringIO(), width=width, highlight=False)
    code = await checkup.run(Settings.load(None, environ or {}), out)
    assert isinstance(out.file, io.StringIO)
    return code, out.file.getvalue()


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def test_every_setting_is_described() -> None:
    _, said = await checked()
    flat = " ".join(said.split())
    for variable, name in Settings.variables().items():
        assert variable in flat
        description = Settings.model_fields[name].description
        assert description
        assert description in flat


async def test_with_nothing_set_it_names_the_three_settings_and_practice() -> None:
    code, said = await checked()
    assert code == 1
    assert "clarion practice` needs nothing" in said
    assert said.index("SLACK_BOT_TOKEN") < said.index("SLACK_SIGNING_SECRET") < said.index("INCIDENTS_CHANNEL")
    assert "Not ready: Slack." in said


@pytest.mark.parametrize("width", [40, 60, 76, 80, 120, 200])
async def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    _, said = await checked({"CLARION_APPROVERS": "U0AAA U0BBB"}, width)
    too_long = [line for line in said.splitlines() if len(line.rstrip()) > width and " " in line.strip()]
    assert too_long == []


async def test_no_secret_is_printed() -> None:
    secrets = SECRETS | {"SLACK_API_URL": "http://127.0.0.1:1/api/", "REDIS_URL": "redis://:c4n4ry@127.0.0.1:1/0"}
    code, said = await checked(secrets | {"SMTP_URL": "smtps://u:c4n4ry@127.0.0.1:1"})
    assert code == 1
    assert "c4n4ry" not in said
    assert WHSEC not in said
    assert "hooks.example.com" in said


async def test_a_good_token_is_known_by_name() -> None:
    async with SlackStandIn(scopes=GRANTED).serve() as slack:
        incidents = slack.add_channel("incidents", with_bot=True)
        code, said = await checked(connected(slack, incidents.id))
    assert "Known as @clarion in" in said
    assert f"channel {incidents.id} can be read; nothing was posted" in " ".join(said.split())
    assert code == 0


async def test_the_token_for_socket_mode_is_tried_too() -> None:
    async with SlackStandIn(scopes=GRANTED, app_token="xapp-c4n4ry").serve() as slack:
        environ = connected(slack, slack.add_channel("incidents", with_bot=True).id)
        _, good = await checked(environ | {"SLACK_APP_TOKEN": "xapp-c4n4ry"})
        code, bad = await checked(environ | {"SLACK_APP_TOKEN": "xapp-old-c4n4ry"})
    assert "Slack takes SLACK_APP_TOKEN." in good
    assert code == 1
    assert "Slack does not take SLACK_APP_TOKEN (invalid_auth). -> On the app's page turn" in " ".join(bad.split())
    assert "Not ready: Socket Mode." in bad
    assert "c4n4ry" not in good + bad


async def test_a_channel_for_announcements_that_cannot_be_used_says_what_to_do() -> None:
    async with SlackStandIn(scopes=GRANTED).serve() as slack:
        without, none = slack.add_channel("incidents").id, "C0123456789"
        outside = await checked(connected(slack, without))
        gone = await checked(connected(slack, none))
    assert (outside[0], gone[0]) == (1, 1)
    assert "Clarion is not in the channel; invite it there with /invite" in " ".join(outside[1].split())
    assert "there is none with this id" in " ".join(gone[1].split())
    assert "Not ready: Announcements." in gone[1]


def connected(slack: SlackStandIn, incidents_channel: str) -> dict[str, str]:
    """Return the three settings of a workspace."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-practice",
        "SLACK_SIGNING_SECRET": "practice-signing-secret",
        "SLACK_API_URL": slack.base_url,
        "INCIDENTS_CHANNEL": incidents_channel,
    }


async def test_each_missing_scope_is_named() -> None:
    async with SlackStandIn(scopes=GRANTED - {"bookmarks:write", "pins:write"}).serve() as slack:
        code, said = await checked({"SLACK_BOT_TOKEN": "xoxb-practice", "SLACK_API_URL": slack.base_url})
    assert code == 1
    assert "without the scopes bookmarks:write, pins:write." in " ".join(said.split())


async def test_a_wrong_token_says_where_to_copy_the_right_one() -> None:
    async with SlackStandIn().serve() as slack:
        code, said = await checked({"SLACK_BOT_TOKEN": "xoxb-other", "SLACK_API_URL": slack.base_url})
    assert code == 1
    assert "Copy it again from OAuth & Permissions" in said


async def test_slack_that_does_not_answer_is_said() -> None:
    _, said = await checked({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:1/api/"})
    assert "Slack does not answer" in said


async def test_the_server_of_a_running_clarion_is_looked_at(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / ".clarion"):
        _, said = await checked()
    assert "Everything acknowledged is on disk" in said


async def test_release_wants_a_redis_that_clarion_can_run_on(tmp_path: Path) -> None:
    out = Console(file=io.StringIO())
    async with EmbeddedRedis(tmp_path) as url:
        assert await checkup.release(Settings.load(None, {"REDIS_URL": url}), out) == 0
    assert await checkup.release(Settings.load(None, {"REDIS_URL": url}), out) == 1


async def test_jobs_that_were_put_aside_are_shown_with_the_reason(tmp_path: Path) -> None:
    job = Job(id="j1", kind=JobKind.REDRAW, incident_id="01abc")
    async with SlackStandIn().serve() as slack, EmbeddedRedis(tmp_path) as url:
        environ = {"SLACK_BOT_TOKEN": "xoxb-practice", "SLACK_API_URL": slack.base_url, "REDIS_URL": url}
        settings = Settings.load(None, environ)
        out = Console(file=io.StringIO(), width=100)
        assert await checkup.show_aside(settings, out) == 0
        async with wiring.build(settings, url) as built:
            await built.services.jobs.add(job)
            held = await built.services.jobs.take(job.lane, 1.0)
            assert held is not None
            await held.put_aside("crashed its worker 3 times")
        assert await checkup.show_aside(settings, out) == 1
    assert isinstance(out.file, io.StringIO)
    assert "No job was put aside" in out.file.getvalue()
    assert "crashed its worker 3 times of incident 01abc (job j1)" in out.file.getvalue()


async def test_a_broken_trial_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_settings: Settings) -> list[object]:
        raise RuntimeError("c4n4ry")

    monkeypatch.setattr("bot.checkup.trials.templates", broken)
    code, said = await checked()
    assert code == 1
    assert "The check itself failed (RuntimeError)" in said
    assert "c4n4ry" not in said
    assert "Redis" in said


def test_what_is_half_set_says_what_it_needs() -> None:
    token_only = {one.subject: one for one in abilities(Settings.load(None, {"SLACK_BOT_TOKEN": "xoxb-1"}))}
    assert token_only["Slack"].mark is Mark.BAD
    assert "SLACK_SIGNING_SECRET" in token_only["Slack"].mend
    assert token_only["Announcements"].mark is Mark.RISK
    mail = {"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com", "MAIL_RECIPIENTS": "missing.txt"}
    assert {one.subject: one.mark for one in abilities(Settings.load(None, mail))}["E-mail"] is Mark.BAD


def test_defaults_are_told_from_what_was_given() -> None:
    rows = {row.variable: row for row in described(Settings.load(None, {"PORT": "3000", "SLACK_BOT_TOKEN": "xoxb-1"}))}
    assert rows["PORT"].stands == "3000"
    assert rows["CLARION_HOME"].stands == ".clarion (default)"
    assert rows["SLACK_BOT_TOKEN"].stands == "set, hidden"
    assert rows["WEBHOOKS"].stands == "not set"


async def test_a_companys_own_templates_are_tried_too(tmp_path: Path) -> None:
    (tmp_path / "own/en/_partials").mkdir(parents=True)
    signature = tmp_path / "own/en/_partials/signature.j2"
    signature.write_text('{% call passage("signature", "") %}Your friends at Acme{% endcall %}')
    _, said = await checked({"TEMPLATES_DIR": "own"})
    assert "Those in own go before the shipped ones." in said
    signature.write_text("{{ nobody_knows")
    code, said = await checked({"TEMPLATES_DIR": "own"})
    assert code == 1
    assert "signature.j2, line 1: " in said
    _, said = await checked({"TEMPLATES_DIR": "gone"})
    assert "there is no folder gone; mend TEMPLATES_DIR" in " ".join(said.split())


def mailing(folder: Path, lines: str, *locales: str) -> dict[str, str]:
    """Settings with a mailing list, and a plan for customers who read these languages."""
    (folder / "list.txt").write_text(lines, encoding="utf-8")
    (folder / "plan.yaml").write_text(abroad.plan(*locales), encoding="utf-8")
    mail = {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "a@example.com", "MAIL_RECIPIENTS": "list.txt"}
    return mail | {"CLARION_PLAN": "plan.yaml"}


async def test_a_language_of_the_list_that_the_plan_does_not_have_is_said_with_its_line_and_what_to_do(
    tmp_path: Path,
) -> None:
    lines = "a@example.com fr-CA\nb@example.com de # ours\nc@example.com\nd@example.com de\n"
    _, said = await checked(mailing(tmp_path, lines, "en", "fr"), 200)
    flat = " ".join(said.split())
    assert (
        "Line 2 of list.txt (and 4) asks for German, which the plan does not have for e-mail: they get English." in flat
    )
    assert "Add de to `languages` of an audience that the plan reaches by e-mail" in flat
    assert "(English, French)" in flat
    assert "fr-CA" not in said
    assert "@example.com de" not in said
    strict = Wanted(strict=True, as_json=True)
    out = Console(file=io.StringIO())
    await checkup.run(Settings.load(None, mailing(tmp_path, lines, "en", "fr")), out, strict)
    assert "asks for German" in out.file.getvalue()  # type: ignore[attr-defined] # a StringIO


async def test_every_line_of_the_list_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    bad = "".join(f"nobody{n}\n" for n in range(7))
    code, said = await checked(mailing(tmp_path, f"a@example.com\n{bad}b@example.com french\n", "en"), 200)
    assert code == 1
    flat = " ".join(said.split())
    assert "Line 2 of list.txt (and 3, 4, 5, 6, and 2 more) is not an e-mail address." in flat
    assert "Line 9 of list.txt ends in what is no language, such as fr or pt-BR." in flat
    assert "While it stands there, no update can be drafted." in flat
    assert "nobody3" not in said


async def test_lines_of_the_same_address_are_named_and_no_address_is_shown(tmp_path: Path) -> None:
    lines = "Ann@example.com\n# ours\nann@EXAMPLE.com\nbo@example.com fr\nann@example.com\nBO@example.com en\n"
    _, said = await checked(mailing(tmp_path, lines, "en", "fr"), 200)
    flat = " ".join(said.split())
    assert (
        "list.txt holds the same address twice: line 3 is line 1 again, 5 is line 1 again. Each gets one mail" in flat
    )
    assert "list.txt holds the same address twice: line 6 is line 4 again. Each gets one mail, in the first" in flat
    assert "Leave the line with the language that they read." in flat
    assert "nn@" not in said


async def test_a_list_in_the_languages_of_the_plan_has_nothing_to_be_said(tmp_path: Path) -> None:
    _, said = await checked(mailing(tmp_path, "a@example.com fr\nb@example.com\n", "en", "fr"), 200)
    assert "Mailing list" not in said
