"""The lists of words, one file a language, as people who write to customers can mend them.

It refuses a file that lacks a part, at the start and not in the night.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.domain.wording import Kind
from bot.rendering.linter.lists.reading import read
from bot.rendering.linter.spoken import Counts
from bot.rendering.linter.terms import Phrases, folded

_EVERYWHERE = "any"
LOCALES = ("en", "fr", "it", "pl")
LISTED = (Kind.JARGON, Kind.BLAME, Kind.VAGUE, Kind.PROMISE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What one language calls things.

    Attributes:
        phrases: by kind of finding, with what to write instead.
        fine: where words of those phrases mean something harmless ("as soon as your bank ...").
        updates: words of a sentence that is about when customers hear.
        every: what comes before a time that returns.
        again: what a sentence says that promises the next update.
        units: minutes of a word for a unit of time; a second is a sixtieth.
        numbers: digits, or a time, for a word.
    """

    phrases: Mapping[Kind, Phrases]
    fine: Phrases
    updates: Phrases
    every: Phrases
    again: Phrases
    units: Mapping[str, float]
    numbers: Mapping[str, str]

    @property
    def counts(self) -> Counts:
        """How the language counts."""
        return Counts(self.numbers, self.units)


@cache
def lists(locale: str) -> Lists:
    """Return the lists of a language; of one that has none, the words that are the same everywhere."""
    language = locale.partition("-")[0]
    everywhere = read(_EVERYWHERE)
    own = read(language) if language in LOCALES else {}
    return Lists(
        phrases={kind: Phrases(_first(own.get(kind.value, {}), everywhere.get(kind.value, {}))) for kind in LISTED},
        fine=Phrases(dict.fromkeys(own.get("fine", ()), "")),
        updates=Phrases(dict.fromkeys(own.get("updates", ()), "")),
        every=Phrases(own.get("every", {})),
        again=Phrases(dict.fromkeys(own.get("again", ()), "")),
        units={folded(one): n for names, n in own.get("units", {}).items() for one in names.split("|")},
        numbers={folded(one): str(n) for names, n in own.get("numbers", {}).items() for one in names.split("|")},
    )


def _first(own: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Return both, the language's own first: of two phrases that take as many words, the first one offers."""
    return {**own, **{phrase: offer for phrase, offer in others.items() if phrase not in own}}
