"""Who may approve in an incident, who is asked first, and who when nobody answers.

It refuses to say who may approve *this* text: its authors never do, and `approval` judges that.
"""

from dataclasses import replace
from datetime import timedelta

from bot.domain.incident import Incident, Role
from bot.domain.permissions import Act, holders
from bot.domain.policy import Policy
from bot.domain.privacy import sees
from bot.domain.update import Update

# Nobody answers faster, whatever a plan says of reminders.
SHORTEST_WAIT = timedelta(minutes=1)


def approvers(incident: Incident, policy: Policy) -> frozenset[str]:
    """Return the user ids that may approve in this incident, authors included; of a private one, only who sees it."""
    return holders(Act.APPROVE, incident, policy)


def askable(incident: Incident, update: Update, policy: Policy) -> tuple[str, ...]:
    """Return who is asked to approve this update: the approvers who wrote none of it, sorted; not yet the standby.

    Where it needs another one, whoever has approved it already is asked no more.
    """
    return tuple(sorted(approvers(incident, _at_first(incident, policy)) - update.authors - _answered(update)))


def awaited(incident: Incident, update: Update, user: str, policy: Policy) -> bool:
    """Say whether the update waits for this person, among others: one who may approve it and has not."""
    return user in approvers(incident, policy) - update.authors - _answered(update)


def _answered(update: Update) -> frozenset[str]:
    return frozenset(approval.by for approval in update.approvals)


def askable_for_step(incident: Incident, by: str, policy: Policy) -> tuple[str, ...]:
    """Return who is asked to approve a step that `by` asks for: as for an update, and if that is nobody, who may."""
    first = _at_first(incident, policy)
    named = approvers(incident, first) - {by}
    return tuple(sorted(named or holders(Act.APPROVE_STEP, incident, first) - {by}))


def _at_first(incident: Incident, policy: Policy) -> Policy:
    """Return the policy of today without the standby, who are asked when nobody has answered."""
    return replace(policy.at(incident.severity), standby=(), by_severity={})


def standby(incident: Incident, update: Update, policy: Policy, asked: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the standby still to ask, one after another: who wrote none of it, may know of it, is not asked anyhow.

    `asked`: user ids of those of them who were asked already. The commander is told when the first of them is asked.
    """
    others = {*asked, *update.authors, *_answered(update), incident.roles.get(Role.COMMANDER, "")}
    others |= set(askable(incident, update, policy))
    listed = dict.fromkeys(policy.at(incident.severity).standby)
    return tuple(user for user in listed if user not in others and sees(incident, user))


def standby_wait(policy: Policy) -> timedelta:
    """Return how long one of the standby has to answer before the next is asked: as long as after the last reminder."""
    last = max(policy.reminders, default=timedelta(0))
    return max(policy.escalation - last, SHORTEST_WAIT)
