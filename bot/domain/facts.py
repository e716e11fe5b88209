"""Facts: what one customer update says, before any outlet's words are put around it.

Every update carries impact, what to do meanwhile, the restoration estimate and when the next update comes
(requirement R15). This module refuses facts that would make a promise nobody can keep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.refusals import Refusal
from bot.domain.text import clean, clean_line, require_text
from bot.domain.translation import Translation

# Under ten minutes a promise is stale before people have read it (failure model 5a).
SHORTEST_PROMISE = timedelta(minutes=10)
# A promise is for a night or a weekend; what is further away is a slip in the picker of the date. Ours: from Friday
# to Monday.
LONGEST_PROMISE = timedelta(hours=72)
# Chosen so that all outlets hold all fields: a Slack section takes 3,000 characters, a header 150 (Slack docs).
LONGEST_HEADLINE = 120
LONGEST_FIELD = 2_000
# What people read above each text that every update has: one name in the forms, the refusals and the command line.
LABELS: Mapping[str, str] = {
    "headline": "Headline",
    "impact": "What customers see",
    "meanwhile": "What customers can do meanwhile",
}


class Stage(StrEnum):
    """Where the incident is, in the words that customers read."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class EstimateKind(StrEnum):
    """What is known of the restoration."""

    RANGE = "range"
    UNKNOWN = "unknown"
    RESTORED = "restored"


class Confidence(StrEnum):
    """How sure the estimate is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """When service is back: a range in UTC with a confidence, not yet known, or restored."""

    kind: EstimateKind
    earliest: datetime | None = None
    latest: datetime | None = None
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an update says.

    Attributes:
        headline: one line, at most 120 characters.
        impact: what customers see.
        meanwhile: what to do until it works again.
        next_update_by: UTC; None only when resolved.
        zone: IANA name; the times are shown in it and it is named beside them.
        fields: further fields that the template's front matter asks for, by name, in order.
        locale: the language that all these are written in, the base language.
        translations: the same in the other languages of the update.
    """

    headline: str
    impact: str
    meanwhile: str
    estimate: Estimate
    next_update_by: datetime | None
    zone: str
    fields: tuple[tuple[str, str], ...] = field(default=())
    locale: str = "en"
    translations: tuple[Translation, ...] = ()


def accept(facts: Facts, stage: Stage, now: datetime) -> Facts:
    """Return the facts cleaned, or raise `Refusal` naming the field that is wrong.

    `now` is UTC. Rules: failure model 5a, 27, 28; requirement R15.
    """
    cleaned = replace(
        facts,
        headline=require_text(clean_line(facts.headline), "headline", "The headline", LONGEST_HEADLINE),
        impact=require_text(facts.impact, "impact", LABELS["impact"], LONGEST_FIELD),
        meanwhile=require_text(facts.meanwhile, "meanwhile", LABELS["meanwhile"], LONGEST_FIELD),
        fields=tuple((name, clean(value)) for name, value in facts.fields),
    )
    for name, value in cleaned.fields:
        if len(value) > LONGEST_FIELD:
            raise Refusal("too_long", f"This is {len(value):,} characters; at most {LONGEST_FIELD:,} fit.", field=name)
    _check_estimate(cleaned.estimate, stage, now)
    if stage is Stage.RESOLVED:
        return replace(cleaned, next_update_by=None)
    check_promise(cleaned.next_update_by, now)
    return cleaned


def check_promise(due: datetime | None, now: datetime, *, held_for: timedelta = timedelta(0)) -> None:
    """Raise `Refusal` if `due` is missing, past, under ten minutes after `now` + `held_for`, or over 72 h away."""
    if due is None:
        raise Refusal("no_promise", "Say when the next update comes.", field="next_update_by")
    left = due - now - held_for
    if left < SHORTEST_PROMISE:
        minutes = int((due - now).total_seconds() // 60)
        when = "is already past" if due <= now else f"is only {minutes} min away"
        raise Refusal(
            "stale_time",
            f"The promised time of the next update {when}; it must be at least 10 min away. Choose a later one.",
            field="next_update_by",
        )
    if due - now > LONGEST_PROMISE:
        raise Refusal(
            "far_promise",
            f"The promised time of the next update is over {(due - now).days} days away, and at most 3 days (72 h) can "
            "be promised. Choose an earlier one.",
            field="next_update_by",
        )


def _check_estimate(estimate: Estimate, stage: Stage, now: datetime) -> None:
    if (estimate.kind is EstimateKind.RESTORED) != (stage is Stage.RESOLVED):
        sentence = (
            "A resolved update says that service is restored. Choose “Restored”."
            if stage is Stage.RESOLVED
            else "“Restored” belongs to a resolved update. Choose a range or “Not yet known”."
        )
        raise Refusal("estimate", sentence, field="estimate")
    if estimate.kind is not EstimateKind.RANGE:
        return
    if estimate.earliest is None or estimate.latest is None or estimate.confidence is None:
        raise Refusal(
            "estimate", "A range needs an earliest time, a latest time and a confidence.", field="estimate_latest"
        )
    if estimate.latest <= estimate.earliest:
        raise Refusal("estimate", "The latest time must come after the earliest.", field="estimate_latest")
    check_expected(estimate, now)


def check_expected(estimate: Estimate, now: datetime) -> None:
    """Raise `Refusal` if service was expected back by a time that is past: nobody may read that as news."""
    if estimate.kind is EstimateKind.RANGE and estimate.latest is not None and estimate.latest <= now:
        raise Refusal(
            "stale_time", "The latest restoration time is already past. Choose a later one.", field="estimate_latest"
        )


def differences(old: Facts, new: Facts) -> tuple[tuple[str, str, str], ...]:
    """Return what changed between two sets of facts as (label, old text, new text), in reading order."""
    rows = [
        (LABELS["headline"], old.headline, new.headline),
        (LABELS["impact"], old.impact, new.impact),
        (LABELS["meanwhile"], old.meanwhile, new.meanwhile),
        ("Restoration estimate", _spoken(old.estimate), _spoken(new.estimate)),
        ("Next update by", _time(old.next_update_by), _time(new.next_update_by)),
        ("Time zone", old.zone, new.zone),
    ]
    before, after = dict(old.fields), dict(new.fields)
    rows += [(n.replace("_", " ").capitalize(), before.get(n, ""), after.get(n, "")) for n in {**before, **after}]
    return tuple(row for row in rows if row[1] != row[2])


def _spoken(estimate: Estimate) -> str:
    if estimate.kind is EstimateKind.RANGE:
        return f"{_time(estimate.earliest)} to {_time(estimate.latest)}, confidence {estimate.confidence}"
    return "not yet known" if estimate.kind is EstimateKind.UNKNOWN else "restored"


def _time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "none"
