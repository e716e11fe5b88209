"""What the command line prints: incidents, updates with every text in full, and outcomes.

It refuses to shorten what customers would read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cli.times import echoed
from bot.cli.words import name, readable
from bot.domain.coverage import said_of
from bot.domain.facts import Estimate, EstimateKind, Facts
from bot.domain.incident import ROLE_NAMES, Incident
from bot.domain.languages import called
from bot.domain.timeline import Entry
from bot.domain.translating import Lag
from bot.domain.update import Delivery, Planned, Rendition, Update
from bot.domain.wording import Finding
from bot.ports import Services

# What is typed to approve: enough to have read the digest, and not to have guessed it.
DIGEST_SHOWN = 8
_RULE = "─" * 60


def short(update: Update) -> str:
    """Return the digest as it is typed."""
    return update.latest.digest[:DIGEST_SHOWN]


def row(incident: Incident) -> str:
    """Return an incident in one line."""
    return f"{incident.called}  {incident.severity}  {incident.stage}  {incident.title}"


async def incident(services: Services, found: Incident, entries: Sequence[Entry]) -> str:
    """Return an incident with its roles, its updates and what happened."""
    lines = [
        row(found),
        f"declared {found.declared_at:%Y-%m-%d %H:%M} UTC by {await name(services, found.declared_by)}",
    ]
    lines += [f"{ROLE_NAMES[role]}: {await name(services, user)}" for role, user in found.roles.items()]
    lines += [""] + [_update_row(update) for update in found.updates] if found.updates else []
    lines += ["", "What happened:"]
    for entry in entries:
        by = f" · {await name(services, entry.actor)}" if entry.actor else ""
        where = f" · {entry.machine}" if entry.machine else ""
        text = " ".join((await readable(services, entry.text)).split())
        lines.append(f"  {entry.at:%m-%d %H:%M} UTC  {text}{by}{where}")
    return "\n".join(lines)


def _update_row(update: Update) -> str:
    about = f"{update.stage}  {update.state}  digest {short(update)}"
    return f"Update #{update.number}  {about}  {update.latest.facts.headline}"


def texts_in_full(services: Services, planned: Sequence[Planned], texts: Mapping[str, Rendition]) -> str:
    """Return every outlet's text, whole, with who gets it and what the outlet adds."""
    lines: list[str] = []
    for number, one in enumerate(planned, start=1):
        rendition = texts[one.rendition]
        text = services.words.readable(rendition)
        people = f"{one.recipient_count:,} recipient{'' if one.recipient_count == 1 else 's'}"
        rehearsal = "REHEARSAL, nothing leaves: " if one.rehearsal else ""
        lines += [
            _RULE,
            f"{number} of {len(planned)}: {rehearsal}{called(one, planned)} · {one.destination} · {people}",
            "",
        ]
        lines.append(text.rstrip())
        flat = " ".join(text.split())
        also = [
            f"{part} ({len(words):,} characters)"
            for part, words in rendition.parts
            if " ".join(words.split()) not in flat
        ]
        if also:
            lines += ["", f"The same words also go out as {', '.join(also)}."]
        if one.envelope:
            lines.append(f"Added when it leaves: {', '.join(one.envelope)}.")
    return "\n".join([*lines, _RULE])


def languages(lags: Sequence[Lag]) -> str:
    """Return what is not translated, a line for each language."""
    return "\n".join(f"{said_of(one)}." for one in lags)


def facts(found: Facts, now: datetime) -> str:
    """Return the times as they were understood."""
    lines = [f"Restoration estimate: {_estimate(found.estimate, now, found.zone)}"]
    if found.next_update_by:
        lines.append(f"Next update by: {echoed(found.next_update_by, now, found.zone)}")
    return "\n".join(lines)


def _estimate(found: Estimate, now: datetime, zone: str) -> str:
    if found.kind is not EstimateKind.RANGE or found.earliest is None or found.latest is None:
        return "not yet known" if found.kind is EstimateKind.UNKNOWN else "restored"
    first, last = echoed(found.earliest, now, zone), echoed(found.latest, now, zone)
    return f"{first} to {last}, confidence {found.confidence}"


def findings(found: Sequence[Finding]) -> str:
    """Return what a careful reader would say of the words."""
    rows = [f"  {one.kind.value.capitalize()}{' (stops it)' if one.blocks else ''}: {one.sentence}" for one in found]
    return "\n".join(["What a reader may stumble over:", *rows])


def outcome(update: Update, delivery: Delivery) -> str:
    """Return how one outlet's share ended, or where it is."""
    label = update.plan_for(delivery.outlet).label
    counts = ", ".join(f"{count:,} {kind}" for kind, count in delivery.tally.items() if count)
    if delivery.settled:
        said = counts or "nobody to tell"
    elif delivery.cancelled:
        said = f"being stopped{f', {counts} so far' if counts else ''}"
    else:
        said = f"{delivery.state}{f', {counts} so far' if counts else ''}; tried until {delivery.expires_at:%H:%M} UTC"
    return f"{label}: {said}{f' ({delivery.note})' if delivery.note else ''}"
