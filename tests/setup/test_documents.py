"""What the documents say is there: settings, commands, make targets, files. An undocumented setting is red."""

import re
import subprocess
import tomllib

import pytest
from dotenv import dotenv_values

from bot.config import Settings
from tests.architecture.sources import ROOT
from tests.setup.test_command_line import COMMANDS

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
SCREEN = 25  # lines of a small terminal


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", README, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_setting_has_its_row_in_the_readme_and_no_row_is_made_up() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", sections()["Settings"], re.MULTILINE)
    assert rows == list(Settings.variables())


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name in Settings.variables().values() if not Settings.model_fields[name].description] == []


def test_the_example_names_every_setting_and_can_be_loaded() -> None:
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE)) == set(Settings.variables())
    assert not any(dotenv_values(ROOT / ".env.example").values())
    assert Settings.load(ROOT / ".env.example", {}).model_fields_set == set()


@pytest.mark.parametrize("target", ["install", "practice", "test", "run", "bench", "check"])
def test_the_make_targets_are_there_and_would_run(target: str) -> None:
    assert target in TARGETS
    assert f"make {target}" in README
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_names_no_target_or_command_that_is_not_there() -> None:
    assert set(re.findall(r"`?make ([a-z]+)", README)) - {"sure"} <= TARGETS
    assert set(re.findall(r"clarion ([a-z]+)[` ]", README)) <= set(COMMANDS)


def test_the_readme_begins_with_the_two_commands() -> None:
    first = README.split("## ")[0]
    assert first.index("make practice") < first.index("make test") < 200


@pytest.mark.parametrize("who", ["responder", "communications lead", "support person", "operator"])
def test_what_to_do_fits_a_screen(who: str) -> None:
    (text,) = [text for title, text in sections().items() if title == f"For a{'n' if who[0] == 'o' else ''} {who}"]
    assert len(text.strip().splitlines()) <= SCREEN


def test_a_day_without_slack_fits_a_screen() -> None:
    assert len(sections()["A day without Slack"].strip().splitlines()) <= SCREEN


@pytest.mark.parametrize("document", ["README.md", "bot/README.md", "bot/GLOSSARY.md", "message_templates/README.md"])
def test_links_and_paths_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text()
    here = (ROOT / document).parent
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (here / link).exists(), link
    for path in re.findall(r"`((?:bot|handlers|tests|message_templates)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path


def test_ci_runs_what_the_readme_says() -> None:
    ci = ROOT / ".ci" / "run"
    assert ci.stat().st_mode & 0o111
    assert ci.read_text().strip().endswith("exec make test")


def test_the_procfile_runs_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["release", "web", "worker"]
    for line in lines:
        assert line.split()[1] == "clarion"
        assert line.split()[2] in COMMANDS


def test_the_version_has_an_entry_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert "## Unreleased" in changelog or f"## {project['version']}" in changelog


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    told = (ROOT / "bot" / "decisions" / "0001-dependencies.md").read_text()
    names = [re.split(r"[\[><=]", one)[0] for one in project["dependencies"]]
    assert [name for name in names if not re.search(rf"\b{name}\b", told)] == []
