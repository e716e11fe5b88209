"""A worker dies before and after each of its effects, and another goes on: nobody twice, nobody forgotten (I2, I3)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

import pytest

from bot.domain.update import DeliveryState, Outcome, OutletKind
from bot.ports import Attempt, OutcomeUnknown, Refused, Unavailable
from bot.usecases import attempts
from bot.usecases.deliveries import reason_of
from tests.usecases.conftest import Build
from tests.usecases.stage import OUTLET, Process, Stage

COUNT = 3
Script = Callable[[str], Awaitable[None]]


def first_time(fault: Exception, who: str = "email-1") -> Script:
    """Raise it once, of one recipient."""
    left = [fault]

    async def script(recipient: str) -> None:
        if recipient == who and left:
            raise left.pop()

    return script


def always(fault: Exception) -> Script:
    """Raise it each time."""

    async def script(_: str) -> None:
        raise fault

    return script


async def few_at_once(work: Iterable[Awaitable[object]]) -> None:
    """Do all of it, a few side by side: each opens connections of its own."""
    places = asyncio.Semaphore(6)

    async def one(job: Awaitable[object]) -> None:
        async with places:
            await job

    await asyncio.gather(*map(one, work))


# What the outlet does the first time it is asked about the second recipient: (before it takes it, after).
TROUBLE: dict[str, Callable[[Stage], None]] = {
    "none": lambda stage: None,
    "refused": lambda stage: setattr(stage.outlet, "before", first_time(Refused("no"))),
    "later": lambda stage: setattr(stage.outlet, "before", first_time(Unavailable("later", 1.0))),
    "lost before": lambda stage: setattr(stage.outlet, "before", first_time(OutcomeUnknown("lost"))),
    "lost after": lambda stage: setattr(stage.outlet, "after", first_time(OutcomeUnknown("lost"))),
}


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a second between two looks."""
    monkeypatch.setattr(attempts, "LOOK_AGAIN_AFTER", 0.001)


async def effects(stage: Stage, trouble: str) -> int:
    """How many effects the first try at a delivery has."""
    await stage.approve()
    TROUBLE[trouble](stage)
    process = Process()
    await stage.live(process)
    return len(process.effects)


async def survives(stage: Stage, trouble: str, process: Process) -> None:
    """One worker dies on the way, another does the rest; then I2 and I3 hold."""
    await stage.approve()
    TROUBLE[trouble](stage)
    await stage.live(process)
    await stage.work()
    times = Counter(recipient for recipient, _ in stage.outlet.arrived)
    keys = {recipient: {key for who, key in stage.outlet.arrived if who == recipient} for recipient in times}
    outcomes, ledger = await stage.outcomes(), await stage.ledger()
    where = f"{process.effects}: {outcomes} {ledger} {times}"
    if stage.outlet.kind is OutletKind.IDEMPOTENT:
        assert all(len(different) == 1 for different in keys.values()), where
    else:
        assert all(count == 1 for count in times.values()), where
    assert sum(outcomes.values()) == COUNT, where
    assert Counter(ledger.values()) == Counter(outcomes), where
    for recipient, outcome in ledger.items():
        assert outcome is not Outcome.DELIVERED or times[recipient], where
        assert outcome not in (Outcome.REFUSED, Outcome.EXPIRED) or not times[recipient], where
        # Refused when asked again, nobody can tell what became of the try that died.
        untold = stage.outlet.kind is OutletKind.IDEMPOTENT and trouble == "refused" and recipient == "email-1"
        assert outcome is not Outcome.UNKNOWN or stage.outlet.kind is OutletKind.BLIND or untold, where
    assert (await stage.update()).delivery(OUTLET).state is DeliveryState.SETTLED, where
    assert await stage.memory.jobs.aside() == (), where


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("trouble", list(TROUBLE))
@pytest.mark.parametrize("kind", list(OutletKind))
async def test_a_worker_that_dies_anywhere_doubles_and_forgets_nobody(
    build: Build, kind: OutletKind, trouble: str, parallel: int
) -> None:
    options = {"count": COUNT, "parallel": parallel}
    count = await effects(build(kind, **options), trouble)
    deaths = [Process(at, when) for at in range(count) for when in ("before", "after")]
    await few_at_once(survives(build(kind, **options), trouble, process) for process in deaths)


@pytest.mark.parametrize("kind", list(OutletKind))
async def test_a_worker_that_dies_while_it_stops_forgets_nobody(build: Build, kind: OutletKind) -> None:
    async def stopped_at(process: Process) -> int:
        stage = build(kind, count=COUNT)
        await stage.approve()

        async def stop(recipient: str) -> None:
            if recipient == "email-0":
                await stage.stop()

        stage.outlet.after = stop
        await stage.live(process)
        await stage.work()
        times = Counter(recipient for recipient, _ in stage.outlet.arrived)
        outcomes, where = await stage.outcomes(), f"{process.effects}"
        assert times in (Counter({"email-0": 1}), Counter()), where
        assert sum(outcomes.values()) == COUNT, where
        assert outcomes.get(Outcome.EXPIRED, 0) >= 2, where
        return len(process.effects)

    # An intention that was never told of keeps the worker from stopping where it would: Stop is pressed as it leaves.
    count = await stopped_at(Process())
    deaths = [Process(at, when) for at in range(3, count) for when in ("before", "after")]
    await few_at_once(stopped_at(process) for process in deaths)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [(OutletKind.IDEMPOTENT, Refused("it redirects")), (OutletKind.BLIND, OutcomeUnknown("the server hung up"))],
)
async def test_what_did_not_arrive_says_why(build: Build, kind: OutletKind, fault: Exception) -> None:
    stage = build(kind, count=COUNT)
    await stage.approve()
    stage.outlet.before = first_time(fault)
    await stage.work()
    delivery = (await stage.update()).delivery(OUTLET)
    assert delivery.settled
    assert delivery.note == str(fault)


def test_of_several_reasons_the_commonest_is_told() -> None:
    said = ("full", "full", "unknown here", "")
    attempts_ = [Attempt(Outcome.REFUSED, 0, reason) for reason in said] + [Attempt(Outcome.DELIVERED, 0, "id 7")]
    assert reason_of(attempts_) == "mostly: full"
    assert reason_of(attempts_[-1:]) == ""


@pytest.mark.parametrize("then", [Unavailable("come later", 600), Refused("HTTP 409")], ids=["busy", "refused"])
async def test_what_may_have_arrived_stays_unknown_whatever_the_next_try_is_told(build: Build, then: Exception) -> None:
    """The reply to the first try was lost; that the second did not get in says nothing of the first (I3)."""
    stage = build(OutletKind.IDEMPOTENT, count=COUNT)
    await stage.approve()

    async def asked_again(recipient: str) -> None:
        if any(who == recipient for who, _ in stage.outlet.arrived):
            raise then

    stage.outlet.before = asked_again
    stage.outlet.after = first_time(OutcomeUnknown("the reply was lost"))
    await stage.work()
    assert await stage.outcomes() == {Outcome.UNKNOWN: 1, Outcome.DELIVERED: COUNT - 1}


async def test_what_a_dead_worker_may_have_sent_stays_unknown_though_the_outlet_is_busy_from_then_on(
    build: Build,
) -> None:
    stage = build(OutletKind.IDEMPOTENT, count=1)
    await stage.approve()
    await stage.live(Process(at=2, when="after"))  # amend, begin, deliver: and nobody heard how that ended
    stage.outlet.before = always(Unavailable("come later", 600))
    await stage.work()
    assert len(stage.outlet.arrived) == 1
    assert await stage.outcomes() == {Outcome.UNKNOWN: 1}


async def test_sent_again_and_refused_says_nothing_of_the_try_before(build: Build) -> None:
    stage = build(OutletKind.BLIND, count=1)
    await stage.approve()
    stage.outlet.after = first_time(OutcomeUnknown("the server hung up"), "email-0")
    await stage.work()
    await stage.send_again()
    stage.outlet.before = always(Refused("550 no such user"))
    await stage.work()
    assert await stage.outcomes() == {Outcome.UNKNOWN: 1}
