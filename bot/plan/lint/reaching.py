"""Findings about who hears of an incident, and through what."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.domain.incident import Severity
from bot.domain.languages import among, base_of, name_of, names_of
from bot.domain.plan import Audience, OutletPlan, Through
from bot.plan.lint.finding import Case, Finding

# Inside the company: whoever is told through these is in its Slack.
INSIDE = frozenset({Through.ANNOUNCEMENT, Through.FOLLOWERS})
SETTINGS = {
    Through.BROADCAST: "BROADCAST_CHANNEL",
    Through.EMAIL: "SMTP_URL, MAIL_FROM and MAIL_RECIPIENTS",
    Through.WEBHOOK: "WEBHOOKS",
    Through.ANNOUNCEMENT: "INCIDENTS_CHANNEL",
}


def judge_reach(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with audiences, segments and outlets."""
    plan = case.plan
    if not any(one.outside for one in plan.audiences):
        yield case.found(
            "P014",
            ("audiences",),
            "No audience is outside the company, so no customer is told anything.",
            "Say outside: true for customers and partners.",
        )
    for number, audience in enumerate(plan.audiences):
        yield from _audience(case, number, audience)
    for number, outlet in enumerate(plan.outlets):
        yield from _outlet(case, number, outlet)
    for number, segment in enumerate(plan.segments):
        yield from unknown(case, ("segments", number, "audience"), (segment.audience,), _names(case), "audience")
    for number, rule in enumerate(plan.approval):
        yield from unknown(case, ("approval", number, "audiences"), rule.audiences, _names(case), "audience")
    yield from _twice(case)


def _audience(case: Case, number: int, audience: Audience) -> Iterator[Finding]:
    missed = [s for s in audience.severities if not case.plan.outlets_for(s, audience.name)]
    unsure = [
        s for s in audience.severities if s not in missed and not _sure(case, case.plan.outlets_for(s, audience.name))
    ]
    if missed or unsure:
        which = ", ".join(missed or unsure)
        reason = "no outlet names them" if missed else "only outlets that are optional and not set up name them"
        yield case.found(
            "P010",
            ("audiences", number),
            f"“{audience.name}” would not hear of {which}: {reason}.",
            f"Add {audience.name} to the audiences of an outlet, or say in severities which they need not hear of.",
            audience.name,
        )


def _sure(case: Case, outlets: Sequence[OutletPlan]) -> bool:
    """Say whether one of them is used for certain: not optional, or set up."""
    ready = case.around.set_up
    return any(not one.optional or ready is None or one.through in ready for one in outlets)


def _outlet(case: Case, number: int, outlet: OutletPlan) -> Iterator[Finding]:
    place = ("outlets", number)
    yield from unknown(case, (*place, "audiences"), outlet.audiences, _names(case), "audience")
    scenarios = [one.name for one in case.plan.scenarios]
    yield from unknown(case, (*place, "scenarios"), outlet.scenarios, scenarios, "scenario")
    ready = case.around.set_up
    if not outlet.optional and ready is not None and outlet.through not in ready and outlet.through in SETTINGS:
        yield case.found(
            "P011",
            (*place, "through"),
            f"“{outlet.name}” needs settings that are empty, so nothing would go out there.",
            f"Set {SETTINGS[outlet.through]}, or say optional: true.",
            outlet.name,
        )
    yield from _unread(case, number, outlet)
    outside = [one.name for one in case.plan.audiences if one.outside and one.name in outlet.audiences]
    if outlet.through in INSIDE and outside:
        yield case.found(
            "P012",
            (*place, "audiences"),
            f"{', '.join(outside)} cannot read what is told through “{outlet.through}”; it is inside the company.",
            "Take them out here, and reach them by status page, e-mail or webhook.",
            outlet.name,
        )


def _unread(case: Case, number: int, outlet: OutletPlan) -> Iterator[Finding]:
    """Broadcast and webhook carry the base language alone, unless each language is asked for."""
    base = base_of(case.plan)
    if outlet.through not in (Through.BROADCAST, Through.WEBHOOK) or outlet.each_language:
        return
    for one in case.plan.audiences:
        if one.outside and one.name in outlet.audiences and not among(base, one.locales):
            yield case.found(
                "P017",
                ("outlets", number),
                f"“{outlet.name}” tells {name_of(base)} alone, and {one.name} read {names_of(one.locales)}.",
                "Add each_language: true, or take them out here.",
                outlet.name,
            )


def unknown(
    case: Case, place: tuple[str | int, ...], given: Sequence[str], known: Sequence[str], kind: str
) -> Iterator[Finding]:
    """Yield a finding for each name that the plan does not have."""
    for name in given:
        if name not in known:
            yield case.found(
                "P009",
                (*place, list(given).index(name)),
                f"There is no {kind} “{name}”.",
                f"There are: {', '.join(known) or 'none'}. Mend the name, or add it.",
                name,
            )


def _names(case: Case) -> list[str]:
    return [one.name for one in case.plan.audiences]


def _twice(case: Case) -> Iterator[Finding]:
    plan = case.plan
    lists: dict[str, list[str]] = {
        "audiences": _names(case),
        "segments": [one.name for one in plan.segments],
        "outlets": [one.name for one in plan.outlets],
        "scenarios": [one.name for one in plan.scenarios],
        "components": [one.name for one in plan.components],
        "risks": [one.name for one in plan.risks],
        "runbooks": [one.name for one in plan.runbooks],
    }
    for part, names in lists.items():
        for name, count in Counter(names).items():
            if count > 1:
                last = len(names) - 1 - names[::-1].index(name)
                yield case.found(
                    "P013",
                    (part, last),
                    f"“{name}” is there {count} times, and nobody could say which one is meant.",
                    "Give each its own name, or make one of them.",
                    name,
                )


def judge_questions(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with the questions: severities that none leads to, and questions that nobody gets to."""
    questions = case.plan.criteria.questions
    asked = {question.severity for question in questions}
    for severity in Severity:
        if severity not in asked:
            yield case.found(
                "P023",
                ("criteria", "questions"),
                f"No question leads to {severity}.",
                f"Add a question whose yes means {severity}.",
                severity,
            )
    ranks = list(Severity)
    for number, (before, one) in enumerate(pairwise(questions), 1):
        if ranks.index(one.severity) < ranks.index(before.severity):
            yield case.found(
                "P024",
                ("criteria", "questions", number),
                f"“{before.ask}” is asked before it, and a yes to both gives {before.severity}, not {one.severity}.",
                "Ask the worst first: the first yes decides.",
                one.severity,
            )
    seen: set[str] = set()
    for number, one in enumerate(questions):
        if one.ask.casefold() in seen:
            yield case.found(
                "P013",
                ("criteria", "questions", number),
                f"“{one.ask}” is asked twice, and the second answer never counts.",
                "Ask something else, or remove it.",
                one.severity,
            )
        seen.add(one.ask.casefold())
