"""Prefilling: what the drafting form starts from, so that nobody begins with an empty page.

The words of the last update, or the declaration's, with times that are still to come. It refuses what is private, and
to offer a time that has passed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import borrowing, drafting
from bot.domain.facts import Estimate, EstimateKind, Facts, Stage
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.domain.privacy import require_public
from bot.domain.promise import rounded
from bot.domain.translating import in_base
from bot.ports import Services, Template
from bot.usecases import snapshots
from bot.usecases.people import acting
from bot.usecases.sharing import source
from bot.usecases.updates import stage_of


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
