"""The shape of a plan's file: every field with what it is for. Also what editors are told (`clarion plan schema`)."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.facts import Stage
from bot.domain.incident import Role, Severity
from bot.domain.plan import Through, Untranslated
from bot.domain.runbook import How, Milestone
from bot.domain.wording import BLOCKING, Kind
from bot.plan.written import (
    LONGEST_LINE,
    LONGEST_MEANS,
    LONGEST_TEXT,
    Day,
    DayOrNever,
    Duration,
    Language,
    Line,
    Name,
    Template,
    Text,
    User,
)

ALL = tuple(Severity)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class QuestionShape(_Shape):
    """One question of “is it an incident?”."""

    ask: Line = Field(description="a question that yes or no answers")
    severity: Severity = Field(description="the severity if the answer is yes")
    why: Line = Field(description="what the answer tells us")
    then: Line = Field(description="what to do next")


class CriteriaShape(_Shape):
    """What an incident is."""

    questions: list[QuestionShape] = Field(min_length=1, max_length=20, description="the first yes decides")
    otherwise: Text = Field(description="what to do if every answer is no")


class CadenceShape(_Shape):
    """How often customers hear."""

    first: Duration = Field(description="how soon after the declaration")
    then: Duration = Field(description="how long after each update the next one is promised")


class SeverityShape(_Shape):
    """What a severity asks for."""

    means: str = Field(min_length=1, max_length=LONGEST_MEANS, description="its impact, in words")
    updates: CadenceShape = Field(description="how often customers hear")
    roles: list[Role] = Field(description="who is needed, the most needed first")
    promise: str = Field("", max_length=LONGEST_LINE, description="what customers are told about how often they hear")


class RoleShape(_Shape):
    """What a role does and who is asked to."""

    duties: list[Line] = Field(min_length=1, max_length=12, description="what whoever holds it does")
    contacts: list[User] = Field([], description="who is asked first, in order")
    standby: list[User] = Field([], description="who is asked when they do not answer, in order")


class RolesShape(_Shape):
    """The four roles."""

    commander: RoleShape
    communications: RoleShape
    support: RoleShape
    scribe: RoleShape


class SeveritiesShape(_Shape):
    """The four severities; SEV1 is the worst."""

    SEV1: SeverityShape
    SEV2: SeverityShape
    SEV3: SeverityShape
    SEV4: SeverityShape


class ApprovalShape(_Shape):
    """Who lets an update leave, for some audiences and severities."""

    audiences: list[Line] = Field([], description="for whom; leave out for all")
    severities: list[Severity] = Field(list(ALL), min_length=1, description="for which; leave out for all")
    approvers: list[User] = Field([], description="people who may approve")
    roles: list[Role] = Field([], description="roles whose holders may approve")
    standby: list[User] = Field([], description="who is asked when nobody answers, in order; they may approve too")
    quorum: int = Field(1, ge=1, le=5, strict=True, description="how many different people must approve")
    valid_for: Duration = Field(timedelta(minutes=30), description="a request lapses after this")
    break_glass_delay: Duration = Field(timedelta(seconds=60), description="how long a lone approval waits")
    reminders: list[Duration] = Field(
        [timedelta(minutes=3), timedelta(minutes=6)], max_length=5, description="when it is asked again"
    )
    escalate_after: Duration = Field(timedelta(minutes=9), description="when commander and standby are told")
    leaves_within: Duration = Field(timedelta(hours=1), description="nothing leaves later than this")
    untranslated: Untranslated = Field(
        Untranslated.BLOCK, description="what is not translated: block its approval, or warn and send the base language"
    )


class AudienceShape(_Shape):
    """A party that is told."""

    name: Line
    who: Line = Field(description="who that is")
    outside: bool = Field(False, description="not of the company: what they get is published")
    severities: list[Severity] = Field(list(ALL), min_length=1, description="of which they hear; leave out for all")
    languages: list[Language] = Field(["en"], min_length=1, description="the base language first")
    contacts: list[User] = Field([], description="who speaks for them here, in order")


class SegmentShape(_Shape):
    """A part of an audience."""

    name: Line
    audience: Line = Field(description="the name of an audience")
    who: Line


class OutletShape(_Shape):
    """What goes out where."""

    name: Line
    through: Through = Field(description="what it uses")
    audiences: list[Line] = Field(min_length=1, description="who is reached")
    scenarios: list[Name] = Field([], description="for which; leave out for all")
    severities: list[Severity] = Field(list(ALL), min_length=1, description="for which; leave out for all")
    department: Line = Field(description="which one looks after it")
    service: Line = Field(description="what it runs on")
    access: Text = Field(description="how somebody gets access; never a password")
    optional: bool = Field(False, description="used as soon as it is set up, and not missed before")
    each_language: bool = Field(
        False, description="one post in each language; else broadcast and webhook get the base language alone"
    )


class ScenarioShape(_Shape):
    """A kind of incident for which words are prepared."""

    name: Name = Field(description="the folder of its templates")
    when: Line
    stages: list[Stage] = Field(list(Stage), min_length=1)


class ComponentShape(_Shape):
    """A part of the product."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    customers: Line = Field(description="what customers do with it")
    owner: Line = Field(description="an audience, a role or a Slack user id")
    depends_on: list[str] = Field([], description="names of other components")


class RiskShape(_Shape):
    """What may go wrong."""

    name: Line
    mitigation: Text = Field(description="how it is made milder")
    template: Template = Field(description="the words to begin with")


class ValueShape(_Shape):
    """What the team stands for."""

    name: Line
    live_it: Text = Field(description="how to live it during an incident")


class StepShape(_Shape):
    """One step of a runbook."""

    id: Name = Field(description="its own in this runbook; what is ticked off is remembered by it")
    do: Line
    how: How
    role: str = Field("", description="by hand: whose step it is")
    template: Template | None = Field(
        None, description="behind an approval: the update it is; without one, somebody asks and somebody else approves"
    )
    done_when: Milestone | None = Field(None, description="automatic: what ticks it off")


class RunbookShape(_Shape):
    """What to do, step by step."""

    name: Line
    scenarios: list[Name] = Field([], description="for which; leave out for all")
    severities: list[Severity] = Field(list(ALL), min_length=1, description="for which; leave out for all")
    components: list[str] = Field([], description="for which; leave out for all")
    steps: list[StepShape] = Field(min_length=1, max_length=40)


class WordingShape(_Shape):
    """What happens when a draft says what customers should not read."""

    blocks: list[Kind] = Field(list(BLOCKING), description="stops the draft, unless somebody says why it stays")
    advises: Literal["rest"] | list[Kind] = Field("rest", description="is told; what is in neither list is not")


class WaiverShape(_Shape):
    """A finding that is accepted for a while."""

    finding: str = Field(pattern=r"^P\d{3}$", description="its id, such as P012")
    about: str = Field("", max_length=LONGEST_LINE, description="narrows it to one thing, by its name")
    reason: Annotated[str, Field(min_length=8, max_length=LONGEST_TEXT)]
    until: Day = Field(description="the last day on which it is accepted")


class PlanShape(_Shape):
    """A communication plan: who says what to whom, through which outlet, and when."""

    company: Line
    rehearsed: DayOrNever = Field(None, description="when it was last played through, or never")
    criteria: CriteriaShape
    severities: SeveritiesShape
    roles: RolesShape
    approval: list[ApprovalShape] = Field(min_length=1, max_length=50)
    audiences: list[AudienceShape] = Field(min_length=1, max_length=50)
    segments: list[SegmentShape] = Field([], max_length=100)
    outlets: list[OutletShape] = Field(min_length=1, max_length=100)
    scenarios: list[ScenarioShape] = Field(min_length=1, max_length=30)
    components: list[ComponentShape] = Field([], max_length=500)
    risks: list[RiskShape] = Field([], max_length=100)
    values: list[ValueShape] = Field([], max_length=12)
    runbooks: list[RunbookShape] = Field([], max_length=50)
    code_names: list[Line] = Field([], max_length=500)
    wording: WordingShape = WordingShape.model_construct(blocks=list(BLOCKING), advises="rest")
    waivers: list[WaiverShape] = Field([], max_length=100)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan's file, for editors."""
    schema = PlanShape.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Clarion's communication plan"} | schema
