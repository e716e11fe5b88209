"""Plays a script: one step after the other, until one does not happen.

At the end it looks at everything once more: what came late must not have come twice. It refuses to go on after a
step that did not happen; the steps behind it count as not played.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge, spoken
from bot.practice.scenario.patience import DidNotHappen
from bot.practice.scenario.script import Published, Script, Seen, Sight, Step


class Telling(Protocol):
    """Whoever tells the play to its audience."""

    def step(self, step: Step) -> None:
        """Say what comes next."""
        ...

    async def expected(self, step: Step) -> None:
        """Say that what was expected is true."""
        ...

    def failed(self, step: Step, expected: str, seen: str) -> None:
        """Say what did not happen."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """How one step went. `seconds` None: it was not played."""

    step: Step
    seconds: float | None = None
    expected: str = ""
    seen: str = ""

    @property
    def failed(self) -> bool:
        """Whether it was played and did not happen."""
        return bool(self.expected)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a play is performed with. `settled` returns "" once nothing is on its way any more, else what is wrong."""

    actors: Actors
    judge: Judge
    telling: Telling
    settled: Callable[[], Awaitable[str]]


async def play(script: Script, stage: Stage) -> tuple[Played, ...]:
    """Play it and return how each step went; the last one is the look at everything."""
    last = Step(len(script.steps) + 1, script.steps[-1].line if script.steps else 1, "the end", 15.0)
    played: list[Played] = []
    clock = asyncio.get_running_loop().time
    for number, step in enumerate((*script.steps, last), start=1):
        if played and (played[-1].failed or played[-1].seconds is None):
            played.append(Played(step))
            continue
        began = clock()
        try:
            await (_look_back(script, stage) if step is last else _perform(step, stage))
            if not _expects_refusal(script.steps[number:]):
                stage.actors.require_taken()
            played.append(Played(step, clock() - began))
        except DidNotHappen as fault:
            stage.telling.failed(step, fault.expected, fault.seen)
            played.append(Played(step, clock() - began, fault.expected, fault.seen))
    return tuple(played)


async def _perform(step: Step, stage: Stage) -> None:
    stage.telling.step(step)
    if step.act is not None:
        await stage.actors.do(step.act, step.within)
        return
    for expected in step.expectations:
        await stage.judge.judge(expected, step.within)
        if isinstance(expected, Seen) and expected.sight is Sight.IS_REFUSED:
            stage.actors.sent_back.pop(expected.who, None)
    await stage.telling.expected(step)


def _expects_refusal(following: Sequence[Step]) -> bool:
    """Whether somebody is expected to be refused before anything else is done."""
    expecting = takewhile(lambda step: step.act is None, following)
    return any(isinstance(e, Seen) and e.sight is Sight.IS_REFUSED for step in expecting for e in step.expectations)


async def _look_back(script: Script, stage: Stage) -> None:
    if wrong := await stage.settled():
        raise DidNotHappen("everything that was published is what was approved, once", wrong)
    for expected in _published(script.steps):
        try:
            await stage.judge.judge(expected, 0.0)
        except DidNotHappen as fault:
            raise DidNotHappen(f"{spoken(expected)}, still at the end", fault.seen) from None


def _published(steps: Sequence[Step]) -> list[Published]:
    found = [e for step in steps for e in step.expectations if isinstance(e, Published) and e.counts]
    newest = {e.update: e for e in found}
    return list(newest.values())
