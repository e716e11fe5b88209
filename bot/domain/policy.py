"""Policy: who may approve, and the times that bind approval and delivery.

The numbers here are those of the failure model and of issue 2; the plan may set others, for each severity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.domain.incident import Role, Severity
from bot.domain.plan import ApprovalRule, Plan, Untranslated


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the company decided in peacetime.

    Attributes:
        approvers: Slack user ids that may approve in any incident, besides the holders of `roles`.
        roles: whose holders may approve.
        standby: Slack user ids that may approve as well, and are asked when nobody has answered, in order.
        quorum: how many different approvers an update needs.
        submission_ttl: a request for approval, and an approval counted towards a quorum, lapse after this.
        break_glass_delay: how long a lone approval waits, with a Stop button (failure model 5).
        delivery_ttl: nothing leaves later than this after approval (failure model 20).
        reminders: when an unanswered request is repeated, counted from the submission.
        escalation: when the commander is told that nobody has answered.
        untranslated: whether an update is approved that is not translated into every language.
        by_severity: what holds instead for incidents of a severity.
    """

    approvers: frozenset[str] = frozenset()
    roles: tuple[Role, ...] = (Role.COMMANDER, Role.COMMUNICATIONS)
    standby: tuple[str, ...] = ()
    quorum: int = 1
    submission_ttl: timedelta = timedelta(minutes=30)
    break_glass_delay: timedelta = timedelta(seconds=60)
    delivery_ttl: timedelta = timedelta(hours=1)
    reminders: tuple[timedelta, ...] = (timedelta(minutes=3), timedelta(minutes=6))
    escalation: timedelta = timedelta(minutes=9)
    untranslated: Untranslated = Untranslated.BLOCK
    by_severity: Mapping[Severity, "Policy"] = field(default_factory=dict)

    def at(self, severity: Severity) -> "Policy":
        """Return what holds for incidents of a severity."""
        return self.by_severity.get(severity, self)


def policy_of(plan: Plan, approvers: Iterable[str] = ()) -> Policy:
    """Return the policy of a plan. `approvers`: who may approve besides those it names, whatever the severity.

    One update goes to every audience outside the company, so the strictest of their rules holds. Where a severity has
    no rule, the numbers of the failure model do.
    """
    extra = frozenset(approvers)
    by_severity = {severity: _strictest(rules_of(plan, severity), extra) for severity in Severity}
    anywhere = frozenset(user for policy in by_severity.values() for user in policy.approvers)
    return replace(by_severity[Severity.SEV1], approvers=anywhere | extra, by_severity=by_severity)


def rules_of(plan: Plan, severity: Severity) -> tuple[ApprovalRule, ...]:
    """Return the rules that an update of this severity must keep, each once."""
    outside = [one.name for one in plan.audiences if one.outside and severity in one.severities]
    found = (plan.rule(name, severity) for name in outside or [one.name for one in plan.audiences])
    return tuple(dict.fromkeys(rule for rule in found if rule is not None))


def _strictest(rules: tuple[ApprovalRule, ...], extra: frozenset[str]) -> Policy:
    if not rules:
        return Policy(approvers=extra)
    people = frozenset.intersection(*(frozenset(rule.approvers) for rule in rules))
    quick = min(rules, key=lambda rule: rule.escalate_after)
    return Policy(
        approvers=people | extra,
        roles=tuple(role for role in rules[0].roles if all(role in rule.roles for rule in rules)),
        standby=tuple(user for user in rules[0].standby if all(user in rule.standby for rule in rules)),
        quorum=max(rule.quorum for rule in rules),
        submission_ttl=min(rule.valid_for for rule in rules),
        break_glass_delay=max(rule.break_glass_delay for rule in rules),
        delivery_ttl=min(rule.leaves_within for rule in rules),
        reminders=quick.reminders,
        escalation=quick.escalate_after,
        untranslated=_strictest_untranslated(rules),
    )


def _strictest_untranslated(rules: tuple[ApprovalRule, ...]) -> Untranslated:
    warned = all(rule.untranslated is Untranslated.WARN for rule in rules)
    return Untranslated.WARN if warned else Untranslated.BLOCK
