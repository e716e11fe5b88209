"""The plan: what a company decides in peacetime about who says what to whom, through which outlet, and when.

Records alone, and the questions that they answer from what they hold. They refuse to know of a file: `bot.plan` loads
one into them, and judges whether what it says makes sense.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.facts import Stage
from bot.domain.incident import Role, Severity
from bot.domain.runbook import Runbook
from bot.domain.translation import Untranslated as Untranslated
from bot.domain.wording import WordingPolicy


class Through(StrEnum):
    """What an entry of the register of outlets uses. `HAND`: a person does it, and Clarion only says so."""

    PAGE = "status page"
    BROADCAST = "broadcast channel"
    EMAIL = "e-mail"
    WEBHOOK = "webhook"
    ANNOUNCEMENT = "incidents channel"
    FOLLOWERS = "followers"
    HAND = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question behind “is it an incident?”. Who says yes has an incident of `severity`, because of `why`.

    `then` says what to do next.
    """

    ask: str
    severity: Severity
    why: str
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What an incident is. The first question that is answered with yes decides; `otherwise` when none is."""

    questions: tuple[Question, ...]
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityPlan:
    """What a severity asks for.

    Attributes:
        means: its impact in words, at most 66 characters: it stands beside its name in a choice.
        first: how soon after the declaration customers hear the first time.
        then: how long after each update the next one is promised.
        roles: who is needed, the most needed first.
        promise: what customers are told about how often they hear, in the words used for it; "" if nothing.
    """

    means: str
    first: timedelta
    then: timedelta
    roles: tuple[Role, ...] = ()
    promise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePlan:
    """What a role does, and who is asked to: `contacts` first, then `standby`, each in order. Slack user ids."""

    duties: tuple[str, ...]
    contacts: tuple[str, ...] = ()
    standby: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of the product. `customers`: what they do with it. `owner`: a party, a role or a Slack id."""

    name: str
    customers: str
    owner: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A party that is told (R8).

    Attributes:
        name: as outlets and rules name it.
        who: who that is, in words.
        outside: not of the company; what they get is published, and approved first.
        severities: of which they hear; all if none is named.
        locales: languages, the base language first.
        contacts: Slack user ids of who speaks for it here, in order.
    """

    name: str
    who: str
    outside: bool = False
    severities: tuple[Severity, ...] = tuple(Severity)
    locales: tuple[str, ...] = ("en",)
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of an audience, such as the customers in one region."""

    name: str
    audience: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPlan:
    """One row of the register of outlets (R5).

    Attributes:
        name: what people call it.
        through: what it uses.
        audiences: who is reached; names of audiences.
        scenarios: for which; every one if none is named.
        severities: for which.
        department: which one looks after it.
        service: what it runs on.
        access: how somebody gets access to it. Never a password.
        optional: used as soon as it is set up. each_language: once in each, where the base would be alone.
    """

    name: str
    through: Through
    audiences: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = tuple(Severity)
    department: str
    service: str
    access: str
    optional: bool = False
    each_language: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """Who lets an update leave. Of several rules the first that fits an audience and a severity counts.

    Nobody ever approves their own words: that is no field of this record, because it cannot be switched off.

    Attributes:
        audiences: for whom; every one if none is named.
        severities: for which.
        approvers: Slack user ids that are asked.
        roles: whose holders are asked.
        standby: Slack user ids that are asked when nobody has answered, in order.
        quorum: how many different people must approve.
        valid_for: a request, and an approval that waits for others, lapses after this.
        break_glass_delay: how long a lone approval waits, with a Stop button.
        reminders: when an unanswered request is repeated, after the submission.
        escalate_after: when the commander and the standby hear that nobody has answered.
        leaves_within: nothing leaves later than this after its approval.
        untranslated: what an update meets that is not translated into every language.
    """

    audiences: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = tuple(Severity)
    approvers: tuple[str, ...] = ()
    roles: tuple[Role, ...] = (Role.COMMANDER, Role.COMMUNICATIONS)
    standby: tuple[str, ...] = ()
    quorum: int = 1
    valid_for: timedelta = timedelta(minutes=30)
    break_glass_delay: timedelta = timedelta(seconds=60)
    reminders: tuple[timedelta, ...] = (timedelta(minutes=3), timedelta(minutes=6))
    escalate_after: timedelta = timedelta(minutes=9)
    leaves_within: timedelta = timedelta(hours=1)
    untranslated: Untranslated = Untranslated.BLOCK

    def fits(self, audience: str, severity: Severity) -> bool:
        """Say whether the rule is about this audience and severity."""
        return severity in self.severities and (not self.audiences or audience in self.audiences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What the team stands for, and how to live it during an incident (R7)."""

    name: str
    live_it: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What may go wrong (R10): how it is made milder, and the template to begin with ("outage/investigating")."""

    name: str
    mitigation: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioPlan:
    """A kind of incident for which words are prepared. `name` is that of its folder of templates."""

    name: str
    when: str
    stages: tuple[Stage, ...] = tuple(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that is accepted, why, and up to which day. `about` narrows it to what the finding names."""

    finding: str
    reason: str
    until: date
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan. `rehearsed`: when it was last played through; None: never."""

    company: str
    criteria: Criteria
    severities: Mapping[Severity, SeverityPlan]
    roles: Mapping[Role, RolePlan]
    approval: tuple[ApprovalRule, ...]
    audiences: tuple[Audience, ...]
    outlets: tuple[OutletPlan, ...]
    scenarios: tuple[ScenarioPlan, ...]
    components: tuple[Component, ...] = ()
    segments: tuple[Segment, ...] = ()
    values: tuple[Value, ...] = ()
    risks: tuple[Risk, ...] = ()
    runbooks: tuple[Runbook, ...] = ()
    code_names: tuple[str, ...] = ()
    wording: WordingPolicy = field(default_factory=WordingPolicy)
    rehearsed: date | None = None
    waivers: tuple[Waiver, ...] = field(default=())

    def cadence(self, severity: Severity) -> timedelta:
        """Return how long after an update the next one is promised."""
        return self.severities[severity].then

    def means(self) -> Mapping[Severity, str]:
        """Return the impact of each severity in words."""
        return {severity: one.means for severity, one in self.severities.items()}

    def duties(self) -> Mapping[Role, tuple[str, ...]]:
        """Return what each role does."""
        return {role: one.duties for role, one in self.roles.items()}

    def audience(self, name: str) -> Audience | None:
        """Return an audience by its name."""
        return next((one for one in self.audiences if one.name == name), None)

    def outlets_for(self, severity: Severity, audience: str = "", scenario: str = "") -> tuple[OutletPlan, ...]:
        """Return the outlets used for a severity, and for an audience and a scenario where they are named."""
        return tuple(
            one
            for one in self.outlets
            if severity in one.severities
            and (not audience or audience in one.audiences)
            and (not scenario or not one.scenarios or scenario in one.scenarios)
        )

    def stays_inside(self, through: Through) -> bool:
        """Whether only our own people are reached this way (R18); no, if the plan says nothing of it."""
        known = {one.name: one for one in self.audiences}
        reached = [known.get(name) for one in self.outlets if one.through is through for name in one.audiences]
        return bool(reached) and all(one is not None and not one.outside for one in reached)

    def runbooks_for(
        self, severity: Severity, scenario: str = "", components: tuple[str, ...] = ()
    ) -> tuple[Runbook, ...]:
        """Return the runbooks that are about such an incident; one that names scenarios or components needs them."""
        return tuple(
            one
            for one in self.runbooks
            if severity in one.severities
            and (not one.scenarios or scenario in one.scenarios)
            and (not one.components or set(one.components) & set(components))
        )

    def rule(self, audience: str, severity: Severity) -> ApprovalRule | None:
        """Return the first rule of approval for an audience and a severity."""
        return next((one for one in self.approval if one.fits(audience, severity)), None)


def lasting(time: timedelta) -> str:
    """Return a time as the file has it: "60 s", "30 min", "2 h", "3 days"."""
    seconds = int(time.total_seconds())
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return "1 h" if seconds == 3_600 else f"{seconds} s"
