"""Findings about who does what: roles, runbooks, components, rehearsals, and people in Slack."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.incident import Role, Severity
from bot.domain.plan import Plan
from bot.domain.runbook import How, RunbookStep
from bot.plan.lint.finding import Case, Finding
from bot.plan.lint.reaching import unknown
from bot.plan.source import Place

# The documents ask for a rehearsal twice a year (R40).
REHEARSED_WITHIN = timedelta(days=183)
_BAD = (Severity.SEV1, Severity.SEV2)


def judge_roles(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with roles and with who is needed."""
    for role, one in case.plan.roles.items():
        place: Place = ("roles", role.value)
        if one.contacts and len({*one.contacts, *one.standby}) == 1:
            yield case.found(
                "P020",
                (*place, "contacts"),
                f"The {role} is one person, and nobody is asked when they sleep.",
                "Name standby, or several contacts.",
                role,
            )
        for user in one.standby:
            if user in one.contacts:
                yield case.found(
                    "P021",
                    (*place, "standby"),
                    f"{user} is asked first already, so as standby they are nobody new.",
                    "Name somebody else as standby.",
                    role,
                )
    for severity, asked in case.plan.severities.items():
        needed = (Role.COMMANDER, Role.COMMUNICATIONS) if severity in _BAD else (Role.COMMANDER,)
        lacking = [role.value for role in needed if role not in asked.roles]
        if lacking:
            yield case.found(
                "P022",
                ("severities", severity.value, "roles"),
                f"{severity} asks for no {' and no '.join(lacking)}: nobody would "
                f"{'decide' if 'commander' in lacking else 'write to customers'}.",
                f"Add {', '.join(lacking)} to its roles.",
                severity,
            )


def judge_runbooks(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with runbooks. Their templates are judged with the words."""
    plan = case.plan
    for number, book in enumerate(plan.runbooks):
        place: Place = ("runbooks", number)
        yield from unknown(case, (*place, "scenarios"), book.scenarios, [s.name for s in plan.scenarios], "scenario")
        yield from unknown(
            case, (*place, "components"), book.components, [c.name for c in plan.components], "component"
        )
        seen: set[str] = set()
        for turn, step in enumerate(book.steps):
            at = (*place, "steps", turn)
            role = _given(case, (*at, "role"))
            if role and step.role is None:
                yield from unknown(case, at, (role,), [r.value for r in Role], "role")
            elif step.how is How.HAND and step.role is None:
                yield case.found(
                    "P032", at, "A step by hand says no role, so nobody does it.", "Add role: commander.", step.id
                )
            yield from _judge_step(case, at, step)
            if step.id in seen:
                yield case.found(
                    "P013", at, f"“{step.id}” is there twice in this runbook.", "Give each step its own id.", step.id
                )
            seen.add(step.id)


def _judge_step(case: Case, at: Place, step: RunbookStep) -> Iterator[Finding]:
    """Yield what is wrong with what ticks a step off."""
    if step.how is How.AUTOMATIC and step.done_when is None:
        yield case.found(
            "P032",
            at,
            "An automatic step does not say what ticks it off, so Clarion never does.",
            "Add done_when: channel opened (or another of its words), or say how: by hand.",
            step.id,
        )
    if step.how is not How.AUTOMATIC and step.done_when is not None:
        yield case.found(
            "P032",
            at,
            f"A step {step.how} is not ticked off by Clarion.",
            "Say how: automatic, or leave out done_when.",
            step.id,
        )
    if step.how is not How.APPROVAL and step.template:
        yield case.found(
            "P032",
            at,
            "Only a step behind an approval is an update.",
            "Say how: behind an approval, or leave out template.",
            step.id,
        )


def _given(case: Case, place: Place) -> str:
    """Return what stands in the file at a place; "" if nothing does."""
    value = case.loaded.source.values
    for part in place:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(value)


def judge_components(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with the parts of the product."""
    plan = case.plan
    known = [one.name for one in plan.components]
    for number, one in enumerate(plan.components):
        yield from unknown(case, ("components", number, "depends_on"), one.depends_on, known, "component")
        if not _knows(plan, one.owner):
            yield case.found(
                "P051",
                ("components", number, "owner"),
                f"“{one.owner}”, who owns {one.name}, is neither an audience, a role nor a Slack user.",
                "Name one of those who are told, a role, or a Slack user id.",
                one.name,
            )
    for circle in _circles(plan):
        yield case.found(
            "P050",
            ("components", known.index(circle[0]), "depends_on"),
            f"{' needs '.join((*circle, circle[0]))}: nobody could say which one to mend first.",
            "Remove one of these dependencies.",
            circle[0],
        )


def _knows(plan: Plan, owner: str) -> bool:
    user = owner[:1] in "UWS" and owner.isalnum() and owner.isupper() and len(owner) > 4
    return user or plan.audience(owner) is not None or owner in tuple(Role)


def _circles(plan: Plan) -> list[tuple[str, ...]]:
    """Return each circle once, beginning with the component that stands first in the file."""
    needs = {one.name: one.depends_on for one in plan.components}
    order = list(needs)
    found: dict[frozenset[str], tuple[str, ...]] = {}
    done: set[str] = set()
    for start in order:
        trail: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, True)]
        while waiting:
            name, entering = waiting.pop()
            if not entering:
                done.add(trail.pop())
            elif name in trail:
                circle = trail[trail.index(name) :]
                first = min(range(len(circle)), key=lambda i: order.index(circle[i]))
                found.setdefault(frozenset(circle), (*circle[first:], *circle[:first]))
            elif name in needs and name not in done:
                trail.append(name)
                waiting.append((name, False))
                waiting += [(one, True) for one in reversed(needs[name])]
    return list(found.values())


def judge_rehearsals(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with when it was played, and what failed of what was played."""
    when, today = case.plan.rehearsed, case.around.today
    if when is not None and when > today:
        yield case.found(
            "P061", ("rehearsed",), f"{when} is still to come.", "Write the day on which it was last played through."
        )
    # The shipped plan is rehearsed by our own tests, each time that they run.
    elif not case.loaded.shipped and (when is None or today - when > REHEARSED_WITHIN):
        yield case.found(
            "P060",
            ("rehearsed",),
            "This plan was never played through." if when is None else f"The last rehearsal was on {when}.",
            "Play it: `clarion practice --plan FILE`, or a game day. Then write the day here.",
        )
    own = "" if case.loaded.shipped else f" --plan {case.loaded.source.file}"
    for scenario, what in case.around.failed.items():
        yield case.found(
            "P062",
            (),
            f"The scenario {scenario} fails against this plan. {what}".rstrip(),
            f"See what happens: `clarion practice --scenario {scenario} --headless{own}`.",
            scenario,
        )


def judge_people(case: Case) -> Iterator[Finding]:
    """Yield a finding for each place that names somebody who cannot act."""
    for place, user in people_named(case.plan):
        wrong = (case.around.people or {}).get(user)
        if wrong:
            yield case.found(
                "P070", place, f"{user}: {wrong}.", "Name a colleague. In Slack: profile, Copy member ID.", user
            )


def people_named(plan: Plan) -> Iterator[tuple[Place, str]]:
    """Yield every Slack user in the plan with its place."""
    lists: list[tuple[Place, tuple[str, ...]]] = []
    for role, one in plan.roles.items():
        lists += [(("roles", role.value, "contacts"), one.contacts), (("roles", role.value, "standby"), one.standby)]
    for number, rule in enumerate(plan.approval):
        lists += [(("approval", number, "approvers"), rule.approvers), (("approval", number, "standby"), rule.standby)]
    lists += [(("audiences", number, "contacts"), one.contacts) for number, one in enumerate(plan.audiences)]
    for place, users in lists:
        yield from (((*place, turn), user) for turn, user in enumerate(users))
