"""Delivering an approved update at one outlet: the stored bytes, to the frozen recipients, once.

Before each recipient the ledger checks, in one script, that this worker still holds the job and that the document
is the one that was judged; after it the outcome is recorded, even when Redis is full. What a crash leaves in
doubt is settled by the kind of outlet: sent again under the same key, looked for, or left to a person.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import delivery as rules
from bot.domain.delivery import Judgement, Verdict, key_of, retry_at
from bot.domain.incident import Incident
from bot.domain.update import Outcome, OutletKind, Recipient, Rendition
from bot.ports import (
    Attempt,
    Begun,
    Held,
    OutcomeUnknown,
    Outlet,
    Refused,
    Services,
    StorageDown,
    StorageFull,
    Unavailable,
)
from bot.usecases.snapshots import recipients_from, rendition_from

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
    rendition: Rendition
    stopped: Judgement | None = None
    failures: int = 0
    retry_after: float | None = None
    trouble: str = ""
    shown: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def over(self) -> bool:
        """Whether nothing more is to leave in this try."""
        return self.stopped is not None or self.failures >= MOST_FAILURES_IN_A_ROW or self.retry_after is not None


async def deliver(services: Services, held: Held) -> datetime | None:
    """Do what may be done now; return when to look again (UTC), or None if the delivery has ended."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return None
    judgement = _judge(services, held, incident)
    if judgement.verdict is Verdict.NOTHING:
        return None
    if judgement.verdict is Verdict.WAIT:
        return judgement.again
    if judgement.verdict is Verdict.CLOSE:
        await _close(services, held, incident, judgement)
        return None
    return await _send(services, held, incident)


async def give_up(services: Services, held: Held, reason: str) -> None:
    """End a delivery whose job was put aside: what was begun is unknown, the rest never left."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is not None:
        await _close(services, None, incident, Judgement(Verdict.CLOSE, reason), held.job.args)


async def _send(services: Services, held: Held, incident: Incident) -> datetime | None:
    update_id, name = held.job.args["update"], held.job.args["outlet"]
    outlet, now = services.outlets[name], services.clock.now()
    begun = await services.incidents.amend("", incident.id, lambda found: rules.begin(found, update_id, name, now))
    planned = begun.incident.update(update_id).plan_for(name)
    rendition = rendition_from(await services.incidents.blob(planned.rendition))
    recipients = recipients_from(await services.incidents.blob(planned.recipients))
    run = Run(services, held, outlet, begun.incident, update_id, rendition)
    todo = await _left(run, recipients)
    await _send_to(run, todo)
    if run.stopped and run.stopped.verdict is Verdict.CLOSE:
        await _close(services, held, run.incident, run.stopped)
        return None
    tally = tally_of(await services.attempts.read(update_id, name), recipients)
    if sum(tally.values()) == len(recipients):
        await _settle(services, incident.id, held.job.args, tally, "")
        return None
    return await _postpone(run, tally)


async def _left(run: Run, recipients: Sequence[Recipient]) -> list[Recipient]:
    """Return who is still to be sent to, after settling what an earlier, interrupted try left in doubt."""
    name = run.outlet.name
    round_ = run.incident.update(run.update_id).delivery(name).round
    known = await run.services.attempts.read(run.update_id, name)
    left: list[Recipient] = []
    for recipient in recipients:
        attempt = known.get(recipient.id)
        if attempt is None:
            left.append(recipient)
        elif attempt.outcome is None:
            if await _may_repeat(run, recipient, attempt):
                left.append(recipient)
        elif attempt.outcome is Outcome.UNKNOWN and attempt.round < round_:
            left.append(recipient)
    return left


async def _may_repeat(run: Run, recipient: Recipient, attempt: Attempt) -> bool:
    """Decide about an intention without an outcome, by the kind of outlet (failure model, second table)."""
    if run.outlet.kind is OutletKind.IDEMPOTENT:
        return True
    if run.outlet.kind is OutletKind.BLIND:
        await _record(run, recipient, Attempt(Outcome.UNKNOWN, attempt.round, "interrupted while it was being sent"))
        return False
    try:
        for look in range(2):
            if look:
                await asyncio.sleep(LOOK_AGAIN_AFTER)
            if await run.outlet.find(
                run.rendition, recipient, key_of(run.incident, run.update_id, run.outlet.name, recipient)
            ):
                await _record(run, recipient, Attempt(Outcome.DELIVERED, attempt.round, "found when looked for"))
                return False
    except Unavailable as fault:
        run.failures, run.trouble, run.retry_after = MOST_FAILURES_IN_A_ROW, fault.reason, fault.retry_after
        return False
    return True


async def _send_to(run: Run, todo: Sequence[Recipient]) -> None:
    waiting = iter(todo)

    async def line() -> None:
        for recipient in waiting:
            if run.over:
                return
            await _send_one(run, recipient)
            await _show_progress(run)

    width = max(1, min(run.outlet.limits.parallel, len(todo)))
    try:
        async with asyncio.TaskGroup() as lines:
            for _ in range(width):
                lines.create_task(line())
    except BaseExceptionGroup as group:
        for known in (LeaseLost, StorageDown, StorageFull):  # what the worker knows how to settle
            if found := group.subgroup(known):
                raise found.exceptions[0] from None
        raise


async def _send_one(run: Run, recipient: Recipient) -> None:
    if not await _begin(run, recipient):
        return
    round_ = run.incident.update(run.update_id).delivery(run.outlet.name).round
    try:
        receipt = await run.outlet.deliver(
            run.rendition, recipient, key_of(run.incident, run.update_id, run.outlet.name, recipient)
        )
    except Refused as refused:
        run.failures = 0
        await _record(run, recipient, Attempt(Outcome.REFUSED, round_, str(refused)))
    except Unavailable as fault:
        # Nothing left *this* time; the ledger puts back what an earlier round had recorded.
        await run.services.attempts.retract(run.update_id, run.outlet.name, recipient.id)
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
        round_ = run.incident.update(run.update_id).delivery(run.outlet.name).round
        begun = await run.services.attempts.begin(
            run.held, run.incident, run.update_id, run.outlet.name, recipient.id, round_
        )
        if begun is Begun.YES:
            return True
        if begun is Begun.LOST:
            raise LeaseLost
        if begun is Begun.ENDED:
            return False
        fresh = await run.services.incidents.load(run.incident.id)
        judgement = _judge(run.services, run.held, fresh or run.incident)
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


async def _postpone(run: Run, tally: Mapping[Outcome, int]) -> datetime:
    now = run.services.clock.now()
    again = retry_at(run.held.job.attempt, run.retry_after, now)
    reason = run.trouble or "goes on shortly"
    await run.services.incidents.amend(
        "",
        run.incident.id,
        lambda found: rules.postpone(found, run.update_id, run.outlet.name, tally, reason, again, now),
    )
    return again


async def _close(
    services: Services,
    held: Held | None,
    incident: Incident,
    judgement: Judgement,
    args: Mapping[str, str] | None = None,
) -> None:
    """Give everyone who has no outcome one: what was begun is unknown, what never left is as judged."""
    wanted = args or (held.job.args if held else {})
    update_id, name = wanted["update"], wanted["outlet"]
    delivery = incident.update(update_id).delivery(name)
    planned = incident.update(update_id).plan_for(name)
    recipients = recipients_from(await services.incidents.blob(planned.recipients))
    known = dict(await services.attempts.read(update_id, name))
    for recipient in recipients:
        attempt = known.get(recipient.id)
        if attempt is not None and attempt.outcome is not None:
            continue
        if held is not None and not await held.still_mine():
            raise LeaseLost
        outcome = judgement.outcome if attempt is None else Outcome.UNKNOWN
        known[recipient.id] = Attempt(outcome, delivery.round, judgement.reason)
        await services.attempts.record(update_id, name, recipient.id, known[recipient.id])
    await _settle(services, incident.id, wanted, tally_of(known, recipients), judgement.reason)


async def _settle(
    services: Services, incident_id: str, args: Mapping[str, str], tally: Mapping[Outcome, int], reason: str
) -> None:
    now = services.clock.now()
    await services.incidents.amend(
        "", incident_id, lambda found: rules.settle(found, args["update"], args["outlet"], tally, reason, now)
    )


def tally_of(known: Mapping[str, Attempt], recipients: Sequence[Recipient]) -> dict[Outcome, int]:
    """Count the outcomes of exactly these recipients."""
    wanted = (known.get(r.id) for r in recipients)
    return dict(Counter(a.outcome for a in wanted if a is not None and a.outcome is not None))


def _judge(services: Services, held: Held, incident: Incident) -> Judgement:
    name = held.job.args["outlet"]
    outlet = services.outlets.get(name)
    return rules.judge(
        incident,
        held.job.args["update"],
        name,
        outlet.destination if outlet else None,
        outlet.rehearsal if outlet else False,
        services.clock.now(),
    )
