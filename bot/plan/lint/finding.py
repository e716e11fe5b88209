"""A finding: what a reviewer would say of one place in the plan. And what the plan is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.plan import Plan, Through
from bot.plan.loading import Loaded
from bot.plan.sentences import called
from bot.plan.source import Place


class Gravity(StrEnum):
    """`ERROR`: somebody would not hear, or nobody could approve. `WARNING`: works, and can go wrong."""

    ERROR = "error"
    WARNING = "warning"


_E, _W = Gravity.ERROR, Gravity.WARNING
# Every finding there is; an id never changes its meaning and is never used again, because waivers name it.
CATALOGUE: Mapping[str, tuple[Gravity, str]] = {
    "P000": (_E, "the file cannot be used"),
    "P001": (_E, "a severity without a rule of approval"),
    "P002": (_E, "nobody may approve"),
    "P003": (_E, "more approvals are needed than there are people to give them"),
    "P004": (_W, "one approver alone"),
    "P005": (_W, "a lone approval waits too short to be stopped, or too long to help"),
    "P006": (_W, "nobody hears of the silence before the request lapses"),
    "P007": (_E, "rules for the same update name nobody in common"),
    "P008": (_W, "a rule that never counts"),
    "P009": (_E, "a name that is not there"),
    "P010": (_E, "an audience that no outlet reaches"),
    "P011": (_E, "an outlet that is not set up"),
    "P012": (_E, "people outside the company are to be reached through something inside"),
    "P013": (_E, "a name that is there twice"),
    "P014": (_E, "nobody outside the company is told"),
    "P015": (_E, "an update lapses before it can leave"),
    "P016": (_E, "a request lapses before anybody can read it"),
    "P017": (_W, "an audience that is told in a language it does not read"),
    "P020": (_W, "a role with one person and no standby"),
    "P021": (_W, "a standby who is asked already"),
    "P022": (_W, "a severity without the roles that it needs"),
    "P023": (_W, "a severity that no question leads to"),
    "P024": (_W, "a question that hides a worse one"),
    "P030": (_E, "words are missing for a scenario, stage and language"),
    "P031": (_E, "a template that is not there"),
    "P032": (_E, "a step that cannot be done"),
    "P033": (_W, "a scenario without words for its end"),
    "P040": (_E, "updates come more rarely than the words promise"),
    "P041": (_E, "a time that cannot be promised"),
    "P042": (_W, "a worse severity hears more rarely"),
    "P043": (_W, "the first update is due before anybody hears that nobody approves"),
    "P050": (_E, "components that depend on each other in a circle"),
    "P051": (_W, "an owner whom the plan does not know"),
    "P060": (_W, "not rehearsed for six months"),
    "P061": (_E, "rehearsed in the future"),
    "P062": (_E, "a scenario fails against this plan"),
    "P070": (_E, "somebody whom Slack does not know, or who cannot act"),
    "P080": (_E, "a waiver that has ended"),
    "P081": (_W, "a waiver of nothing"),
    "P082": (_W, "a waiver for longer than a year"),
    "P090": (_W, "a code name that ordinary words contain"),
    "P091": (_W, "a secret does not stop a draft"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing. `about`: the name of what it is about, for waivers; `fix`: how to mend it, in a sentence."""

    id: str
    file: str
    line: int
    field: str
    about: str
    reason: str
    fix: str

    @property
    def gravity(self) -> Gravity:
        """How bad it is."""
        return CATALOGUE[self.id][0]

    @property
    def where(self) -> str:
        """File and line, as an editor understands them."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a template that promise how often customers hear. `severities`: of which; all if none is named."""

    where: str
    words: str
    every: timedelta
    severities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a plan is compared with. None: not known, and not judged.

    Attributes:
        today: the day on which it is judged.
        templates: names of templates by language.
        said: promises in their words.
        ordinary: words that the templates themselves say to customers, in small letters.
        set_up: what is set up, of what an outlet may use.
        approvers: Slack user ids that the setting CLARION_APPROVERS adds.
        people: what is wrong with a Slack user, in words, by id; those who are fine are not in it.
        failed: what failed of the scenarios that were played against the plan, by scenario.
    """

    today: date
    templates: Mapping[str, frozenset[str]] | None = None
    said: tuple[Said, ...] = ()
    ordinary: frozenset[str] = frozenset()
    set_up: frozenset[Through] | None = None
    approvers: frozenset[str] = frozenset()
    people: Mapping[str, str] | None = None
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A plan before its judge."""

    loaded: Loaded
    around: Surroundings

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.loaded.plan

    def found(self, finding: str, place: Place, reason: str, fix: str, about: str = "") -> Finding:
        """Return a finding about a place in the file."""
        return Finding(
            id=finding,
            file=self.loaded.source.file,
            line=self.loaded.source.line(place),
            field=called(place),
            about=about,
            reason=reason,
            fix=fix,
        )
