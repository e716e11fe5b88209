"""Findings about words and times: what is prepared, and what is promised."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise

from bot.domain.facts import LONGEST_PROMISE, SHORTEST_PROMISE, Stage
from bot.domain.incident import Severity
from bot.domain.policy import policy_of
from bot.domain.wording import Kind
from bot.plan.lint.finding import Case, Finding, Said
from bot.plan.lint.often import promises_in
from bot.plan.source import Place

SHORTEST_CODE_NAME = 3


def judge_templates(case: Case) -> Iterator[Finding]:
    """Yield what is missing of the words."""
    plan, templates = case.plan, case.around.templates
    if templates is None:
        return
    spoken = {locale: one.name for one in reversed(plan.audiences) for locale in one.locales}
    wordless = [locale for locale in spoken if not templates.get(locale)]
    yield from _wordless(case, wordless, templates)
    for number, scenario in enumerate(plan.scenarios):
        for locale, audience in reversed(spoken.items()):
            if locale in wordless:
                continue
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
    yield from _not_there(case, frozenset().union(*templates.values()))


def _not_there(case: Case, names: frozenset[str]) -> Iterator[Finding]:
    """Yield the risks and steps that name a template that nobody has written."""
    plan = case.plan
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


def _wordless(case: Case, wordless: Sequence[str], templates: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Yield one finding for each language that has no words at all, where the plan names it."""
    ready = [locale for locale, names in templates.items() if names]
    for locale in wordless:
        number, audience = next((n, one) for n, one in enumerate(case.plan.audiences) if locale in one.locales)
        near = [one for one in ready if one.partition("-")[0] == locale.partition("-")[0]]
        yield case.found(
            "P030",
            ("audiences", number, "languages", audience.locales.index(locale)),
            f"There are no words at all in “{locale}”, which {audience.name} read.",
            f"Say {near[0]}: there are words in it."
            if near
            else f"There are words in: {', '.join(sorted(ready)) or 'no language'}. Take {locale} out, or write "
            f"message_templates/{locale}/ (a folder of your own: TEMPLATES_DIR).",
            locale,
        )


def judge_endings(case: Case) -> Iterator[Finding]:
    """Yield scenarios for whose end no words are asked: who hears that it broke hears that it works again (R28)."""
    for number, scenario in enumerate(case.plan.scenarios):
        if Stage.RESOLVED not in scenario.stages:
            yield case.found(
                "P033",
                ("scenarios", number, "stages"),
                f"Nobody is asked for words that say that {scenario.name} is over.",
                "Add resolved to its stages, and a template if there is none.",
                scenario.name,
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
        if asked.first > LONGEST_PROMISE:
            yield case.found(
                "P041",
                (*place, "first"),
                f"Customers would hear of {severity} only after days, and would have heard it from others by then.",
                "Choose 72 h or less.",
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
    yield from _slower_for_worse(case)


def _slower_for_worse(case: Case) -> Iterator[Finding]:
    plan = case.plan
    for worse, milder in pairwise(Severity):
        ours, theirs = plan.severities[worse], plan.severities[milder]
        for part, slower, how in (
            ("then", ours.then > theirs.then, "more rarely"),
            ("first", ours.first > theirs.first, "later"),
        ):
            if slower:
                yield case.found(
                    "P042",
                    ("severities", worse.value, "updates", part),
                    f"{worse} is worse than {milder}, and customers hear of it {how}.",
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
        company = name.lower() == case.plan.company.lower()
        why = (
            "is also a component, which customers may read."
            if shown
            else "is what the company is called, and stands in most drafts."
            if company
            else "is an ordinary word, and would be found in most drafts."
            if everyday
            else "is too short."
            if len(name) < SHORTEST_CODE_NAME
            else ""
        )
        if why:
            yield case.found(
                "P090",
                ("code_names", number),
                f"“{name}” {why}",
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
