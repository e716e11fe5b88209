"""All that one language says by itself: every template told with figures for what people type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.domain.facts import Confidence, Estimate, EstimateKind, Facts, Stage
from bot.domain.maintenance import PlannedFacts, PlannedWork, Window
from bot.ports import Template
from bot.rendering.catalogue import BASE, SHIPPED
from bot.rendering.renderer import JinjaWords
from tests import builders
from tests.rendering.paper import Paper

OTHERS = tuple(sorted(p.name for p in SHIPPED.iterdir() if (p / "labels.yaml").is_file() and p.name != BASE))
OUTLETS = tuple(Paper(layout) for layout in ("email", "internal", "sms", "social-280"))
# 1 a.m. on the eighth: the hour and the day before which an Italian article would change.
START = datetime(2026, 5, 8, 1, 0, tzinfo=UTC)
LINK = "https://status.example.com"


@dataclass(frozen=True, slots=True)
class Telling:
    """One text: the template, the times it was told for, and what each layout made of it."""

    template: str
    case: str
    said: Mapping[str, str]


@cache
def words(locale: str) -> JinjaWords:
    """The shipped words of a language, with a status page to point to."""
    return JinjaWords(locale=locale, page_url=LINK)


@cache
def tellings(locale: str, headline: str = "1") -> tuple[Telling, ...]:
    """Every template of a language, with each estimate and window that changes its sentences."""
    language = words(locale)
    found = []
    for template in language.templates():
        for case, facts in _facts(template, headline).items():
            made = language.render(template.name, facts, builders.incident(), "upd1", _stage(template), OUTLETS)
            found.append(Telling(template.name, case, {r.outlet: language.readable(r) for r in made}))
    for template in language.planned_templates():
        for case, hours in (("one day", 2), ("two days", 29)):
            planned = _planned(template, headline, timedelta(hours=hours, minutes=30))
            made = language.render_planned(template.name, planned, PlannedWork(id="m1", name="MNT-1"), 1, OUTLETS)
            found.append(Telling(template.name, case, {r.outlet: language.readable(r) for r in made}))
    return tuple(found)


def vocabulary(locale: str) -> frozenset[str]:
    """Every word that a language says, in lower case; names of zones, ids and the link are none."""
    text = "\n".join(said for telling in tellings(locale) for said in telling.said.values())
    text = re.sub(r"https?://\S+|\b(?:INC|MNT)-\d+|\bUTC\b", " ", text)
    return frozenset(re.findall(r"[^\W\d_]+", text.lower()))


def _stage(template: Template) -> Stage:
    return template.stage or Stage.IDENTIFIED


def _facts(template: Template, headline: str) -> dict[str, Facts]:
    meanwhile = template.defaults.get("meanwhile", "3")
    fields = tuple((f.name, str(n)) for n, f in enumerate(template.fields, 10))
    base = builders.facts(START, headline=headline, impact="2", meanwhile=meanwhile, zone="UTC", fields=fields)
    if template.stage is Stage.RESOLVED:
        return {"restored": replace(base, estimate=Estimate(kind=EstimateKind.RESTORED), next_update_by=None)}
    return {
        "one day": replace(base, estimate=_range(1)),
        "two days": replace(base, estimate=_range(29)),
        "unknown": replace(base, estimate=Estimate(kind=EstimateKind.UNKNOWN)),
    }


def _range(hours: int) -> Estimate:
    confidence = Confidence.LOW if hours == 1 else Confidence.HIGH
    latest = START + timedelta(hours=hours)
    return Estimate(kind=EstimateKind.RANGE, earliest=START, latest=latest, confidence=confidence)


def _planned(template: Template, headline: str, lasts: timedelta) -> PlannedFacts:
    return PlannedFacts(
        headline=headline,
        impact="2",
        meanwhile=template.defaults.get("meanwhile", "3"),
        window=Window(START, START + lasts),
        before=Window(START, START + timedelta(hours=1)),
        next_update_by=None if template.planned and template.planned.over else START + timedelta(hours=1),
        zone="UTC",
        fields=tuple((f.name, str(n)) for n, f in enumerate(template.fields, 10)),
    )
