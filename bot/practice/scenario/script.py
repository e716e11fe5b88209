"""A scenario as it was written: people, and steps that are either an act or a list of expectations. Plain records."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ScenarioMistake(Exception):
    """A scenario that cannot be played. The message names file and line, and says what is wrong."""


# Who acts beside the people: no person can be called so.
SLACK, TIME, TROUBLE = "Slack", "Time", "Trouble"


class Verb(StrEnum):
    """What a person can do, and what happens without one (`SLACK`, `TIME`, `TROUBLE`)."""

    TYPES = "types"
    CLICKS = "clicks"
    FILLS = "fills"
    CHOOSES = "chooses"
    SUBMITS = "submits"
    CLOSES = "closes"
    ADDS = "adds"
    RUNS = "runs"
    GOES_DOWN = "goes down"
    RETURNS = "returns"
    PASSES = "passes"
    HAPPENS = "happens"
    IS_WELL = "is well again"


class Sight(StrEnum):
    """What can be expected of what a person sees."""

    SEES = "sees"
    DOES_NOT_SEE = "does not see"
    IS_TOLD = "is told"
    IS_REFUSED = "is refused"
    IS_NOTIFIED = "is notified"


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something. `where` narrows where they look; `beside` tells equal buttons apart.

    `text` of `TIME` is in seconds; of `TROUBLE` it is the key of a switch, or the subject that is well again.
    """

    who: str
    verb: Verb
    text: str = ""
    values: tuple[tuple[str, str], ...] = ()
    where: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A person sees, or does not see, each of these texts."""

    who: str
    sight: Sight
    texts: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """Update `update` is at each of these outlets exactly so many times, as approved; `counts` empty: nowhere."""

    update: int
    counts: tuple[tuple[str, int], ...]
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageShows:
    """The status page shows, or does not show, each of these texts; in `language`, "": the base language."""

    texts: tuple[str, ...]
    shown: bool = True
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reads:
    """The newest letter to this address says each of these texts."""

    address: str
    texts: tuple[str, ...]


Expectation = Seen | Published | PageShows | Reads


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an act, or expectations. `words` is how it was written; `within` is in seconds."""

    number: int
    line: int
    words: str
    within: float
    act: Act | None = None
    expectations: tuple[Expectation, ...] = ()

    @property
    def place(self) -> str:
        """Where it stands in the file, in words; the look back behind the last one has no place of its own."""
        return f"step {self.number} (line {self.line})" if self.act or self.expectations else "at the end"


@dataclass(frozen=True, slots=True)
class Player:
    """A person of the play."""

    name: str
    about: str
    guest: bool = False
    outsider: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """A whole scenario. `recipients` are lines of a mailing list; `languages` () are those of the plan."""

    path: Path
    title: str
    people: tuple[Player, ...]
    steps: tuple[Step, ...]
    approvers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = field(default=())
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem
