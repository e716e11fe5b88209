"""Verbs of a customer update up to the moment it may leave: draft, revise, read, approve, reject, stop.

Rendering and the list of recipients happen here, before the commit: what an approver reads is stored, and sent (N1).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import approval, borrowing, delivery, drafting, reading
from bot.domain.change import Change
from bot.domain.drafting import Rendered
from bot.domain.facts import Estimate, EstimateKind, Facts, Stage
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.domain.privacy import require_public
from bot.domain.promise import rounded
from bot.domain.refusals import no_such_incident
from bot.domain.translating import fresh, in_base
from bot.ports import Services, Template
from bot.usecases import judging, snapshots
from bot.usecases.people import acting, approving
from bot.usecases.repeats import as_taken
from bot.usecases.sharing import source, with_languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """What the drafting form starts from. `base` is the digest it edits, "" for a new update."""

    template: Template
    facts: Facts
    corrects: str = ""
    update_id: str = ""
    base: str = ""
    quoted: tuple[str, ...] = ()


async def prefill(services: Services, incident: Incident, template: str, by: Caller, corrects: str = "") -> Prefill:
    """Return what a new draft starts from: the last update's facts, else the declaration's, with a fresh time."""
    require_public(incident)
    chosen = services.words.template(template)
    now = services.clock.now()
    before = source(incident, corrects)
    stage = stage_of(services, incident, template, corrects)
    person = await acting(services, by)
    last = in_base(before.latest.facts, services.words.languages[0]) if before else None
    facts = Facts(
        headline=chosen.defaults.get("headline") or (last.headline if last else incident.title),
        impact=chosen.defaults.get("impact") or (last.impact if last else incident.impact),
        meanwhile=_meanwhile(last, chosen, stage),
        estimate=_estimate(last, stage, now),
        next_update_by=None if stage is Stage.RESOLVED else rounded(now + services.plan.cadence(incident.severity)),
        zone=last.zone if last else person.zone,
        fields=last.fields if last else (),
        locale=services.words.languages[0],
        translations=last.translations if last else (),
    )
    return Prefill(template=chosen, facts=facts, corrects=corrects)


async def prefill_edit(services: Services, incident: Incident, update_id: str) -> Prefill:
    """Return what editing a waiting update starts from; times that have grown stale are replaced."""
    require_public(incident)
    update = incident.update(update_id)
    drafting.require_editable(update)
    now = services.clock.now()
    facts = in_base(update.latest.facts, services.words.languages[0])
    due = facts.next_update_by
    if due is not None and due - now < timedelta(minutes=15):
        due = rounded(now + services.plan.cadence(incident.severity))
    fresh = replace(facts, estimate=_estimate(facts, update.stage, now), next_update_by=due)
    template = services.words.template(update.template)
    return Prefill(
        template=template, facts=fresh, corrects=update.corrects, update_id=update.id, base=update.latest.digest
    )


async def prefill_again(services: Services, incident: Incident, update_id: str, by: Caller) -> Prefill:
    """Return what a new draft of an update that did not leave starts from: its own words, with fresh times."""
    update = incident.update(update_id)
    start = await prefill(services, incident, update.template, by, update.corrects)
    last = in_base(update.latest.facts, services.words.languages[0])
    estimate = _estimate(last, update.stage, services.clock.now())
    fresh = replace(last, estimate=estimate, next_update_by=start.facts.next_update_by)
    return replace(start, facts=fresh)


def lenders(services: Services, incident: Incident, start: Prefill, by: Caller) -> tuple[str, ...]:
    """Return the user ids of whose sentences the form starts from: while they stay, these people cannot approve."""
    return borrowing.lenders(incident, start.update_id, start.facts, by.user_id, snapshots.given(services))


async def draft(
    services: Services,
    incident_id: str,
    template: str,
    facts: Facts,
    by: Caller,
    operation: str,
    corrects: str = "",
    quoted: tuple[str, ...] = (),
    keep: str = "",
) -> Incident:
    """Draft a new update and ask for approval. `quoted`: whose message its words are from; `keep`: why words stay.

    Raises Refusal naming the field, and the storage's errors.
    """
    person, now = await acting(services, by), services.clock.now()
    update_id = services.ids.new()
    incident = await loaded(services, incident_id)
    while True:
        stage = stage_of(services, incident, template, corrects)
        facts = fresh(with_languages(facts, source(incident, corrects)))
        rendered = await judged(services, incident, update_id, template, stage, facts, now, keep)
        seen = len(incident.updates)

        def decide(found: Incident, stage: Stage = stage, rendered: Rendered = rendered, seen: int = seen) -> Change:
            if len(found.updates) != seen:
                raise _NumberTaken(found)  # the number is in the rendered words: they are made anew
            return drafting.draft(
                found, update_id, template, stage, rendered, person, now, services.policy, corrects, quoted
            )

        try:
            return as_taken(await services.incidents.amend(operation, incident_id, decide), person, rendered.facts)
        except _NumberTaken as taken:
            incident = taken.incident


async def revise(
    services: Services,
    incident_id: str,
    update_id: str,
    base: str,
    facts: Facts,
    by: Caller,
    operation: str,
    keep: str = "",
) -> Incident:
    """Put a new revision in place of `base` (a digest) and ask for approval anew. Raises as `draft`."""
    person, now = await acting(services, by), services.clock.now()
    incident = await loaded(services, incident_id)
    update = incident.update(update_id)
    facts = with_languages(facts, update)
    rendered = await judged(services, incident, update_id, update.template, update.stage, facts, now, keep)
    done = await services.incidents.amend(
        operation,
        incident_id,
        lambda found: drafting.revise(found, update_id, base, rendered, person, now, services.policy),
    )
    return as_taken(done, person, rendered.facts)


async def judged(
    services: Services,
    incident: Incident,
    update_id: str,
    template: str,
    stage: Stage,
    facts: Facts,
    now: datetime,
    keep: str = "",
) -> Rendered:
    """Return what each outlet will carry, with what a reader would say of it. Raises Refusal."""
    made = await snapshots.rendered(services, incident, update_id, template, stage, facts, now)
    by_name = {blob.sha256: blob.data for blob in made.blobs}
    texts = [snapshots.rendition_from(by_name[planned.rendition]) for planned in made.planned]
    found = judging.findings(services, incident, stage, made.facts, texts, now)
    return replace(made, found=found, keep=keep)


async def withdraw(services: Services, incident_id: str, update_id: str, by: Caller, operation: str) -> Incident:
    """Take a waiting update back. Raises as `draft`."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda found: drafting.withdraw(found, update_id, person, now)
    )
    return done.incident


async def approve(
    services: Services, incident_id: str, update_id: str, digest: str, by: Caller, operation: str
) -> Incident:
    """Approve exactly the content of `digest`; its deliveries are queued by the same commit. Raises as `draft`."""
    person, now = await approving(services, by), services.clock.now()
    words = await judging.of_digest(services, incident_id, update_id, digest)
    done = await services.incidents.amend(
        operation,
        incident_id,
        lambda found: approval.approve(found, update_id, digest, person, now, services.policy, words),
    )
    return done.incident


async def break_glass(
    services: Services, incident_id: str, update_id: str, digest: str, reason: str, by: Caller, operation: str
) -> Incident:
    """Approve alone, with a reason and a delay. Raises as `draft`."""
    person, now = await approving(services, by), services.clock.now()
    words = await judging.of_digest(services, incident_id, update_id, digest)
    done = await services.incidents.amend(
        operation,
        incident_id,
        lambda found: approval.break_glass(found, update_id, digest, reason, person, now, services.policy, words),
    )
    return done.incident


async def reject(
    services: Services, incident_id: str, update_id: str, digest: str, reason: str, by: Caller, operation: str
) -> Incident:
    """Send an update back to its author with a reason. Raises as `draft`."""
    person, now = await approving(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation,
        incident_id,
        lambda found: approval.reject(found, update_id, digest, reason, person, now, services.policy),
    )
    return done.incident


async def record_reading(
    services: Services, incident_id: str, update_id: str, rendition: str, by: Caller, operation: str
) -> Incident:
    """Remember that the caller opened one text in full. Raises as `draft`."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda found: reading.record_reading(found, update_id, rendition, person, now)
    )
    return done.incident


async def stop(services: Services, incident_id: str, update_id: str, by: Caller, operation: str) -> Incident:
    """Cancel what has not left. Raises as `draft`."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda found: approval.stop(found, update_id, person, now)
    )
    return done.incident


async def decide_unknown(
    services: Services,
    incident_id: str,
    update_id: str,
    outlet: str,
    arrived: bool,
    by: Caller,
    operation: str,
    round_: int | None = None,
) -> Incident:
    """Decide about recipients whose outcome is unknown in a round: it arrived, or send again. Raises as `draft`."""
    person, now = await approving(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation,
        incident_id,
        lambda found: delivery.decide_unknown(found, update_id, outlet, arrived, person, now, round_),
    )
    return done.incident


async def loaded(services: Services, incident_id: str) -> Incident:
    """Return the incident, or raise Refusal ``no_such_incident``."""
    incident = await services.incidents.load(incident_id)
    if incident is None:
        raise no_such_incident()
    return incident


def stage_of(services: Services, incident: Incident, template: str, corrects: str = "") -> Stage:
    """Return the stage that a new update tells: a correction tells the one that customers read last.

    That of the update it corrects may be long over: it would take customers back to it.
    """
    return services.words.template(template).stage or (incident.told_stage if corrects else incident.stage)


def _estimate(last: Facts | None, stage: Stage, now: datetime) -> Estimate:
    if stage is Stage.RESOLVED:
        return Estimate(kind=EstimateKind.RESTORED)
    estimate = last.estimate if last else Estimate(kind=EstimateKind.UNKNOWN)
    stale = estimate.kind is EstimateKind.RANGE and (estimate.latest is None or estimate.latest <= now)
    if stale or estimate.kind is EstimateKind.RESTORED:
        return Estimate(kind=EstimateKind.UNKNOWN)
    return estimate


def _meanwhile(last: Facts | None, chosen: Template, stage: Stage) -> str:
    """Return what customers can do: once it is over, the template's words beat the workaround of before."""
    default = chosen.defaults.get("meanwhile", "")
    told = last.meanwhile if last else ""
    return default or told if stage is Stage.RESOLVED else told or default


class _NumberTaken(Exception):
    """Another draft came in between and took the update's number."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(incident.id)
        self.incident = incident
