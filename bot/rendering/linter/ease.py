"""How hard a text is to read, by the measure that was made for its language.

English: Flesch reading ease (Flesch 1948). French: Kandel and Moles 1958. Italian: Flesch-Vacca (Franchina and Vacca
1972). Polish: FOG as Pisarek (1969) adapted it, with words of four syllables or more as the hard ones. The first three
fall as a text gets harder, FOG rises. All of them count sentences, words and syllables, and none knows what is meant: a
single finding is a hint, so the limits are those of a text that few adults read with ease.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.rendering.linter.shapes import harmless
from bot.rendering.linter.terms import folded

_SENTENCE = re.compile(r"[^.!?…\n]{1,4000}(?:[.!?…](?=\d|\w)[^.!?…\n]{0,4000}){0,20}")
_WORD = re.compile(r"[^\W\d_]+")
_VOWELS = re.compile(r"[aeiouy]+")
# In a sentence shorter than this the measures say little.
LEAST_WORDS = 18
# Plain-language guides want 15 to 20 words on average and 25 to 30 at most (gov.uk; fr "langage clair"; Pisarek).
LONGEST_SENTENCE = 38


@dataclass(frozen=True, slots=True)
class Hard:
    """A sentence that is hard to read, and its number of words."""

    start: int
    end: int
    count: int


def hard_sentences(text: str, locale: str) -> Iterator[Hard]:
    """Yield the sentences that few adults read with ease; none in a language that no measure is known for."""
    hard = _MEASURES.get(locale.partition("-")[0])
    if hard is None:
        return
    spans = tuple(harmless(text))
    for match in _SENTENCE.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        found = [
            folded(word[0])
            for word in _WORD.finditer(match[0])
            if not any(a <= match.start() + word.start() < b for a, b in spans)
        ]
        if len(found) >= LEAST_WORDS and (len(found) > LONGEST_SENTENCE or hard(found)):
            yield Hard(start, match.start() + len(match[0].rstrip()), len(found))


def ease(locale: str, found: list[str]) -> float:
    """Return the measure of one sentence from its words, folded: ease, or FOG for Polish."""
    count = len(found)
    if locale == "pl":
        difficult = sum(_polish(word) >= 4 for word in found)
        return 0.4 * (count + 100 * difficult / count)
    if locale == "fr":
        return 207 - 1.015 * count - 73.6 * sum(map(_french, found)) / count
    if locale == "it":
        return 206 - 65 * sum(map(_italian, found)) / count - count
    return 206.835 - 1.015 * count - 84.6 * sum(map(_english, found)) / count


def _english(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    silent = word.endswith(("e", "es", "ed")) and not word.endswith(("le", "les", "ted", "ded", "ses", "ces"))
    return max(1, groups - silent)


def _french(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    return max(1, groups - (len(word) > 3 and word.endswith(("e", "es", "ent"))))


def _italian(word: str) -> int:
    return max(1, len(_VOWELS.findall(word)))


def _polish(word: str) -> int:
    # An i before a vowel only softens the consonant before it.
    return max(1, len(re.findall(r"[aeouy]|i(?![aeouy])", word)))


# Flesch: under 30 is "very difficult", read by graduates; one sentence swings more than a text, so the limit is lower.
_MEASURES: dict[str, Callable[[list[str]], bool]] = {
    "en": lambda found: ease("en", found) < 10,
    "fr": lambda found: ease("fr", found) < 10,
    "it": lambda found: ease("it", found) < 10,
    "pl": lambda found: ease("pl", found) > 24,
}
