"""An update in its other languages: what is still missing, and the form for the words of one of them.

One language a form, so that it fits a phone and a translator sees only what is theirs. It refuses to hide that a text
was only copied, or that the words it is of have changed since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, CheckboxesElement, InputBlock

from bot.domain.coverage import blocking
from bot.domain.facts import Facts
from bot.domain.incident import Incident
from bot.domain.languages import languages_of, name_of
from bot.domain.policy import Policy
from bot.domain.translating import Lag, Typed, label_of, lag, mark, texts_of, translation
from bot.domain.translation import Mark
from bot.domain.update import Update, UpdateState
from bot.ports import FieldSpec, View
from bot.slack.views.blocks import (
    PRIMARY,
    actions,
    bold,
    button,
    clip,
    context,
    field,
    line,
    modal,
    option,
    plain_section,
    quote,
    rich,
    said,
    text_input,
)
from bot.slack.views.checking import TITLE
from bot.slack.views.forms import carried, pack, ticked, written
from bot.slack.views.wording import FIELD, keep_input

CALLBACK = "update_language_form"
OPEN = "language_open"
_RIGHT = "right"
_TICK = option("Every text above is right as it stands", _RIGHT)
_LONGEST_HINT = 1_900  # a hint takes 2,000 characters (Slack docs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was typed, and what it is for. `base`: the digest of what the form started from."""

    incident_id: str
    update_id: str
    base: str
    typed: Typed
    keep: str = ""  # why words stay although they were found fault with


def overview(incident: Incident, update: Update, policy: Policy) -> View:
    """Draw what there is in each language, with a button to the form of each."""
    facts, locales = update.latest.facts, languages_of(update)
    editable = update.state in (UpdateState.SUBMITTED, UpdateState.REJECTED)
    blocks: list[Block] = [
        rich(
            line(bold(f"{incident.called} · update #{update.number}, written in {name_of(locales[0])}")),
            quote(facts.headline),
        )
    ]
    for locale in locales[1:]:
        missing = lag(facts, locale)
        blocks.append(plain_section(f"{name_of(locale)}: {_state(missing, name_of(facts.locale))}"))
        if editable:
            value = pack(incident=incident.id, update=update.id, locale=locale)
            label = f"Translate into {name_of(locale)}" if missing else f"Change the {name_of(locale)}"
            style = PRIMARY if missing else ""
            blocks.append(actions(button(label, f"{OPEN}:{locale}", value, style=style)))
    blocks.append(context(_conclusion(incident, update, policy)))
    return modal("Languages", blocks, close="Close")


def form(incident: Incident, update: Update, locale: str, specs: Sequence[FieldSpec]) -> View:
    """Draw the form for one language: the text as it is now, or the base language's to be translated."""
    facts, name = update.latest.facts, name_of(locale)
    kept_inside = {spec.name for spec in specs if spec.inside}
    names = tuple(one for one in texts_of(facts) if one not in kept_inside)
    missing = lag(facts, locale)
    blocks: list[Block] = [
        said(bold(f"{incident.called} · update #{update.number} in {name}")),
        context(f"{name}: {_state(missing, name_of(facts.locale))}"),
        context(
            "Your words are then in this update, so somebody else must approve it. "
            "What you leave as it is stays marked."
        ),
        *(_text(facts, locale, one, _label(one, specs)) for one in names),
    ]
    box = CheckboxesElement(action_id=f"{_RIGHT}@{locale}", options=[_TICK])
    hint = "Also where a text is the same in both languages, or still fits although the other was changed."
    blocks += [field(_RIGHT, "Checked", box, hint=hint, optional=True), keep_input("")]
    return modal(
        clip(f"Update #{update.number}: {name}", TITLE),
        blocks,
        callback_id=CALLBACK,
        submit=clip(f"Save {name}", TITLE),
        carries=pack(
            incident=incident.id,
            update=update.id,
            base=update.latest.digest,
            locale=locale,
            texts=" ".join(names),
        ),
    )


def parse(view: Mapping[str, Any]) -> Written:
    """Read the form."""
    ids = carried(view)
    return Written(
        incident_id=ids.get("incident", ""),
        update_id=ids.get("update", ""),
        base=ids.get("base", ""),
        typed=Typed(
            locale=ids.get("locale", ""),
            texts={name: written(view, name) for name in ids.get("texts", "").split()},
            confirmed=_RIGHT in ticked(view, _RIGHT),
        ),
        keep=written(view, FIELD),
    )


def _text(facts: Facts, locale: str, name: str, label: str) -> InputBlock:
    base = texts_of(facts)[name]
    given = translation(facts, locale).given(name)
    source = name_of(facts.locale)
    hints = {
        Mark.COPIED: f"Not translated yet: this is the {source}.",
        Mark.OLDER: f"{source} changed after this was translated. It says now: {base}",
        Mark.DONE: f"{source}: {base}",
    }
    # The language in the action_id: Slack keeps what a field held for as long as its ids are the same.
    element = text_input(f"{name}@{locale}", initial=given[0] if given else base, multiline=name != "headline")
    # Required: it is filled in already, and what cannot be translated yet is left as it stands and stays marked.
    return field(name, label, element, hint=clip(hints[mark(facts, locale, name)], _LONGEST_HINT))


def _label(name: str, specs: Sequence[FieldSpec]) -> str:
    return next((spec.label for spec in specs if spec.name == name), label_of(name))


def _state(missing: Lag | None, source: str) -> str:
    if missing is None:
        return "done."
    parts = []
    if missing.copied:
        parts.append(f"not translated yet: {', '.join(map(label_of, missing.copied))}.")
    if missing.older:
        parts.append(f"{source} changed after this was translated: {', '.join(map(label_of, missing.older))}.")
    return " ".join(parts)


def _conclusion(incident: Incident, update: Update, policy: Policy) -> str:
    if update.state not in (UpdateState.SUBMITTED, UpdateState.REJECTED):
        return "It does not wait for approval any more, so its words are fixed."
    if blocking(incident, update, policy):
        return "It can be approved once every language is done. The request for approval is in the channel."
    if any(lag(update.latest.facts, locale) for locale in languages_of(update)[1:]):
        return f"It may be approved as it is; what is missing then goes in {name_of(update.latest.facts.locale)}."
    return "Every language is done. The request for approval is in the channel."
