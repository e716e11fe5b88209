"""`clarion check` and `clarion plan` as people and their CI use them."""

import io
import json
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from bot import checkup
from bot.__main__ import app
from bot.checkup.plan import judged
from bot.cli.plan_page import page
from bot.config import Settings
from bot.plan import load, shipped
from bot.plan.loading import SHIPPED, load_text
from bot.practice.slack_standin import SlackStandIn
from tests.gallery_check import check as reviewed

ANSWERS = "Acme\nben\nU0AAAAAA1 U0BBBBBB1\nU0AAAAAA1\n1\nsoon\n20 min\n"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def checked(plan: str, strict: bool = False, **environ: str) -> tuple[int, dict[str, object]]:
    Path("plan.yaml").write_text(plan)
    out = Console(file=io.StringIO(), width=100)
    wanted = checkup.Wanted(Path("plan.yaml"), strict=strict, as_json=True)
    code = await checkup.run(Settings.load(None, environ), out, wanted)
    assert isinstance(out.file, io.StringIO)
    said = json.loads(out.file.getvalue())
    assert said["ready"] is (code == 0)
    return code, said["plan"]


async def test_the_shipped_plan_has_no_findings_where_nothing_is_set() -> None:
    found = await judged(Settings.load(None, {}), None)
    assert (found.file, found.findings) == ("the shipped plan", ())


async def test_an_error_fails_and_a_warning_fails_where_it_is_asked_strictly() -> None:
    warned, failed = SHIPPED.read_text(), SHIPPED.read_text().replace("quorum: 1", "quorum: 4")
    assert (await checked(warned))[0] == 0
    assert (await checked(warned, strict=True))[0] == 1
    code, plan = await checked(failed)
    findings = plan["findings"]
    assert isinstance(findings, list)
    assert (code, [one["id"] for one in findings]) == (1, ["P060", "P003"])
    assert set(findings[1]) == {"id", "severity", "file", "line", "field", "about", "reason", "fix"}


def test_sentences_with_an_end_of_their_own_get_no_second_full_stop() -> None:
    plan = SHIPPED.read_text().replace("means: Most customers cannot do what they came for", "means: All is lost!", 1)
    shown = page(load_text(plan.replace("who: Everybody who uses the product", "who: All who use it.")).plan)
    assert "SEV1: All is lost!\n" in shown
    assert ": All who use it.\n" in shown


async def test_a_file_that_cannot_be_used_fails_with_its_lines() -> None:
    code, plan = await checked(SHIPPED.read_text().replace("quorum: 1", "quorom: 1"))
    assert code == 1
    assert "Did you mean quorum?" in str(plan["findings"])


async def test_slack_is_asked_for_the_people_in_it() -> None:
    async with SlackStandIn().serve() as slack:
        ada = slack.add_person("ada").user.id
        plan = SHIPPED.read_text().replace("  - approvers: []", f"  - approvers: [{ada}, U0NOBODY1]")
        _, said = await checked(plan, SLACK_BOT_TOKEN="xoxb-practice", SLACK_API_URL=slack.base_url)
    assert "U0NOBODY1: Slack knows nobody of this id" in str(said)
    assert ada not in str(said)


async def test_where_slack_cannot_be_asked_it_is_said_and_not_judged() -> None:
    plan = SHIPPED.read_text().replace("  - approvers: []", "  - approvers: [U0NOBODY1]")
    _, unset = await checked(plan)
    _, down = await checked(plan, SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL="http://127.0.0.1:1/api/")
    for said, words in ((unset, "SLACK_BOT_TOKEN is not set"), (down, "Slack did not answer")):
        assert words in str(said["not_judged"])
        assert "P070" not in str(said["findings"])


async def test_the_words_of_own_templates_are_held_against_the_plan(tmp_path: Path) -> None:
    own = tmp_path / "own/en/outage"
    own.mkdir(parents=True)
    source = (SHIPPED.parents[2] / "message_templates/en/outage/identified.j2").read_text()
    (own / "identified.j2").write_text(
        source.replace("{% block body %}", "{% block body %}\nWe write every 45 minutes.\n")
    )
    code, said = await checked(SHIPPED.read_text(), TEMPLATES_DIR="own")
    assert code == 1
    assert "en/outage/identified says “every 45 minutes”" in str(said["findings"])


async def test_what_fails_when_it_is_played_is_a_finding() -> None:
    async def played(_plan: Path | None) -> dict[str, str]:
        return {"sev1-outage": "Step 3 did not happen."}

    found = await judged(Settings.load(None, {}), None, played)
    assert [one.id for one in found.findings] == ["P062"]
    assert found.findings[0].fix == "See what happens: `clarion practice --scenario sev1-outage --headless`."


def test_init_asks_writes_a_plan_that_can_be_used_and_never_writes_over_one() -> None:
    first = CliRunner().invoke(app, ["plan", "init"], input=ANSWERS)
    assert first.exit_code == 0, first.output
    assert "should be a Slack user id" in first.output
    text = Path("plan.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=./plan.schema.json\n")
    plan = load(Path("plan.yaml")).plan
    assert (plan.company, plan.approval[0].approvers) == ("Acme", ("U0AAAAAA1", "U0BBBBBB1"))
    assert json.loads(Path("plan.schema.json").read_text())["type"] == "object"
    again = CliRunner().invoke(app, ["plan", "init"], input=ANSWERS)
    assert again.exit_code == 1
    assert Path("plan.yaml").read_text() == text


@pytest.mark.parametrize("company", ["Acme: “Co”", "#1", "[x]", 'a "b" \\ c', "null", "é x"])
def test_any_name_of_a_company_stands_in_the_file_as_typed(company: str) -> None:
    CliRunner().invoke(app, ["plan", "init"], input=f"{company}\n\n\n1\n\n")
    assert load(Path("plan.yaml")).plan.company == company


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("x" * 201, "at most 200 fit"),
        ("password: Foo1234bar", "looks like a password"),
        ("\u202e\x01 ", "A name is needed"),
    ],
)
def test_a_name_that_no_plan_may_have_is_asked_for_again(typed: str, told: str) -> None:
    answered = CliRunner().invoke(app, ["plan", "init"], input=f"{typed}\nAcme\u202e\tCo\n\n\n1\n\n")
    assert (answered.exit_code, told in answered.output) == (0, True), answered.output
    assert load(Path("plan.yaml")).plan.company == "Acme Co"


def test_a_folder_that_is_not_there_is_said_before_anything_is_asked() -> None:
    answered = CliRunner().invoke(app, ["plan", "init", "no/plan.yaml"], input=ANSWERS)
    assert answered.exit_code == 1
    assert "What is the company called" not in answered.output


def test_the_plan_as_a_page() -> None:
    reviewed("cli/plan.txt", page(shipped().plan))


def test_show_prints_a_plan_or_what_is_wrong_with_it() -> None:
    assert "PLAN OF" in CliRunner().invoke(app, ["plan", "show"]).output.upper()
    Path("plan.yaml").write_text("company: Acme\n")
    broken = CliRunner().invoke(app, ["plan", "show", "--plan", "plan.yaml"])
    assert broken.exit_code == 1
    assert isinstance(broken.exception, SystemExit | typer.Exit)
