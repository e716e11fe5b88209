"""Writing an update on the command line: from options, a YAML file or questions, to facts that are echoed back.

What is given wins over the file, the file over what the last update said; questions are asked where somebody is there
to answer. It refuses words in a file that it does not know: a misspelt name would silently leave out a sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import yaml

from bot.cli import times
from bot.cli.keyboard import Keyboard
from bot.domain.facts import LABELS, EstimateKind, Facts, Stage
from bot.domain.languages import name_of
from bot.domain.refusals import Refusal
from bot.domain.translating import Lag, Typed, label_of, remembered, said_in, texts_of, translated
from bot.domain.translation import Translation, fingerprint
from bot.usecases.prefilling import Prefill
from bot.yaml_mistakes import explained

_LABELS = {
    **LABELS,
    "estimate": "Restoration estimate (unknown, restored, or “14:30 to 15:30, medium”)",
    "next": "Next update by (“in 45 min”, “16:30 CET”)",
}
KNOWN = ("template", "zone", "fields", "languages", "keep", *_LABELS)
_CONFIRMED = "confirmed"
# What each text of a kept file was translated from: whoever changes the base text in the file is told that the
# translation is older, as in Slack. A file written by hand has none, and its texts are taken to go together.
_OF = "translated_from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given with the command: texts by name, the template's own fields, and texts by language and name."""

    texts: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def given(texts: Mapping[str, str | None], fields: list[str], file: Path | None) -> Given:
    """Put options over a file. Raises Refusal with what is wrong."""
    kept = read(file) if file else Given()
    said = {name: text for name, text in texts.items() if text is not None}
    pairs = dict(one.partition("=")[::2] for one in fields)
    if wrong := [one for one in fields if "=" not in one]:
        raise Refusal("field", f"“{wrong[0]}” is no field. Write --field name=text.")
    return Given(texts={**kept.texts, **said}, fields={**kept.fields, **pairs}, languages=kept.languages)


def read(file: Path) -> Given:
    """Read a file of an update. Raises Refusal."""
    try:
        # BaseLoader reads everything as text: "no" stays "no", and 16:30 a time.
        text = file.read_text(encoding="utf-8")
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts only
    except OSError as error:
        raise Refusal("file", f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Refusal("file", f"{file} is no text in UTF-8. Save it as UTF-8 and try again.") from None
    except RecursionError:
        raise Refusal("file", f"{file} holds no update: its parts stand too deep in one another.") from None
    except yaml.YAMLError as error:
        line, sentence = explained(error, text)
        raise Refusal("file", f"{file}, line {line}: {sentence}") from None
    if not isinstance(found, dict):
        raise Refusal("file", f"{file} holds no update. Write lines such as “headline: Card payments fail”.")
    if unknown := [str(name) for name in found if name not in KNOWN]:
        raise Refusal("file", f"“{unknown[0]}” in {file} is not part of an update; there are: {', '.join(KNOWN)}.")
    fields, languages = found.pop("fields", {}), found.pop("languages", {})
    if not isinstance(fields, dict) or not all(isinstance(text, str) for text in (*found.values(), *fields.values())):
        raise Refusal("file", f"{file}: every part is one text, and “fields” holds names and texts.")
    if not isinstance(languages, dict) or not all(_texts_alone(one) for one in languages.values()):
        raise Refusal("file", f"{file}: “languages” holds, for each language such as fr, names and texts.")
    return Given(texts=found, fields=fields, languages=languages)


def _texts_alone(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(text, str) for text in found.values())


def keep(file: Path, template: str, facts: Facts, because: str = "") -> None:
    """Write facts down as a file that `read` reads, for this user alone."""
    words: dict[str, object] = {
        "template": template,
        "zone": facts.zone,
        "headline": facts.headline,
        "impact": facts.impact,
        "meanwhile": facts.meanwhile,
        "estimate": _estimate(facts),
    }
    if facts.next_update_by:
        words["next"] = _utc(facts.next_update_by)
    if facts.fields:
        words["fields"] = dict(facts.fields)
    if facts.translations:
        words["languages"] = {
            one.locale: {**{name: text for name, text, _ in one.texts}, _OF: _marks(one)} for one in facts.translations
        }
    if because:
        words["keep"] = because
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), encoding="utf-8")


def written(start: Prefill, said: Given, keyboard: Keyboard, now: datetime, stage: Stage) -> Facts:
    """Return the facts: what was given, else asked for with the prefilled text offered, else the prefilled text."""
    facts = start.facts
    texts = dict(said.texts)
    zone = texts.get("zone") or facts.zone

    def text(name: str, before: str) -> str:
        if name in texts:
            return texts[name]
        return keyboard.ask(_LABELS[name], before) if keyboard.somebody else before

    estimate = text("estimate", _estimate(facts))
    due = "" if stage is Stage.RESOLVED else text("next", _utc(facts.next_update_by) if facts.next_update_by else "")
    base = replace(
        facts,
        headline=text("headline", facts.headline),
        impact=text("impact", facts.impact),
        meanwhile=text("meanwhile", facts.meanwhile),
        estimate=times.estimate(estimate, now, zone),
        next_update_by=times.moment(due, now, zone) if due else None,
        zone=zone,
        fields=_fields(start, said, keyboard),
    )
    return _in_languages(base, said)


def _in_languages(facts: Facts, said: Given) -> Facts:
    """Return the facts with what the file says in other languages. Raises Refusal for a name that is no text."""
    known = [*texts_of(facts), _CONFIRMED, _OF]
    for locale, texts in said.languages.items():
        if unknown := [name for name in texts if name not in known]:
            there = ", ".join(known[:-1])
            raise Refusal(
                "field", f"“{unknown[0]}” is no text of this update in {name_of(locale)}; there are: {there}."
            )
        words = {name: text for name, text in texts.items() if name not in (_CONFIRMED, _OF)}
        facts = remembered(facts, locale, _as_kept(words, texts.get(_OF, "")))
        confirmed = texts.get(_CONFIRMED, "").lower() in ("yes", "true")
        facts = translated(facts, Typed(locale=locale, texts=words, confirmed=confirmed))
    return facts


def _marks(one: Translation) -> str:
    return " ".join(f"{name}={of}.{fingerprint(text)}" for name, text, of in one.texts)


def _as_kept(words: Mapping[str, str], marks: str) -> list[tuple[str, str, str]]:
    """Return the texts that stand in a kept file as they were kept, each with what it was translated from."""
    pairs = dict(mark.partition("=")[::2] for mark in marks.split())
    known = {name: mark.partition(".")[::2] for name, mark in pairs.items()}
    return [
        (name, text, known[name][0])
        for name, text in words.items()
        if name in known and known[name][1] == fingerprint(text)
    ]


def in_words(facts: Facts, missing: Sequence[Lag], keyboard: Keyboard) -> Facts:
    """Return the facts with what somebody at the keyboard writes in each language that lags; Enter keeps a text."""
    for one in missing:
        language, texts = name_of(one.locale), texts_of(said_in(facts, one.locale))
        wanted = [name for name in texts if name in (*one.copied, *one.older)]
        words = {name: keyboard.ask(f"{language}: {label_of(name)}", texts[name]) for name in wanted}
        confirmed = keyboard.agreed(f"Is all of the {language} right as it stands")
        facts = translated(facts, Typed(locale=one.locale, texts=words, confirmed=confirmed))
    return facts


def _fields(start: Prefill, said: Given, keyboard: Keyboard) -> tuple[tuple[str, str], ...]:
    specs = start.template.fields
    if unknown := set(said.fields) - {spec.name for spec in specs}:
        known = ", ".join(spec.name for spec in specs) or "none"
        raise Refusal("field", f"{start.template.name} has no field “{unknown.pop()}”; it has: {known}.")
    before = dict(start.facts.fields)

    def one(name: str, label: str) -> str:
        if name in said.fields:
            return said.fields[name]
        return keyboard.ask(label, before.get(name, "")) if keyboard.somebody else before.get(name, "")

    return tuple((spec.name, one(spec.name, spec.label)) for spec in specs)


def _estimate(facts: Facts) -> str:
    found = facts.estimate
    if found.kind is not EstimateKind.RANGE or found.earliest is None or found.latest is None:
        return found.kind.value
    return f"{_utc(found.earliest)} to {_utc(found.latest)}, {found.confidence}"


def _utc(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"
