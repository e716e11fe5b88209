"""Verbs of a follower: follow and unfollow an incident, a severity or everything; see what one follows.

A user group follows as those who are in it now, each by themselves, so that each can leave. What is answered is
durable. Guests and people from outside are refused before anything is looked up, and left out of a group.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain import subscription
from bot.domain.incident import Incident, Severity
from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.domain.subscription import Following
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown, Services, StorageDown, StorageFull, Unsure
from bot.usecases import homes
from bot.usecases.people import acting
from bot.usecases.updates import loaded

Turn = Callable[[Following], Following]
# Slack allows 3 s for the whole answer; who the members are must be known before anything can be said.
_GROUP_SECONDS = 1.5
# What is served in minutes within Slack's limits (issue 3); a larger group is most likely everybody.
MOST_MEMBERS = 1_000
_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What became of a group that was to follow: user ids of those who follow now, and those who cannot."""

    now: tuple[str, ...]
    left_out: tuple[str, ...]


async def follow(services: Services, incident_id: str, by: Caller) -> Incident:
    """Follow one incident. Raises Refusal and the storage's errors."""
    incident = await loaded(services, incident_id)
    await _turn(services, by, subscription.follow(incident.id))
    return incident


async def unfollow(services: Services, incident_id: str, by: Caller) -> Incident | None:
    """Leave one incident, also one that has become private since: then return None. Raises the storage's errors."""
    await _written(services, by, subscription.unfollow(incident_id))
    return await services.incidents.load(incident_id)


async def follow_many(services: Services, severity: Severity | None, by: Caller) -> Following:
    """Follow a severity, or everything if it is None. Raises as `follow`."""
    turn = subscription.follow_severity(severity) if severity else subscription.follow_everything
    return await _turn(services, by, turn)


async def follow_as_group(services: Services, group_id: str, what: Incident | Severity | None, by: Caller) -> Joined:
    """Have the members of a user group follow an incident, a severity, or everything if `what` is None.

    Raises Refusal (also when Slack does not say who they are, and nothing was done) and the storage's errors.
    """
    subscription.require_follower(await acting(services, by))
    members = await _members(services, group_id)
    turn: Turn = subscription.follow_everything
    if isinstance(what, Incident):
        turn = subscription.follow(what.id)
    elif what is not None:
        turn = subscription.follow_severity(what)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def join(user: str) -> bool:
        async with gate:
            try:
                await _turn(services, Caller(user), turn)
            except Refusal:
                return False
            except (StorageDown, StorageFull) as trouble:  # others of the group may follow already
                raise Unsure(str(trouble)) from trouble
            return True

    joined = list(zip(members, await asyncio.gather(*map(join, members)), strict=True))
    return Joined(
        now=tuple(user for user, follows in joined if follows),
        left_out=tuple(user for user, follows in joined if not follows),
    )


async def unfollow_many(services: Services, severity: Severity | None, by: Caller) -> Following:
    """Stop following a severity, or everything if it is None. Raises as `follow`."""
    turn = subscription.unfollow_severity(severity) if severity else subscription.unfollow_everything
    return await _written(services, by, turn)


async def unfollow_all(services: Services, by: Caller) -> Following:
    """Stop following anything at all. Raises as `follow`."""
    return await _written(services, by, subscription.unfollow_all)


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
    # It is durable: a home tab that is drawn late must not have anybody told that it may not be.
    with contextlib.suppress(StorageDown, StorageFull):
        await homes.changed_for(services, by.user_id)
    return done


async def _members(services: Services, group_id: str) -> tuple[str, ...]:
    try:
        members = tuple(dict.fromkeys(await services.chat.group(group_id, _GROUP_SECONDS)))
    except ChatRefused as refused:
        why = "Clarion may not read user groups here: it lacks the scope usergroups:read."
        if refused.code != "missing_scope":
            why = f"Slack did not say who is in that group ({refused.code})."
        raise Refusal("group_unread", f"{why} Nobody was added. Each can follow with `/incident follow`.") from None
    except (ChatUnavailable, ChatUnknown):
        raise Refusal(
            "group_unread", "Slack did not say in time who is in that group. Nobody was added. Try again in a moment."
        ) from None
    if len(members) > MOST_MEMBERS:
        raise Refusal(
            "group_too_large",
            f"That group has {len(members):,} members, and {MOST_MEMBERS:,} is the most that can follow as one. "
            "Nobody was added. Name a smaller group.",
        )
    return members
