"""The life of jobs: asked for, promoted, taken, taken over, settled by the right hands and by the wrong ones.

The model is a row of notes: where each job is, who holds it, and how often it was handed out.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from bot.domain.job import SLACK_LANE, Job, JobKind, JobPlace
from bot.domain.transitions import JOBS
from bot.ports import Held
from tests.builders import NOON, WORKSPACE
from tests.machines.walk import Loop
from tests.redis_server import RedisServer, patient_storage

NAMES = ("ask", "draw", "tell")
MINUTE = timedelta(minutes=1)
# A worker with this idea of a lease takes every job for one whose holder fell silent.
IMPATIENT = 0.02


@dataclass
class Note:
    """Where one job is. `hold` counts who holds it: every hand-out is a new one."""

    place: JobPlace
    due: datetime | None = None
    hold: int = 0
    handed: int = 0
    attempt: int = 0
    order: int = 0

    def goes(self, place: JobPlace) -> None:
        """Move it, along an arrow of the table."""
        assert JOBS.leads(self.place, place), f"{self.place} -> {place}"
        self.place = place


class JobsMachine(RuleBasedStateMachine):
    """One lane, three jobs, two workers with patience and one without."""

    held = Bundle("hands")

    server: ClassVar[RedisServer]

    def __init__(self) -> None:
        super().__init__()
        self.server.flush()
        self.loop = Loop()
        self.now = NOON
        self.order = 0
        self.notes: dict[str, Note] = {}
        self.put_aside: set[str] = set()
        self.workers = [patient_storage(self.server.url, WORKSPACE, lease=lease) for lease in (30.0, 30.0, IMPATIENT)]

    def teardown(self) -> None:
        """Nothing is left open."""
        for storage in self.workers:
            self.loop.run(storage.aclose())
        self.loop.close()

    @rule(name=st.sampled_from(NAMES), minutes=st.none() | st.integers(0, 3), worker=st.integers(0, 1))
    def ask(self, name: str, minutes: int | None, worker: int) -> None:
        """Somebody asks for it, at once or for later; what waits already waits once, for the earlier time."""
        note = self.notes.get(name)
        if note is not None and note.place in (JobPlace.QUEUED, JobPlace.HELD):
            return  # it would be two entries, which every job is safe under
        due = None if minutes is None else self.now + minutes * MINUTE
        self.loop.run(self.workers[worker].jobs.add(Job(id=name, kind=JobKind.REDRAW, due=due)))
        if note is None or note.place in (JobPlace.DONE, JobPlace.ASIDE):
            begins = JobPlace.QUEUED if due is None else JobPlace.LATER
            assert begins in JOBS.begins
            self.notes[name] = Note(begins, due, order=self._next())
        elif due is None:
            note.goes(JobPlace.QUEUED)
            note.due, note.attempt, note.order, note.handed = None, 0, self._next(), 0
        elif note.due is not None and due < note.due:
            note.due, note.attempt = due, 0

    @rule(minutes=st.integers(0, 4), worker=st.integers(0, 2))
    def time_passes(self, minutes: int, worker: int) -> None:
        """A worker looks at what is due."""
        self.now += minutes * MINUTE
        due = [n for n in self.notes.values() if n.place is JobPlace.LATER and n.due is not None and n.due <= self.now]
        assert self.loop.run(self.workers[worker].jobs.promote(self.now)) == len(due)
        for note in sorted(due, key=lambda n: (n.due, self._name(n))):
            note.goes(JobPlace.QUEUED)
            note.order, note.handed = self._next(), 0

    @rule(target=held, worker=st.integers(0, 2))
    def take(self, worker: int) -> Any:
        """A worker looks into the lane; the impatient one takes over what others hold."""
        got = self.loop.run(self._take(worker))
        found = self._expected(over=worker == 2)
        assert (got.job.id if got else None) == (self._name(found) if found else None)
        if got is None or found is None:
            return multiple()
        found.goes(JobPlace.HELD)
        found.hold, found.handed = self._next(), found.handed + 1
        assert (got.deliveries, got.job.attempt) == (found.handed, found.attempt)
        return (got, found.hold)

    async def _take(self, worker: int) -> Held | None:
        await asyncio.sleep(IMPATIENT * 1.5 * (worker == 2))
        held = await self.workers[worker].jobs.take(SLACK_LANE, 0)
        if held is not None:
            await held.release()  # no heartbeat: who holds it is for the model to say
        return held

    @rule(hand=consumes(held), how=st.sampled_from(["done", "again", "aside", "count"]), minutes=st.integers(0, 3))
    def settle(self, hand: Any, how: str, minutes: int) -> None:
        """A holder ends it; a former holder tries, and nothing happens."""
        held, hold = hand
        due = self.now + minutes * MINUTE
        note = self.notes[held.job.id]
        mine = note.place is JobPlace.HELD and note.hold == hold
        assert self.loop.run(held.still_mine()) == mine
        if how == "count":
            self.loop.run(held.count(1))
            note.handed = 1 if mine else note.handed
            return
        settled = {"done": held.done(), "again": held.again(due), "aside": held.put_aside("no")}
        self.loop.run(settled.pop(how))
        for unused in settled.values():
            unused.close()
        if not mine:
            return
        if how == "again":
            note.goes(JobPlace.LATER)
            note.due, note.attempt = due, note.attempt + 1
            return
        note.goes(JobPlace.DONE if how == "done" else JobPlace.ASIDE)
        if how == "aside":
            self.put_aside.add(held.job.id)

    @invariant()
    def redis_says_the_same(self) -> None:
        """Every job is where the notes say, once: none is lost, and none is in two places."""
        waiting = sorted((job.id, later) for job, later in self.loop.run(self.workers[0].jobs.waiting()))
        places = {JobPlace.LATER: True, JobPlace.QUEUED: False, JobPlace.HELD: False}
        assert waiting == sorted((name, places[n.place]) for name, n in self.notes.items() if n.place in places)
        assert {job.id for job, _ in self.loop.run(self.workers[0].jobs.aside())} == self.put_aside

    def _expected(self, over: bool) -> Note | None:
        """Return what a worker should be given: the oldest in other hands, if it takes over, else the oldest."""
        wanted = (JobPlace.HELD, JobPlace.QUEUED) if over else (JobPlace.QUEUED,)
        for place in wanted:
            if found := [n for n in self.notes.values() if n.place is place]:
                return min(found, key=lambda n: n.order)
        return None

    def _name(self, note: Note) -> str:
        return next(name for name, one in self.notes.items() if one is note)

    def _next(self) -> int:
        self.order += 1
        return self.order
