"""Who may approve in an incident, who is asked first, and who when nobody answers.

It refuses to say who may approve *this* text: its authors never do, and `approval` judges that.
"""

from dataclasses import replace

from bot.domain.incident import Incident, Role
from bot.domain.permissions import Act, holders
from bot.domain.policy import Policy
from bot.domain.privacy import sees
from bot.domain.update import Update


def approvers(incident: Incident, policy: Policy) -> frozenset[str]:
    """Return the user ids that may approve in this incident, authors included; of a private one, only who sees it."""
    return holders(Act.APPROVE, incident, policy)


def askable(incident: Incident, update: Update, policy: Policy) -> tuple[str, ...]:
    """Return who is asked to approve this update: the approvers who wrote none of it, sorted; not yet the standby."""
    named = approvers(incident, replace(policy.at(incident.severity), standby=(), by_severity={}))
    return tuple(sorted(named - update.authors))


def fallback(incident: Incident, update: Update, policy: Policy) -> tuple[str, ...]:
    """Return who is told when nobody has answered: the commander, then the standby who wrote none of it, in order."""
    people = (incident.roles.get(Role.COMMANDER), *policy.at(incident.severity).standby)
    who = (user for user in people if user and sees(incident, user))
    return tuple(user for user in dict.fromkeys(who) if user == people[0] or user not in update.authors)
