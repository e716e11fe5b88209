"""Times and numbers of a text, so that two texts that should say the same can be compared.

14:30, 2:30 PM and “14 h 30” are one time; 1,240 and 1 240 are one number; “ten” is 10 where the other text has digits.
It refuses to compare what only one of them could have written: “one” is an article in three of four languages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.rendering.linter.places import Places
from bot.rendering.linter.shapes import harmless
from bot.rendering.linter.terms import folded, words

_TIME = re.compile(
    r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-3])"
    r"(?::(?P<past>[0-5]\d)|\s?h\s?(?P<minute>[0-5]\d)|\s?h(?!\w)|(?=\s?[ap]\.?m\b))"
    r"(?::[0-5]\d)?(?:\s?(?P<half>[ap]\.?m)\b)?(?![\d%])",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.,:-])\d{1,3}(?:[ \u00a0\u202f.,’']\d{3}){1,4}(?:[.,]\d{1,4})?(?![\w])"
    r"|(?<![\w])\d{1,15}(?:[.,]\d{1,4}){0,3}(?![\d])"
)
_HOUR = 60  # minutes
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,’']\d{3})+")


@dataclass(frozen=True, slots=True)
class Value:
    """One time ("14:30") or number ("1240") and where it is written."""

    value: str
    start: int
    end: int

    @property
    def time(self) -> bool:
        """Whether it is a time of the day."""
        return ":" in self.value


@dataclass(frozen=True, slots=True)
class Counts:
    """How a language counts: words for numbers and hours (ten: 10), and minutes in a unit (hour: 60, second: 1/60)."""

    numbers: Mapping[str, str]
    units: Mapping[str, float]


@lru_cache(maxsize=256)  # a text is compared with each other language and outlet
def values(text: str) -> tuple[Value, ...]:
    """Return all times and numbers that are written in digits, in order."""
    taken = Places(text, harmless(text))
    found: list[Value] = []
    for pattern, read in ((_TIME, _time), (_NUMBER, lambda match: number(match[0]))):
        for match in pattern.finditer(text):
            if taken.free(match.span()):
                taken.take(match.span())
                found.append(Value(read(match), *match.span()))
    return tuple(sorted(found, key=lambda one: one.start))


def spoken(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """Return what the words of a text say in numbers. `names`: words for numbers and hours, such as ten: 10."""
    return frozenset(names[word.folded] for word in words(text) if word.folded in names)


def unmatched(text: str, other: str, ours: Counts, theirs: Counts) -> Iterator[Value]:
    """Yield what `text` says in digits, or in words before a unit of time, and `other` does not say at all."""
    there = {one.value for one in values(other)} | spoken(other, theirs.numbers)
    loose = there | {_loose(value) for value in there}
    long = {seconds for _, seconds in _lengths(other, theirs)}
    lasting = {one.start: (one, seconds) for one, seconds in _lengths(text, ours)}
    told = [*values(text), *(one for one, _ in lasting.values() if not text[one.start].isdigit())]
    for one in sorted(told, key=lambda one: one.start):
        known = one.value in loose or _loose(one.value) in loose
        if not known and (one.start not in lasting or lasting[one.start][1] not in long):  # two days are 48 hours
            yield one


def _lengths(text: str, counts: Counts) -> Iterator[tuple[Value, int]]:
    """Yield numbers that stand before a unit of time, with how many seconds that is: "five days", "une demi-heure"."""
    spoken_words = words(text)
    for one, after in pairwise(spoken_words):
        told = one.folded if one.folded.isdigit() else counts.numbers.get(one.folded, "")
        unit = counts.units.get(after.folded, 0) if after.joined else 0
        if unit and told.isdigit() and int(told[:6]) > 1:
            half = unit == _HOUR and told == "30" and not one.folded.isdigit()  # half an hour, pół godziny
            yield Value(told, one.start, one.end), 1_800 if half else round(int(told[:6]) * unit * 60)


def number(written: str) -> str:
    """Return a number without its grouping and with a point, as “1240” and “12.5”."""
    grouped = _GROUPED.match(written)
    if not grouped:
        return written.replace(",", ".")
    whole, rest = re.sub(r"\D", "", grouped[0]), written[grouped.end() + 1 :]
    return f"{whole}.{rest}" if rest else whole


def _loose(value: str) -> str:
    """A full hour may be written without its minutes, and a sum without its cents."""
    return str(int(value.removesuffix(":00"))) if value.endswith(":00") else value.removesuffix(".00")


def _time(match: re.Match[str]) -> str:
    hour = int(match["hour"])
    half = folded(match["half"] or "")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{hour}:{match['past'] or match['minute'] or '00'}"
