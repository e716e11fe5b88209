"""One try at a delivery, recipient by recipient: an intention before each, an outcome after it.

Before each recipient the ledger checks, in one script, that this worker still holds the job and that the document
is the one that was judged; after it the outcome is recorded, even when Redis is full. What a crash leaves in
doubt is settled by the kind of outlet: sent again under the same key, looked for, or left to a person.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain import delivery as rules
from bot.domain.delivery import Judgement, Verdict, key_of
from bot.domain.incident import Incident
from bot.domain.update import Outcome, OutletKind, Recipient, Rendition
from bot.ports import Attempt, Begun, Halted, Held, OutcomeUnknown, Outlet, Refused, Services, Unavailable

# After so many failures in a row the outlet is taken to be down; the rest waits for the next try.
MOST_FAILURES_IN_A_ROW = 3
# A searchable outlet is looked at twice before something counts as not arrived (failure model).
LOOK_AGAIN_AFTER = 1.0
# The card shows how far a long delivery has come about this often, in seconds.
PROGRESS_EVERY = 2.0


class LeaseLost(Exception):
    """Another worker has the job now; this one must not touch it any more."""


@dataclass(slots=True)
class Run:
    """One try at a delivery, as it goes."""

    services: Services
    held: Held
    outlet: Outlet
    incident: Incident
    update_id: str
    renditions: Mapping[str, Rendition]  # what each recipient gets, by id: in one language
    # What an earlier try may have brought them, and nothing can tell: whatever this one is told is no word on that.
    doubted: dict[str, Attempt] = field(default_factory=dict)
    stopped: Judgement | None = None
    failures: int = 0
    retry_after: float | None = None
    trouble: str = ""
    fault: Exception | None = None
    shown: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def over(self) -> bool:
        """Whether nothing more is to leave in this try."""
        ended = self.stopped is not None or self.fault is not None
        return ended or self.failures >= MOST_FAILURES_IN_A_ROW or self.retry_after is not None

    @property
    def round(self) -> int:
        """Which round of the delivery this is."""
        return self.incident.update(self.update_id).delivery(self.outlet.name).round


async def left(run: Run, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Return who is still to be sent to, after settling what an earlier, interrupted try left in doubt."""
    name = run.outlet.name
    known = await run.services.attempts.read(run.update_id, name)
    todo: list[Recipient] = []
    for recipient in recipients:
        attempt = known.get(recipient.id)
        if attempt is None or (_in_doubt(run, attempt) and await _may_repeat(run, recipient, attempt)):
            todo.append(recipient)
            if attempt is not None and run.outlet.kind is not OutletKind.SEARCHABLE:
                run.doubted[recipient.id] = attempt
    return todo


def _in_doubt(run: Run, attempt: Attempt) -> bool:
    """Say whether it is open, or a person has said "send again" of it since."""
    return attempt.outcome is None or (attempt.outcome is Outcome.UNKNOWN and attempt.round < run.round)


async def _may_repeat(run: Run, recipient: Recipient, attempt: Attempt) -> bool:
    """Decide about what is in doubt, by the kind of outlet (failure model, second table).

    A person's "send again" decides where nothing can be looked for; where it can, they need not have been right.
    """
    if run.outlet.kind is OutletKind.IDEMPOTENT:
        return True
    if run.outlet.kind is OutletKind.BLIND:
        if attempt.outcome is Outcome.UNKNOWN:
            return True
        await _record(run, recipient, Attempt(Outcome.UNKNOWN, attempt.round, "interrupted while it was being sent"))
        return False
    try:
        for look in range(2):
            if look:
                await asyncio.sleep(LOOK_AGAIN_AFTER)
            if await run.outlet.find(
                run.renditions[recipient.id], recipient, key_of(run.incident, run.update_id, run.outlet.name, recipient)
            ):
                await _record(run, recipient, Attempt(Outcome.DELIVERED, attempt.round, "found when looked for"))
                return False
    except Unavailable as fault:
        run.failures, run.trouble, run.retry_after = MOST_FAILURES_IN_A_ROW, fault.reason, fault.retry_after
        return False
    return True


async def deliver_to(run: Run, todo: Sequence[Recipient]) -> None:
    """Deliver to each of them, some side by side. Raises LeaseLost, StorageDown, StorageFull: when all have ended
    what they had begun, because what is broken off in the middle is unknown.
    """
    waiting = iter(todo)

    async def line() -> None:
        for recipient in waiting:
            if run.over:
                return
            try:
                await _send_one(run, recipient)
                await _show_progress(run)
            except Exception as fault:
                run.fault = run.fault or fault
                return

    await asyncio.gather(*(line() for _ in range(min(run.outlet.limits.parallel, len(todo)) or 1)))
    if run.fault is not None:
        raise run.fault


async def _send_one(run: Run, recipient: Recipient) -> None:
    if not await _begin(run, recipient):
        return
    round_, doubted = run.round, run.doubted.get(recipient.id)
    try:
        receipt = await run.outlet.deliver(
            run.renditions[recipient.id], recipient, key_of(run.incident, run.update_id, run.outlet.name, recipient)
        )
    except Refused as refused:
        run.failures = 0
        told = Attempt(Outcome.UNKNOWN, round_, f"{refused}; the try before may have arrived")
        await _record(run, recipient, told if doubted else Attempt(Outcome.REFUSED, round_, str(refused)))
    except Unavailable as fault:
        # Nothing left *this* time; the ledger puts back what an earlier round had recorded. What was open stays so.
        if doubted is None or doubted.outcome is not None:
            await run.services.attempts.retract(run.update_id, run.outlet.name, recipient.id, round_)
        run.failures += 1
        run.trouble, run.retry_after = fault.reason, fault.retry_after
    except OutcomeUnknown as fault:
        run.trouble = str(fault)
        if run.outlet.kind is OutletKind.BLIND:
            await _record(run, recipient, Attempt(Outcome.UNKNOWN, round_, str(fault)))
        run.failures += 1
    else:
        run.failures = 0
        await _record(run, recipient, Attempt(Outcome.DELIVERED, round_, receipt.reference))


async def _begin(run: Run, recipient: Recipient) -> bool:
    """Record the intention to send. On a changed document judge again; raises LeaseLost."""
    while not run.over:
        begun = await run.services.attempts.begin(
            run.held, run.incident, run.update_id, run.outlet.name, recipient.id, run.round
        )
        if begun is Begun.YES:
            return True
        if begun is Begun.LOST:
            raise LeaseLost
        if begun is Begun.HALTED:
            raise Halted
        if begun is Begun.ENDED:
            return False
        fresh = await run.services.incidents.load(run.incident.id)
        judgement = judged(run.services, run.held, fresh or run.incident)
        if judgement.verdict is not Verdict.PROCEED:
            run.stopped = judgement
            return False
        run.incident = fresh or run.incident
    return False


async def _record(run: Run, recipient: Recipient, attempt: Attempt) -> None:
    await run.services.attempts.record(run.update_id, run.outlet.name, recipient.id, attempt)


async def _show_progress(run: Run) -> None:
    elapsed = asyncio.get_running_loop().time()
    if elapsed - run.shown < PROGRESS_EVERY:
        return
    run.shown = elapsed
    known = await run.services.attempts.read(run.update_id, run.outlet.name)
    tally = Counter(a.outcome for a in known.values() if a.outcome)
    now = run.services.clock.now()
    await run.services.incidents.amend(
        "", run.incident.id, lambda found: rules.progress(found, run.update_id, run.outlet.name, tally, now)
    )


def judged(services: Services, held: Held, incident: Incident) -> Judgement:
    """Judge the delivery of a job on this document."""
    name = held.job.args["outlet"]
    outlet = services.outlets.get(name)
    return rules.judge(
        incident,
        held.job.args["update"],
        name,
        outlet.destination if outlet else None,
        outlet.rehearsal if outlet else False,
        services.clock.now(),
        int(held.job.args.get("round", "0")),
    )
