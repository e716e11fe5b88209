"""Phrases found in a text by its words, in one pass: no pattern here can take longer than the text is long.

A phrase is written as words: `restart*` is any word that begins so, `may|might` either, `the?` may be left out, `~` up
to three words. Accents and capitals make no difference; a phrase never runs over the end of a sentence.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Marks and joiners inside a word are part of it: a word that looks the same is found.
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f])*")
_UNHEARD = ("Mn", "Cf")
# What a phrase may not run over. A comma it may: "we regret, again, that ...".
_STOP = frozenset(".!?;:\n()[]{}<>|/\\@=•·–—")
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ł": "l", "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o"})
_MOST_BETWEEN = 3
_KEY = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. `joined`: no sentence ends between it and the word before."""

    folded: str
    start: int
    end: int
    joined: bool


@dataclass(frozen=True, slots=True)
class _Slot:
    exact: frozenset[str]
    begins: tuple[str, ...]
    optional: bool = False
    wild: bool = False

    def takes(self, word: str) -> bool:
        return word in self.exact or word.startswith(self.begins)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase stands, and what goes with it."""

    start: int
    end: int
    offer: str


def folded(text: str) -> str:
    """Return text without capitals and accents."""
    lower = text.casefold().translate(_LETTERS)
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFD", lower) if unicodedata.category(c) not in _UNHEARD)


@lru_cache(maxsize=64)  # a text is compared with that of each other language and outlet
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order."""
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        joined = not _STOP.intersection(text[last : match.start()])
        found.append(Word(folded(match[0]), match.start(), match.end(), joined))
        last = match.end()
    return tuple(found)


class Phrases:
    """Phrases with what to offer instead of each."""

    def __init__(self, offers: Mapping[str, str]) -> None:
        self._by_start: dict[str, list[tuple[tuple[_Slot, ...], str]]] = {}
        for phrase, offer in offers.items():
            slots = tuple(map(_slot, phrase.split()))
            for key in {begin[:_KEY] for begin in (*slots[0].exact, *slots[0].begins)}:
                self._by_start.setdefault(key, []).append((slots, offer))

    def find(self, text: Sequence[Word]) -> Iterator[Match]:
        """Yield the longest phrase at each place; none overlaps another."""
        at = 0
        while at < len(text):
            best, offer = 0, ""
            for slots, offered in self._by_start.get(text[at].folded[:_KEY], ()):
                end = _length(slots, 0, text, at, at)
                if end > best:
                    best, offer = end, offered
            if best:
                yield Match(text[at].start, text[best - 1].end, offer)
            at = max(best, at + 1)

    def anywhere(self, text: Sequence[Word]) -> bool:
        """Say whether any phrase is in the text."""
        return next(self.find(text), None) is not None


def _slot(written: str) -> _Slot:
    if written == "~":
        return _Slot(frozenset(), (), wild=True)
    optional = written.endswith("?")
    choices = [folded(one) for one in written.removesuffix("?").split("|")]
    return _Slot(
        frozenset(one for one in choices if not one.endswith("*")),
        tuple(one.removesuffix("*") for one in choices if one.endswith("*")),
        optional,
    )


def _length(slots: tuple[_Slot, ...], number: int, text: Sequence[Word], first: int, at: int) -> int:
    """Return the index after the last word that the slots take from `at` on, 0 if they do not fit."""
    if number == len(slots):
        return at
    slot = slots[number]
    if slot.wild:
        ends = range(at, min(at + _MOST_BETWEEN, len(text)) + 1)
        return max(
            (_length(slots, number + 1, text, first, one) for one in ends if _unbroken(text, at, one)), default=0
        )
    fits = at < len(text) and (at == first or text[at].joined) and slot.takes(text[at].folded)
    taken = _length(slots, number + 1, text, first, at + 1) if fits else 0
    skipped = _length(slots, number + 1, text, first, at) if slot.optional else 0
    return max(taken, skipped)


def _unbroken(text: Sequence[Word], at: int, end: int) -> bool:
    return all(word.joined for word in text[at:end])
