"""Every point with some seeds (`make crash`: 20): somebody dies there, others go on, and no rule is broken."""

import random

import pytest

from bot.ports import effects
from tests.crash.histories import Name, Told, play
from tests.crash.points import MOMENTS, Point
from tests.crash.suite import SAMPLE_SEEDS, pairs
from tests.redis_server import RedisServer

# The first is said when a click inside a form is answered in words, which no handler does today. The others come about
# where Redis has lost data, which no plot here has it do: stories/test_rewind.py and journal/test_crash_points.py do.
_NEVER = {"chat.push_view", "standstills.begin", "standstills.lift"}


def _kept(told: Told) -> None:
    assert not told.violations, "\n".join(
        [*map(str, told.violations), f"again: python -m tests.crash --replay '{told.name}'"]
    )


@pytest.mark.parametrize("effect", effects.names())
def test_a_death_before_or_after_an_effect_breaks_no_rule(redis: RedisServer, effect: str) -> None:
    met = 0
    for moment in MOMENTS:
        for seed in range(SAMPLE_SEEDS if effect not in _NEVER else 1):
            told = play(redis, Name(seed, (Point(effect, moment),)))
            _kept(told)
            met += len(told.met)
    assert (met > 0) == (effect not in _NEVER)


_SAMPLE = random.Random("sample").sample(pairs(0), 24)


@pytest.mark.parametrize("part", range(6))
def test_two_deaths_break_no_rule(redis: RedisServer, part: int) -> None:
    for name in _SAMPLE[part::6]:
        _kept(play(redis, name))


@pytest.mark.parametrize("name", ["3/before:attempts.record", "7/after:jobs.take+before:chat.amend"])
def test_a_history_is_the_same_when_it_is_played_again(redis: RedisServer, name: str) -> None:
    first, second = (play(redis, Name.read(name)) for _ in range(2))
    assert first.met
    assert (first.trace, first.met, first.plot) == (second.trace, second.met, second.plot)
    assert str(Name.read(name)) == name
