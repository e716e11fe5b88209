"""The plan as a page to read: the same order as the file, in sentences."""

from collections.abc import Callable, Iterable, Sequence

from bot.domain.incident import ROLE_NAMES, severities_in_words
from bot.domain.plan import ApprovalRule, Plan, Untranslated, lasting


def page(plan: Plan) -> str:
    """Return the whole plan in plain text, a paragraph a line."""
    when = f"last played through on {plan.rehearsed}" if plan.rehearsed else "not yet played through"
    lines = [f"The communication plan of {plan.company}, {when}"]
    for title, part in _PARTS:
        if said := list(part(plan)):
            lines += ["", title.upper(), *said]
    return "\n".join(lines)


def _criteria(plan: Plan) -> Iterable[str]:
    for number, one in enumerate(plan.criteria.questions, 1):
        yield f"{number}. {one.ask} Yes: {one.severity}. {_ended(one.then)}"
    yield f"Every answer is no: {plan.criteria.otherwise}"


def _severities(plan: Plan) -> Iterable[str]:
    for severity, one in plan.severities.items():
        needed = ", ".join(ROLE_NAMES[role].lower() for role in one.roles) or "nobody in particular"
        yield f"{severity}: {_ended(one.means)}"
        yield (
            f"  Customers hear within {lasting(one.first)}, then every {lasting(one.then)}. It needs: {needed}."
            + (f" They are told: “{one.promise}”" if one.promise else "")
        )


def _roles(plan: Plan) -> Iterable[str]:
    for role, one in plan.roles.items():
        yield f"{ROLE_NAMES[role]}: {_people(one.contacts, 'whoever is there')}{_after(one.standby)}"
        yield from (f"  - {duty}" for duty in one.duties)


def _approval(plan: Plan) -> Iterable[str]:
    for number, rule in enumerate(plan.approval, 1):
        named = [*rule.approvers, *(f"the {ROLE_NAMES[role].lower()}" for role in rule.roles)]
        about = f"{_all(rule.audiences, 'Every audience')}, {severities_in_words(rule.severities)}"
        yield f"{number}. {about}: {_times(rule.quorum)} by"
        yield f"  {', '.join(named) or 'nobody'}{_after(rule.standby)}; never by who wrote any of it."
        waits = ", ".join(lasting(wait) for wait in rule.reminders) or "no reminder"
        yield (
            f"  Asked again after {waits}; the commander and standby hear of silence after "
            f"{lasting(rule.escalate_after)}. A request lapses after {lasting(rule.valid_for)}, and nothing leaves "
            f"later than {lasting(rule.leaves_within)}. Alone: with a reason, after {lasting(rule.break_glass_delay)}."
            f"{_untranslated(rule)}"
        )


def _untranslated(rule: ApprovalRule) -> str:
    warned = rule.untranslated is Untranslated.WARN
    return " What is not translated goes in the base language, and the approver reads so." if warned else ""


def _audiences(plan: Plan) -> Iterable[str]:
    for one in plan.audiences:
        outlets = dict.fromkeys(o.name for s in one.severities for o in plan.outlets_for(s, one.name))
        side = "outside" if one.outside else "inside"
        yield f"{one.name} ({side}, {', '.join(one.locales)}): {_ended(one.who)}"
        heard = f"{severities_in_words(one.severities)}, by {', '.join(outlets) or 'nothing'}"
        yield f"  Hears of {heard}.{_contacts(one.contacts)}"
    for segment in plan.segments:
        yield f"{segment.name}, of {segment.audience}: {_ended(segment.who)}"


def _outlets(plan: Plan) -> Iterable[str]:
    for one in plan.outlets:
        scenarios = _all(one.scenarios, "every scenario")
        optional = "; where it is set up" if one.optional else ""
        optional += "; once in each language" if one.each_language else ""
        yield f"{one.name} ({one.through}{optional}): {', '.join(one.audiences)}."
        yield f"  For {scenarios}, {severities_in_words(one.severities)}. {one.department}; {_ended(one.service)}"
        yield f"  Access: {one.access}"


def _scenarios(plan: Plan) -> Iterable[str]:
    return (f"{one.name}: {_ended(one.when)} Words for {', '.join(one.stages)}." for one in plan.scenarios)


def _components(plan: Plan) -> Iterable[str]:
    for one in plan.components:
        needs = f" It needs {', '.join(one.depends_on)}." if one.depends_on else ""
        yield f"{one.name}: {_ended(one.customers)} Owner: {one.owner}.{needs}"


def _risks(plan: Plan) -> Iterable[str]:
    return (f"{_ended(one.name)} {_ended(one.mitigation)} Words: {one.template}." for one in plan.risks)


def _values(plan: Plan) -> Iterable[str]:
    return (f"{_ended(one.name)} {one.live_it}" for one in plan.values)


def _runbooks(plan: Plan) -> Iterable[str]:
    for book in plan.runbooks:
        about = ", ".join((*book.scenarios, *book.components))
        yield f"{book.name}{f' ({about})' if about else ''}, {severities_in_words(book.severities)}"
        yield from (f"  {number}. {step.do} ({step.told})" for number, step in enumerate(book.steps, 1))


def _waivers(plan: Plan) -> Iterable[str]:
    for one in plan.waivers:
        about = f" about “{one.about}”" if one.about else ""
        yield f"{one.finding}{about}, until {one.until}: {one.reason}"


def _inside(plan: Plan) -> Iterable[str]:
    if plan.code_names:
        yield ", ".join(plan.code_names)
    if plan.wording.blocks:
        yield f"Stops a draft, unless somebody says why it stays: {', '.join(plan.wording.blocks)}"
    if plan.wording.advises:
        yield f"Is told to author and approver: {', '.join(plan.wording.advises)}"


_PARTS: Sequence[tuple[str, Callable[[Plan], Iterable[str]]]] = (
    ("Is it an incident?", _criteria),
    ("Severities", _severities),
    ("Roles", _roles),
    ("Approval", _approval),
    ("Who is told", _audiences),
    ("Outlets", _outlets),
    ("Words that are prepared", _scenarios),
    ("The product", _components),
    ("What may go wrong", _risks),
    ("What we stand for", _values),
    ("What to do, step by step", _runbooks),
    ("Words that stay inside", _inside),
    ("Findings that we accept", _waivers),
)


def _ended(text: str) -> str:
    """Return a text as a sentence: with a full stop, unless it has an end of its own."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _times(quorum: int) -> str:
    return "one approval" if quorum == 1 else f"{quorum} approvals"


def _people(users: Sequence[str], nobody: str) -> str:
    return ", ".join(users) or nobody


def _after(standby: Sequence[str]) -> str:
    return f", then {', '.join(standby)}" if standby else ""


def _contacts(users: Sequence[str]) -> str:
    return f" Speaks for them: {', '.join(users)}." if users else ""


def _all(names: Sequence[str], everything: str) -> str:
    return ", ".join(names) or everything
