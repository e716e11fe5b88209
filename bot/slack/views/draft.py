"""The drafting form: what customers will read, and when they hear more. Draw and parse share this file.

It refuses to judge the words: the domain does, and names the field. It never carries text in its metadata; what
was typed comes back in the form's own state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock

from bot.domain.facts import LABELS, LONGEST_HEADLINE, Confidence, Estimate, EstimateKind, Facts
from bot.domain.incident import Incident
from bot.domain.refusals import Refusal
from bot.ports import FieldSpec, Template, View
from bot.slack.views.blocks import (
    bold,
    context,
    field,
    modal,
    moment_input,
    option,
    plain_section,
    radio,
    said,
    select,
    text_input,
)
from bot.slack.views.body import people
from bot.slack.views.forms import carried, chosen, chosen_moment, pack, written
from bot.slack.views.template_menu import template_menu
from bot.slack.views.wording import FIELD, keep_input
from bot.slack.views.words import A_DRILL

CALLBACK = "update_draft_form"
_COMMON_ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
)
_ESTIMATES = {
    EstimateKind.RANGE: "Between two times (fill them in below)",
    EstimateKind.UNKNOWN: "Not yet known (the times below are ignored)",
}
_CONFIDENCE = {Confidence.LOW: "Low", Confidence.MEDIUM: "Medium", Confidence.HIGH: "High"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the form starts from. `update_id` and `base` (a digest) are set when a waiting update is edited."""

    incident: Incident
    template: Template
    facts: Facts
    templates: tuple[Template, ...] = ()  # to choose from; empty when the template is settled
    zones: tuple[str, ...] = ()  # besides the common ones, first in the list
    corrects: str = ""
    update_id: str = ""
    base: str = ""
    quoted: tuple[str, ...] = ()  # whose message the words are from
    borrowed: tuple[str, ...] = ()  # whose sentences of an earlier update it starts from


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What was written, and what it is for."""

    incident_id: str
    template: str
    facts: Facts
    corrects: str = ""
    update_id: str = ""
    base: str = ""
    quoted: tuple[str, ...] = ()
    keep: str = ""  # why words stay although they were found fault with


def draft_form(form: Form) -> View:
    """Draw the form, filled in."""
    specs = form.template.fields
    return modal(
        _title(form),
        [*_intro(form), *_words(form), *(_extra(form, spec) for spec in specs), *_times(form), keep_input(_kept(form))],
        callback_id=CALLBACK,
        submit="Ask for approval",
        carries=pack(
            incident=form.incident.id,
            template=form.template.name,
            corrects=form.corrects,
            update=form.update_id,
            base=form.base,
            quoted=" ".join(form.quoted),
            fields=" ".join(spec.name for spec in specs),
        ),
    )


def parse(view: Mapping[str, Any]) -> Drafted:
    """Read the form, submitted or not. Raises Refusal where no time zone was chosen."""
    ids = carried(view)
    zone = chosen(view, "zone")
    if not zone:
        raise Refusal("empty", "Choose the time zone that the times are written in.", field="zone")
    facts = Facts(
        headline=written(view, "headline"),
        impact=written(view, "impact"),
        meanwhile=written(view, "meanwhile"),
        estimate=_estimate(view),
        next_update_by=chosen_moment(view, "next_update_by"),
        zone=zone,
        fields=tuple((name, written(view, name)) for name in ids.get("fields", "").split()),
    )
    return Drafted(
        incident_id=ids.get("incident", ""),
        template=ids.get("template", ""),
        facts=facts,
        corrects=ids.get("corrects", ""),
        update_id=ids.get("update", ""),
        base=ids.get("base", ""),
        quoted=tuple(ids.get("quoted", "").split()),
        keep=written(view, FIELD),
    )


def keep_typed(fresh: Facts, before: Facts, typed: Facts) -> Facts:
    """Return `fresh`, the prefill of another template, with whatever had been changed by hand since `before`."""
    resolved = fresh.estimate.kind is EstimateKind.RESTORED
    was_resolved = typed.estimate.kind is EstimateKind.RESTORED
    return replace(
        fresh,
        headline=_typed(fresh.headline, before.headline, typed.headline),
        impact=_typed(fresh.impact, before.impact, typed.impact),
        meanwhile=_typed(fresh.meanwhile, before.meanwhile, typed.meanwhile),
        estimate=fresh.estimate if resolved or was_resolved else typed.estimate,
        next_update_by=fresh.next_update_by if resolved or was_resolved else typed.next_update_by,
        zone=typed.zone,
        fields=tuple({**dict(fresh.fields), **{n: v for n, v in typed.fields if v}}.items()),
    )


def _typed(fresh: str, before: str, typed: str) -> str:
    return typed if typed.strip() and typed != before else fresh


def _kept(form: Form) -> str:
    """Return why words of the newest revision were kept: whoever edits it need not say so again."""
    update = form.incident.update(form.update_id) if form.update_id else None
    return next((one.reason for one in reversed(update.kept) if one.digest == form.base), "") if update else ""


def _title(form: Form) -> str:
    if form.update_id:
        return f"Edit update #{form.incident.update(form.update_id).number}"
    return f"Correct update #{form.incident.update(form.corrects).number}" if form.corrects else "Draft an update"


def _intro(form: Form) -> list[Block]:
    blocks: list[Block] = [said(bold(f"{form.incident.called} · {form.incident.severity} "), form.incident.title)]
    if form.incident.drill:
        blocks.append(context(A_DRILL))
    if form.update_id:
        blocks.append(context("If you edit, your words are in it, and somebody else must approve."))
    if form.quoted:
        blocks.append(said("It starts from a message of ", *people(form.quoted), ", who therefore cannot approve it."))
    if form.borrowed:
        words = "Whoever wrote a sentence that stays as it is cannot approve this update: "
        blocks.append(said(words, *people(form.borrowed), "."))
    when = form.template.when_to_use or form.template.title
    if form.templates:
        menu = template_menu(form.templates, form.template)
        blocks.append(plain_section(when, menu, block_id="choose_template"))
    else:
        blocks.append(plain_section(f"{form.template.title}: {when}"))
    return blocks


def _words(form: Form) -> list[Block]:
    facts = form.facts
    return [
        _text(form, "headline", facts.headline, f"One line, at most {LONGEST_HEADLINE} characters."),
        _text(
            form,
            "impact",
            facts.impact,
            "What does not work, for whom, since when. No causes that are not certain.",
            multiline=True,
        ),
        _text(
            form,
            "meanwhile",
            facts.meanwhile,
            "A way round it, or that there is nothing they need to do.",
            multiline=True,
        ),
    ]


def _text(form: Form, name: str, initial: str, hint: str, *, multiline: bool = False) -> InputBlock:
    # The template's name in the action_id: Slack keeps what a field held for as long as its ids are the same,
    # and choosing another template must show that template's words. Length is judged by the domain, which says
    # by how much to shorten.
    element = text_input(_action(form, name), initial=initial, multiline=multiline)
    return field(name, LABELS[name], element, hint=hint)


def _extra(form: Form, spec: FieldSpec) -> InputBlock:
    initial = dict(form.facts.fields).get(spec.name) or form.template.defaults.get(spec.name, "")
    element = text_input(
        _action(form, spec.name), initial=initial, placeholder=spec.placeholder, multiline=spec.multiline
    )
    return field(spec.name, spec.label, element, hint=spec.hint, optional=not spec.required)


def _times(form: Form) -> list[Block]:
    facts = form.facts
    if facts.estimate.kind is EstimateKind.RESTORED:
        kinds = [option("Service is restored", EstimateKind.RESTORED.value)]
        restored = radio(_action(form, "estimate"), kinds, initial=EstimateKind.RESTORED.value)
        return [field("estimate", "When service is back", restored), _zone(form)]
    kinds = [option(label, kind.value) for kind, label in _ESTIMATES.items()]
    levels = [option(label, level.value) for level, label in _CONFIDENCE.items()]
    estimate = facts.estimate
    confidence = estimate.confidence.value if estimate.confidence else ""
    return [
        field("estimate", "When service is back", radio(_action(form, "estimate"), kinds, initial=estimate.kind.value)),
        _moment(form, "estimate_earliest", "Back at the earliest", estimate.earliest, optional=True),
        _moment(form, "estimate_latest", "Back at the latest", estimate.latest, optional=True),
        field(
            "estimate_confidence",
            "How sure is that?",
            select(_action(form, "estimate_confidence"), levels, initial=confidence),
            optional=True,
        ),
        _moment(
            form,
            "next_update_by",
            "Next update by",
            facts.next_update_by,
            hint="A promise to customers. At least 10 minutes from now; leave time for the approval.",
        ),
        _zone(form),
    ]


def _moment(
    form: Form, name: str, label: str, initial: datetime | None, *, hint: str = "", optional: bool = False
) -> InputBlock:
    shown = hint or "In your own time zone. Only for an estimate between two times."
    return field(name, label, moment_input(_action(form, name), initial), hint=shown, optional=optional)


def _zone(form: Form) -> InputBlock:
    names: Sequence[str] = tuple(dict.fromkeys((form.facts.zone, *form.zones, *_COMMON_ZONES)))
    menu = select(_action(form, "zone"), [option(z, z) for z in names if z], initial=form.facts.zone)
    return field("zone", "Time zone", menu, hint="Customers read the times in this zone; it is named beside them.")


def _action(form: Form, name: str) -> str:
    return f"{name}@{form.template.name}"


def _estimate(view: Mapping[str, Any]) -> Estimate:
    picked = chosen(view, "estimate")
    kind = EstimateKind(picked) if picked in tuple(EstimateKind) else EstimateKind.UNKNOWN
    if kind is not EstimateKind.RANGE:
        return Estimate(kind=kind)
    level = chosen(view, "estimate_confidence")
    return Estimate(
        kind=kind,
        earliest=chosen_moment(view, "estimate_earliest"),
        latest=chosen_moment(view, "estimate_latest"),
        confidence=Confidence(level) if level in tuple(Confidence) else None,
    )
