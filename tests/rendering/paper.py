"""An outlet of paper: it has a layout and limits, and nothing can be sent through it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.update import OutletKind, Recipient, Rendition
from bot.ports import Limits, Receipt, Speaks
from bot.rendering.page import Entry, StatusPage
from bot.rendering.renderer import JinjaWords
from tests import builders

WORDS = JinjaWords()
LAYOUTS = ("email", "slack", "status", "webhook")
STAGES = {
    "outage/investigating": Stage.INVESTIGATING,
    "outage/identified": Stage.IDENTIFIED,
    "outage/monitoring": Stage.MONITORING,
    "outage/resolved": Stage.RESOLVED,
    "outage/correction": Stage.IDENTIFIED,
}


class Paper:
    """An outlet with the layout `layout`."""

    kind = OutletKind.IDEMPOTENT
    destination = "paper"
    envelope: tuple[str, ...] = ()
    rehearsal = False
    speaks = Speaks.BASE

    def __init__(self, layout: str, limits: Mapping[str, int] | None = None) -> None:
        self.name = self.layout = layout
        self.label = layout.title()
        self.limits = Limits(parts=limits or {})

    async def recipients(self) -> tuple[Recipient, ...]:
        raise NotImplementedError

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        raise NotImplementedError

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        raise NotImplementedError

    async def check(self) -> str:
        raise NotImplementedError

    async def aclose(self) -> None:
        raise NotImplementedError


ALL = tuple(Paper(layout) for layout in LAYOUTS)


def facts_for(template: str, **changes: object) -> Facts:
    """Realistic facts, with every field of the template filled."""
    filled = {
        "cause": "A fault in the part that talks to card companies.",
        "fix": "We replaced the faulty part. Nine of ten payments succeed again.",
        "summary": "From 03:50 to 05:10 CET card payments failed in the EU.\n\nWe replaced the faulty part.",
        "correction": "We wrote that card payments work again. They do not; only refunds do.",
    }
    asked = tuple((f.name, filled[f.name]) for f in WORDS.template(template).fields if not f.inside)
    base = builders.restored() if STAGES[template] is Stage.RESOLVED else builders.facts()
    if base.next_update_by is None:
        over = "Paying by card failed for customers in the EU. Other payments worked."
        base = replace(base, impact=over, meanwhile="You do not need to do anything.")
    return Facts(**{**{name: getattr(base, name) for name in base.__slots__}, "fields": asked, **changes})


def render(
    template: str,
    facts: Facts,
    outlets: Sequence[Paper] = ALL,
    words: JinjaWords = WORDS,
    incident: Incident | None = None,
) -> dict[str, Rendition]:
    """Render, and return the renditions by outlet."""
    about = incident or builders.incident()
    made = words.render(template, facts, about, "upd1", STAGES[template], outlets)
    return {rendition.outlet: rendition for rendition in made}


@cache
def _shipped_page() -> StatusPage:
    return StatusPage()


def render_page(entries: Sequence[Entry]) -> str:
    """Return the status page in the shipped frame."""
    return _shipped_page()(entries)


def layout(name: str) -> Sequence[Paper]:
    """Return one outlet of paper."""
    return tuple(outlet for outlet in ALL if outlet.name == name)
