"""Numbers and lengths of time that a text says in words: "twenty-five", "deux mille", "półtorej godziny".

It refuses to read what only looks like a number: "neuf" is also new, "sei" you are, and a half may be of anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.rendering.linter.terms import Word, words

# What may stand inside a number: "vingt et un", "a hundred and five".
_JOINS = frozenset({"and", "et", "e", "i"})
# Words that are numbers only at times. Others say a half or a quarter of whatever follows.
_UNSURE = frozenset({"neuf", "sei", "first", "second", "third", "once", "twice", "un", "una", "uno", "une", "one", "a"})
_PARTS = frozenset({"half", "demi", "demie", "mezz", "mezza", "mezzo", "pol", "quart", "quarto", "quarter", "kwadrans"})
_SCORE = 20  # quatre-vingts


@dataclass(frozen=True, slots=True)
class Counts:
    """How a language counts: words for numbers and hours (ten: 10), and minutes in a unit (hour: 60, second: 1/60)."""

    numbers: Mapping[str, str]
    units: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Words that say one number together, and where. `sure`: they can mean nothing else."""

    value: str
    start: int
    end: int
    sure: bool


def runs(text: str, counts: Counts) -> Iterator[Run]:
    """Yield what the words of a text say in numbers, with the digits that belong to it ("10 thousand")."""
    held: list[Word] = []
    for word in (*words(text), None):
        if word and held and not word.joined:
            yield from _run(held, counts)
            held = []
        if word and (_number(word, counts) is not None or (held and word.folded in _JOINS)):
            held.append(word)
        elif held:
            yield from _run(held, counts)
            held = []


def spoken(text: str, counts: Counts) -> frozenset[str]:
    """Return what the words of a text say in numbers and hours, each word alone and with its neighbours."""
    alone = (counts.numbers[word.folded] for word in words(text) if word.folded in counts.numbers)
    return frozenset((*alone, *(run.value for run in runs(text, counts))))


def lengths(text: str, counts: Counts, digits: Mapping[int, str]) -> Iterator[tuple[Run, int]]:
    """Yield numbers that stand before a unit of time, with how many seconds that is: "five days", "une demi-heure".

    `digits`: numbers in digits, by where they end.
    """
    told = words(text)
    for at, word in enumerate(told):
        unit = counts.units.get(word.folded, 0)
        if not unit or not at:
            continue
        before = told[at - 1]
        written = digits.get(before.end, "")
        count = _written(written) if written else _said(told, at, counts)
        if count is None:
            continue
        half = word.joined and _half_after(told, at, counts)
        value = written or counts.numbers.get(before.folded, "")
        yield (
            Run(value, before.start, before.end, (not written and count >= 2) or before.folded in _PARTS),
            round((count + half / 2) * unit * 60),
        )


def _said(told: Sequence[Word], at: int, counts: Counts) -> float | None:
    """Return how many of the unit at a place its words say: 5, 0.5, 2.5; None if they say nothing."""
    before = told[at - 1]
    if not told[at].joined or before.folded not in counts.numbers:
        return None
    if before.folded not in _PARTS:
        return _written(counts.numbers[before.folded])
    if before.folded.startswith(("qua", "kwa")):
        return None
    whole = next((one for one in told[max(0, at - 4) : at - 1][::-1] if one.folded not in (*_JOINS, "a")), None)
    more = _number(whole, counts) if whole and any(one.folded in _JOINS for one in told[max(0, at - 3) : at]) else None
    return (more or 0) + 0.5


def _half_after(told: Sequence[Word], at: int, counts: Counts) -> bool:
    """Say whether "and a half" follows: "an hour and a half", "une heure et demie"."""
    after = [one.folded for one in told[at + 1 : at + 4]]
    return bool(after) and after[0] in _JOINS and any(one in _PARTS and one in counts.numbers for one in after[1:3])


def _run(held: list[Word], counts: Counts) -> Iterator[Run]:
    while held and held[-1].folded in _JOINS:
        held = held[:-1]
    spelled = [one for one in held if not one.folded.isdecimal() and one.folded not in _JOINS]
    if not spelled or any(one.folded in _PARTS for one in held):
        return
    total, current = 0, 0
    for number in (_number(one, counts) or 0 for one in held if one.folded not in _JOINS):
        if number >= 1_000:
            total, current = total + max(1, current) * number, 0
        elif number == 100 or (number == _SCORE and current == 4):
            current = max(1, current) * number
        else:
            current += number
    sure = not any(one.folded in _UNSURE for one in spelled) and total + current > 2
    yield Run(str(total + current), held[0].start, held[-1].end, sure)


def digits_of(word: Word, counts: Counts) -> str:
    """Return the number that a word is or says, in digits; "" if it is none, or a time such as noon."""
    told = word.folded if word.folded.isdecimal() else counts.numbers.get(word.folded, "")
    return told if told.isdecimal() else ""


def _number(word: Word, counts: Counts) -> int | None:
    told = digits_of(word, counts)
    return int(told[:9]) if told else None


def _written(number: str) -> float | None:
    try:
        return float(number[:12])
    except ValueError:
        return None
