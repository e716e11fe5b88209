"""What a company's CI hands in: judged with file and line; nothing of its settings is taken that reaches anywhere."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.practice import session
from bot.practice.company import CompanyMistake, judged
from bot.rendering.catalogue import SHIPPED, BrokenTemplates

GOOD = """# ours
SLACK_BOT_TOKEN=xoxb-c4n4ry
SMTP_URL=smtps://user:c4n4ry@mail.canary.example

# who
MAIL_FROM="Acme <status@acme.example>"
MAIL_RECIPIENTS={folder}/list.txt
TEMPLATES_DIR={folder}/own
"""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A folder with templates, a list of recipients and settings, all of them good."""
    (tmp_path / "own/en/outage").mkdir(parents=True)
    shutil.copy(SHIPPED / "en/outage/investigating.j2", tmp_path / "own/en/outage")
    (tmp_path / "list.txt").write_text("real@canary.example\n")
    (tmp_path / ".env").write_text(GOOD.format(folder=tmp_path))
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def mistake(folder: Path) -> str:
    with pytest.raises(CompanyMistake) as caught:
        judged(settings=folder / ".env")
    assert "c4n4ry" not in str(caught.value)
    return str(caught.value).replace(str(folder), "F")


def test_only_the_templates_and_the_senders_name_are_taken(company: Path) -> None:
    taken = judged(settings=company / ".env").fields
    assert dict(taken) == {"templates_dir": str(company / "own"), "mail_from": "Acme <status@acme.example>"}
    assert dict(judged().fields) == {}


def test_every_mistake_in_a_setting_is_told_with_its_line(company: Path) -> None:
    change(company / ".env", "MAIL_FROM", "PORT=x\nMAIL_FORM")
    assert mistake(company) == (
        "F/.env, line 7: MAIL_FORM: There is no such setting. Did you mean MAIL_FROM?\n"
        "F/.env, line 6: PORT: This should be a whole number from 1 to 65535, such as 3000."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# who", "who is it", "F/.env, line 5: write NAME=value here, or # and a comment."),
        ("MAIL_FROM", "#", "F/.env: MAIL_FROM: E-mail needs SMTP_URL, MAIL_FROM and MAIL_RECIPIENTS together."),
        ("xoxb-", "", "F/.env, line 2: SLACK_BOT_TOKEN: This should be the bot token, which starts with xoxb-."),
        ("MAIL_FROM", "CLARION_PLAN=gone.yaml\nMAIL_FROM", "F/.env, line 6: CLARION_PLAN: There is no gone.yaml. Mend"),
        ("/own", "/owm", "F/.env, line 8: TEMPLATES_DIR: There is no F/owm. Mend the path"),
        ("list.txt", "gone.txt", "F/.env, line 7: MAIL_RECIPIENTS: The list of recipients gone.txt cannot be read"),
    ],
)
def test_a_mistake_in_a_file_of_settings_names_its_line(company: Path, old: str, new: str, said: str) -> None:
    change(company / ".env", old, new)
    assert mistake(company).startswith(said)


def test_a_list_of_recipients_is_judged_by_line(company: Path) -> None:
    change(company / "list.txt", "real@", "real@@")
    assert "F/.env, line 7: MAIL_RECIPIENTS: Line 1 of list.txt is not an e-mail address." in mistake(company)


def test_settings_that_cannot_be_read_are_a_sentence(tmp_path: Path) -> None:
    assert mistake(tmp_path) == "F/.env cannot be read. It should be UTF-8 text, a setting a line."


async def test_a_template_with_a_missing_field_fails_the_scenario_with_file_line_and_mend(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(company / "own/en/outage/investigating.j2", "We are aware of", "{{ region }} We are aware of")
    report = company / "r.xml"
    status = await session.run(
        "wrong-draft", headless=True, junit=report, home=company / "home", settings=company / ".env"
    )
    assert status == 1
    said = capsys.readouterr().out
    assert "own/en/outage/investigating.j2, line 17: “region” is neither a fact nor a field of this file." in said
    assert "Add it under “fields:” in the head, or mend its spelling." in said
    assert ElementTree.parse(report).getroot().get("errors") == "1"
    with pytest.raises(BrokenTemplates):
        judged(templates=company / "own")


async def test_all_scenarios_are_played_one_after_the_other_with_a_suite_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.practice.scenario.reading.SHIPPED", tmp_path)
    (tmp_path / "a.yaml").write_text(
        "people: {ada: x}\nsteps:\n  - ada: /incident list\n  - expect: {ada is told: No incident is open}\n"
    )
    (tmp_path / "b.yaml").write_text("people: {ada: x}\nsteps:\n  - ada sings: x\n")
    report = tmp_path / "r.xml"
    assert await session.run(session.ALL, junit=report, home=tmp_path / "home", templates=_own(tmp_path)) == 1
    said = capsys.readouterr().out
    assert "✓ a\n✗ b" in said
    suites = ElementTree.parse(report).getroot().findall("testsuite")
    assert [(s.get("name"), s.get("failures"), s.get("errors")) for s in suites] == [
        ("practice.a", "0", "0"),
        ("practice.b", "0", "1"),
    ]


def _own(folder: Path) -> Path:
    """A company's folder with one story of its own."""
    (folder / "own/en/acme").mkdir(parents=True)
    shutil.copy(SHIPPED / "en/outage/investigating.j2", folder / "own/en/acme/down.j2")
    return folder / "own"
