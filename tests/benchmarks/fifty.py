"""Fifty people submit at once: nobody waits, each gets a channel, none two. And one submission delivered five times.

The five deliveries go to two web processes, so that what counts is the commit and not one process's memory.
"""

import asyncio
import statistics
import time
from collections import Counter

from tests.benchmarks.figures import Figure, Limit, judged
from tests.benchmarks.load import Generators, Outcome
from tests.benchmarks.slack_requests import command, declaration
from tests.benchmarks.stage import Stage, open_stage

SUBMITS = 50
DELIVERIES = 5
BURSTS, QUICK_BURSTS = 3, 1
LIMIT = Limit(most=100.0, of_ratio=False)


async def run(quick: bool) -> list[Figure]:
    """Measure the slowest acknowledgement of each burst, and count what came of it."""
    bursts = QUICK_BURSTS if quick else BURSTS
    slowest: list[float] = []
    floors: list[float] = []
    opened: list[float] = []
    problems: list[str] = []
    async with open_stage(webs=2) as stage, Generators(2) as load:
        floor = await stage.start_floor("bolt")
        await load.in_turn(stage.web_ports[0], [_help(stage) for _ in range(200)], 50)
        await load.in_turn(floor, [_help(stage) for _ in range(200)], 50)
        repeated, more = await _five_times(stage, load)
        for burst in range(bursts):
            floors.append((await load.at_times(floor, [_help(stage) for _ in range(SUBMITS)], 0)).worst())
            outcome = await load.at_times(stage.web_ports[0], _submits(stage, burst), 0)
            slowest.append(outcome.worst())
            problems += outcome.problems(b'"response_action"')
            await _channels(stage, 1 + SUBMITS * (burst + 1))
            opened.append(time.perf_counter() - outcome.started)
        problems += await _doubled(stage, 1 + SUBMITS * bursts)
    whole = SUBMITS * bursts
    return [
        judged(
            f"slowest of {SUBMITS} acknowledgements at once (median of {bursts})",
            statistics.median(slowest),
            "ms",
            floor=statistics.median(floors),
            limit=LIMIT,
            problems=problems,
        ),
        judged(f"  until the last of the {SUBMITS} channels is there (first burst)", opened[0] * 1000, "ms"),
        judged(
            f"channels for {whole} submits",
            float(whole if not problems else -1),
            "",
            limit=Limit(most=whole, least=whole, of_ratio=False),
            problems=problems,
        ),
        judged(
            f"incidents of one submission delivered {DELIVERIES} times",
            float(repeated),
            "",
            limit=Limit(most=1, least=1, of_ratio=False),
            problems=more,
        ),
    ]


def _help(stage: Stage) -> bytes:
    return command("help", stage.people[0], stage.answer_url)


def _submits(stage: Stage, burst: int) -> list[bytes]:
    return [declaration(f"Burst {burst} case {n}", "SEV3", stage.people[n]) for n in range(SUBMITS)]


async def _channels(stage: Stage, count: int) -> None:
    async def there() -> bool:
        return len(await _created(stage)) >= count

    await stage.until(there, f"{count} channels", within=120)


async def _created(stage: Stage) -> list[str]:
    return [call["channel"] for call in await stage.calls() if call["method"] == "conversations.create" and call["ok"]]


async def _doubled(stage: Stage, expected: int) -> list[str]:
    """Say which channels are missing, or are there twice, by what Slack has and by what Clarion remembers."""
    await asyncio.sleep(0.5)  # a second channel would come late
    created = await _created(stage)
    storage = stage.storage()
    try:
        incidents = await storage.incidents.open()
    finally:
        await storage.aclose()
    own = Counter(incident.channel.id for incident in incidents)
    found = []
    if len(created) != expected:
        found.append(f"Slack has {len(created)} channels of ours instead of {expected}")
    if len(incidents) != expected:
        found.append(f"there are {len(incidents)} incidents instead of {expected}")
    if set(own) != set(created) or max(own.values()) > 1:
        found.append("incidents and channels are not one to one")
    return found


async def _five_times(stage: Stage, load: Generators) -> tuple[int, list[str]]:
    title = "One submission"
    request = declaration(title, "SEV2", stage.people[0])
    half = DELIVERIES // 2
    outcomes: tuple[Outcome, ...] = await asyncio.gather(
        load.at_times(stage.web_ports[0], [request] * (DELIVERIES - half), 0),
        load.at_times(stage.web_ports[1], [request] * half, 0),
    )
    storage = stage.storage()
    try:
        same = [incident for incident in await storage.incidents.open() if incident.title == title]
    finally:
        await storage.aclose()
    before = len(same)
    await _channels(stage, before)
    await asyncio.sleep(1.0)  # a second channel would come late
    named = [c for c in await stage.calls() if c["method"] == "conversations.create" and "one-submission" in c["name"]]
    problems = [problem for outcome in outcomes for problem in outcome.problems(b'"response_action"')]
    if len(named) != before:
        problems.append(f"{len(named)} channels for {before} incidents")
    return before, problems
