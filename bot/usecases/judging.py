"""Judging words: what a careful reader would say of a draft, while it is drafted and when it waits for approval.

It is judged anew each time, from what is stored, and kept nowhere. It refuses to decide: the plan says which findings
stop a draft, and the domain stops it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain import drafting
from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.languages import name_of
from bot.domain.people import Caller
from bot.domain.translation import Translation
from bot.domain.update import Rendition, Update
from bot.domain.wording import Finding, Judged, Told, sorted_out, typed
from bot.ports import Services
from bot.usecases import snapshots
from bot.usecases.people import acting


def findings(
    services: Services,
    incident: Incident,
    stage: Stage,
    facts: Facts,
    renditions: Sequence[Rendition],
    written_at: datetime,
) -> tuple[Finding, ...]:
    """Return what is to be told of a draft, what stops it first."""
    names = {name: outlet.label for name, outlet in services.outlets.items()}
    judged = Judged(
        texts={facts.locale: typed(facts), **{one.locale: _written(one) for one in facts.translations}},
        told=tuple(
            Told(
                outlet=one.outlet,
                label=names.get(one.outlet, one.outlet),
                locale=one.locale,
                text=services.words.readable(one),
            )
            for one in renditions
        ),
        facts=facts,
        stage=stage,
        written_at=written_at,
        cadence=services.plan.cadence(incident.severity),
        code_names=services.plan.code_names,
        own_hosts=own_hosts(services),
    )
    found = sorted_out(services.words.findings(judged), services.plan.wording)
    return tuple(one if one.locale == facts.locale else replace(one, language=name_of(one.locale)) for one in found)


def _written(one: Translation) -> dict[str, str]:
    """Return what somebody wrote in a language: what is only copied is judged as the base language's."""
    return {name: text for name, text, _ in one.texts}


def of_update(
    services: Services, incident: Incident, update: Update, texts: Mapping[str, Rendition]
) -> tuple[Finding, ...]:
    """Return what is to be told of an update's newest revision, by its stored texts."""
    latest = update.latest
    stored = [texts[planned.rendition] for planned in latest.planned if planned.rendition in texts]
    return findings(services, incident, update.stage, latest.facts, stored, latest.at)


async def today(services: Services, incident: Incident, update: Update) -> tuple[Finding, ...]:
    """Return what is to be told of an update's newest revision by the plan of today, whatever was found before.

    Raises Refusal ``damaged`` if a stored text is lost: what cannot be read cannot be judged.
    """
    return of_update(services, incident, update, await snapshots.undamaged(services, update))


async def of_digest(services: Services, incident_id: str, update_id: str, digest: str) -> tuple[Finding, ...]:
    """Return what is to be told today of the words that somebody is about to approve; nothing of words that are old.

    A digest never becomes the newest one again, so that nothing is approved which was not judged. Raises as `today`.
    """
    incident = await services.incidents.load(incident_id)
    update = incident.update(update_id) if incident else None
    if incident is None or update is None or update.latest.digest != digest:
        return ()
    return await today(services, incident, update)


def own_hosts(services: Services) -> tuple[str, ...]:
    """Return the hosts that customers may read of: that of the status page."""
    return tuple(filter(None, [(urlsplit(services.places.status_url).hostname or "").lower()]))


async def keep(
    services: Services, incident: Incident, update_id: str, digest: str, reason: str, by: Caller, operation: str
) -> Incident:
    """Put on record why words stay. Raises Refusal, LookupError (a stored text is damaged), the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    update = incident.update(update_id)
    found = of_update(services, incident, update, await snapshots.texts(services, update))
    done = await services.incidents.amend(
        operation,
        incident.id,
        lambda current: drafting.keep(current, update_id, digest, found, reason, person, now),
    )
    return done.incident
