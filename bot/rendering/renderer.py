"""The exact text that each outlet gets: what `ports.Words` promises, done with Jinja.

Same input, same bytes: nothing here asks for the time or draws lots. It refuses rather than mends: an empty
required field, an unknown zone, a text longer than the outlet takes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jinja2

from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.maintenance import PlannedFacts, PlannedWork
from bot.domain.refusals import Refusal
from bot.domain.update import Rendition
from bot.domain.wording import Finding, Judged
from bot.ports import Outlet, Template
from bot.rendering import faults
from bot.rendering.catalogue import BASE, SHIPPED, BrokenTemplates, Catalogue
from bot.rendering.layouts import INSIDE, LINES, Layouts
from bot.rendering.linter import judge
from bot.rendering.shortening import ROOMS, first_within, fit
from bot.rendering.story import Storyteller
from bot.rendering.times import iso
from bot.rendering.visible import lines_beyond
from bot.rendering.words import Passage, Story

# Values in a JSON part that carry no words: ids and codes, made by Clarion and not by the author.
_CODES = frozenset(
    {"incident_id", "update_id", "number", "name", "stage", "next_update_by", "language", "drill", "correction"}
)

# Enough for a layout to be tried when the program starts.
_SAMPLE: Mapping[str, object] = {
    **dict.fromkeys(("incident_id", "incident", "update_id", "stage", "headline", "short"), "sample"),
    **dict.fromkeys(("impact", "meanwhile", "estimate", "text", "next_update_by", "stage_label"), "sample"),
    **dict.fromkeys(("promise", "when", "more"), "sample"),
    "window": {"starts_at": "sample", "ends_at": "sample"},
    "drill": True,
    "correction": True,
    "number": 1,
    "passages": (Passage("next_update", "sample", "sample"),),
}


class JinjaWords:
    """Templates from `folders`, a company's own before the shipped ones. Raises `BrokenTemplates`.

    `page_url` is where a text message or a post says that the whole update is.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,), locale: str = BASE, page_url: str = "") -> None:
        self._catalogue = Catalogue(folders, locale)
        labels = self._catalogue.labels
        self._more = str(labels["more"]).format(link=page_url) if page_url else str(labels["more_nowhere"])
        self._storyteller = Storyteller(self._catalogue)
        self._layouts = Layouts(self._catalogue.search_path, self._catalogue.labels)
        self._rehearse()

    def templates(self) -> tuple[Template, ...]:
        """Return all templates that an incident may use, in the order of the night."""
        return tuple(story.template for story in self._catalogue.stories if story.template.planned is None)

    def planned_templates(self) -> tuple[Template, ...]:
        """Return all templates for planned work, which no incident is offered, in the order of its stages."""
        return tuple(story.template for story in self._catalogue.stories if story.template.planned)

    def template(self, name: str) -> Template:
        """Return one template that an incident may use. Raises Refusal ``no_such_template``, ``planned_template``."""
        found = self._catalogue.story(name).template
        if found.planned:
            raise Refusal(
                "planned_template",
                f"“{found.title}” is for planned work, which has a window and no incident. Choose another template.",
                field="template",
            )
        return found

    def parts(self, layout: str) -> tuple[str, ...]:
        """Return the names of the parts that a layout gives; empty if there is no such layout."""
        return self._layouts.parts(layout)

    def render(
        self,
        template: str,
        facts: Facts,
        incident: Incident,
        update_id: str,
        stage: Stage,
        outlets: Sequence[Outlet],
    ) -> tuple[Rendition, ...]:
        """Render for every outlet. Raises Refusal: missing_field, too_long, unknown_zone, broken_template.

        It is not told the time: a text that depended on it would not be the same when it is made again.
        """
        about = {
            "correction": self.template(template).stage is None,
            "drill": incident.drill,
            "incident_id": incident.id,
            "incident": incident.name,
            "number": _number(incident, update_id),
            "update_id": update_id,
            "stage": stage.value,
            "window": None,
        }

        def tell(inside: bool) -> Story:
            return self._storyteller.tell(template, facts, stage, incident.name, inside=inside)

        return self._renditions(tell, about, facts, outlets)

    def render_planned(
        self, template: str, facts: PlannedFacts, work: PlannedWork, number: int, outlets: Sequence[Outlet]
    ) -> tuple[Rendition, ...]:
        """Render the `number`th text about planned work for every outlet. Raises Refusal as `render`."""
        planned = self._catalogue.story(template).template.planned
        about = {
            "correction": False,
            "drill": work.drill,
            "incident_id": work.id,
            "incident": work.name,
            "number": number,
            "update_id": f"{work.id}-{number}",
            "stage": planned.value if planned else "",
            "window": {"starts_at": iso(facts.window.starts), "ends_at": iso(facts.window.ends)},
        }

        def tell(inside: bool) -> Story:
            return self._storyteller.tell_planned(template, facts, work.name, inside=inside)

        return self._renditions(tell, about, facts, outlets)

    def _renditions(
        self,
        tell: Callable[[bool], Story],
        about: Mapping[str, object],
        facts: Facts | PlannedFacts,
        outlets: Sequence[Outlet],
    ) -> tuple[Rendition, ...]:
        """Lay one telling out for every outlet: what is for inside is only told to layouts that stay inside."""
        readers = [outlet.layout in INSIDE for outlet in outlets]
        tellings = {inside: self._values(tell(inside), facts, about) for inside in sorted(set(readers))}
        return tuple(
            self._rendition(outlet, tellings[inside], facts) for outlet, inside in zip(outlets, readers, strict=True)
        )

    def readable(self, rendition: Rendition) -> str:
        """Return everything that a customer sees, as plain text.

        HTML parts repeat the text beside them, so only what they say beyond it is added.
        """
        shown = [text for name, text in rendition.parts if name not in ("html", "json")]
        shown += [_readable_json(text) for name, text in rendition.parts if name == "json"]
        whole = "\n\n".join(text for text in shown if text)
        more = [line for name, text in rendition.parts if name == "html" for line in lines_beyond(text, whole)]
        return "\n\n".join([whole, *more]).strip()

    def findings(self, judged: Judged) -> tuple[Finding, ...]:
        """Return what a careful reader would say of a draft."""
        return judge(judged)

    def _rehearse(self) -> None:
        """Lay a made-up story out for every outlet. Raises `BrokenTemplates`."""
        problems = []
        for stem in self._layouts.stems:
            try:
                self._layouts.lay_out(stem, {**_SAMPLE, "language": self._catalogue.locale})
            except faults.FAULTS as error:
                where = faults.place(error, f"{stem}.….j2")
                problems.append(f"layout “{stem}”, {where}{faults.said(error, self._layouts.files)}")
        if problems:
            raise BrokenTemplates(problems)

    def _values(self, story: Story, facts: Facts | PlannedFacts, about: Mapping[str, object]) -> dict[str, object]:
        stages = self._catalogue.labels["stages"]
        values: dict[str, object] = {
            **about,
            "language": self._catalogue.locale,
            "stage_label": stages[str(about["stage"])] if isinstance(stages, Mapping) else "",
            "headline": story.headline,
            "short": story.short,
            "passages": story.passages,
            **{key: story.told(key) for key in ("impact", "meanwhile", "estimate")},
            "when": story.told("window"),
            "promise": story.told("next_update") if facts.next_update_by else "",
            "more": self._more,
            "next_update_by": iso(facts.next_update_by) if facts.next_update_by else None,
        }
        return {**values, "text": self._layouts.plain_text(values)}

    def _rendition(self, outlet: Outlet, values: dict[str, object], facts: Facts | PlannedFacts) -> Rendition:
        try:
            parts = self._layouts.lay_out(outlet.layout, values)
        except (jinja2.TemplateError, ValueError, TypeError) as error:
            raise _unusable(outlet) from error
        if not parts:
            raise _unusable(outlet)
        if room := ROOMS.get(outlet.layout):
            parts = tuple((name, fit(text, room, outlet.label)) for name, text in parts)
        else:
            parts = tuple((name, first_within(text, outlet.limits.parts.get(name))) for name, text in parts)
        for name, text in parts:
            _require_fit(outlet, name, text, facts)
        return Rendition(outlet=outlet.name, locale=self._catalogue.locale, parts=parts)


def _number(incident: Incident, update_id: str) -> int:
    return next((u.number for u in incident.updates if u.id == update_id), len(incident.updates) + 1)


def _require_fit(outlet: Outlet, part: str, text: str, facts: Facts | PlannedFacts) -> None:
    limit = outlet.limits.parts.get(part)
    if limit is None or len(text) <= limit:
        return
    said = (("impact", facts.impact), ("meanwhile", facts.meanwhile), *facts.fields)
    longest = max(said, key=lambda pair: len(pair[1]))[0]
    raise Refusal(
        "too_long",
        f"{outlet.label}: the {part} would be {len(text):,} characters; at most {limit:,} fit. "
        f"Shorten it by {len(text) - limit:,}.",
        field="headline" if part in LINES else longest,
    )


def _unusable(outlet: Outlet) -> Refusal:
    return Refusal(
        "broken_layout",
        f"{outlet.label}: its layout “{outlet.layout}” cannot be used. Ask an operator to run `clarion check`.",
    )


def _readable_json(text: str) -> str:
    data: dict[str, object] = json.loads(text)
    whole = str(data.get("text", ""))
    more = [f"{k}: {v}" for k, v in data.items() if k not in _CODES and isinstance(v, str) and v not in whole]
    return "\n\n".join([whole, *more]).strip()
