"""The plan in Slack: one part at a time, chosen from a menu and turned in pages, made for a phone.

It shows what the file says, with people as mentions. It refuses what is for the plan's own lint (waivers) and the words
that stay inside (code names), and it holds no secret: the file has none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from slack_sdk.models.blocks import Block

from bot.domain.incident import ROLE_NAMES, Incident, severities_in_words
from bot.domain.plan import ApprovalRule, OutletPlan, Plan, Value, lasting
from bot.ports import View
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    context,
    line,
    modal,
    option,
    rich,
    said,
    section,
    select,
    stacked,
    user,
)
from bot.slack.views.forms import pack, small_number, unpack
from bot.slack.views.plan_pages import PAGE_DIGITS, Entry, paged, turns

CHOOSE = "plan_part"
OUTLETS = "outlets"
# Steps of a runbook that stay together.
_STEPS = 8
_MOST_PEOPLE = 20
_MOST_NAMES = 60
_LONGEST_VALUE = 40
# As the plan's lint has it (P051).
_SHORTEST_ID = 4


def plan(plan: Plan, incident: Incident | None, part: str = "", page: int = 0) -> View:
    """Draw a page of one part. `incident`: for which words can be begun, and whose severity is marked."""
    part = part if part in _PARTS else next(iter(_PARTS))
    label, _ = _PARTS[part]
    pages = _pages(plan, incident, part)
    last = len(pages) - 1
    page = min(max(page, 0), last)
    named = [option(title, name) for name, (title, _) in _PARTS.items()]
    when = f"Last played through on {plan.rehearsed}" if plan.rehearsed else "Not yet played through"
    blocks: list[Block] = [section(f"*{escape(label)}*", select(CHOOSE, named, initial=part))]
    for entry in pages[page]:
        blocks += entry.blocks
    blocks += [] if pages[page] else [said("The plan says nothing of this.")]
    blocks += [actions(*turns("plan_page", page, last, partial(_carried, incident, part)))] if last else []
    place = f" · page {page + 1} of {last + 1}" if last else ""
    blocks.append(context(f"The plan of {escape(plan.company)} · {when}{place}"))
    return modal("The communication plan", blocks, close="Close", carries=_carried(incident, part, page))


def turned(value: str) -> tuple[str, int]:
    """Read a paging button as (part, page)."""
    ids = unpack(value)
    return ids.get("part", ""), small_number(ids.get("page", ""), PAGE_DIGITS) or 0


def _pages(plan: Plan, incident: Incident | None, part: str) -> list[list[Entry]]:
    """Return all pages of a part, drawn once for whoever turns them: both are frozen, so the same stay the same."""
    drawn = _DRAWN.get(part)
    if drawn is None or drawn[0] is not plan or drawn[1] is not incident:
        drawn = _DRAWN[part] = (plan, incident, paged(list(_PARTS[part][1](plan, incident))))
    return drawn[2]


def _carried(incident: Incident | None, part: str, page: int) -> str:
    return pack(incident=incident.id if incident else "", part=part, page=str(page))


def stand_for(values: Sequence[Value]) -> list[Block]:
    """Return in one small line what the team stands for; how to live it is in the plan."""
    if not values:
        return []
    names = " · ".join(escape(clip(one.name, _LONGEST_VALUE)) for one in values)
    return [context(f"*What we stand for:* {names}")]


# ---------------------------------------------------------------- the parts

Draw = Callable[[Plan, Incident | None], Iterable[Entry]]


def _entry(name: str, *rows: Sequence[Part]) -> Entry:
    return Entry((rich(stacked([bold(name)], *rows)),))


def _criteria(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    for one in plan.criteria.questions:
        yield _entry(one.ask, [f"Yes: {one.severity}. {one.why}"], [one.then])
    yield _entry("Every answer is no", [plan.criteria.otherwise])


def _severities(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    for severity, one in plan.severities.items():
        mark = f" · {incident.name} is one" if incident and incident.severity is severity else ""
        needed = ", ".join(ROLE_NAMES[role].lower() for role in one.roles) or "nobody in particular"
        yield _entry(
            f"{severity}{mark}",
            [one.means],
            [f"Customers hear within {lasting(one.first)}, then every {lasting(one.then)}"],
            [f"It needs: {needed}"],
            [f"They are told: “{one.promise}”"] if one.promise else [],
        )


def _roles(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    for role, one in plan.roles.items():
        who: list[Part] = ["Asked first: ", *(_people(one.contacts) or ["whoever is there"])]
        standby: list[Part] = ["Standby: ", *_people(one.standby)] if one.standby else []
        duties = bullets(*(line(duty) for duty in one.duties))
        yield Entry((rich(stacked([bold(ROLE_NAMES[role])], who, standby), duties),))


def _approval(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    for rule in plan.approval:
        waits = ", ".join(lasting(wait) for wait in rule.reminders)
        yield _entry(
            f"{_names(rule.audiences) or 'Every audience'}, {severities_in_words(rule.severities)}",
            [f"{'One approval' if rule.quorum == 1 else f'{rule.quorum} approvals'} by: ", *_approvers(rule)],
            ["Standby: ", *_people(rule.standby)] if rule.standby else [],
            ["Never by anybody who wrote any of it"],
            [f"Asked again after {waits}" if waits else "Not asked again"],
            [f"The commander and standby hear of silence after {lasting(rule.escalate_after)}"],
            [f"A request lapses after {lasting(rule.valid_for)}"],
            [f"Nothing leaves later than {lasting(rule.leaves_within)}"],
            [f"Alone: with a reason, after {lasting(rule.break_glass_delay)}"],
        )


def _approvers(rule: ApprovalRule) -> list[Part]:
    roles = ", ".join(f"the {ROLE_NAMES[role].lower()}" for role in rule.roles)
    people = _people(rule.approvers)
    return [*people, ", " if people and roles else "", roles or ("" if people else "nobody")]


def _audiences(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    for one in plan.audiences:
        outlets = dict.fromkeys(o.name for s in one.severities for o in plan.outlets_for(s, one.name))
        side = "Outside the company: what they get is published" if one.outside else "Inside the company"
        segments = [segment.name for segment in plan.segments if segment.audience == one.name]
        yield _entry(
            one.name,
            [one.who],
            [f"{side} · in {', '.join(one.locales)}"],
            [f"Hears of {severities_in_words(one.severities)}, by {_names(list(outlets)) or 'nothing'}"],
            [f"Parts: {_names(segments)}"] if segments else [],
            ["Speaks for them: ", *_people(one.contacts)] if one.contacts else [],
        )


def _outlets(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    used = plan.outlets_for(incident.severity) if incident else ()
    for one in plan.outlets:
        mark = f" · used for {incident.name}" if incident and one in used else ""
        yield _entry(
            f"{one.name}{mark}",
            [f"Reaches: {_names(one.audiences)}"],
            [_meant_for(one)],
            [f"Department: {one.department} · Service: {one.service}"],
            [bold("How do I get access? "), one.access],
        )


def _meant_for(one: OutletPlan) -> str:
    optional = " · only where it is set up" if one.optional else ""
    return f"For {_names(one.scenarios) or 'every scenario'}, {severities_in_words(one.severities)}{optional}"


def _scenarios(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    return (_entry(one.name, [one.when], [f"Words for {', '.join(one.stages)}"]) for one in plan.scenarios)


def _components(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    for one in plan.components:
        owner = _people((one.owner,)) if _is_person(plan, one.owner) else [one.owner]
        needs = f" · It needs {_names(one.depends_on)}" if one.depends_on else ""
        yield _entry(one.name, [one.customers], ["Owner: ", *owner, needs])


def _risks(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    for number, one in enumerate(plan.risks):
        rows = rich(stacked([bold(one.name)], [one.mitigation], [f"Words to begin with: {one.template}"]))
        if incident is None or not incident.open or incident.private:
            yield Entry((rows,))
            continue
        aim = pack(incident=incident.id, template=one.template)
        yield Entry((rows, actions(button("Begin with these words", f"update_draft:{number}", aim))))


def _values(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    return (_entry(one.name, [one.live_it]) for one in plan.values)


def _runbooks(plan: Plan, incident: Incident | None) -> Iterable[Entry]:
    del incident
    for book in plan.runbooks:
        about = _names((*book.scenarios, *book.components))
        title = f"{book.name} · {f'{about} · ' if about else ''}{severities_in_words(book.severities)}"
        steps = [[f"{number}. {step.do} ({step.told})"] for number, step in enumerate(book.steps, 1)]
        for first in range(0, len(steps), _STEPS):
            yield _entry(f"{book.name}, continued" if first else title, *steps[first : first + _STEPS])


_PARTS: Mapping[str, tuple[str, Draw]] = {
    "severities": ("Severities", _severities),
    "criteria": ("Is it an incident?", _criteria),
    "roles": ("Roles and standby", _roles),
    "approval": ("Approval", _approval),
    "audiences": ("Who is told", _audiences),
    OUTLETS: ("Outlets, and how to get access", _outlets),
    "scenarios": ("Words that are prepared", _scenarios),
    "components": ("The product", _components),
    "risks": ("What may go wrong", _risks),
    "values": ("What we stand for", _values),
    "runbooks": ("What to do, step by step", _runbooks),
}


# What each part was drawn from last: the longest plan takes a seventh of a second, and is turned page by page.
_DRAWN: dict[str, tuple[Plan, Incident | None, list[list[Entry]]]] = {}


# ---------------------------------------------------------------- words


def _is_person(plan: Plan, owner: str) -> bool:
    """Say whether an owner is a Slack user id, which short names in capitals ("WEB") are not."""
    known = plan.audience(owner) is not None
    return not known and owner[:1] in "UW" and len(owner) > _SHORTEST_ID and owner.isalnum() and owner.isupper()


def _people(users: Sequence[str]) -> list[Part]:
    parts: list[Part] = []
    for who in users[:_MOST_PEOPLE]:
        parts += [", ", user(who)] if parts else [user(who)]
    more = len(users) - _MOST_PEOPLE
    return [*parts, f" and {more} more"] if more > 0 else parts


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(clip(name, 80) for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
