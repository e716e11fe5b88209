"""The labelled corpus: what each sentence should be found to be, and how often the judge agrees."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.facts import Stage
from bot.domain.wording import Finding, Judged, Kind
from bot.rendering.linter import judge
from tests.builders import NOON, facts

FOLDER = Path(__file__).with_name("corpus")
HALVES = ("held_out", "tuning")
# Written later, each before the rules of its day had judged a line of it; the README has what came of that.
SETS = (*HALVES, "strangers", "unseen", "last", "newest", "final", "nights")
LANGUAGES = ("en", "fr", "it", "pl")
CODE_NAMES = ("Bluebird", "Kraken", "Mistral", "Ghepardo", "Żubr")
CADENCE = timedelta(minutes=30)
OWN_HOSTS = ("status.example.com",)


@dataclass(frozen=True)
class Labelled:
    """One line: texts by language, and the kinds that a careful reader would name."""

    where: str
    texts: Mapping[str, str]
    kinds: frozenset[Kind]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the judge says of it."""
        return judge(judged({locale: {"impact": text} for locale, text in self.texts.items()}))

    @property
    def found(self) -> frozenset[Kind]:
        return frozenset(one.kind for one in self.findings)


@dataclass
class Score:
    """Agreement, counted by line and kind."""

    right: Counter[Kind] = field(default_factory=Counter)
    wrong: Counter[Kind] = field(default_factory=Counter)
    missed: Counter[Kind] = field(default_factory=Counter)
    clean: int = 0
    clean_alarmed: int = 0
    lines: int = 0

    def add(self, line: Labelled) -> None:
        found = line.found
        self.right.update(found & line.kinds)
        self.wrong.update(found - line.kinds)
        self.missed.update(line.kinds - found)
        self.lines += 1
        self.clean += not line.kinds
        self.clean_alarmed += not line.kinds and bool(found)

    def precision(self, kind: Kind | None = None) -> float:
        right, wrong = (
            (self.right.total(), self.wrong.total()) if kind is None else (self.right[kind], self.wrong[kind])
        )
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, kind: Kind | None = None) -> float:
        right, missed = (
            (self.right.total(), self.missed.total()) if kind is None else (self.right[kind], self.missed[kind])
        )
        return right / (right + missed) if right + missed else 1.0


def judged(texts: Mapping[str, Mapping[str, str]]) -> Judged:
    """What the corpus takes for granted, around texts."""
    return Judged(
        texts=texts,
        told=(),
        facts=facts(next_update_by=None),  # a sentence alone: which time was promised is not known
        stage=Stage.INVESTIGATING,
        written_at=NOON,
        cadence=CADENCE,
        code_names=CODE_NAMES,
        own_hosts=OWN_HOSTS,
    )


def corpus(half: str) -> Iterator[Labelled]:
    """Yield every line of a half."""
    for name in (*LANGUAGES, "together"):
        file = FOLDER / half / f"{name}.txt"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            kinds, _, text = line.partition(" | ")
            texts = dict(one.split(": ", 1) for one in text.split(" | ")) if name == "together" else {name: text}
            yield Labelled(
                where=f"{half}/{name}.txt:{number}",
                texts={locale: one.replace("\\n", "\n") for locale, one in texts.items()},
                kinds=frozenset() if kinds == "clean" else frozenset(Kind(one) for one in kinds.split(", ")),
            )


def score(half: str, language: str = "") -> Score:
    """Judge a half, or one language of it."""
    found = Score()
    for line in corpus(half):
        if not language or list(line.texts) == [language]:
            found.add(line)
    return found
