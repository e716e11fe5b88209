"""Verbs of a customer update: draft, revise, read, approve, reject, withdraw, stop; and what became of the unknown.

Rendering and the list of recipients happen here, before the commit: what an approver reads is stored, and sent (N1).
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import approval, delivery, drafting, reading
from bot.domain.change import Change
from bot.domain.drafting import Rendered
from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.domain.refusals import no_such_incident
from bot.domain.translating import fresh
from bot.ports import Services
from bot.usecases import judging, snapshots
from bot.usecases.people import acting, approving
from bot.usecases.repeats import as_taken
from bot.usecases.sharing import source, with_languages


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


class _NumberTaken(Exception):
    """Another draft came in between and took the update's number."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(incident.id)
        self.incident = incident
