"""Telling a story: from a story file and facts to words, before any outlet is thought of.

All outlets are laid out from the same words, so none can say more, less or something else than the others. What
people typed goes in as values and is never template source. It refuses, by the field's name, a story that has
nothing to put in a required place, and a story file that leaves out what customers are always told (R15).
"""

import re
from collections.abc import Mapping
from functools import partial

import jinja2
import jinja2.meta
import jinja2.nodes

from bot.domain.facts import EstimateKind, Facts, Stage
from bot.domain.maintenance import PlannedFacts
from bot.domain.refusals import Refusal
from bot.domain.text import clean, clean_line
from bot.ports import FieldSpec, Template
from bot.rendering import faults
from bot.rendering.catalogue import BrokenTemplates, Catalogue, StoryFile
from bot.rendering.labels import spaced
from bot.rendering.rehearsal import left_out, planned_sample, samples
from bot.rendering.sandbox import as_text, sandbox
from bot.rendering.times import moment, spoken, window, zone
from bot.rendering.words import Story, counted, one_line, passage, passages, sentence

BLOCKS = ("headline", "short", "body")
# What a story may name, beside its own fields.
EVERY = frozenset({"headline", "impact", "meanwhile", "next_update", "restored", "stage", "incident", "scenario"})
FACTS = EVERY | {"estimate"}
PLANNED_FACTS = EVERY | {"window", "before"}


class Storyteller:
    """Tells the stories of a catalogue. Raises `BrokenTemplates` at once if one could not be told."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._environment = sandbox(catalogue.search_path, as_text)
        self._environment.filters["sentence"] = sentence
        self._environment.filters["counted"] = partial(counted, catalogue.locale)
        self._environment.globals["passage"] = passage
        self._environment.globals["labels"] = catalogue.labels
        self._moment = str(catalogue.labels["moment"])
        self._told: dict[str, jinja2.Template] = {}
        # A broken piece breaks every story that includes it: said once.
        problems = list(dict.fromkeys(p for story in catalogue.stories for p in self._prepare(story)))
        if problems:
            raise BrokenTemplates(problems)

    def tell(self, name: str, facts: Facts, stage: Stage, incident: str, *, inside: bool = False) -> Story:
        """Return the words. Raises Refusal: missing_field, too_long, unknown_zone, no_such_template.

        `inside`: for our own people. Otherwise what only they may read is not even there to be told.
        """
        where, locale = zone(facts.zone), self._catalogue.locale
        return self._fill(
            name,
            {
                **self._said(name, facts, incident, inside=inside),
                "estimate": spoken(facts.estimate, where, locale, self._moment),
                "restored": facts.estimate.kind is EstimateKind.RESTORED,
                "stage": stage.value,
            },
        )

    def tell_planned(self, name: str, facts: PlannedFacts, work: str, *, inside: bool = False) -> Story:
        """Return the words about planned work. Raises Refusal as `tell`, and ``not_planned`` for other templates."""
        where, locale = zone(facts.zone), self._catalogue.locale
        planned = self._catalogue.story(name).template.planned
        if planned is None:
            raise Refusal("not_planned", f"The template “{name}” is for incidents, not for planned work.")
        return self._fill(
            name,
            {
                **self._said(name, facts, work, inside=inside),
                "window": window(facts.window, where, locale, self._moment),
                "before": window(facts.before or facts.window, where, locale, self._moment),
                "restored": planned.over,
                "stage": planned.value,
            },
        )

    def _said(self, name: str, facts: Facts | PlannedFacts, incident: str, *, inside: bool) -> dict[str, str]:
        """Return what every story may name."""
        template = self._catalogue.story(name).template
        due, where, locale = facts.next_update_by, zone(facts.zone), self._catalogue.locale
        return {
            **_filled(template, facts.fields, inside=inside),
            "headline": clean_line(facts.headline),
            "impact": clean(facts.impact),
            "meanwhile": clean(facts.meanwhile),
            "next_update": moment(due, where, locale, self._moment) if due else "",
            "incident": incident,
            "scenario": template.scenario,
        }

    def _fill(self, name: str, values: Mapping[str, object]) -> Story:
        template = self._told[name]
        try:
            told = {b: "".join(template.blocks[b](template.new_context(dict(values)))) for b in BLOCKS}
        except jinja2.UndefinedError as error:
            raise _missing(name, self._catalogue.story(name).template, error) from error
        except faults.FAULTS as error:
            raise Refusal(
                "broken_template",
                f"The template “{name}” cannot be used. Ask an operator to run `clarion check`.",
            ) from error
        said = {block: spaced(text, self._catalogue.locale) for block, text in told.items()}
        return Story(one_line(said["headline"]), one_line(said["short"]), passages(said["body"]))

    def _prepare(self, story: StoryFile) -> list[str]:
        name = story.template.name
        try:
            parsed = self._environment.parse(story.source)
            self._told[name] = self._environment.from_string(parsed)
        except jinja2.TemplateSyntaxError as error:
            return [f"{story.path}, line {error.lineno}: {faults.said(error)}"]
        facts = PLANNED_FACTS if story.template.planned else FACTS
        known = facts | {f.name for f in story.template.fields} | set(self._environment.globals)
        problems = [
            f"{story.path}, line {_line(parsed, word)}: “{word}” is neither a fact nor a field of this file. "
            f"Add it under “fields:” in the head, or mend its spelling."
            for word in sorted(jinja2.meta.find_undeclared_variables(parsed) - known)
        ]
        problems += [f"{story.path}: there is no block “{b}”" for b in BLOCKS if b not in self._told[name].blocks]
        problems += [
            f"{story.path}, line {line}: these words are in no block, so nobody would read them. Move them into the "
            "block “body”, or take them out."
            for line in _outside(parsed)[:1]
        ]
        return problems or self._rehearse(story)

    def _rehearse(self, story: StoryFile) -> list[str]:
        """Tell the story once for every kind of estimate it may meet, and say what is wrong."""
        name = story.template.name
        planned = [planned_sample(story.template)] if story.template.planned else []
        for facts in planned or samples(story.template):
            try:
                if isinstance(facts, PlannedFacts):
                    told = self.tell_planned(name, facts, "MNT-0", inside=True)
                else:
                    told = self.tell(name, facts, Stage.INVESTIGATING, "INC-0", inside=True)
            except Refusal as refusal:
                fault = refusal.__cause__
                wrong = faults.said(fault, self._environment.list_templates()) if fault else refusal.sentence
                return [_placed(story, fault) + wrong]
            if lost := left_out(told, facts, self._catalogue.locale):
                return [f"{story.path}: {lack}" for lack in lost]
        return []


def _placed(story: StoryFile, fault: BaseException | None) -> str:
    """Return where it is; of a word that a piece asks for and the story does not have, both files."""
    place = faults.place(fault, story.path)
    if place.startswith(str(story.path)) or not isinstance(fault, jinja2.UndefinedError):
        return place
    asked = ", ".join(one.name for one in story.template.fields) or "none"
    return f"{story.path} (fields, as in the base language: {asked}) includes {place}"


def _outside(parsed: jinja2.nodes.Template) -> list[int]:
    """Return the lines of what stands outside of every block: only blocks are told, so it would be lost unseen."""
    lines: list[int] = []
    for node in parsed.body:
        if isinstance(node, jinja2.nodes.Include):
            lines.append(node.lineno)
        for piece in node.nodes if isinstance(node, jinja2.nodes.Output) else ():
            text = piece.data if isinstance(piece, jinja2.nodes.TemplateData) else "{{"
            if text.strip():
                lines.append(piece.lineno + text[: len(text) - len(text.lstrip())].count("\n"))
    return lines


def _line(parsed: jinja2.nodes.Template, word: str) -> int:
    return min((found.lineno for found in parsed.find_all(jinja2.nodes.Name) if found.name == word), default=1)


def _filled(template: Template, fields: tuple[tuple[str, str], ...], *, inside: bool) -> dict[str, str]:
    given = dict(fields)
    filled: dict[str, str] = {}
    for spec in template.fields:
        text = clean(given.get(spec.name, "")) if spec.multiline else clean_line(given.get(spec.name, ""))
        if spec.required and not text:
            raise _empty(spec)
        if len(text) > spec.longest:
            raise Refusal(
                "too_long",
                f"“{spec.label}” is {len(text):,} characters; at most {spec.longest:,} fit. "
                f"Shorten it by {len(text) - spec.longest:,}.",
                field=spec.name,
            )
        filled[spec.name] = text if inside or not spec.inside else ""
    return filled


def _empty(spec: FieldSpec) -> Refusal:
    return Refusal("missing_field", f"“{spec.label}” is empty. This update cannot go without it.", field=spec.name)


def _missing(name: str, template: Template, error: jinja2.UndefinedError) -> Refusal:
    match = re.match(r"'(\w+)' is undefined", str(error))
    word = match[1] if match else ""
    label = next((f.label for f in template.fields if f.name == word), word)
    return Refusal(
        "missing_field",
        f"The template “{name}” needs “{label or error}”, and nothing is there to fill it. "
        "Ask an operator to run `clarion check`.",
        field=word,
    )
