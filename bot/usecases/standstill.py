"""Verbs of a standstill: every open incident's cards say that nothing is published, and that it is over."""

from bot.domain.lifecycle import redraw
from bot.ports import Services


async def redraw_all(services: Services) -> None:
    """Have the cards of all open incidents drawn anew. Raises StorageDown, StorageFull."""
    now = services.clock.now()
    for incident in await services.incidents.open():
        await services.jobs.add(redraw(incident.id, now))
