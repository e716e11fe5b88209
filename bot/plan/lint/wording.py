"""Findings about words and times: what is prepared, and what is promised."""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from itertools import pairwise

from bot.domain.facts import LONGEST_PROMISE, SHORTEST_PROMISE
from bot.domain.incident import Severity
from bot.domain.policy import policy_of
from bot.domain.wording import Kind
from bot.plan.lint.finding import Case, Finding, Said
from bot.plan.source import Place

# “every 30 minutes” in the four languages that templates are written in.
_EVERY = re.compile(
    r"\b(?:every|each|within|toutes? les?|chaque|dans|ogni|entro|co)\s+"
    r"(?:(\d{1,3})\s+|(half an|half-|demi-|mezz'|pół)\s*|(?:an|a|one|une|un'|un|jedną)?\s*)"
    r"(minut\w*|min|hours?|h|heures?|or[ae]|godzin\w*)\b",
    re.IGNORECASE,
)
SHORTEST_CODE_NAME = 3


def promises_in(text: str) -> list[tuple[str, timedelta]]:
    """Return the words of a text that promise how often customers hear, with the time that they promise."""
    return [(found[0].strip(), _time(found)) for found in _EVERY.finditer(text) if _time(found)]


def _time(found: re.Match[str]) -> timedelta:
    unit = timedelta(minutes=1) if found[3].lower().startswith("min") else timedelta(hours=1)
    return unit / 2 if found[2] else unit * int(found[1] or 1)


def judge_templates(case: Case) -> Iterator[Finding]:
    """Yield what is missing of the words."""
    plan, templates = case.plan, case.around.templates
    if templates is None:
        return
    spoken = {locale: one.name for one in reversed(plan.audiences) for locale in one.locales}
    for number, scenario in enumerate(plan.scenarios):
        for locale, audience in reversed(spoken.items()):
            lacking = [s.value for s in scenario.stages if f"{scenario.name}/{s}" not in templates.get(locale, ())]
            if lacking:
                yield case.found(
                    "P030",
                    ("scenarios", number),
                    f"There are no words in “{locale}”, which {audience} read, for {scenario.name} at: "
                    f"{', '.join(lacking)}.",
                    f"Write message_templates/{locale}/{scenario.name}/{lacking[0]}.j2 (a folder of your own: "
                    "TEMPLATES_DIR), or take the language or stage out.",
                    scenario.name,
                )
    names = frozenset().union(*templates.values())
    used: list[tuple[Place, str, str]] = [
        (("risks", n, "template"), one.template, one.name) for n, one in enumerate(plan.risks)
    ]
    used += [
        (("runbooks", n, "steps", turn, "template"), step.template, step.id)
        for n, book in enumerate(plan.runbooks)
        for turn, step in enumerate(book.steps)
        if step.template
    ]
    for place, template, about in used:
        if template not in names:
            yield case.found(
                "P031",
                place,
                f"“{about}” names the template {template}, and there is none.",
                f"The nearest are: {', '.join(get_close_matches(template, sorted(names), 4, cutoff=0))}.",
                about,
            )


def judge_times(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with how often customers hear."""
    plan = case.plan
    policy = policy_of(plan, case.around.approvers)
    for severity, asked in plan.severities.items():
        place = ("severities", severity.value, "updates")
        if not SHORTEST_PROMISE <= asked.then <= LONGEST_PROMISE:
            yield case.found(
                "P041",
                (*place, "then"),
                "Clarion refuses to promise this: under 10 min it is stale before people have read it, over 72 h "
                "nobody remembers it.",
                "Choose 10 min to 72 h.",
                severity,
            )
        if policy.at(severity).escalation >= asked.first:
            yield case.found(
                "P043",
                (*place, "first"),
                f"Customers should hear of {severity} before the commander is told that nobody approves.",
                "Lower escalate_after in approval, or allow more time for the first update.",
                severity,
            )
        yield from _broken_promises(case, severity)
    for worse, milder in pairwise(Severity):
        if plan.severities[worse].then > plan.severities[milder].then:
            yield case.found(
                "P042",
                ("severities", worse.value, "updates", "then"),
                f"{worse} is worse than {milder}, and customers hear of it more rarely.",
                f"Choose at most the time of {milder}.",
                worse,
            )


def _broken_promises(case: Case, severity: Severity) -> Iterator[Finding]:
    asked = case.plan.severities[severity]
    own = [Said("promise", words, every) for words, every in promises_in(asked.promise)]
    others = [said for said in case.around.said if not said.severities or severity in said.severities]
    for said in (*own, *others):
        if asked.then > said.every:
            yield case.found(
                "P040",
                ("severities", severity.value, "updates", "then"),
                f"{said.where} says “{said.words}”, and the next update of {severity} is promised later than that.",
                "Lower the time here, or change the words.",
                severity,
            )


def judge_code_names(case: Case) -> Iterator[Finding]:
    """Yield code names that would be found in ordinary words."""
    for number, name in enumerate(case.plan.code_names):
        everyday = name.casefold() in case.around.ordinary
        shown = [one.name for one in case.plan.components if one.name.lower() == name.lower()]
        if len(name) < SHORTEST_CODE_NAME or shown or everyday:
            why = "is an ordinary word, and would be found in most drafts." if everyday else "is too short."
            yield case.found(
                "P090",
                ("code_names", number),
                f"“{name}” is also a component, which customers may read." if shown else f"“{name}” {why}",
                "Leave it out here, or give the component the name that customers know.",
                name,
            )


def judge_kinds(case: Case) -> Iterator[Finding]:
    """Yield a finding if a draft with a password in it goes on like any other."""
    if Kind.SECRET not in case.plan.wording.blocks:
        yield case.found(
            "P091",
            ("wording", "blocks"),
            "A draft with a password or a key in it goes to its approver like any other.",
            "Add secret to blocks. Whoever needs such words may still say why they stay.",
        )
