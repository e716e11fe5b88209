"""From submit to a channel that people can work in, while every Slack call takes 100 ms more.

Ready is: created, people invited, card posted. The floor is two calls in a row through the same gateway.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

from bot.practice.slack_standin.standin import WALL_CLOCK
from bot.slack.gateway import SlackChat
from bot.wiring import WallClock
from tests.benchmarks.figures import Figure, Limit, judged
from tests.benchmarks.load import Generators
from tests.benchmarks.slack_requests import command, declaration
from tests.benchmarks.stage import TOKEN, Stage, open_stage

LATENCY = 0.1
ROUNDS, QUICK_ROUNDS = 10, 1
LIMIT = Limit(most=1.25)
_NEEDED = ("conversations.create", "conversations.invite", "chat.postMessage")
_QUIET = 0.5


async def run(quick: bool) -> list[Figure]:
    """Measure a command and a submitted form, in turn with the floor."""
    floors: list[float] = []
    commands: list[float] = []
    forms: list[float] = []
    async with open_stage() as stage, Generators(1) as load:
        chat = SlackChat(token=TOKEN, base_url=stage.api_url, now=WallClock().now)
        try:
            await _once(stage, load, _command(stage, 0))  # connections and first imports
            await stage.slow(LATENCY)
            for number in range(1, (QUICK_ROUNDS if quick else ROUNDS) + 1):
                floors.append(await _two_calls(chat, number))
                commands.append(await _once(stage, load, _command(stage, number)))
                forms.append(await _once(stage, load, _form(stage, number)))
        finally:
            await chat.aclose()
    floor = statistics.median(floors) * 1000
    return [
        judged(name, statistics.median(taken) * 1000, "ms", floor=floor, limit=LIMIT)
        for name, taken in (("command to channel ready", commands), ("form to channel ready", forms))
    ]


def _command(stage: Stage, number: int) -> bytes:
    declarer, commander = stage.people[number % 20], stage.people[20 + number % 20]
    return command(f"Checkout is slow, case {number} sev1 <@{commander}>", declarer, stage.answer_url)


def _form(stage: Stage, number: int) -> bytes:
    declarer, lead = stage.people[number % 20], stage.people[20 + number % 20]
    return declaration(f"Login is slow, case {number}", "SEV2", declarer, role=("communications", lead))


async def _two_calls(chat: SlackChat, number: int) -> float:
    started = time.perf_counter()
    await chat.create_channel(f"floor-{number}")
    await chat.create_channel(f"floor-{number}-again")
    return time.perf_counter() - started


async def _once(stage: Stage, load: Generators, request: bytes) -> float:
    before = len(await stage.calls())
    outcome = await load.at_times(stage.web_ports[0], [request], 0)
    if problems := outcome.problems():
        raise RuntimeError("; ".join(problems))
    seen: list[dict[str, Any]] = []

    async def ready() -> bool:
        seen[:] = await stage.calls(before)
        return _ready_at(seen) is not None

    await stage.until(ready, "the channel is ready")
    ready_at = _ready_at(seen) or 0.0
    await _quiet(stage)
    # Slack's stand-in tells wall clock time, the generator its perf_counter.
    return ready_at - (outcome.started + WALL_CLOCK() - time.perf_counter())


def _ready_at(calls: Sequence[dict[str, Any]]) -> float | None:
    """Return when the last of the three was done in the channel that was created, None until then."""
    created = next((call for call in calls if call["method"] == _NEEDED[0] and call["ok"]), None)
    if created is None:
        return None
    here = [call for call in calls if call["channel"] == created["channel"] and call["ok"]]
    first = [next((call["at"] for call in here if call["method"] == method), None) for method in _NEEDED]
    return None if None in first else max(at for at in first if at is not None)


async def _quiet(stage: Stage) -> None:
    """Wait until nothing more is asked of Slack, so that rounds do not overlap."""
    count = -1
    while (now := len(await stage.calls())) != count:
        count = now
        await asyncio.sleep(_QUIET)
