"""Rehearsing a story when the program starts: made-up facts in, and every one of them must come out again.

It refuses a story file that would lose something: what customers are always told (impact, what to do meanwhile,
restoration, next update: R15), or a field that is asked for and then never shown.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.facts import Confidence, Estimate, EstimateKind, Facts, Stage
from bot.domain.maintenance import PlannedFacts, Window
from bot.ports import Template
from bot.rendering.times import clock, day, length, zone
from bot.rendering.words import Story

_START = datetime(2026, 1, 1, tzinfo=UTC)


def samples(template: Template) -> Iterator[Facts]:
    """Return made-up facts with every kind of estimate that the template may meet, fields all filled."""
    for kind in EstimateKind:
        if template.stage is None or (kind is EstimateKind.RESTORED) == (template.stage is Stage.RESOLVED):
            yield _sample(template, kind)


def planned_sample(template: Template) -> PlannedFacts:
    """Return made-up facts about planned work, fields all filled."""
    return PlannedFacts(
        headline="Sample headline",
        impact="Sample impact",
        meanwhile="Sample meanwhile",
        window=Window(_START, _START + timedelta(hours=3)),
        before=Window(_START, _START + timedelta(hours=1)),
        next_update_by=_START + timedelta(hours=2),
        zone="UTC",
        fields=_fields(template),
    )


def left_out(told: Story, facts: Facts | PlannedFacts, locale: str) -> list[str]:
    """Return a sentence for everything in `facts` that the story does not say."""
    owed = {
        "impact": (facts.impact,),
        "meanwhile": (facts.meanwhile,),
        "next_update": _time(facts.next_update_by, facts.zone, locale) if facts.next_update_by else (),
    }
    if isinstance(facts, PlannedFacts):
        lasts = facts.window.ends - facts.window.starts
        owed["window"] = (*_time(facts.window.ends, facts.zone, locale), length(lasts, locale))
    else:
        latest = facts.estimate.latest
        owed["estimate"] = _time(latest, facts.zone, locale) if latest else ()
    problems = [
        f"the body must tell “{key}”; include _partials/{key}.j2 in it"
        for key, texts in owed.items()
        if not told.told(key) or any(text not in told.told(key) for text in texts)
    ]
    problems += [
        f"the field “{name}” is asked for, but the body never shows it"
        for name, text in facts.fields
        if not any(text in p.text for p in told.passages)
    ]
    problems += [f"the block “{b}” is empty" for b in ("headline", "short") if not getattr(told, b)]
    return problems


def _time(when: datetime, where: str, locale: str) -> tuple[str, ...]:
    """Return what must be said of a time, in whatever order the language says it."""
    local = when.astimezone(zone(where))
    return clock(local, locale), day(local, locale)


def _fields(template: Template) -> tuple[tuple[str, str], ...]:
    return tuple((f.name, f"sample {n}"[: f.longest]) for n, f in enumerate(template.fields))


def _sample(template: Template, kind: EstimateKind) -> Facts:
    ranged = kind is EstimateKind.RANGE
    return Facts(
        headline="Sample headline",
        impact="Sample impact",
        meanwhile="Sample meanwhile",
        estimate=Estimate(
            kind=kind,
            earliest=_START if ranged else None,
            latest=_START + timedelta(hours=1) if ranged else None,
            confidence=Confidence.LOW if ranged else None,
        ),
        next_update_by=None if kind is EstimateKind.RESTORED else _START + timedelta(hours=2),
        zone="UTC",
        fields=_fields(template),
    )
