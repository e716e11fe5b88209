"""Turns in a channel: a short burst, then one a second, and channels do not wait for each other."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.pacing import BURST, Pace


class Time:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def test_a_burst_and_then_one_a_second() -> None:
    time = Time()
    pace = Pace(time, time.sleep)
    for _ in range(BURST):
        await pace.turn("C1")
    assert time.now == 0
    for _ in range(5):
        await pace.turn("C1")
    assert time.now == 5


async def test_another_channel_does_not_wait() -> None:
    time = Time()
    pace = Pace(time, time.sleep)
    for _ in range(10):
        await pace.turn("C1")
    before = time.now
    await pace.turn("C2")
    assert time.now == before


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_one_for_each_second(pauses: list[float]) -> None:
    time = Time()
    pace = Pace(time, time.sleep)
    turns: list[float] = []

    async def post() -> None:
        for pause in pauses:
            time.now += pause
            await pace.turn("C1")
            turns.append(time.now)

    asyncio.run(post())
    for start in range(len(turns)):
        for end in range(start, len(turns)):
            assert end - start + 1 <= BURST + turns[end] - turns[start] + 1e-6


async def test_channels_of_long_ago_are_forgotten() -> None:
    time = Time()
    pace = Pace(time, time.sleep)
    for number in range(5_000):
        time.now += 10
        await pace.turn(f"C{number}")
    assert len(pace._free_at) <= 2_001
