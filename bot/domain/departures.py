"""Somebody's Slack account is deactivated: what they held is open again, and a missing approver is told of.

Whoever can pass the role on is told, and a role that the severity needs is searched for, as any open one
(`searching.after`). It refuses to pick the next one by itself: somebody is given it, or says yes (failure model 24).
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.approvers import approvers
from bot.domain.change import Change
from bot.domain.incident import ROLE_NAMES, Incident, Role
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import redraw
from bot.domain.policy import Policy
from bot.domain.privacy import seen_by
from bot.domain.searching import search_id
from bot.domain.timeline import Entry, EntryKind


def depart(incident: Incident, user: str, policy: Policy, now: datetime) -> Change:
    """Return the incident with what they held open, or unchanged if it does not miss this person.

    What has to be searched for is begun by `searching.after`; a search that was on already need not wait for them.
    """
    roles = roles_of(incident, user)
    if not incident.open or not (roles or user in approvers(incident, policy)):
        return Change(incident)
    was = ", ".join(ROLE_NAMES[role].lower() for role in roles) or "approver"
    entry = Entry(at=now, kind=EntryKind.ROLE, actor="", text=f"The Slack account of <@{user}> ({was}) is deactivated")
    tell = Job(
        id=f"departed:{incident.id}:{user}",
        kind=JobKind.TELL_DEPARTURE,
        incident_id=incident.id,
        args={"user": user, "roles": " ".join(roles)},
    )
    left = {role: who for role, who in incident.roles.items() if who != user}
    missing = replace(incident, roles=left, accepted=incident.accepted - set(roles))
    hurry = tuple(search_id(incident.id, r, incident.searches[r].since) for r in roles if r in incident.searches)
    return Change(missing, (entry,), (tell, redraw(incident.id, now)), hurry=hurry)


def roles_of(incident: Incident, user: str) -> tuple[Role, ...]:
    """Return the roles that somebody holds."""
    return tuple(role for role in Role if incident.roles.get(role) == user)


def whom_to_tell(incident: Incident, gone: str, policy: Policy) -> tuple[str, ...]:
    """Return who can pass the role on, best first: the commander, the other leads, whoever declared, the approvers."""
    roles = (Role.COMMANDER, Role.COMMUNICATIONS, Role.SUPPORT, Role.SCRIBE)
    people = (*(incident.roles.get(role) for role in roles), incident.declared_by, *sorted(policy.approvers))
    return seen_by(incident, tuple(dict.fromkeys(user for user in people if user and user != gone)))
