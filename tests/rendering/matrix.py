"""Every scenario, stage, language and layout: what is rendered for the gallery, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

from bot.domain.facts import Confidence, Estimate, EstimateKind, Facts, Stage
from bot.domain.maintenance import PlannedFacts, PlannedWork, Window
from bot.domain.update import Rendition
from bot.outlets.slack_channel import SlackBroadcast
from bot.outlets.smtp import Smtp
from bot.outlets.status_page import StatusPage
from bot.outlets.webhook import Webhook
from bot.ports import Template
from bot.rendering.catalogue import SHIPPED
from bot.rendering.renderer import JinjaWords
from tests import builders
from tests.builders import NOON
from tests.rendering.paper import Paper

SAMPLES = Path(__file__).parent / "samples"
PAGE_URL = "https://status.example.com"
WORK = PlannedWork(id="mnt0003", name="MNT-3")
BEGINS = NOON + timedelta(days=2)
# The layouts with the limits of the outlets that use them; text messages and posts have theirs in the layout.
PAPERS = (
    Paper("email", Smtp.limits.parts),
    Paper("status", StatusPage.limits.parts),
    Paper("webhook", Webhook.limits.parts),
    Paper("slack", SlackBroadcast.limits.parts),
    Paper("internal", SlackBroadcast.limits.parts),
    Paper("sms"),
    Paper("social-280"),
    Paper("social-300"),
    Paper("social-500"),
)
ROOMY = PAPERS[:3]
NARROW = PAPERS[3:5]
SHORT = tuple(paper for paper in PAPERS if paper.layout == "sms" or paper.layout.startswith("social"))


def locales() -> tuple[str, ...]:
    """The languages that are shipped, English first."""
    return tuple(sorted((p.parent.name for p in SHIPPED.glob("*/labels.yaml")), key=lambda name: (name != "en", name)))


@cache
def words(locale: str) -> JinjaWords:
    """The words of a language; read once."""
    return JinjaWords(locale=locale, page_url=PAGE_URL)


@dataclass(frozen=True)
class Cell:
    """One template in one language."""

    locale: str
    template: Template

    @property
    def stage(self) -> Stage:
        """The stage that it is rendered at; a correction corrects what was identified."""
        return self.template.stage or Stage.IDENTIFIED

    @property
    def over(self) -> bool:
        """Whether it tells of the end."""
        return self.template.planned.over if self.template.planned else self.stage is Stage.RESOLVED

    def realistic(self) -> Facts | PlannedFacts:
        """What somebody might really write."""
        said = samples(self.locale)
        about = said["planned" if self.template.planned else self.template.scenario]
        fields = {**said["every"], **about}
        return self.filled(
            about["headline"],
            about["impact_past" if self.over else "impact"],
            self.template.defaults.get("meanwhile") or words(self.locale).template(_WITH_DEFAULT).defaults["meanwhile"],
            {f.name: fields[f.name] for f in self.template.fields},
        )

    def longest(self, letter: str = "ł") -> Facts | PlannedFacts:
        """As much as the form takes; the headline, which is all that text messages must hold, in this letter."""
        return self.filled(
            letter * 120, "x" * 2_000, "x" * 2_000, {f.name: "x" * f.longest for f in self.template.fields}
        )

    def filled(self, headline: str, impact: str, meanwhile: str, fields: Mapping[str, str]) -> Facts | PlannedFacts:
        """Facts of the right kind with these words."""
        given = tuple(fields.items())
        if self.template.planned:
            announced, extended = timedelta(hours=2), timedelta(hours=2, minutes=30)
            longer = self.template.planned.value == "extended"
            return PlannedFacts(
                headline=headline,
                impact=impact,
                meanwhile=meanwhile,
                window=Window(BEGINS, BEGINS + (extended if longer else announced)),
                before=Window(BEGINS, BEGINS + announced),
                next_update_by=None if self.over else BEGINS + timedelta(hours=1),
                zone="Europe/Berlin",
                fields=given,
            )
        ends = NOON + timedelta(hours=2)
        estimate = Estimate(kind=EstimateKind.RANGE, earliest=NOON, latest=ends, confidence=Confidence.MEDIUM)
        if self.over:
            estimate = Estimate(kind=EstimateKind.RESTORED)
        elif self.stage is Stage.INVESTIGATING:
            estimate = Estimate(kind=EstimateKind.UNKNOWN)
        return Facts(
            headline=headline,
            impact=impact,
            meanwhile=meanwhile,
            estimate=estimate,
            next_update_by=None if self.over else NOON + timedelta(minutes=45),
            zone="Europe/Berlin",
            fields=given,
        )

    def render(self, facts: Facts | PlannedFacts, papers: tuple[Paper, ...] = PAPERS) -> dict[str, Rendition]:
        """Render, and return the renditions by layout."""
        made = words(self.locale)
        if isinstance(facts, PlannedFacts):
            found = made.render_planned(self.template.name, facts, WORK, 1, papers)
        else:
            found = made.render(self.template.name, facts, builders.incident(), "upd1", self.stage, papers)
        return {rendition.outlet: rendition for rendition in found}


_WITH_DEFAULT = "outage/resolved"


@cache
def cells(locale: str) -> tuple[Cell, ...]:
    """Every template of a language."""
    made = words(locale)
    return tuple(Cell(locale, template) for template in (*made.templates(), *made.planned_templates()))


@cache
def realistic(locale: str) -> Mapping[str, Mapping[str, Rendition]]:
    """What people might really read in a language, by template and layout; rendered once."""
    return {cell.template.name: cell.render(cell.realistic()) for cell in cells(locale)}


@cache
def samples(locale: str) -> Mapping[str, Mapping[str, str]]:
    """What somebody might write in a language; in English where nobody has written samples yet."""
    file = SAMPLES / f"{locale}.yaml"
    read: Mapping[str, Mapping[str, str]] = yaml.safe_load((file if file.exists() else SAMPLES / "en.yaml").read_text())
    return read
