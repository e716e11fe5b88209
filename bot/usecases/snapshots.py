"""Snapshots: what each outlet will carry and to whom, made before the commit and read back from its bytes.

Rendering and the list of recipients happen here, once; nothing is rendered again after an approval (N1).
"""

import json
from datetime import datetime

from bot.domain.change import Blob
from bot.domain.drafting import Rendered
from bot.domain.facts import Facts, Stage, accept
from bot.domain.incident import Incident
from bot.domain.refusals import Refusal
from bot.domain.update import Planned, Recipient, Rendition, Update, canonical
from bot.ports import Outlet, Services
from bot.ports import Refused as OutletRefused
from bot.usecases.sharing import in_languages, shared


async def texts(services: Services, update: Update) -> dict[str, Rendition]:
    """Return the stored renditions of the latest revision, by SHA-256. Raises LookupError if one is damaged."""
    found: dict[str, Rendition] = {}
    for planned in update.latest.planned:
        found[planned.rendition] = rendition_from(await services.incidents.blob(planned.rendition))
    return found


async def undamaged(services: Services, update: Update) -> dict[str, Rendition]:
    """As `texts`, for somebody who is to decide on them: what cannot be read is approved by nobody. Raises Refusal."""
    try:
        return await texts(services, update)
    except LookupError:
        raise Refusal("damaged", "A text of this update is missing from the memory. Edit it to make it anew.") from None


def rendition_from(stored: bytes) -> Rendition:
    """Read a rendition from its stored bytes."""
    data = json.loads(stored)
    return Rendition(outlet=data["outlet"], locale=data["locale"], parts=tuple((n, t) for n, t in data["parts"]))


def recipients_from(stored: bytes) -> tuple[Recipient, ...]:
    """Read a recipient list from its stored bytes."""
    return tuple(Recipient(id=r["id"], address=r["address"]) for r in json.loads(stored))


def _recipients_blob(recipients: tuple[Recipient, ...]) -> Blob:
    rows = [{"id": r.id, "address": r.address} for r in sorted(recipients, key=lambda r: r.id)]
    return Blob(canonical(rows))


async def rendered(
    services: Services,
    incident: Incident,
    update_id: str,
    template: str,
    stage: Stage,
    facts: Facts,
    now: datetime,
) -> Rendered:
    """Render for every outlet of this incident. Raises Refusal naming the field, or the outlet whose list is bad."""
    accepted = accept(facts, stage, now)
    outlets = tuple(o for o in services.outlets.values() if o.rehearsal == incident.drill)
    shares = {o.name: shared(services, incident, o, await _recipients(o)) for o in outlets}
    spoken = in_languages(services, template, accepted, [locale for share in shares.values() for locale in share])
    carried = {name: tuple(share) for name, share in shares.items()}
    renditions = services.words.render(template, spoken, incident, update_id, stage, outlets, carried)
    planned: list[Planned] = []
    blobs: list[Blob] = []
    for rendition in renditions:
        outlet = services.outlets[rendition.outlet]
        listed = _recipients_blob(shares[outlet.name][rendition.locale])
        planned.append(_planned(services, outlet, rendition, listed))
        blobs += [Blob(rendition.to_bytes()), listed]
    return Rendered(facts=spoken, planned=tuple(planned), blobs=tuple(blobs), given=given(services))


def given(services: Services) -> tuple[str, ...]:
    """Return what templates put into a form by themselves: words of nobody who could approve."""
    return tuple(
        text
        for template in services.words.templates()
        for locale in services.words.languages
        for text in services.words.template(template.name, locale).defaults.values()
    )


async def _recipients(outlet: Outlet) -> tuple[Recipient, ...]:
    try:
        return await outlet.recipients()
    except OutletRefused as refused:
        raise Refusal("recipients", f"{outlet.label}: {refused}. Ask an operator to run `clarion check`.") from refused


def _planned(services: Services, outlet: Outlet, rendition: Rendition, listed: Blob) -> Planned:
    return Planned(
        outlet=outlet.name,
        label=outlet.label,
        kind=outlet.kind,
        destination=outlet.destination,
        envelope=outlet.envelope,
        locale=rendition.locale,
        rendition=rendition.sha256,
        length=len(services.words.readable(rendition)),
        recipients=listed.sha256,
        recipient_count=len(json.loads(listed.data)),
        rehearsal=outlet.rehearsal,
    )
