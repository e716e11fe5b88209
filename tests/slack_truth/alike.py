"""Asks the stand-in and the emulator the same, and says where their answers differ.

A plan is a list of steps: a method, and arguments in which `$name` stands for something that each of the two named
in its own way: a person, or what an earlier step made (`into`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.practice.slack_standin import SlackStandIn
from tests.slack_truth.emulator import ask

Json = dict[str, Any]
# What a step made, by method: where its id is in the answer.
MADE = {
    "conversations.create": ("channel", "id"),
    "conversations.open": ("channel", "id"),
    "chat.postMessage": ("ts",),
    "bookmarks.add": ("bookmark", "id"),
    "views.open": ("view", "id"),
    "views.push": ("view", "id"),
    "views.generateTriggerId": ("trigger_id",),
}


@dataclass(frozen=True)
class Step:
    method: str
    arguments: Json = field(default_factory=dict)
    into: str = ""


@dataclass(frozen=True)
class Seen:
    """How both answered one step; `shape` lists what both say and of which the types differ."""

    method: str
    ours: str
    theirs: str
    shape: tuple[str, ...]

    @property
    def difference(self) -> tuple[str, str, str]:
        return (self.method, self.ours, self.theirs)


class Pair:
    """A fresh stand-in beside the emulator, which keeps what it has: names must be new for each plan."""

    def __init__(self, session: aiohttp.ClientSession, standin: SlackStandIn, theirs: str) -> None:
        self.session, self.standin, self.theirs_url = session, standin, theirs
        self.names: tuple[Json, Json] = ({}, {})

    async def meet(self) -> None:
        """Learn what each calls its people and its general channel."""
        for url, known in zip((self.standin.base_url, self.theirs_url), self.names, strict=True):
            people = await ask(self.session, url, "users.list", {})
            known |= {person["name"]: person["id"] for person in _list(people["members"])}
            places = await ask(self.session, url, "conversations.list", {"limit": 1000})
            known |= {place["name"]: place["id"] for place in _list(places["channels"]) if place["name"] == "general"}

    async def play(self, plan: Sequence[Step]) -> list[Seen]:
        return [await self.step(step) for step in plan]

    async def step(self, step: Step) -> Seen:
        ours, theirs = await self._ours(step), await self._theirs(step)
        where = MADE.get(step.method)
        for answer, known in zip((ours, theirs), self.names, strict=True):
            if step.into and where and answer["ok"]:
                found: Any = answer
                for part in where:
                    found = found[part]
                known[step.into] = found
        both = ours["ok"] and theirs["ok"]
        return Seen(step.method, _outcome(ours), _outcome(theirs), tuple(_unlike(ours, theirs)) if both else ())

    async def _ours(self, step: Step) -> Json:
        given = _filled(step.arguments, self.names[0])
        if step.method == "views.generateTriggerId":
            trigger = self.standin.stage.grants.trigger(given["user_id"], given.get("view_id"))
            return {"ok": True, "trigger_id": trigger}
        return await ask(self.session, self.standin.base_url, step.method, given)

    async def _theirs(self, step: Step) -> Json:
        return await ask(self.session, self.theirs_url, step.method, _filled(step.arguments, self.names[1]))


def _list(value: object) -> list[Json]:
    assert isinstance(value, list)
    return value


def _filled(value: Any, names: Json) -> Any:
    if isinstance(value, str):
        words = [
            names.get(each[1:], f"C0NO{each[1:].upper()}") if each[:1] == "$" else each for each in value.split(",")
        ]
        return ",".join(words) if "$" in value else value
    if isinstance(value, dict):
        return {key: _filled(each, names) for key, each in value.items()}
    return value


def _outcome(answer: Json) -> str:
    return "ok" if answer["ok"] else str(answer.get("error", "no error named"))


def _unlike(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Where both say something under the same name, and not the same kind of thing."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in set(ours) & set(theirs):
            yield from _unlike(ours[name], theirs[name], f"{place}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from _unlike(one, other, f"{place}/{index}")
    elif type(ours) is not type(theirs) and None not in (ours, theirs):
        yield f"{place}: {type(ours).__name__} and {type(theirs).__name__}"
