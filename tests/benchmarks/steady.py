"""A bad night, sustained: 100 signed requests a second for a minute while every Slack call takes 2 s.

Everybody is known and sixty incidents are open, each with an update that waits. Each request counts from when it was
due. What is asked for is in `MIX`; every kind also gets a line of its own, for the record.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.benchmarks.figures import Figure, Limit, judged
from tests.benchmarks.load import Generators, Outcome
from tests.benchmarks.slack_requests import click, command
from tests.benchmarks.stage import Stage, open_stage

RATE = 100
SECONDS, QUICK_SECONDS = 60, 2
INCIDENTS, QUICK_INCIDENTS = 60, 3
LATENCY = 2.0
LIMIT = Limit(most=250.0, of_ratio=False)
SHARE = 0.99
# Of a hundred requests. "open form" is a click on a card that opens a modal, which takes a Slack call.
MIX = {"help": 20, "list": 15, "declare": 5, "stage": 12, "severity": 8, "role": 10, "open form": 20, "approve": 10}
_FORMS = ("incident_stage", "incident_severity", "incident_timeline", "update_draft", "update_read")
_AT_ONCE = 10
Json = Mapping[str, Any]


async def run(quick: bool) -> list[Figure]:
    """Measure how late the acknowledgements come."""
    count, seconds = (QUICK_INCIDENTS, QUICK_SECONDS) if quick else (INCIDENTS, SECONDS)
    async with open_stage() as stage, Generators(1) as load:
        night = Night(stage)
        await night.begin(count)
        kinds = _kinds(RATE * seconds)
        # Unslowed, every kind twice: first imports and connections are not what is measured.
        warm = await load.in_turn(stage.web_ports[0], [night.request(kind) for kind in [*MIX, *MIX]], 2)
        await stage.slow(LATENCY)
        requests = [night.request(kind) for kind in kinds]
        outcome = await load.at_times(stage.web_ports[0], requests, 1 / RATE)
        problems = [*warm.problems(), *outcome.problems()]
        if not outcome.count(b"declared: SEV"):
            problems.append("no incident was declared")
    return _figures(outcome, kinds, problems)


def _kinds(count: int) -> list[str]:
    chance = random.Random(7)  # the same night each time
    return chance.choices(list(MIX), list(MIX.values()), k=count)


def _figures(outcome: Outcome, kinds: Sequence[str], problems: Sequence[str]) -> list[Figure]:
    name = f"acknowledgement p99 at {RATE}/s, Slack calls take {LATENCY:g} s"
    lines = [judged(name, outcome.worst(SHARE), "ms", limit=LIMIT, problems=problems)]
    lines.append(judged("  median of all", outcome.worst(0.5), "ms"))
    for kind in Counter(kinds):
        own = outcome.only([index for index, found in enumerate(kinds) if found == kind])
        lines.append(judged(f"  p99 of {kind} ({len(own.seconds)})", own.worst(SHARE), "ms"))
    return lines


class Night:
    """Open incidents, their cards and what can be asked about them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._channels: list[Json] = []
        self._forms: list[tuple[Json, str, Json]] = []
        self._approvals: list[tuple[Json, str, Json]] = []
        self._number = 0
        self._makers: Mapping[str, Callable[[int], bytes]] = {
            "help": lambda n: self._say("help", n),
            "list": lambda n: self._say("list", n),
            "declare": lambda n: self._say(f"declare Something else is broken {n} sev3", n),
            "stage": lambda n: self._say(f"stage {('identified', 'monitoring')[n % 2]}", n),
            "severity": lambda n: self._say(f"severity sev{1 + n % 3}", n),
            "role": lambda n: self._say(f"role scribe <@{stage.people[n % 50]}>", n),
            "open form": lambda n: self._press(self._forms, n, stage.people[n % 50]),
            "approve": lambda n: self._press(self._approvals, n, stage.people[-1 - n % 3]),
        }

    def request(self, kind: str) -> bytes:
        """Return the next request of a kind."""
        self._number += 1
        return self._makers[kind](self._number)

    async def begin(self, count: int) -> None:
        """Declare so many incidents and write an update for each; return when all wait for approval."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(number: int) -> None:
            async with turns:
                await self._open(number)

        await asyncio.gather(*(one(number) for number in range(count)))

        async def waiting() -> bool:
            await self._look()
            return len(self._approvals) >= count and len(self._forms) >= count

        # Announcements are paced to one a second, and a card shows its buttons only with the channel.
        await self._stage.until(waiting, "all updates wait for approval", within=60.0 + 2 * count)

    async def _open(self, number: int) -> None:
        person, title = f"person{number % 50}", f"Night {number}"
        await self._act(person, do="command", command="/incident", text=f"{title} sev2")
        name = ""

        async def there() -> bool:
            nonlocal name
            made = [c["name"] for c in await self._stage.calls() if c["method"] == "conversations.create"]
            name = next((one for one in made if one.endswith(f"-night-{number}")), "")
            return bool(name)

        await self._stage.until(there, f"the channel of {title}")
        await self._drafted(person, name)

    async def _drafted(self, person: str, channel: str) -> None:
        told: Json = {}

        async def form() -> bool:
            nonlocal told
            told = await self._act(
                person, do="command", command="/incident", text="update investigating", channel=channel
            )
            return told["view"] is not None  # not before the commit that knows the channel

        await self._stage.until(form, f"the draft's form in {channel}")
        words = {"What customers see": "Payments fail for some.", "What customers can do meanwhile": "Pay by transfer."}
        await self._act(person, do="fill", values=words)
        await self._act(person, do="submit")

    async def _act(self, person: str, **what: Any) -> Json:
        told: Json = await self._stage.control("act", person=person, **what)
        return told or {}

    async def _look(self) -> None:
        state = await self._stage.get("/_control/state")
        self._channels = [channel for channel in state["channels"] if "-night-" in channel["name"]]
        shown = [message for c in self._channels for message in state["messages"].get(c["id"], [])]
        buttons = [(message, block["block_id"], button) for message in shown for block, button in _buttons(message)]
        self._forms = [one for one in buttons if one[2]["action_id"] in _FORMS]
        self._approvals = [one for one in buttons if one[2]["action_id"] == "update_approve"]

    def _say(self, text: str, number: int) -> bytes:
        stage, channel = self._stage, self._channels[number % len(self._channels)]
        return command(text, stage.people[number % 50], stage.answer_url, channel=channel["id"])

    def _press(self, buttons: Sequence[tuple[Json, str, Json]], number: int, user: str) -> bytes:
        message, block_id, button = buttons[number % len(buttons)]
        return click(message, button, block_id, user, self._stage.answer_url)


def _buttons(message: Json) -> list[tuple[Json, Json]]:
    return [
        (block, element)
        for block in message["blocks"]
        for element in [*block.get("elements", []), block.get("accessory")]
        if element and element.get("type") == "button" and "action_id" in element
    ]
