"""The manifest and its digest: what exactly an approval is bound to (N1, invariant I1).

Everything that a customer could notice is inside; each outlet's envelope fields are listed by name and stay
outside, because they are made at the moment of sending.
"""

import hashlib
from datetime import datetime

from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.update import Planned, Revision, Update, canonical


def digest(
    *,
    workspace: str,
    incident_id: str,
    update_id: str,
    revision: int,
    stage: Stage,
    facts: Facts,
    drill: bool,
    planned: tuple[Planned, ...],
    quoted: tuple[str, ...] = (),
    borrowed: tuple[str, ...] = (),
    private: bool = False,
    reclassified: int = 0,
) -> str:
    """Return the SHA-256, hex, of the canonical manifest."""
    manifest = {
        "workspace": workspace,
        "incident": incident_id,
        "update": update_id,
        "revision": revision,
        "stage": stage.value,
        "facts": _facts(facts),
        "promised": _time(facts.next_update_by),
        "drill": drill,
        "outlets": [_outlet(p) for p in sorted(planned, key=lambda p: (p.outlet, p.locale))],
    }
    if quoted:  # left out where there is none: digests given before words could be quoted stay what they are
        manifest["quoted"] = sorted(quoted)
    if borrowed:
        manifest["borrowed"] = sorted(borrowed)
    if private or reclassified:  # an approval given before an incident was private counts for nothing after it
        manifest["visibility"] = {"private": private, "reclassified": reclassified}
    return hashlib.sha256(canonical(manifest)).hexdigest()


def digest_now(incident: Incident, update: Update, revision: Revision) -> str:
    """Return the digest of a revision as the incident is now, made again from what is stored."""
    return digest(
        workspace=incident.workspace,
        incident_id=incident.id,
        update_id=update.id,
        revision=revision.number,
        stage=update.stage,
        facts=revision.facts,
        drill=incident.drill,
        planned=revision.planned,
        quoted=revision.quoted,
        borrowed=revision.borrowed,
        private=incident.private,
        reclassified=incident.reclassified,
    )


def _outlet(p: Planned) -> dict[str, object]:
    return {
        "outlet": p.outlet,
        "kind": p.kind.value,
        "destination": p.destination,
        "envelope": list(p.envelope),
        "locale": p.locale,
        "rendition": p.rendition,
        "recipients": p.recipients,
        "recipient_count": p.recipient_count,
        "rehearsal": p.rehearsal,
    }


def _facts(facts: Facts) -> dict[str, object]:
    base: dict[str, object] = {
        "headline": facts.headline,
        "impact": facts.impact,
        "meanwhile": facts.meanwhile,
        "estimate": {
            "kind": facts.estimate.kind.value,
            "earliest": _time(facts.estimate.earliest),
            "latest": _time(facts.estimate.latest),
            "confidence": facts.estimate.confidence.value if facts.estimate.confidence else None,
        },
        "zone": facts.zone,
        "fields": [list(f) for f in facts.fields],
    }
    if facts.locale != "en":  # left out where all is in English: digests given before there were others stay
        base["locale"] = facts.locale
    if facts.translations:
        base["translations"] = [
            {"locale": one.locale, "texts": [list(text) for text in one.texts]} for one in facts.translations
        ]
    return base


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
