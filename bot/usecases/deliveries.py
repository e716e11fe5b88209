"""Delivering an approved update at one outlet: the stored bytes, to the frozen recipients, once.

Every try begins with a judgement of the newest document and ends with the outcome for each recipient, or with the
time to look again. How one recipient is served is in `attempts`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain import delivery as rules
from bot.domain.delivery import Judgement, Verdict
from bot.domain.incident import Incident
from bot.domain.retrying import look_at, retry_at
from bot.domain.update import Outcome, Recipient, Rendition
from bot.ports import Attempt, Held, Services
from bot.usecases.attempts import LeaseLost, Run, deliver_to, judged, left
from bot.usecases.snapshots import recipients_from, rendition_from


async def deliver(services: Services, held: Held) -> datetime | None:
    """Do what may be done now; return when to look again (UTC), or None if the delivery has ended."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return None
    judgement = judged(services, held, incident)
    if judgement.verdict is Verdict.PROCEED:
        incident = await _begun(services, held, incident.id)
        # Judged again: what came in between, such as Stop, may have ended it.
        judgement = judged(services, held, incident)
    if judgement.verdict is Verdict.PROCEED:
        return await _send(services, held, incident)
    if judgement.verdict is Verdict.CLOSE:
        await _close(services, held, incident, judgement)
    return judgement.again if judgement.verdict is Verdict.WAIT else None


async def give_up(services: Services, held: Held, reason: str) -> None:
    """End a delivery whose job was put aside: what was begun is unknown, the rest never left."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is not None and judged(services, held, incident).verdict is not Verdict.NOTHING:
        await _close(services, held, incident, Judgement(Verdict.CLOSE, reason))


async def _begun(services: Services, held: Held, incident_id: str) -> Incident:
    update_id, name = held.job.args["update"], held.job.args["outlet"]
    now = services.clock.now()
    begun = await services.incidents.amend("", incident_id, lambda found: rules.begin(found, update_id, name, now))
    return begun.incident


async def _send(services: Services, held: Held, incident: Incident) -> datetime | None:
    update_id, name = held.job.args["update"], held.job.args["outlet"]
    recipients: list[Recipient] = []
    renditions: dict[str, Rendition] = {}
    for planned in incident.update(update_id).plans_for(name):
        rendition = rendition_from(await services.incidents.blob(planned.rendition))
        listed = recipients_from(await services.incidents.blob(planned.recipients))
        recipients += listed
        renditions |= {one.id: rendition for one in listed}
    run = Run(services, held, services.outlets[name], incident, update_id, renditions)
    await deliver_to(run, await left(run, recipients))
    if run.stopped and run.stopped.verdict is Verdict.CLOSE:
        await _close(services, held, run.incident, run.stopped)
        return None
    known = await services.attempts.read(update_id, name)
    tally = tally_of(known, recipients)
    if sum(tally.values()) == len(recipients):
        heard = heard_in(known, {one: rendition.locale for one, rendition in renditions.items()})
        await _settle(services, incident.id, held.job.args, tally, reason_of(known.values()), heard)
        return None
    return await _postpone(run, tally)


async def _postpone(run: Run, tally: Mapping[Outcome, int]) -> datetime:
    now = run.services.clock.now()
    again = retry_at(run.held.job.attempt, run.retry_after, now)
    reason = run.trouble or "goes on shortly"
    await run.services.incidents.amend(
        "",
        run.incident.id,
        lambda found: rules.postpone(found, run.update_id, run.outlet.name, tally, reason, again, now),
    )
    return look_at(again, now)


async def _close(services: Services, held: Held, incident: Incident, judgement: Judgement) -> None:
    """Give everyone who has no outcome one: what was begun is unknown, what never left is as judged."""
    update_id, name = held.job.args["update"], held.job.args["outlet"]
    round_ = incident.update(update_id).delivery(name).round
    plans = incident.update(update_id).plans_for(name)
    known = dict(await services.attempts.read(update_id, name))
    try:
        spoken = {
            r.id: one.locale for one in plans for r in recipients_from(await services.incidents.blob(one.recipients))
        }
    except LookupError:
        # The list is lost; it must end all the same, or it holds newer updates up for ever.
        spoken = dict.fromkeys(known, plans[0].locale)
    for recipient in spoken:
        attempt = known.get(recipient)
        if attempt is not None and attempt.outcome is not None:
            continue
        if not await held.still_mine():
            raise LeaseLost
        outcome = judgement.outcome if attempt is None else Outcome.UNKNOWN
        known[recipient] = Attempt(outcome, round_, judgement.reason)
        await services.attempts.record(update_id, name, recipient, known[recipient])
    tally = Counter(known[one].outcome or Outcome.UNKNOWN for one in spoken)
    tally[judgement.outcome] += incident.update(update_id).count_for(name) - len(spoken)
    await _settle(services, incident.id, held.job.args, +tally, judgement.reason, heard_in(known, spoken))


async def _settle(
    services: Services,
    incident_id: str,
    args: Mapping[str, str],
    tally: Mapping[Outcome, int],
    reason: str,
    heard: tuple[str, ...] = (),
) -> None:
    now = services.clock.now()
    await services.incidents.amend(
        "", incident_id, lambda found: rules.settle(found, args["update"], args["outlet"], tally, reason, now, heard)
    )


def heard_in(known: Mapping[str, Attempt], spoken: Mapping[str, str]) -> tuple[str, ...]:
    """Return the languages in which somebody has it, or may have it. `spoken`: each recipient's, by id."""
    have = (one for one, a in known.items() if a.outcome in (Outcome.DELIVERED, Outcome.UNKNOWN))
    return tuple(sorted({spoken[one] for one in have if one in spoken}))


def tally_of(known: Mapping[str, Attempt], recipients: Sequence[Recipient]) -> dict[Outcome, int]:
    """Count the outcomes of exactly these recipients."""
    wanted = (known.get(r.id) for r in recipients)
    return dict(Counter(a.outcome for a in wanted if a is not None and a.outcome is not None))


def reason_of(known: Iterable[Attempt]) -> str:
    """Return what the outlet said of those whom it did not reach: the reason of most, and that there are others."""
    said = Counter(a.detail for a in known if a.outcome in (Outcome.REFUSED, Outcome.UNKNOWN) and a.detail)
    if not said:
        return ""
    most = said.most_common(1)[0][0]
    return most if len(said) == 1 else f"mostly: {most}"
