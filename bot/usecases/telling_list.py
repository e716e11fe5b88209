"""Who hears a telling: the list that is frozen when it begins, and what each of them has heard before."""

from collections import defaultdict
from collections.abc import Sequence

from bot.domain import spreading
from bot.domain.incident import Incident
from bot.domain.subscription import followers
from bot.domain.telling import Telling
from bot.domain.update import Outcome
from bot.ports import Services

# The followers' place in the ledger, where an outlet's name stands otherwise.
LEDGER = "followers"
# Earlier tellings, newest first, each with those who have it or may have it.
Before = Sequence[tuple[Telling, frozenset[str]]]


async def frozen(services: Services, incident: Incident, telling_id: str, before: Before) -> Incident:
    """Fix who hears it. Here and not in the commit that tells of it: outcomes are recorded even when Redis is full."""
    if spreading.find(incident, telling_id).followers:
        return incident
    heard = defaultdict[str, set[str]](set)
    for earlier, have in before:
        for user in have:
            heard[user].add(earlier.severity)
    users, now = followers(incident, await services.subscriptions.everybody(), heard), services.clock.now()
    done = await services.incidents.amend(
        "", incident.id, lambda found: spreading.freeze(found, telling_id, users, now)
    )
    return done.incident


async def heard_before(
    services: Services, incident: Incident, telling: Telling
) -> list[tuple[Telling, frozenset[str]]]:
    """Return the earlier tellings, newest first, with those who have them or may have them."""
    found = []
    for earlier in reversed(incident.tellings[: telling.number - 1]):
        if earlier.followers:
            known = await services.attempts.read(earlier.id, LEDGER)
            have = frozenset(user for user, a in known.items() if a.outcome in (Outcome.DELIVERED, Outcome.UNKNOWN))
            found.append((earlier, have))
    return found
