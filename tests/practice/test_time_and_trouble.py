"""The clock of a practice, and what happens in a scenario without anybody doing it."""

from pathlib import Path

import pytest

from bot.practice.clock import HouseClock
from bot.practice.scenario import reading
from bot.practice.scenario.script import TIME, TROUBLE, Act, ScenarioMistake, Verb

HEAD = "people: {ada: declares}\nsteps:\n"


def acts(folder: Path, *steps: str) -> list[Act | None]:
    path = folder / "night.yaml"
    path.write_text(HEAD + "".join(f"  - {one}\n" for one in steps))
    return [step.act for step in reading.read(path).steps]


def test_every_process_that_has_the_file_has_the_time(tmp_path: Path) -> None:
    ours, theirs = (HouseClock(tmp_path / "clock", wall=lambda: 1_000.0) for _ in range(2))
    assert theirs.seconds() == 1_000.0
    ours.move(90)
    ours.move(0.5)
    assert theirs.seconds() == 1_090.5
    assert theirs.now().timestamp() == 1_090.5
    with pytest.raises(ValueError, match="does not go back"):
        ours.move(-1)


async def test_time_passes_to_the_second(tmp_path: Path) -> None:
    clock = HouseClock(tmp_path / "clock", wall=lambda: 0.0)
    await clock.let_pass(61)
    assert clock.seconds() == 61


def test_time_and_trouble_are_read_in_words(tmp_path: Path) -> None:
    steps = ("15 minutes pass:", "1 second passes:", "the mail server loses its reply:", "mail server is well again:")
    assert acts(tmp_path, *steps) == [
        Act(TIME, Verb.PASSES, text="900"),
        Act(TIME, Verb.PASSES, text="1"),
        Act(TROUBLE, Verb.HAPPENS, text="mail server loses its reply"),
        Act(TROUBLE, Verb.IS_WELL, text="mail server"),
    ]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("some minutes pass:", "“some minutes” is not a time here. Write “15 minutes pass:”; at most 24 hours."),
        ("25 hours pass:", "“25 hours” is not a time here."),
        ("15 minutes pass: quickly", "nothing belongs behind this."),
        ("the mail server loses replies:", "Did you mean “loses its reply”?"),
        ("the worker dances:", "“dances” is not something that can happen to “worker” here. There is: is killed"),
        ("the printer burns:", "step begins with one of ada"),
    ],
)
def test_what_cannot_happen_is_refused_with_its_line(tmp_path: Path, step: str, said: str) -> None:
    with pytest.raises(ScenarioMistake) as caught:
        acts(tmp_path, step)
    assert said in str(caught.value)
    assert "step 1 (line 3): " in str(caught.value)
