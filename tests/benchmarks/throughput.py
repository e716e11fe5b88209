"""One web process and fifty clients that never pause: what an answer costs, against Bolt with an empty listener.

The worker does not run here: this is about the one process that acknowledges. Each request is another command, so
nothing is answered from memory. Rounds of all kinds take turns, so that a busy moment hits all of them.
"""

import statistics
from collections.abc import Callable

from tests.benchmarks.figures import Figure, Limit, judged
from tests.benchmarks.load import Generators
from tests.benchmarks.slack_requests import command
from tests.benchmarks.stage import Stage, open_stage

CLIENTS = 50
ROUNDS, QUICK_ROUNDS = 5, 1
COUNT, QUICK_COUNT = 4_000, 100
HELP = Limit(least=0.5)
DURABLE = Limit(least=0.35)


async def run(quick: bool) -> list[Figure]:
    """Measure requests a second."""
    rates: dict[str, list[float]] = {"bolt": [], "bare": [], "help": [], "declare": []}
    problems: dict[str, list[str]] = {kind: [] for kind in rates}
    rounds, count = (QUICK_ROUNDS, QUICK_COUNT) if quick else (ROUNDS, COUNT)
    async with open_stage(worker=False) as stage, Generators(2) as load:
        await _know(stage)
        ports = {kind: await stage.start_floor(kind) for kind in ("bolt", "bare")}
        ports |= {"help": stage.web_ports[0], "declare": stage.web_ports[0]}
        for kind, port in ports.items():
            await load.in_turn(port, _requests(stage, kind, 0, 200), CLIENTS)
        for number in range(1, rounds + 1):
            for kind, port in ports.items():
                outcome = await load.in_turn(port, _requests(stage, kind, number, count), CLIENTS)
                rates[kind].append(outcome.rate)
                problems[kind] += outcome.problems(_MARKERS[kind])
        declared = 200 + rounds * count
        problems["declare"] += await _lost(stage, declared)
    return _figures(rates, problems)


_MARKERS = {"bolt": b"", "bare": b"ok", "help": b"What you can say", "declare": b"INC-"}


def _requests(stage: Stage, kind: str, number: int, count: int) -> list[bytes]:
    words: Callable[[int], str] = lambda n: "help"  # noqa: E731 - two little ways to word a request
    if kind == "declare":
        words = lambda n: f"Round {number} request {n} sev1"  # noqa: E731 - as above
    return [command(words(n), stage.people[n % CLIENTS], stage.answer_url) for n in range(count)]


async def _know(stage: Stage) -> None:
    """Remember everybody, as the worker does when it starts."""
    from bot.slack.gateway import SlackChat
    from bot.wiring import WallClock
    from tests.benchmarks.stage import TOKEN

    chat = SlackChat(token=TOKEN, base_url=stage.api_url, now=WallClock().now)
    storage = stage.storage()
    try:
        await storage.people.put(await chat.everybody())
    finally:
        await storage.aclose()
        await chat.aclose()


async def _lost(stage: Stage, expected: int) -> list[str]:
    """Say so if not every acknowledged incident is there: each was one commit, and the newest can be read."""
    storage = stage.storage()
    try:
        commits = await storage.commit_number()
        newest = [await storage.incidents.find(number) for number in range(expected, max(0, expected - 100), -1)]
    finally:
        await storage.aclose()
    missing = sum(found is None for found in newest)
    if commits == expected and not missing:
        return []
    return [f"{commits} commits for {expected} acknowledged incidents, {missing} of the newest missing"]


def _figures(rates: dict[str, list[float]], problems: dict[str, list[str]]) -> list[Figure]:
    middle = {kind: statistics.median(found) for kind, found in rates.items()}
    floor, wrong = middle["bolt"], problems["bolt"] + problems["bare"]
    rows = (
        ("floor: Bolt, one empty listener", "bolt", None),
        ("for the record: bare ASGI", "bare", None),
        ("/incident help", "help", HELP),
        ("incident, durable before it is acknowledged", "declare", DURABLE),
    )
    return [
        judged(name, middle[kind], "/s", floor=floor, limit=limit, problems=[*problems[kind], *wrong])
        for name, kind, limit in rows
    ]
