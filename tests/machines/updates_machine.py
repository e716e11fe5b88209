"""The life of updates: people write, approve, stop and decide in two processes; workers deliver, die and wake late.

Beside it stands a model of its own, a page of plain Python that knows none of the program's rules: it says who may do
what, and judges everything that arrives at the moment of its arrival.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from bot.domain import approval, classifying, drafting
from bot.domain.change import Change
from bot.domain.facts import Stage as IncidentStage
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.domain.update import Outcome, OutletKind, Rendition
from bot.ports import ChatUnavailable, Held, OutcomeUnknown, Places, Receipt, Refused, Services, Unavailable
from bot.storage.store import Storage
from bot.usecases import jobs, updates
from bot.usecases.attempts import LeaseLost
from tests.builders import ANA, BO, CY, DEE, POLICY, WORKSPACE, person
from tests.machines.walk import Loop, follows, said
from tests.redis_server import RedisServer
from tests.usecases.stage import LANE, OUTLET, Process, Stage

GUEST = "U0GUEST"
MAY_APPROVE = {ANA, BO, DEE}  # the commander, the communications lead, the one whom the policy names
MINUTE = timedelta(minutes=1)
COUNT = 2
MOST = 6
LEASE = 0.1
WHO = st.sampled_from([ANA, BO, CY, DEE, GUEST])
FAR = timedelta(minutes=10)  # nearer than this nothing is promised


@dataclass
class Text:
    """The model of one update: what a person with pen and paper would note."""

    number: int
    authors: set[str]
    words: list[str]
    at: datetime
    due: datetime
    lapses: datetime
    state: str = "waits"  # waits, held, goes, rejected, over
    approved: tuple[datetime, int] | None = None
    release: datetime | None = None
    stopped: bool = False
    overtaken: bool = False
    again: int = 0
    revisions: int = 1


class SlowSlack:
    """Never answers: who somebody is was stored when the walk began."""

    async def person(self, user_id: str, within: float) -> None:
        raise ChatUnavailable(None)


class CleanWords:
    """Finds fault with nothing: what words stop is not what is walked here."""

    def readable(self, rendition: Rendition) -> str:
        return rendition.part("text")

    def findings(self, judged: object) -> tuple[()]:
        return ()


class _Idle(Exception):
    """There is nothing to do."""


class _Quick(Stage):
    """A stage whose workers find out at once that there is nothing to do, and share a few connections."""

    def storage(self) -> Storage:
        """Memory as another process sees it: one of four, in turn."""
        if len(self._open) < 4:
            return super().storage()
        self._open.append(self._open.pop(1))
        return self._open[-1]

    async def taken(self, storage: Storage | None = None, wait: float = 0.0) -> Held:
        """Take a job, also one whose holder fell silent a moment ago. Raises _Idle."""
        found = storage or self.memory
        await found.jobs.promote(self.clock.at)
        if not any(not later and job.lane == LANE for job, later in await found.jobs.waiting()):
            raise _Idle
        held = await found.jobs.take(LANE, wait or LEASE * 3)
        if held is None:
            raise _Idle
        return held


def _own(words: str) -> dict[str, str]:
    """Sentences that stand in no other update: whoever's sentence is taken over would be an author, too."""
    return {name: f"{name}: {words}" for name in ("headline", "impact", "meanwhile")}


class UpdatesMachine(RuleBasedStateMachine):
    """One incident, one outlet, two recipients, two web processes, any number of workers."""

    known = Bundle("updates")
    asleep = Bundle("workers that sleep")

    server: ClassVar[RedisServer]

    def __init__(self) -> None:
        super().__init__()
        self.loop = Loop()
        self.texts: dict[str, Text] = {}
        self.digests: dict[str, list[str]] = {}
        self.arrived: list[tuple[str, str, str]] = []
        self.operations = 0
        self.private = False
        self.circle: set[str] = set()

    # ---------------------------------------------------------------- the beginning and the end

    @initialize(kind=st.sampled_from(OutletKind))
    def begin(self, kind: OutletKind) -> None:
        """Have an incident, and an outlet of some kind that judges what comes."""
        self.loop.run(self._begin(kind))

    async def _begin(self, kind: OutletKind) -> None:
        self.stage = _Quick(self.server, kind, count=COUNT, lease=LEASE)
        self.kind = kind
        self.memories = [self.stage.memory, self.stage.storage()]
        await self.stage.declare()
        await self.memories[0].people.put([person(u) for u in (ANA, BO, CY, DEE)] + [person(GUEST, guest=True)])
        self.real = self.stage.outlet.deliver
        self.stage.outlet.deliver = self._judge  # type: ignore[method-assign]  # the model stands at the door
        self.before = await self._incident()

    def teardown(self) -> None:
        """Let the workers do what is left: everything approved has ended, with an outcome for everybody (I3)."""
        try:
            if hasattr(self, "before"):
                self.loop.run(self._quiet())
        finally:
            if hasattr(self, "stage"):
                self.loop.run(self.stage.aclose())
            self.loop.close()

    async def _quiet(self) -> None:
        self.stage.outlet.before = self.stage.outlet.after = _well
        await self._release_all()
        for _ in range(100):  # on a busy machine a lease ends although its holder lives
            with contextlib.suppress(LeaseLost):
                await self.stage.work(timedelta(hours=30))
                break
        for found in (await self._incident()).updates:
            for delivery in found.deliveries:
                assert delivery.settled, delivery
                assert sum(delivery.tally.values()) == COUNT, delivery
        times = Counter((update, who) for update, who, _ in self.arrived)
        for (update, who), count in times.items():
            # What can be looked for is never doubled; a blind outlet only when a person said "send again".
            allowed = 1 + self.texts[update].again * (self.kind is OutletKind.BLIND)
            assert self.kind is OutletKind.IDEMPOTENT or count <= allowed, f"{update} reached {who} {count} times"
        keys: dict[tuple[str, str], str] = {}
        for update, who, key in self.arrived:
            assert keys.setdefault((update, who), key) == key, "another key"

    # ---------------------------------------------------------------- what people do

    @rule(target=known, by=st.sampled_from([BO, CY]), process=st.integers(0, 1), promise=st.sampled_from([15, 45, 90]))
    def write(self, by: str, process: int, promise: int) -> Any:
        """Somebody writes an update and asks for approval."""
        return multiple() if len(self.texts) == MOST or self.private else self._write(by, process, promise)

    def _write(self, by: str, process: int, promise: int) -> str:
        name, now = f"upd{len(self.texts) + 1}", self.now
        words, due = f"{name} in its first words", now + promise * MINUTE
        content = self.stage.content(words, **_own(words), next_update_by=due)
        self.loop.run(
            self._amend(
                process,
                lambda i: drafting.draft(
                    i, name, "outage/investigating", IncidentStage.INVESTIGATING, content, person(by), now, POLICY
                ),
            )
        )
        self.texts[name] = Text(len(self.texts) + 1, {by}, [words], now, due, now + 30 * MINUTE)
        self._note(name)
        return name

    @rule(
        target=known,
        by=st.sampled_from([BO, CY]),
        process=st.integers(0, 1),
        alone=st.sampled_from([False, False, False, True]),
    )
    def publish(self, by: str, process: int, alone: bool) -> Any:
        """Somebody writes an update, and an approver approves it at once: what most often happens."""
        if len(self.texts) == MOST or self.private:
            return multiple()
        name = self._write(by, process, 45)
        self.before = self.loop.run(self._incident())
        self._approved(name, DEE, self.loop.run(self._approve(name, DEE, process, True, alone)), True, alone)
        return name

    @rule(
        target=known,
        editor=st.sampled_from([None, CY, DEE]),
        waits=st.sampled_from([0, 0, 20, 31]),
        by=WHO,
        newest=st.booleans(),
        alone=st.booleans(),
    )
    def ask_and_decide(self, editor: str | None, waits: int, by: str, newest: bool, alone: bool) -> Any:
        """Bo writes, perhaps somebody edits, some time passes, and somebody decides on the newest text or the first."""
        if len(self.texts) == MOST or self.private:
            return multiple()
        name = self._write(BO, 0, 45)
        if editor is not None:
            self.edit(name, editor, 1, fresh=True)
        self.time_passes(waits)
        self.before = self.loop.run(self._incident())
        self._approved(name, by, self.loop.run(self._approve(name, by, 1, newest, alone)), newest, alone)
        return name

    @rule(name=known, by=st.sampled_from([BO, CY, DEE]), process=st.integers(0, 1), fresh=st.booleans())
    def edit(self, name: str, by: str, process: int, fresh: bool) -> None:
        """Somebody edits the newest text, or one that has been edited since."""
        text, now = self.texts[name], self.now
        base = self.digests[name][-1 if fresh else 0]
        words = f"{name} in words number {text.revisions + 1}"
        content = self.stage.content(words, **_own(words), next_update_by=now + 45 * MINUTE)
        told = self.loop.run(
            said(self._amend(process, lambda i: drafting.revise(i, name, base, content, person(by), now, POLICY)))
        )
        self._expect(
            told, not self.private and text.state in ("waits", "rejected") and base == self.digests[name][-1], "edit"
        )
        if not told:
            text.authors.add(by)
            text.words.append(words)
            text.at, text.due, text.lapses = now, now + 45 * MINUTE, now + 30 * MINUTE
            text.state, text.revisions = "waits", text.revisions + 1
            self._note(name)

    @rule(name=known, by=WHO, process=st.integers(0, 1), newest=st.booleans(), alone=st.booleans())
    def approve(self, name: str, by: str, process: int, newest: bool, alone: bool) -> None:
        """Somebody approves, with somebody else's words or alone, on the newest text or an older one."""
        told = self.loop.run(self._approve(name, by, process, newest, alone))
        self._approved(name, by, told, newest, alone)

    @rule(name=known, ways=st.permutations([(ANA, 0), (DEE, 1)]))
    def approve_two_at_once(self, name: str, ways: list[tuple[str, int]]) -> None:
        """Two approvers press at once in two processes: one approval, or none."""

        async def both() -> list[str]:
            return await asyncio.gather(*(self._approve(name, by, process, True, False) for by, process in ways))

        may = [by for by, _ in ways if self._may(name, by, True, False)]
        told = self.loop.run(both())
        assert sum(not one for one in told) == bool(may), f"{told} by {may}"
        for (by, _), one in zip(ways, told, strict=True):
            if not one:
                self._leave(name, by, alone=False)

    @rule(name=known, by=WHO, process=st.integers(0, 1))
    def reject(self, name: str, by: str, process: int) -> None:
        """Somebody says no, with a reason."""
        text = self.texts[name]
        told = self.loop.run(
            said(
                updates.reject(
                    self._services(process),
                    "inc0001",
                    name,
                    self.digests[name][-1],
                    "Too vague",
                    Caller(by),
                    self._operation(),
                )
            )
        )
        self._expect(told, text.state == "waits" and by in MAY_APPROVE, "reject")
        if not told:
            text.state = "rejected"

    @rule(name=known, by=WHO, process=st.integers(0, 1))
    def withdraw(self, name: str, by: str, process: int) -> None:
        """Somebody takes a text back."""
        text = self.texts[name]
        told = self.loop.run(
            said(updates.withdraw(self._services(process), "inc0001", name, Caller(by), self._operation()))
        )
        self._expect(told, text.state in ("waits", "rejected") and by != GUEST, "withdraw")
        if not told:
            text.state = "over"

    @rule(name=known, by=WHO, process=st.integers(0, 1))
    def stop(self, name: str, by: str, process: int) -> None:
        """Somebody presses Stop."""
        text = self.texts[name]
        told = self.loop.run(
            said(updates.stop(self._services(process), "inc0001", name, Caller(by), self._operation()))
        )
        goes = text.state in ("held", "goes") and not text.stopped and not self._done(name)
        self._expect(told, goes and by != GUEST, "stop")
        if not told:
            text.stopped = True

    @precondition(lambda self: self._something_goes())
    @rule(name=known, by=st.sampled_from([ANA, ANA, GUEST]), arrived=st.booleans(), process=st.integers(0, 1))
    def decide_about_the_unknown(self, name: str, by: str, arrived: bool, process: int) -> None:
        """Somebody says of the unknown that it arrived, or has it sent again."""
        update = next(u for u in self.before.updates if u.id == name)
        open_ = [d for d in update.deliveries if d.settled and d.tally.get(Outcome.UNKNOWN)]
        text = self.texts[name]
        fits = bool(open_) and by != GUEST
        if fits and not arrived:
            newer = [t for t in self.texts.values() if t.approved and text.approved and t.approved > text.approved]
            live = [t for t in newer if self._live(t)]
            late = self.now >= open_[0].expires_at or text.due - self.now < FAR
            fits = not live and not text.stopped and not late
        told = self.loop.run(
            said(
                updates.decide_unknown(
                    self._services(process), "inc0001", name, OUTLET, arrived, Caller(by), self._operation()
                )
            )
        )
        self._expect(told, fits, f"decide_unknown {arrived}")
        if not told and not arrived:
            text.again += 1

    @rule(
        by=st.sampled_from([ANA, CY, DEE, GUEST]),
        hidden=st.sampled_from([False, False, True]),
        process=st.integers(0, 1),
    )
    def make_private_or_public(self, by: str, hidden: bool, process: int) -> None:
        """Somebody makes the incident private: nothing more of it leaves. Or public again, for new words."""
        now, person_ = self.now, person(by, guest=by == GUEST)
        turn = classifying.make_private if hidden else classifying.make_public
        told = self.loop.run(said(self._amend(process, lambda i: turn(i, person_, now, POLICY))))
        # The commander may; an approver may of what is public, or of what they are in the private channel of.
        self._expect(told, by == ANA or (by == DEE and (not self.private or by in self.circle)), f"private {hidden}")
        if told or hidden == self.private:
            return
        self.private, self.circle = hidden, self.circle or {by, ANA, BO}
        for text in self.texts.values() if hidden else ():
            if text.state == "waits" or (text.state == "held" and not text.stopped and not text.overtaken):
                text.state, text.approved = "over", None
            elif text.state == "goes" and not self._done(self._name(text)):
                text.stopped = True

    @rule(minutes=st.sampled_from([1, 2, 6, 12, 31]))
    def time_passes(self, minutes: int) -> None:
        """Nobody does anything for a while."""
        self.stage.clock.at += minutes * MINUTE

    # ---------------------------------------------------------------- what workers do

    @precondition(lambda self: self._something_goes())
    @rule(
        far=st.sampled_from(["takes", "takes", "refuses", "busy", "lost before", "lost after"]),
        at=st.sampled_from([None, 0, 1, 2, 3, 4, 5, 6]),
        when=st.sampled_from(["before", "after"]),
    )
    def work(self, far: str, at: int | None, when: str) -> None:
        """A worker does the next job, and may die before or after any of its effects."""
        self._far_end(far)
        self.loop.run(self._work(Process(at, when)))

    @precondition(lambda self: self._something_goes())
    @rule(far=st.sampled_from(["takes", "lost before", "lost after"]))
    def work_side_by_side(self, far: str) -> None:
        """Two workers look for work at the same moment, and are well."""
        self._far_end(far)

        async def both() -> None:
            await asyncio.gather(self._work(Process()), self._work(Process()))

        self.loop.run(both())

    @precondition(lambda self: self._something_goes())
    @rule(target=asleep)
    def fall_asleep(self) -> Any:
        """A worker takes a job and is paused past its lease."""
        return self.loop.run(self._fall_asleep())

    async def _fall_asleep(self) -> tuple[Storage, Held | None]:
        await self._release_all()
        storage = self.stage.storage()
        held = await self.stage.take(storage)
        if held is not None:
            await held.release()  # its heartbeat stops with it
        return storage, held

    @rule(worker=consumes(asleep), taken=st.booleans())
    def wake_up(self, worker: Any, taken: bool) -> None:
        """It wakes and goes on as if nothing had happened; meanwhile another may have taken the job."""
        self._far_end("takes")
        storage, held = worker
        if held is None:
            return
        self.loop.run(self._wake_up(storage, held, taken))

    async def _wake_up(self, storage: Any, held: Any, taken: bool) -> None:
        other = await self.stage.take(wait=LEASE * 4) if taken else None
        with contextlib.suppress(LeaseLost):
            await jobs.work(self.stage.services(storage), held)
        if other is not None:
            with contextlib.suppress(LeaseLost):
                await jobs.work(self.stage.services(), other)

    # ---------------------------------------------------------------- what must hold after every step

    @precondition(lambda self: hasattr(self, "before"))
    @invariant()
    def moves_follow_the_tables(self) -> None:
        """No state has gone where its table does not lead, and what is approved and what leaves agree."""
        after = self.loop.run(self._incident())
        follows(self.before, after)
        self.before = after
        for update in after.updates:
            text = self.texts[update.id]
            assert update.latest.number == text.revisions
            assert update.authors == text.authors
            expected = {
                "waits": {"submitted"},
                "rejected": {"rejected"},
                "held": {"approved", "withdrawn", "superseded"},
                "goes": {"publishing", "published", "withdrawn", "superseded"},
                "over": {"withdrawn"},
            }[text.state]
            assert update.state.value in expected, f"{update.state} but {text}"
            assert bool(update.deliveries) == (text.state == "goes"), update.deliveries

    # ---------------------------------------------------------------- the model

    def _may(self, name: str, by: str, newest: bool, alone: bool) -> bool:
        """Say whether somebody may approve now, from what was noted alone."""
        text, now = self.texts[name], self.now
        later = [
            t
            for t in self.texts.values()
            if self._live(t) and t.at > text.at and (t.number > text.number or t.revisions > 1)
        ]
        wait = MINUTE if alone else timedelta(0)
        return (
            text.state == "waits"
            and not self.private
            and by in MAY_APPROVE
            and (alone or by not in text.authors)
            and (newest or len(text.words) == 1)
            and now < text.lapses
            and text.due - now - wait >= FAR
            and not later
        )

    def _something_goes(self) -> bool:
        """Say whether there may be work. From the notes alone: what Redis says depends on the moment it is asked."""
        return any(text.state in ("held", "goes") for text in self.texts.values())

    def _live(self, text: Text) -> bool:
        state = next((u.state.value for u in self.before.updates if u.id == self._name(text)), "")
        return text.approved is not None and state in ("approved", "publishing", "published")

    def _name(self, text: Text) -> str:
        return next(name for name, one in self.texts.items() if one is text)

    def _done(self, name: str) -> bool:
        return next(u.state.value for u in self.before.updates if u.id == name) not in ("approved", "publishing")

    def _leave(self, name: str, by: str, alone: bool) -> None:
        text = self.texts[name]
        last = max((t.approved for t in self.texts.values() if t.approved), default=None)
        text.approved = (self.now, len([t for t in self.texts.values() if t.approved]) + 1)
        assert last is None or text.approved > last
        text.state = "held" if alone else "goes"
        text.release = self.now + MINUTE if alone else None
        if not alone:
            self._overtake(text)

    def _overtake(self, text: Text) -> None:
        for other in self.texts.values():
            if other is not text and other.approved and text.approved and other.approved < text.approved:
                other.overtaken = True

    async def _judge(self, rendition: Rendition, recipient: Any, key: str) -> Receipt:
        """Stand at the outlet's door: whatever arrives was approved in these words and may still leave (I1, I2)."""
        words, now = rendition.part("text"), self.now
        name = words.split()[0]
        text = self.texts[name]
        assert not self.private, "the incident is private"
        assert text.approved is not None, "nobody approved it"
        assert text.state == "goes", f"it is {text.state}"
        assert words == text.words[-1], "other words than those approved"
        assert not text.stopped, "it was stopped"
        assert not text.overtaken, "a newer one was approved"
        assert text.due - now >= FAR, "its promised time is near"
        try:
            receipt = await self.real(rendition, recipient, key)
        finally:
            if len(self.stage.outlet.arrived) > len(self.arrived):
                self.arrived.append((name, recipient.id, key))
        return receipt

    # ---------------------------------------------------------------- inside

    @property
    def now(self) -> datetime:
        return self.stage.clock.at

    def _services(self, process: int) -> Services:
        base = self.stage.services(self.memories[process])
        quiet = {
            "chat": cast(Any, SlowSlack()),
            "words": cast(Any, CleanWords()),
            "places": Places(workspace=WORKSPACE),
        }
        return replace(base, **quiet)

    def _operation(self) -> str:
        self.operations += 1
        return f"act{self.operations}"

    async def _incident(self) -> Incident:
        found = await self.stage.memory.incidents.load("inc0001")
        assert found is not None
        return found

    def _amend(self, process: int, decide: Any) -> Awaitable[Any]:
        return self.memories[process].incidents.amend(self._operation(), "inc0001", decide)

    def _note(self, name: str) -> None:
        incident = self.loop.run(self._incident())
        self.digests[name] = [r.digest for r in incident.update(name).revisions]

    async def _approve(self, name: str, by: str, process: int, newest: bool, alone: bool) -> str:
        services, digest = self._services(process), self.digests[name][-1 if newest else 0]
        operation = self._operation()
        if alone:
            return await said(
                updates.break_glass(services, "inc0001", name, digest, "All asleep", Caller(by), operation)
            )
        return await said(updates.approve(services, "inc0001", name, digest, Caller(by), operation))

    def _approved(self, name: str, by: str, told: str, newest: bool, alone: bool) -> None:
        self._expect(told, self._may(name, by, newest, alone), f"approve by {by}")
        if not told:
            self._leave(name, by, alone)

    def _expect(self, told: str, may: bool, what: str) -> None:
        assert (not told) == may, f"{what}: the model says {'yes' if may else 'no'}, it was told {told or 'yes'}"

    def _far_end(self, far: str) -> None:
        faults: dict[str, Exception] = {
            "refuses": Refused("no"),
            "busy": Unavailable("later", 120.0),
            "lost before": OutcomeUnknown("lost"),
            "lost after": OutcomeUnknown("lost"),
        }

        async def fail(_: str) -> None:
            raise faults[far]

        self.stage.outlet.before = fail if far in ("refuses", "busy", "lost before") else _well
        self.stage.outlet.after = fail if far == "lost after" else _well

    async def _work(self, process: Process) -> None:
        await self._release_all()
        with contextlib.suppress(_Idle, LeaseLost):
            await self.stage.live(process)

    async def _release_all(self) -> None:
        """Do what the timers of the break-glass delay would do."""
        for name, text in self.texts.items():
            if text.state == "held" and text.release is not None and self.now >= text.release:
                await self._release(name, text)

    async def _release(self, name: str, text: Text) -> None:
        now = self.now
        done = await self.stage.amend(lambda i: approval.release(i, name, now, POLICY) or Change(i))
        gone = bool(done.update(name).deliveries)
        assert gone == (not text.stopped and not text.overtaken), f"released {gone}: {text}"
        if gone:
            text.state = "goes"
            self._overtake(text)


async def _well(_: str) -> None:
    return None
