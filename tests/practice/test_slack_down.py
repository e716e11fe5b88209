"""The words that the scenario `slack-down` is written in; test_shipped_scenarios.py plays it."""

from pathlib import Path

import pytest

from bot.practice.scenario import reading
from bot.practice.scenario.script import SLACK, Act, ScenarioMistake, Verb

HEAD = "people: {ada: declares}\nsteps:\n"


def acts(folder: Path, steps: str) -> list[Act | None]:
    path = folder / "night.yaml"
    path.write_text(HEAD + steps)
    return [step.act for step in reading.read(path).steps]


def test_slack_goes_down_and_returns_and_people_run_the_command_line(tmp_path: Path) -> None:
    read = acts(tmp_path, "  - Slack goes down:\n  - ada runs: clarion incident list\n  - Slack returns:\n")
    assert read == [
        Act(SLACK, Verb.GOES_DOWN),
        Act("ada", Verb.RUNS, text="clarion incident list"),
        Act(SLACK, Verb.RETURNS),
    ]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("Slack explodes:", "“explodes” is not something that can happen to “Slack” here. There is: "),
        ("Slack goes down: now", "nothing belongs behind this"),
        ("ada goes down:", "not something that people can do"),
        ("ada runs: rm -rf /", "begin with clarion"),
    ],
)
def test_what_cannot_be_played_is_refused_in_a_sentence(tmp_path: Path, step: str, sentence: str) -> None:
    with pytest.raises(ScenarioMistake, match=sentence):
        acts(tmp_path, f"  - {step}\n")
