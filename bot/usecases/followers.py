"""Verbs of a follower: follow and unfollow an incident, a severity or everything; see what one follows.

What is answered is durable. Guests and people from outside are refused before anything is looked up.
"""

from collections.abc import Callable

from bot.domain import subscription
from bot.domain.incident import Incident, Severity
from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.domain.subscription import Following
from bot.ports import Services
from bot.usecases import homes
from bot.usecases.people import acting

Turn = Callable[[Following], Following]


async def follow(services: Services, incident_id: str, by: Caller) -> Incident:
    """Follow one incident. Raises Refusal and the storage's errors."""
    incident = await _incident(services, incident_id)
    await _turn(services, by, subscription.follow(incident.id))
    return incident


async def unfollow(services: Services, incident_id: str, by: Caller) -> Incident:
    """Leave one incident. Raises as `follow`."""
    incident = await _incident(services, incident_id)
    await _written(services, by, subscription.unfollow(incident.id))
    return incident


async def follow_many(services: Services, severity: Severity | None, by: Caller) -> Following:
    """Follow a severity, or everything if it is None. Raises as `follow`."""
    turn = subscription.follow_severity(severity) if severity else subscription.follow_everything
    return await _turn(services, by, turn)


async def unfollow_many(services: Services, severity: Severity | None, by: Caller) -> Following:
    """Stop following a severity, or everything if it is None. Raises as `follow`."""
    turn = subscription.unfollow_severity(severity) if severity else subscription.unfollow_everything
    return await _written(services, by, turn)


async def following(services: Services, by: Caller) -> tuple[Following, tuple[Incident, ...]]:
    """Return what somebody follows, and the open incidents followed one by one, newest first."""
    found = await services.subscriptions.get(by.user_id)
    still_open = await services.incidents.open() if found.incidents else ()
    return found, tuple(i for i in still_open if i.id in found.incidents)


async def _turn(services: Services, by: Caller, turn: Turn) -> Following:
    subscription.require_follower(await acting(services, by))
    return await _written(services, by, turn)


async def _written(services: Services, by: Caller, turn: Turn) -> Following:
    done = await services.subscriptions.amend(by.user_id, turn)
    await homes.changed_for(services, by.user_id)
    return done


async def _incident(services: Services, incident_id: str) -> Incident:
    incident = await services.incidents.load(incident_id)
    if incident is None:
        raise Refusal("no_such_incident", "There is no such incident. Run `/incident list` to see the open ones.")
    return incident
