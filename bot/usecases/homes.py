"""Home tabs: drawn from state, for people who opened theirs lately, and again when something changes.

A burst of changes is one drawing for each person, and the more people look, the less often: all together stay under
Slack's 100 a minute (tier 4). It refuses guests and people from other companies: drafts and incidents are not theirs.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.approvers import awaited
from bot.domain.departures import roles_of
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.people import Caller
from bot.domain.permissions import Act, may_here
from bot.ports import ChatRefused, Desk, Held, Services
from bot.usecases.people import acting
from bot.usecases.sight import as_seen_by

LATELY = timedelta(hours=24)
# In seconds: the shortest time between two drawings, and what each onlooker adds to it (80 drawings a minute in all).
_SHORTEST = 5.0
_EACH = 0.75


async def opened(services: Services, by: Caller) -> None:
    """Remember that somebody looks, and draw what they see. Raises the storage's errors."""
    await services.people.looked(by.user_id, services.clock.now())
    await services.jobs.add(_drawing(by.user_id, None))


async def changed(services: Services) -> None:
    """Have every tab that was opened lately drawn soon. Raises the storage's errors."""
    now = services.clock.now()
    onlookers = await services.people.onlookers(now - LATELY)
    period = max(_SHORTEST, _EACH * len(onlookers))
    due = datetime.fromtimestamp((now.timestamp() // period + 1) * period, tz=UTC)
    await asyncio.gather(*(services.jobs.add(_drawing(user, due)) for user in onlookers))


async def changed_for(services: Services, user_id: str) -> None:
    """Have one person's tab drawn soon, if they opened it lately. Raises the storage's errors."""
    now = services.clock.now()
    if user_id in await services.people.onlookers(now - LATELY):
        await services.jobs.add(_drawing(user_id, now))


async def redraw(services: Services, held: Held) -> None:
    """Draw one person's tab. Raises ChatUnavailable, ChatUnknown."""
    user = held.job.args["user"]
    person = await acting(services, Caller(user))
    if not may_here(Act.LOOK, person):
        return
    found, policy = await as_seen_by(services, user).incidents.open(), services.policy
    mine = [(i, u) for i in found for u in i.waiting() if awaited(i, u, user, policy)]
    desk = await _desk(services, user, found)
    try:
        await services.chat.show_home(user, services.screens.home(user, found, mine, services.clock.now(), desk))
    except ChatRefused:
        return  # the tab is switched off, or the person is gone: nothing hangs on it


async def _desk(services: Services, user: str, found: Sequence[Incident]) -> Desk:
    following, kept = await services.subscriptions.get(user), await services.secrets.get(user)
    followed = tuple(i for i in found if i.id in following.incidents)
    needs = user in services.policy.approvers or any(roles_of(i, user) for i in found)
    return Desk(following=following, followed=followed, secretless=needs and kept is None)


def _drawing(user: str, due: datetime | None) -> Job:
    return Job(id=f"home:{user}", kind=JobKind.REDRAW_HOME, args={"user": user}, due=due)
