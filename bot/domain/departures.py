"""Somebody's Slack account is deactivated: who held a role or may approve is missed, and the role is passed on.

It refuses to pick the next one by itself: the commander is told and decides (failure model 24).
"""

from datetime import datetime

from bot.domain.approval import approvers
from bot.domain.change import Change
from bot.domain.incident import ROLE_NAMES, Incident, Role
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import redraw
from bot.domain.policy import Policy
from bot.domain.privacy import seen_by
from bot.domain.timeline import Entry, EntryKind


def depart(incident: Incident, user: str, policy: Policy, now: datetime) -> Change:
    """Return the incident with the departure written down, or unchanged if it does not miss this person."""
    roles = roles_of(incident, user)
    if not incident.open or not (roles or user in approvers(incident, policy)):
        return Change(incident)
    was = ", ".join(ROLE_NAMES[role].lower() for role in roles) or "approver"
    entry = Entry(at=now, kind=EntryKind.ROLE, actor="", text=f"The Slack account of <@{user}> ({was}) is deactivated")
    tell = Job(
        id=f"departed:{incident.id}:{user}",
        kind=JobKind.TELL_DEPARTURE,
        incident_id=incident.id,
        args={"user": user},
    )
    return Change(incident, (entry,), (tell, redraw(incident.id, now)))


def roles_of(incident: Incident, user: str) -> tuple[Role, ...]:
    """Return the roles that somebody holds."""
    return tuple(role for role in Role if incident.roles.get(role) == user)


def whom_to_tell(incident: Incident, gone: str, policy: Policy) -> tuple[str, ...]:
    """Return who can pass the role on, best first: the commander, the other leads, whoever declared, the approvers."""
    roles = (Role.COMMANDER, Role.COMMUNICATIONS, Role.SUPPORT, Role.SCRIBE)
    people = (*(incident.roles.get(role) for role in roles), incident.declared_by, *sorted(policy.approvers))
    return seen_by(incident, tuple(dict.fromkeys(user for user in people if user and user != gone)))
