"""A thousand followers and three updates in a row, while Slack enforces its limits: how much of them is used.

What Slack allows: "several hundred messages per minute" in a workspace (Slack docs, "Rate limits"), read as 300 here
and by the stand-in, which also takes one message a second in each conversation. Each update comes while the one
before is still being told, so that it overtakes. Nobody may hear one twice, or an older one after a newer.
"""

import asyncio
import contextlib
import re
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot import wiring
from bot.config import Settings
from bot.domain import delivery, lifecycle
from bot.domain.change import Change
from bot.domain.incident import Channel, Incident, Severity, Step
from bot.domain.lifecycle import Declaration
from bot.domain.subscription import follow_everything
from bot.domain.update import Outcome
from bot.practice.slack_standin import SlackStandIn
from bot.practice.slack_standin.rates import WORKSPACE_A_MINUTE
from bot.practice.slack_standin.records import ApiCall
from bot.storage.embedded import EmbeddedRedis
from bot.wiring import Built
from bot.worker import Worker
from tests import builders
from tests.benchmarks.figures import Figure, Limit, judged

FOLLOWERS, QUICK_FOLLOWERS = 1_000, 25
# How many have heard an update when the next one comes.
HEARD, QUICK_HEARD = 100, 5
LIMIT = Limit(least=0.9)
# A few can be in the air when Slack says "too many"; more than that is a storm.
STORM = 10
_WITHIN = 600.0


async def run(quick: bool) -> list[Figure]:
    """Measure the rate at which followers hear, and look at what each of them heard."""
    count, heard = (QUICK_FOLLOWERS, QUICK_HEARD) if quick else (FOLLOWERS, HEARD)
    slack = SlackStandIn(people=tuple(f"follower{n}" for n in range(count)), enforce_rate_limits=True)
    async with _working(slack) as built:
        everybody = [user.id for user in slack.workspace.users.values() if user.name.startswith("follower")]
        for user in everybody:
            await built.services.subscriptions.amend(user, follow_everything)
        incident = await _declared(built, everybody[0])
        for number in (1, 2, 3):
            await _published(built, incident, number)
            await _until(partial(_heard, slack, number * heard))
        await _until(lambda: len({c.arguments["channel"] for c in _dms(slack, "-t3")}) == count)
        await asyncio.sleep(1.5)  # one too many would come late
    return _judged(slack, everybody)


def _judged(slack: SlackStandIn, everybody: list[str]) -> list[Figure]:
    sent = _dms(slack)
    rate = (len(sent) - 1) / (sent[-1].at - sent[0].at) * 60
    limited = sum(1 for call in slack.calls if call.response.get("error") == "ratelimited")
    problems = _wrong(sent, everybody)
    if limited > STORM:
        problems.append(f"Slack said {limited} times that it was too much")
    told = f"{len(everybody):,} followers, three updates in a row: messages a minute of {WORKSPACE_A_MINUTE}"
    return [
        judged(told, rate, "/min", floor=float(WORKSPACE_A_MINUTE), limit=LIMIT, problems=problems),
        judged("  times that Slack said too many", float(limited), "", limit=Limit(most=STORM, of_ratio=False)),
    ]


def _wrong(sent: list[ApiCall], everybody: list[str]) -> list[str]:
    heard: dict[str, list[int]] = defaultdict(list)
    for call in sent:
        heard[call.arguments["channel"]].append(_number(call))
    problems = [f"{user} heard nothing" for user in everybody if user not in heard]
    for user, numbers in heard.items():
        if numbers != sorted(set(numbers)):
            problems.append(f"{user} heard {numbers}: twice, or out of order")
        elif numbers[-1] != 3:
            problems.append(f"{user} did not hear the newest")
    return problems


def _heard(slack: SlackStandIn, most: int) -> bool:
    return len(_dms(slack)) >= most


def _dms(slack: SlackStandIn, telling: str = "-t") -> list[ApiCall]:
    return [c for c in slack.calls_of("chat.postMessage") if c.ok and telling in _key(c) and ":U" in _key(c)]


def _key(call: ApiCall) -> str:
    metadata = call.arguments.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("key", "")) if isinstance(metadata, dict) else str(metadata)


def _number(call: ApiCall) -> int:
    found = re.search(r"-t(\d+):", _key(call))
    return int(found[1]) if found else 0


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(_WITHIN):
        while not happened():
            await asyncio.sleep(0.1)


async def _declared(built: Built, user: str) -> Incident:
    said = Declaration(title="Checkout fails", severity=Severity.SEV1)
    now = built.services.clock.now()
    change = lifecycle.declare(said, builders.person(user), built.services.ids.new(), now)
    # Opening a channel is another benchmark's; the card is there, because progress is drawn on it.
    card = await built.services.chat.post(user, built.services.screens.card(change.incident, now))
    opened = replace(change.incident, channel=Channel(done=frozenset(Step), card=card))
    return (await built.storage.incidents.create("bench", Change(opened, change.entries))).incident


async def _published(built: Built, incident: Incident, number: int) -> None:
    """Commit an update that was delivered just now."""
    now, name = built.services.clock.now(), f"upd{number}"
    content = builders.rendered(builders.facts(now, headline=f"News {number}"), outlets=("status",))

    def decide(found: Incident) -> Change:
        going = builders.approved(found, name, now=now, content=content)
        over = delivery.settle(going, name, "status", {Outcome.DELIVERED: 1}, "", now)
        return Change(over.incident, over.entries, over.jobs, content.blobs)

    await built.storage.incidents.amend(f"bench:{number}", incident.id, decide)


@contextlib.asynccontextmanager
async def _working(slack: SlackStandIn) -> AsyncIterator[Built]:
    """Run the worker in this process, against the stand-in and a Redis as it is shipped."""
    with tempfile.TemporaryDirectory(prefix="clarion-bench-", ignore_cleanup_errors=True) as folder:
        async with EmbeddedRedis(Path(folder)) as url, slack.serve():
            fields = {"slack_bot_token": slack.stage.token, "slack_api_url": slack.base_url}
            settings = Settings(**fields, clarion_home=Path(folder) / "home")  # type: ignore[arg-type]
            async with wiring.build(settings, url, patient=True) as built:
                worker = Worker(built.services, lambda: built.lanes)
                running = asyncio.create_task(worker.run())
                try:
                    yield built
                finally:
                    worker.stop()
                    await running
