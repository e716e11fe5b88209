"""Findings about who may let an update leave."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.incident import Severity
from bot.domain.plan import ApprovalRule
from bot.domain.policy import policy_of, rules_of
from bot.plan.lint.finding import Case, Finding

# Somebody has to see the notice, read it and press Stop; and no text is to grow stale meanwhile (failure model 5).
SHORTEST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=10)
# Ours: an approver has to see the request and read every text; an outlet that is away for a moment is tried again.
SHORTEST_VALID = timedelta(minutes=5)
SHORTEST_LEAVING = timedelta(minutes=5)


def judge_approval(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with the rules of approval."""
    yield from _severities(case)
    for number, rule in enumerate(case.plan.approval):
        yield from _people(case, number, rule)
        yield from _times(case, number, rule)
        yield from _shadowed(case, number, rule)


def _severities(case: Case) -> Iterator[Finding]:
    outside = [one for one in case.plan.audiences if one.outside]
    for severity in Severity:
        told = [one.name for one in outside if severity in one.severities] or [one.name for one in case.plan.audiences]
        bare = [name for name in told if case.plan.rule(name, severity) is None]
        if bare:
            yield case.found(
                "P001",
                ("approval",),
                f"{severity} for {', '.join(bare)} fits no rule, so it is not decided who may approve.",
                f"Add a rule with severities: [{severity}], or one without severities and audiences for all the rest.",
                severity,
            )
        rules = rules_of(case.plan, severity)
        common = policy_of(case.plan, case.around.approvers).at(severity)
        alone = any(rule.approvers or rule.roles or rule.standby for rule in rules)
        if len(rules) > 1 and alone and not (common.approvers or common.roles or common.standby):
            yield case.found(
                "P007",
                ("approval", case.plan.approval.index(rules[1])),
                f"One {severity} update goes to everybody outside, and the rules for them have no approver in common.",
                "Name at least one person or role in each of these rules.",
                severity,
            )
    yield from _too_few(case)


def _too_few(case: Case) -> Iterator[Finding]:
    """Several rules hold for one update: so many must approve as the strictest says, of those whom all name."""
    told: set[tuple[ApprovalRule, ...]] = set()
    for severity in Severity:
        rules, common = rules_of(case.plan, severity), policy_of(case.plan, case.around.approvers).at(severity)
        left = len({*common.approvers, *common.standby}) + len(common.roles)
        enough = common.quorum < left or left == 0 or any(rule.quorum >= _named(case, rule) for rule in rules)
        if len(rules) < 2 or rules in told or enough:
            continue
        told.add(rules)
        strictest = max(rules, key=lambda rule: rule.quorum)
        yield case.found(
            "P003",
            ("approval", case.plan.approval.index(strictest), "quorum"),
            f"One {severity} update goes to everybody outside: {common.quorum} must approve, the rules for them have "
            f"{left} in common, and whoever wrote the update is not one of them.",
            "Lower quorum, or name more of the same people in each of these rules.",
            severity,
        )


def _named(case: Case, rule: ApprovalRule) -> int:
    return len({*rule.approvers, *rule.standby, *case.around.approvers}) + len(rule.roles)


def _people(case: Case, number: int, rule: ApprovalRule) -> Iterator[Finding]:
    place = ("approval", number)
    total = _named(case, rule)
    if total == 0:
        yield case.found(
            "P002",
            place,
            "This rule names neither a person nor a role, so nobody could approve.",
            "Add approvers, or roles: [commander, communications].",
        )
    elif total == rule.quorum == 1:
        yield case.found(
            "P004",
            place,
            "There is one approver. When they wrote the update, or sleep, only breaking the glass is left.",
            "Name a second person, or standby.",
        )
    elif rule.quorum >= total:
        yield case.found(
            "P003",
            (*place, "quorum"),
            f"{rule.quorum} must approve, and there {'is' if total == 1 else 'are'} {total}; "
            "whoever wrote the update is not one of them.",
            f"Lower quorum to {max(1, total - 1)}, or name more approvers.",
        )
    twice = [user for user in rule.standby if user in rule.approvers]
    for user in twice:
        yield case.found(
            "P021",
            (*place, "standby"),
            f"{user} is asked from the start, so as standby they are nobody new.",
            "Name somebody else as standby.",
            user,
        )


def _times(case: Case, number: int, rule: ApprovalRule) -> Iterator[Finding]:
    place = ("approval", number)
    if not SHORTEST_DELAY <= rule.break_glass_delay <= LONGEST_DELAY:
        short = rule.break_glass_delay < SHORTEST_DELAY
        yield case.found(
            "P005",
            (*place, "break_glass_delay"),
            "The others could not stop a lone approval in this time."
            if short
            else "A lone approval is for a hurry, and waits longer than it takes to wake somebody.",
            "Choose 30 s to 10 min; 60 s is usual.",
        )
    if rule.valid_for < SHORTEST_VALID:
        yield case.found(
            "P016",
            (*place, "valid_for"),
            "A request would lapse before anybody has read what they are to approve.",
            "Choose 5 min or more; 30 min is usual.",
        )
    if rule.leaves_within < SHORTEST_LEAVING:
        yield case.found(
            "P015",
            (*place, "leaves_within"),
            "Nothing leaves later than this, so what an outlet does not take at once would never be sent.",
            "Choose 5 min or more; 1 h is usual.",
        )
    late = [wait for wait in rule.reminders if wait >= rule.valid_for]
    if rule.escalate_after >= rule.valid_for or late:
        yield case.found(
            "P006",
            (*place, "reminders" if late else "escalate_after"),
            "The request has lapsed by then.",
            "Choose a time well before valid_for ends.",
        )


def _shadowed(case: Case, number: int, rule: ApprovalRule) -> Iterator[Finding]:
    names = rule.audiences or tuple(one.name for one in case.plan.audiences)
    if not any(case.plan.rule(name, severity) is rule for name in names for severity in rule.severities):
        known = any(case.plan.audience(name) for name in names)
        if known:
            yield case.found(
                "P008",
                ("approval", number),
                "Rules above it fit everything that it is about.",
                "Move it up: the first rule that fits counts. Or remove it.",
            )
