"""The languages of a scenario: the plan that it is played with, and nothing else in that plan."""

from dataclasses import replace
from pathlib import Path

from bot.domain.languages import spoken
from bot.plan import load
from bot.practice.languages import plan_for

TONGUES = ("pl", "en", "fr")


def test_the_plan_of_a_scenario_differs_in_its_languages_alone(tmp_path: Path) -> None:
    copy = plan_for(TONGUES, None, tmp_path)
    assert copy is not None
    ours, shipped = load(copy).plan, load(None).plan
    assert spoken(ours) == TONGUES
    as_before = tuple(
        replace(one, locales=before.locales) for one, before in zip(ours.audiences, shipped.audiences, strict=True)
    )
    assert replace(ours, audiences=as_before) == shipped


def test_a_plan_in_these_languages_is_played_as_it_is(tmp_path: Path) -> None:
    assert plan_for((), None, tmp_path) is None
    assert plan_for(("en",), None, tmp_path) is None
    own = plan_for(TONGUES, None, tmp_path)
    before = own.read_bytes() if own else b""
    (tmp_path / "play").mkdir()
    assert plan_for(TONGUES, own, tmp_path / "play") == own
    assert plan_for(("en",), own, tmp_path / "play") == tmp_path / "play" / "plan.yaml"
    assert own is not None
    assert own.read_bytes() == before
