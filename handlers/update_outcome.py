"""After the approval: stop what has not left, and decide about recipients of whom nobody knows.

It refuses to guess: who pressed decides, and the timeline names them.
"""

from bot.ports import Services
from bot.slack.views import decisions
from bot.slack.views.choices import aimed
from bot.usecases import updates
from handlers.answer import Answer, Done, Say
from handlers.said import Said


async def stop(services: Services, said: Said) -> Answer:
    """Stop it, and say what had left."""
    aim = aimed(said.value)
    incident = await updates.stop(services, aim.incident_id, aim.update_id, said.by, said.operation)
    return Say(decisions.stopped(incident, incident.update(aim.update_id)))


async def arrived(services: Services, said: Said) -> Answer:
    """Record that what was unknown did arrive."""
    return await _decide(services, said, arrived=True)


async def again(services: Services, said: Said) -> Answer:
    """Send once more to those of whom nobody knows."""
    return await _decide(services, said, arrived=False)


async def opened(services: Services, said: Said) -> Answer:
    """Slack has opened the link itself and only wants to hear that it was pressed."""
    return Done()


async def _decide(services: Services, said: Said, *, arrived: bool) -> Answer:
    aim = aimed(said.value)
    await updates.decide_unknown(
        services, aim.incident_id, aim.update_id, aim.outlet, arrived, said.by, said.operation, aim.round
    )
    return Done()


ACTIONS = {
    "update_stop": stop,
    "unknown_arrived": arrived,
    "unknown_again": again,
    "update_open": opened,
}
