"""Times and numbers of a text, so that two texts that should say the same can be compared.

14:30, 2:30 PM and “14 h 30” are one time; 1,240 and 1 240 are one number; “ten” is 10 where the other text has digits.
It refuses to compare what only one of them could have written: “one” is an article in three of four languages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.rendering.linter.places import Places
from bot.rendering.linter.shapes import harmless
from bot.rendering.linter.spoken import Counts, Run, lengths, runs, spoken
from bot.rendering.linter.terms import folded

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
# As Italian and Polish may write a time. A year need not be said in each language.
_DOTTED = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_YEAR = re.compile(r"20[2-4]\d")
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


def unmatched(text: str, other: str, ours: Counts, theirs: Counts) -> Iterator[Value]:
    """Yield what `text` says in digits, or in words, and `other` does not say at all.

    A number in words counts before a unit of time; elsewhere only where the other text has an odd number as well, for
    a language may say "both" or "a pair" instead.
    """
    here, there = _told(text, ours), _told(other, theirs)
    long = {seconds for _, seconds in _lengths(other, theirs)}
    lasting = {one.start: (one, seconds) for one, seconds in _lengths(text, ours)}
    written = values(text)
    spelled = [run for run, _ in lasting.values() if run.sure]
    if any(_ways(other, one).isdisjoint(here) for one in values(other)) or not _sure(other, theirs) <= here:
        starts = {one.start for one in spelled}
        spelled += [run for run in runs(text, ours) if run.sure and run.start not in starts]
    scaled = {run.start: run.value for run in runs(text, ours)}  # "10 thousand"
    told = [*written, *(Value(run.value, run.start, run.end) for run in spelled if not text[run.start].isdecimal())]
    year = any(_YEAR.fullmatch(one.value) for one in values(other))
    for one in sorted(told, key=lambda one: one.start):
        if (_ways(text, one) | {scaled.get(one.start, one.value)}) & there or (_YEAR.fullmatch(one.value) and not year):
            continue
        if _seconds(one) not in long and (one.start not in lasting or lasting[one.start][1] not in long):
            yield one  # and not two days for 48 hours


def _told(text: str, counts: Counts) -> frozenset[str]:
    """Return all that a text says in numbers, in every way of writing it."""
    said = spoken(text, counts)
    return said.union((_loose(one) for one in said), *(_ways(text, one) for one in values(text)))


def _sure(text: str, counts: Counts) -> frozenset[str]:
    return frozenset(run.value for run in runs(text, counts) if run.sure)


def _ways(text: str, one: Value) -> frozenset[str]:
    """Return how else the same may be written: 20.05 for 20:05, one in five for 20%, 15 for 15:00."""
    ways = {one.value, _loose(one.value)}
    if _DOTTED.fullmatch(one.value):
        ways.add(one.value.replace(".", ":"))
    if text[one.end : one.end + 2].strip().startswith("%") and one.value.isdecimal() and 0 < int(one.value) <= 50:
        ways |= {str(100 // int(one.value))} if 100 % int(one.value) == 0 else set()
    return frozenset(ways)


def _lengths(text: str, counts: Counts) -> Iterator[tuple[Run, int]]:
    return lengths(text, counts, {one.end: one.value for one in values(text) if not one.time})


def _seconds(one: Value) -> int:
    """Return how long it is if it is not a time but a length: "1 h 30"."""
    hours, _, minutes = one.value.partition(":")
    return int(hours) * 3_600 + int(minutes) * 60 if one.time else -1


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
