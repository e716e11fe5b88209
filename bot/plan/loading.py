"""From a file to the domain's `Plan`, or to every mistake in the file, those that cause others first."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain import plan as plans
from bot.domain.incident import Role, Severity
from bot.domain.runbook import Runbook, RunbookStep
from bot.domain.wording import Kind, WordingPolicy
from bot.plan import schema
from bot.plan.mistakes import BrokenPlan
from bot.plan.secrets import secrets_in
from bot.plan.sentences import mistakes_of
from bot.plan.source import Source, read, understand

SHIPPED = Path(__file__).with_name("default.yaml")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plan with where it is from. `shipped`: it is the one that came with Clarion."""

    plan: plans.Plan
    source: Source
    shipped: bool = False


def load(file: Path | None) -> Loaded:
    """Read a plan; without a file, the shipped one. Raises BrokenPlan with every mistake."""
    return shipped() if file is None else _loaded(read(file))


@cache
def shipped() -> Loaded:
    """Read the plan that came with Clarion."""
    return _loaded(understand(SHIPPED.read_text(encoding="utf-8"), "the shipped plan"), shipped=True)


def load_text(text: str, name: str = "plan.yaml") -> Loaded:
    """Read a plan from its text. Raises BrokenPlan."""
    return _loaded(understand(text, name))


def _loaded(source: Source, shipped: bool = False) -> Loaded:
    found = secrets_in(source)
    try:
        shape = schema.PlanShape.model_validate(source.values)
    except ValidationError as error:
        raise BrokenPlan(source.file, [*found, *mistakes_of(error, source)]) from None
    if found:
        raise BrokenPlan(source.file, found)
    return Loaded(plan_of(shape), source, shipped)


def plan_of(shape: schema.PlanShape) -> plans.Plan:
    """Return the domain's record of a plan."""
    return plans.Plan(
        company=shape.company,
        rehearsed=shape.rehearsed,
        criteria=plans.Criteria(
            questions=tuple(plans.Question(**_plain(one)) for one in shape.criteria.questions),
            otherwise=shape.criteria.otherwise,
        ),
        severities={severity: _severity(getattr(shape.severities, severity.value)) for severity in Severity},
        roles={role: plans.RolePlan(**_plain(getattr(shape.roles, role.value))) for role in Role},
        approval=tuple(plans.ApprovalRule(**_plain(one)) for one in shape.approval),
        audiences=tuple(_audience(one) for one in shape.audiences),
        segments=tuple(plans.Segment(**_plain(one)) for one in shape.segments),
        outlets=tuple(plans.OutletPlan(**_plain(one)) for one in shape.outlets),
        scenarios=tuple(plans.ScenarioPlan(**_plain(one)) for one in shape.scenarios),
        components=tuple(plans.Component(**_plain(one)) for one in shape.components),
        risks=tuple(plans.Risk(**_plain(one)) for one in shape.risks),
        values=tuple(plans.Value(**_plain(one)) for one in shape.values),
        runbooks=tuple(_runbook(one) for one in shape.runbooks),
        code_names=tuple(shape.code_names),
        wording=_wording(shape.wording),
        waivers=tuple(plans.Waiver(**_plain(one)) for one in shape.waivers),
    )


def _severity(shape: schema.SeverityShape) -> plans.SeverityPlan:
    return plans.SeverityPlan(
        means=shape.means,
        first=shape.updates.first,
        then=shape.updates.then,
        roles=tuple(shape.roles),
        promise=shape.promise,
    )


def _audience(shape: schema.AudienceShape) -> plans.Audience:
    fields = _plain(shape)
    return plans.Audience(
        **{key: value for key, value in fields.items() if key != "languages"}, locales=fields["languages"]
    )


def _wording(shape: schema.WordingShape) -> WordingPolicy:
    rest = tuple(kind for kind in Kind if kind not in shape.blocks)
    return WordingPolicy(
        blocks=tuple(shape.blocks),
        advises=rest if shape.advises == "rest" else tuple(Kind(one) for one in shape.advises),
    )


def _runbook(shape: schema.RunbookShape) -> Runbook:
    return Runbook(**_plain(shape) | {"steps": tuple(_step(one) for one in shape.steps)})


def _step(shape: schema.StepShape) -> RunbookStep:
    role = Role(shape.role) if shape.role in tuple(Role) else None  # an unknown one is a finding of the lint
    words = shape.template or ""
    return RunbookStep(id=shape.id, do=shape.do, how=shape.how, role=role, template=words, done_when=shape.done_when)


def _plain(shape: Any) -> dict[str, Any]:
    """Return the fields of one shape with tuples for lists; a field inside stays as it is."""
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key in type(shape).model_fields
        for value in (getattr(shape, key),)
    }
