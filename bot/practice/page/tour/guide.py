"""Goes through a script as somebody plays it by hand: which step it is at, what counts as done, and what is so.

What was done is read from the workspace, never from the page. It refuses to hold anybody up: who goes ahead of the
tour is followed, and what was left out is marked so.
"""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from bot.practice.page.tour.witness import DELIVERED, Witness
from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge
from bot.practice.scenario.patience import DidNotHappen
from bot.practice.scenario.script import Act, Expectation, Script, Seen, Sight, Step

# How many steps ahead of the tour somebody may be and still be followed.
_AHEAD = 8


class Mark(StrEnum):
    """Where one step, or one expectation, is."""

    WAITING = "waiting"
    DONE = "done"
    DONE_FOR_YOU = "done for you"
    HAPPENED = "happened"
    NOT_SO = "not what was expected"
    PASSED = "passed over"


@dataclass
class Passage:
    """One step of the tour. `expected` and `seen` are by expectation: where it is, and what is seen instead."""

    step: Step
    mark: Mark = Mark.WAITING
    expected: list[Mark] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    note: str = ""


class Guide:
    """One tour. `at` is the number of the current step from 0; the length of `passages` when it is over."""

    def __init__(self, script: Script, actors: Actors, judge: Judge) -> None:
        self.passages = [
            Passage(step, expected=[Mark.WAITING for _ in step.expectations], seen=["" for _ in step.expectations])
            for step in script.steps
        ]
        self.at = 0
        self._people = tuple(one.name for one in script.people)
        self._actors = actors
        self._judge = judge
        self._witness = Witness(actors)
        self._turn = asyncio.Lock()
        self._doing: asyncio.Task[None] | None = None
        self._begun = (actors.screens.moment(), asyncio.get_running_loop().time(), 0)

    @property
    def current(self) -> Passage | None:
        """The step that it is at; None when it is over."""
        return self.passages[self.at] if self.at < len(self.passages) else None

    @property
    def busy(self) -> bool:
        """Whether something is being done for whoever plays."""
        return self._doing is not None and not self._doing.done()

    async def look(self) -> None:
        """See how far it has come. Returns at once while something is being done."""
        if self.busy or self._turn.locked():
            return
        async with self._turn:
            for who in self._people:
                self._actors.write_down(who)
            while (passage := self.current) is not None and await self._is_over(passage):
                self._go_on()

    def do(self, *, rest: bool = False) -> None:
        """Do the current step for whoever plays, or all the rest, in the background. Does nothing while busy."""
        if not self.busy:
            self._doing = asyncio.create_task(self._do(rest=rest))

    async def stop(self) -> None:
        """Do nothing more for them."""
        if self._doing is not None:
            self._doing.cancel()
            await asyncio.gather(self._doing, return_exceptions=True)

    async def settled(self) -> None:
        """Return when what is being done is done."""
        if self._doing is not None:
            await asyncio.wait([self._doing])

    # ------------------------------------------------------------ by hand

    async def _is_over(self, passage: Passage) -> bool:
        if passage.step.act is not None:
            if self._is_done(passage, passage.step.act):
                return True
        elif await self._is_so(passage):
            return True
        return self._is_overtaken(passage)

    def _is_done(self, passage: Passage, act: Act) -> bool:
        if act.verb not in DELIVERED:
            if not self._witness.sees(act):
                return False
        elif not self._is_delivered(passage, act):
            return False
        passage.mark, passage.note = Mark.DONE, ""
        return True

    def _is_delivered(self, passage: Passage, act: Act) -> bool:
        place = self._witness.found(act)
        if place is None:
            return False
        answer = self._witness.log[place]
        if answer.errors and not self._expects_refusal(act.who):
            passage.note = "The form was sent back: " + " ".join(answer.errors.values())
            self._witness.read = place + 1
            return False
        moment, _, length = self._begun
        # What came before the tour was at this step is timed by Slack's own stamp, in whole seconds.
        stamp = float(answer.request.headers.get("x-slack-request-timestamp", moment))
        self._actors.since[act.who] = moment if place >= length else min(moment, stamp)
        self._witness.read = place + 1
        return True

    def _expects_refusal(self, who: str) -> bool:
        following = self.passages[self.at + 1 : self.at + 2]
        return any(
            isinstance(one, Seen) and one.sight is Sight.IS_REFUSED and one.who == who
            for passage in following
            for one in passage.step.expectations
        )

    def _is_overtaken(self, passage: Passage) -> bool:
        """Whether a later act has been done already: then the tour follows."""
        later = self.passages[self.at + 1 : self.at + 1 + _AHEAD]
        if not any(p.step.act is not None and self._witness.has_begun(p.step.act) for p in later):
            return False
        passage.mark = Mark.PASSED
        passage.expected = [m if m is Mark.HAPPENED else Mark.PASSED for m in passage.expected]
        return True

    def _go_on(self) -> None:
        self.at += 1
        self._witness.begin()
        self._begun = (self._actors.screens.moment(), asyncio.get_running_loop().time(), len(self._witness.log))

    # ------------------------------------------------------------ what is so

    async def _is_so(self, passage: Passage) -> bool:
        late = asyncio.get_running_loop().time() - self._begun[1] > passage.step.within
        for n, expected in enumerate(passage.step.expectations):
            if passage.expected[n] is not Mark.HAPPENED:
                seen = await self._seen_instead(expected)
                passage.seen[n] = seen or ""
                passage.expected[n] = Mark.HAPPENED if seen is None else Mark.NOT_SO if late else Mark.WAITING
        if all(one is Mark.HAPPENED for one in passage.expected):
            passage.mark = Mark.HAPPENED
            return True
        return False

    async def _seen_instead(self, expected: Expectation) -> str | None:
        """Return None if it is so now, else what is seen."""
        try:
            await self._judge.judge(expected, 0.0)
        except DidNotHappen as fault:
            return fault.seen.removesuffix(" (after 0 s)")
        return None

    # ------------------------------------------------------------ done for them

    async def _do(self, *, rest: bool) -> None:
        async with self._turn:
            while (passage := self.current) is not None:
                if not await self._done_for_them(passage):
                    return
                self._go_on()
                if not rest:
                    return

    async def _done_for_them(self, passage: Passage) -> bool:
        passage.note = ""
        self._actors.sent_back.clear()
        act = passage.step.act
        if act is None:
            return await self._comes_about(passage)
        try:
            await self._actors.do(act, passage.step.within)
        except DidNotHappen as fault:
            passage.note = f"Expected: {fault.expected}. Seen: {fault.seen}"
            return False
        passage.mark = Mark.DONE_FOR_YOU
        self._witness.use_up(act)
        return True

    async def _comes_about(self, passage: Passage) -> bool:
        """Wait for expectations as long as the step says."""
        end = asyncio.get_running_loop().time() + passage.step.within
        while not await self._is_so(passage):
            if asyncio.get_running_loop().time() > end:
                passage.expected = [m if m is Mark.HAPPENED else Mark.NOT_SO for m in passage.expected]
                return False
            await asyncio.sleep(0.02)
        return True
