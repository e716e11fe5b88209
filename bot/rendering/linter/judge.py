"""The judge of words: findings in what people typed, each with its words, why, and what to write instead.

It is pure: the same words give the same findings, in any process. It refuses to change a text, and to decide what
follows from a finding: that is the plan's.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.wording import Finding, Judged, Kind
from bot.rendering.linter import whole
from bot.rendering.linter.ease import hard_sentences
from bot.rendering.linter.lists import LISTED, Lists, lists
from bot.rendering.linter.places import Places, Span
from bot.rendering.linter.shapes import Shape, harmless, shapes
from bot.rendering.linter.terms import Phrases, Word, words

# Why customers should not read it. It follows the quoted words, so it begins with a verb.
_WHY: Mapping[str, str] = {
    "key": "looks like a key or a token.",
    "password": "looks like a password.",
    "trace": "is from inside a program.",
    "host": "names one of our machines.",
    "ip": "is the address of a machine.",
    "mac": "is the address of a machine.",
    "url": "is an address that customers cannot open.",
    "mail": "is one person's address.",
    Kind.CODE_NAME.value: "is a name that only we use.",
    Kind.JARGON.value: "is our jargon.",
    Kind.BLAME.value: "blames somebody.",
    Kind.VAGUE.value: "says nothing exact.",
    Kind.PROMISE.value: "promises what nobody can know.",
}
_INSTEAD: Mapping[str, str] = {
    "key": "take it out, and have it changed",
    "password": "take it out, and have it changed",
    "trace": "say what customers see",
    "host": "say what does not work for customers",
    "ip": "say what does not work for customers",
    "mac": "say what does not work for customers",
    "url": "link to the status page",
    "mail": "name the support mailbox",
    Kind.CODE_NAME.value: "say what customers call it",
    Kind.JARGON.value: "say it in everyday words",
}
_ORDER = (Kind.SECRET, Kind.TRACE, Kind.ADDRESS, Kind.HOST)


def judge(judged: Judged) -> tuple[Finding, ...]:
    """Return everything that a careful reader would say, by language and field in reading order."""
    found = [
        finding
        for locale, fields in judged.texts.items()
        for field, text in fields.items()
        for finding in in_text(text, field, locale, judged)
    ]
    return (*found, *whole.findings(judged))


def in_text(text: str, field: str, locale: str, judged: Judged) -> Iterator[Finding]:
    """Yield the findings in one text, in the order of its words. Of a secret, no other finding repeats a word."""
    listed, spoken = lists(locale), words(text)
    taken = _kept_apart(text, shapes(text, judged.own_hosts))
    apart = Places(text, ((one.start, one.end) for one in taken))
    silent = Places(text, ((one.start, one.end) for one in taken if one.kind in (Kind.SECRET, Kind.TRACE)))
    found = [_found(text, field, locale, one.kind, (one.start, one.end), one.what) for one in taken]
    for span in _code_names(spoken, judged.code_names, locale):
        if apart.free(span):
            apart.take(span)
            found.append(_found(text, field, locale, Kind.CODE_NAME, span, Kind.CODE_NAME.value))
    for span in harmless(text):
        apart.take(span)
    found += _listed(text, field, locale, listed, spoken, apart)
    promised = whole.promises(text, field, locale, listed, spoken, judged)
    found += [one for one in promised if silent.free((one.start, one.end))]
    for sentence in hard_sentences(text, locale):
        span = (sentence.start, sentence.end)
        if silent.free(span):
            why = f"is hard to read: {sentence.count} words, many of them long."
            found.append(_finding(text, field, locale, Kind.HARD, span, why, "say it in two or three short sentences"))
    yield from sorted(found, key=lambda one: (one.start, one.end))


def _listed(
    text: str, field: str, locale: str, listed: Lists, spoken: Sequence[Word], apart: Places
) -> Iterator[Finding]:
    fine = Places(text, ((one.start, one.end) for one in listed.fine.find(spoken)))
    for kind in LISTED:
        for match in listed.phrases[kind].find(spoken):
            # Words beyond a harmless phrase count: "as soon as" is fine, "as soon as possible" is not.
            if apart.free((match.start, match.end)) and not fine.full((match.start, match.end)):
                yield _found(text, field, locale, kind, (match.start, match.end), kind.value, match.offer)


def _code_names(spoken: Sequence[Word], names: Sequence[str], locale: str) -> Iterator[Span]:
    for name in names:
        parts = " ".join(word.folded for word in words(name))
        if not parts:
            continue
        # In Polish a name takes an ending, and loses a vowel for it: Ossigena, Kraken-a.
        stem = parts[:-1] if len(parts) > 4 and parts[-1] in "aeo" else parts
        inflected = locale.startswith("pl") and len(stem) >= 4
        for match in Phrases({f"{stem}*" if inflected else parts: ""}).find(spoken):
            if not inflected or match.end - match.start <= len(name) + 3:
                yield match.start, match.end


def _kept_apart(text: str, found: Iterator[Shape]) -> list[Shape]:
    """Return shapes of which none overlaps another: the graver one stays, then the longer one."""
    kept: list[Shape] = []
    taken = Places(text)
    for one in sorted(found, key=lambda one: (_ORDER.index(one.kind), one.start - one.end)):
        if taken.free((one.start, one.end)):
            taken.take((one.start, one.end))
            kept.append(one)
    return kept


def _found(text: str, field: str, locale: str, kind: Kind, span: Span, what: str, offer: str = "") -> Finding:
    return _finding(text, field, locale, kind, span, _WHY[what], offer or _INSTEAD.get(what, ""))


def _finding(text: str, field: str, locale: str, kind: Kind, span: Span, why: str, offer: str) -> Finding:
    start, end = span
    return Finding(
        kind=kind, field=field, locale=locale, start=start, end=end, quote=text[start:end], why=why, offer=offer
    )
