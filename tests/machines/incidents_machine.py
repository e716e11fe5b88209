"""The life of an incident: its stage, its severity and its end, said by people in two processes at once.

The model knows the stage, whether customers have something that stands, and who may end it how.
"""

import asyncio
from dataclasses import replace
from typing import Any, ClassVar, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import approval, drafting
from bot.domain.facts import Stage as IncidentStage
from bot.domain.incident import EndKind, Incident, Severity
from bot.domain.people import Caller
from bot.domain.update import OutletKind
from bot.ports import Places, Refused, Services
from bot.usecases import incidents
from tests.builders import ANA, BO, CY, DEE, POLICY, WORKSPACE, facts, person, rendered, restored
from tests.machines.walk import Loop, follows, said
from tests.redis_server import RedisServer
from tests.usecases.stage import OUTLET, Stage

GUEST = "U0GUEST"
WHO = st.sampled_from([ANA, CY, CY, GUEST])
PROCESS = st.integers(0, 1)


class IncidentsMachine(RuleBasedStateMachine):
    """One incident, two web processes."""

    server: ClassVar[RedisServer]

    def __init__(self) -> None:
        super().__init__()
        self.loop = Loop()
        self.at, self.severity = IncidentStage.INVESTIGATING, Severity.SEV1
        self.ended: EndKind | None = None
        self.standing = 0
        self.commits = 0
        self.operations = 0
        self.last: Any = None

    @initialize()
    def begin(self) -> None:
        """Declare it."""
        self.loop.run(self._begin())

    async def _begin(self) -> None:
        self.stage = Stage(self.server, OutletKind.IDEMPOTENT, count=1, lease=0.05)
        self.memories = [self.stage.memory, self.stage.storage()]
        await self.stage.declare()
        await self.stage.memory.people.put([*map(person, (ANA, BO, CY, DEE)), person(GUEST, guest=True)])
        self.before = await self._incident()

    def teardown(self) -> None:
        """Nothing is left open."""
        if hasattr(self, "stage"):
            self.loop.run(self.stage.aclose())
        self.loop.close()

    @rule(by=WHO, to=st.sampled_from(IncidentStage), process=PROCESS)
    def set_stage(self, by: str, to: IncidentStage, process: int) -> None:
        """Somebody says where it is."""
        fits = to is not IncidentStage.RESOLVED and to is not self.at
        if self._say(by, fits, process, lambda s, o: incidents.set_stage(s, "inc0001", to, Caller(by), o)):
            self.at = to

    @rule(by=WHO, to=st.sampled_from(Severity), process=PROCESS)
    def set_severity(self, by: str, to: Severity, process: int) -> None:
        """Somebody says how bad it is."""
        fits = to is not self.severity
        if self._say(by, fits, process, lambda s, o: incidents.set_severity(s, "inc0001", to, Caller(by), o)):
            self.severity = to

    @rule(by=WHO, kind=st.sampled_from(EndKind), reason=st.sampled_from(["", "They were called"]), process=PROCESS)
    def end(self, by: str, kind: EndKind, reason: str, process: int) -> None:
        """Somebody ends it, in every way that there is."""
        waived = kind is EndKind.WAIVED and bool(reason)
        fits = waived or (kind in (EndKind.QUIET, EndKind.FALSE_ALARM) and not self.standing)
        done = self._say(by, fits, process, lambda s, o: incidents.end(s, "inc0001", kind, Caller(by), o, reason))
        if done:
            self.ended, self.at = kind, IncidentStage.RESOLVED

    @precondition(lambda self: self.ended is None)
    @rule(to=st.sampled_from(IncidentStage), arrives=st.booleans())
    def publish(self, to: IncidentStage, arrives: bool) -> None:
        """An update is written, approved and delivered, or refused by the outlet."""
        self.loop.run(self._publish(to, arrives))
        self.at, self.last = to, None
        self.standing += arrives
        if to is IncidentStage.RESOLVED and arrives:
            self.ended = EndKind.RESTORED

    @rule(first=st.sampled_from(IncidentStage), second=st.sampled_from(IncidentStage))
    def two_at_once(self, first: IncidentStage, second: IncidentStage) -> None:
        """Two people say two things at the same moment in two processes: one after the other, in some order."""

        async def both() -> list[str]:
            said_by = zip((ANA, CY), (first, second), self.memories, strict=True)
            return await asyncio.gather(
                *(
                    said(incidents.set_stage(self._services(m), "inc0001", to, Caller(by), self._operation()))
                    for by, to, m in said_by
                )
            )

        told, self.last = self.loop.run(both()), None
        done = [to for to, one in zip((first, second), told, strict=True) if not one]
        may = {to for to in (first, second) if to is not IncidentStage.RESOLVED} if self.ended is None else set()
        if len(may) == 1 or not may:  # both say the same, or only one says what may be said: it happens once
            assert done == [to for to in may if to is not self.at][:1]
        else:
            assert may - {self.at} <= set(done) <= may
        self.commits += len(done)
        after = self.loop.run(self._incident())
        assert after.stage in done or (not done and after.stage is self.at)
        self.at = after.stage

    @precondition(lambda self: self.last is not None)
    @rule(process=PROCESS)
    def the_same_click_again(self, process: int) -> None:
        """What was said before arrives again, under the same operation: nothing happens, and no refusal is told."""
        decision, operation = self.last
        assert self.loop.run(said(decision(self._services(self.memories[process]), operation))) == ""

    @precondition(lambda self: hasattr(self, "before"))
    @invariant()
    def redis_says_the_same(self) -> None:
        """The document is what the model says, has moved along the tables, and counts every commit once."""
        after = self.loop.run(self._incident())
        follows(self.before, after)
        assert (after.stage, after.severity) == (self.at, self.severity)
        assert (after.ended.kind if after.ended else None) is self.ended
        assert after.version == 1 + self.commits
        listed = self.loop.run(self.stage.memory.incidents.open())
        assert [one.id for one in listed] == (["inc0001"] if self.ended is None else [])
        self.before = after

    def _say(self, by: str, fits: bool, process: int, decision: Any) -> bool:
        operation, services = self._operation(), self._services(self.memories[process])
        told = self.loop.run(said(decision(services, operation)))
        assert (not told) == (fits and by != GUEST and self.ended is None), told or "it was done"
        if not told:
            self.commits, self.last = self.commits + 1, (decision, operation)
        return not told

    async def _publish(self, to: IncidentStage, arrives: bool) -> None:
        now = self.stage.clock.at
        self.stage.clock.at = now.replace(microsecond=now.microsecond + 1)
        about = restored(now) if to is IncidentStage.RESOLVED else facts(now)
        content, name = rendered(about, outlets=(OUTLET,)), f"upd{self.operations}"
        self._operation()

        async def refuse(_: str) -> None:
            raise Refused("no")

        usual = self.stage.outlet.before
        self.stage.outlet.before = usual if arrives else refuse
        found = await self.stage.amend(
            lambda i: drafting.draft(i, name, f"outage/{to}", to, content, person(BO), now, POLICY)
        )
        digest = found.update(name).latest.digest
        await self.stage.amend(lambda i: approval.approve(i, name, digest, person(DEE), now, POLICY))
        await self.stage.work()
        self.stage.outlet.before = usual
        self.commits = (await self._incident()).version - 1  # how many steps a delivery has is not this model's

    def _services(self, memory: Any) -> Services:
        return replace(self.stage.services(memory), chat=cast(Any, None), places=Places(workspace=WORKSPACE))

    def _operation(self) -> str:
        self.operations += 1
        return f"act{self.operations}"

    async def _incident(self) -> Incident:
        found = await self.stage.memory.incidents.load("inc0001")
        assert found is not None
        return found
