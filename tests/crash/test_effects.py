"""The points come from the code: no port has a method of which nobody has said whether it leaves a trace."""

import inspect
from typing import Any, get_type_hints

import pytest

from bot.ports import Held, Outlet, Services, effects
from tests.crash.points import MOMENTS, POINTS, Point, named

# Ports that are no way to the outside: they draw, read a clock or make ids.
_PURE = {"clock", "ids", "screens", "words", "plan", "policy", "places"}


def _ports() -> dict[str, Any]:
    hints = get_type_hints(Services)
    found = {name: hint for name, hint in hints.items() if name not in _PURE and name != "outlets"}
    return {**found, "outlets": Outlet, "held": Held}


def _methods(port: Any) -> set[str]:
    return {name for name, made in vars(port).items() if inspect.iscoroutinefunction(made)}


@pytest.mark.parametrize("port", sorted(_ports()))
def test_every_method_of_a_port_is_an_effect_or_a_look(port: str) -> None:
    effectful, looks = set(effects.EFFECTS.get(port, ())), set(effects.READS.get(port, ()))
    assert effectful | looks == _methods(_ports()[port]), "name it in bot/ports/effects.py"
    assert not effectful & looks


def test_every_effect_is_of_a_port_or_the_answer_to_a_person() -> None:
    assert set(effects.EFFECTS) == {*_ports(), "answer"}


def test_there_is_a_point_before_and_after_each_effect() -> None:
    assert {Point(effect, moment) for effect in effects.names() for moment in MOMENTS} == set(POINTS)
    assert [named(str(point)) for point in POINTS] == list(POINTS)


def test_a_point_that_the_code_does_not_list_is_refused() -> None:
    with pytest.raises(ValueError, match="is no point"):
        named("before:chat.shout")
