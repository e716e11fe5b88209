"""Translating: the same facts in other languages, and what is still to be done for each of them.

A text that nobody translated is the base language's, copied, and marked. It refuses to let a translation count for
words that it is not one of: when the base text changes, what was translated from it is marked as older.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.facts import LABELS, LONGEST_FIELD, LONGEST_HEADLINE, Facts
from bot.domain.facts import differences as base_differences
from bot.domain.languages import name_of
from bot.domain.refusals import Refusal
from bot.domain.text import clean, clean_line
from bot.domain.translation import Mark, Translation, fingerprint

# What a template's head prefills, by the name of the text: in the base language, and in another one.
Prepared = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Lag:
    """A language that lags: names of the texts that were only copied, and of those older than the base."""

    locale: str
    copied: tuple[str, ...] = ()
    older: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed for a language, by the name of the text.

    `confirmed`: they say that every text is right as it stands, changed or not.
    """

    locale: str
    texts: Mapping[str, str]
    confirmed: bool = False


def texts_of(facts: Facts) -> dict[str, str]:
    """Return the base language's texts by name, those that say something, in reading order."""
    named = {"headline": facts.headline, "impact": facts.impact, "meanwhile": facts.meanwhile, **dict(facts.fields)}
    return {name: text for name, text in named.items() if text}


def label_of(name: str) -> str:
    """Return how people call a text."""
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def translation(facts: Facts, locale: str) -> Translation:
    """Return what is translated into a language, nothing if it is nothing."""
    return next((one for one in facts.translations if one.locale == locale), Translation(locale=locale))


def mark(facts: Facts, locale: str, name: str) -> Mark:
    """Return how one text stands in a language."""
    given = translation(facts, locale).given(name)
    if given is None:
        return Mark.COPIED
    return Mark.DONE if given[1] == fingerprint(texts_of(facts).get(name, "")) else Mark.OLDER


def lag(facts: Facts, locale: str) -> Lag | None:
    """Return what is missing in a language, or None if nothing is."""
    marks = {name: mark(facts, locale, name) for name in texts_of(facts)}
    copied = tuple(name for name, one in marks.items() if one is Mark.COPIED)
    older = tuple(name for name, one in marks.items() if one is Mark.OLDER)
    return Lag(locale, copied, older) if copied or older else None


def lags(facts: Facts, locales: Iterable[str]) -> tuple[Lag, ...]:
    """Return the languages that lag, of these; the base language never does."""
    found = (lag(facts, locale) for locale in locales if locale != facts.locale)
    return tuple(one for one in found if one is not None)


def said_in(facts: Facts, locale: str) -> Facts:
    """Return the facts in a language: what was translated, and the base language's words where nothing was."""
    if locale == facts.locale:
        return replace(facts, translations=())
    one = translation(facts, locale)
    said = {name: (one.given(name) or (text, ""))[0] for name, text in texts_of(facts).items()}
    return replace(
        facts,
        headline=said.get("headline", facts.headline),
        impact=said.get("impact", facts.impact),
        meanwhile=said.get("meanwhile", facts.meanwhile),
        fields=tuple((name, said.get(name, text)) for name, text in facts.fields),
        locale=locale,
        translations=(),
    )


def in_base(facts: Facts, locale: str) -> Facts:
    """Return the facts as they are if this is their base language; else in it, and translated into none yet."""
    return facts if locale == facts.locale else said_in(facts, locale)


def translated(facts: Facts, typed: Typed) -> Facts:
    """Return the facts with what was typed for a language, text by text.

    What was not changed stays as it was, marked as it was; an empty text, or one that is the base language's, is a
    copy again, unless it was confirmed. Raises Refusal naming the language for a text that is too long.
    """
    locale, confirmed = typed.locale, typed.confirmed
    before = translation(facts, locale)
    texts: list[tuple[str, str, str]] = []
    for name, base in texts_of(facts).items():
        given = before.given(name)
        kept = given[0] if given else base
        text = _cleaned(name, typed.texts[name], locale) if name in typed.texts else kept
        unchanged = given is not None and given[0] == text
        if not text or (fingerprint(text) == fingerprint(base) and not confirmed and not unchanged):
            continue
        of = given[1] if given and unchanged and not confirmed else fingerprint(base)
        texts.append((name, text, of))
    return _with(facts, Translation(locale=locale, texts=tuple(texts)))


def remembered(facts: Facts, locale: str, texts: Iterable[tuple[str, str, str]]) -> Facts:
    """Return the facts with texts of a language put in under the marks that they had when they were kept."""
    own = {name: (text, of) for name, text, of in translation(facts, locale).texts}
    own |= {name: (text, of) for name, text, of in texts}
    return _with(facts, Translation(locale=locale, texts=tuple((n, *own[n]) for n in texts_of(facts) if n in own)))


def merged(seen: Facts, newest: Facts, typed: Typed) -> Facts:
    """Return the newest facts with what somebody translated who had read `seen`.

    Other languages, and the base language, may have changed since: then they stay, and what was translated is marked
    as older where its base text is another one by now. Raises Refusal if the same language was changed meanwhile.
    """
    locale = typed.locale
    before, now = translation(seen, locale), translation(newest, locale)
    if before != now:
        raise Refusal(
            "stale_digest",
            f"{name_of(locale)} was changed by somebody else while you were writing. Open Languages again: it starts "
            "from the newest text.",
        )
    return _with(newest, translation(translated(seen, typed), locale))


def differences(old: Facts, new: Facts) -> tuple[tuple[str, str, str], ...]:
    """Return what changed between two sets of facts, in all languages, as (label, old text, new text)."""
    rows = list(base_differences(old, new))
    for locale in sorted({one.locale for one in (*old.translations, *new.translations)}):
        before = {name: text for name, text, _ in translation(old, locale).texts}
        after = {name: text for name, text, _ in translation(new, locale).texts}
        rows += [
            (f"{name_of(locale)}: {label_of(name)}", before.get(name, ""), after.get(name, ""))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        ]
    return tuple(rows)


def only(facts: Facts, locales: Sequence[str]) -> Facts:
    """Return the facts in these languages, the base first, and no others; texts that are no part of it are left out."""
    base, *others = locales
    names = texts_of(facts)
    kept = (
        Translation(locale=locale, texts=tuple(t for t in translation(facts, locale).texts if t[0] in names))
        for locale in others
    )
    return replace(facts, locale=base, translations=tuple(one for one in kept if one.texts))


def fresh(facts: Facts) -> Facts:
    """Return the facts with only those translations that are of exactly these words: for a new update."""
    names = texts_of(facts)
    kept = (
        replace(one, texts=tuple(t for t in one.texts if t[0] in names and t[2] == fingerprint(names[t[0]])))
        for one in facts.translations
    )
    return replace(facts, translations=tuple(one for one in kept if one.texts))


def prepared(facts: Facts, locale: str, words: Iterable[Prepared]) -> Facts:
    """Return the facts where a text that a template prefilled, and nobody changed, is in the language's own words."""
    one, names = translation(facts, locale), texts_of(facts)
    own = {name: said for name, base, said in words if said and fingerprint(base) == fingerprint(names.get(name, ""))}
    if not own:
        return facts
    texts: list[tuple[str, str, str]] = []
    for name, base in names.items():
        given = one.given(name)
        current = given is not None and given[1] == fingerprint(base)
        if name in own and not current:
            texts.append((name, _cleaned(name, own[name], locale), fingerprint(base)))
        elif given is not None:
            texts.append((name, *given))
    return _with(facts, Translation(locale=locale, texts=tuple(texts)))


def _with(facts: Facts, new: Translation) -> Facts:
    """Return the facts with one language's translation put in, languages in alphabetical order."""
    others = [one for one in facts.translations if one.locale != new.locale]
    kept = [*others, new] if new.texts else others
    return replace(facts, translations=tuple(sorted(kept, key=lambda one: one.locale)))


def _cleaned(name: str, text: str, locale: str) -> str:
    said = clean_line(text) if name == "headline" else clean(text)
    longest = LONGEST_HEADLINE if name == "headline" else LONGEST_FIELD
    if len(said) > longest:
        raise Refusal(
            "too_long",
            f"{name_of(locale)}: “{label_of(name)}” is {len(said):,} characters; at most {longest:,} fit. "
            f"Shorten it by {len(said) - longest:,}.",
            field=name,
        )
    return said
