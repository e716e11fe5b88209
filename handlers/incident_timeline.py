"""The timeline, page by page. It changes nothing, so a lone open incident is taken without asking."""

from bot.ports import Services
from bot.slack.views import timeline as views
from handlers.answer import Answer, Open, Replace
from handlers.grammar import Command, Verb
from handlers.incident_pick import ask, meant, only
from handlers.said import Said

TIMELINE = Command(verb=Verb.TIMELINE)


async def show(services: Services, said: Said, command: Command) -> Answer:
    """Open the newest page."""
    incident = await meant(services, said, command.number) or await only(services)
    if incident is None:
        return await ask(services, command, "read its timeline")
    return Open(views.timeline(incident, await services.incidents.timeline(incident.id)))


async def pressed(services: Services, said: Said) -> Answer:
    """Open the newest page from the card."""
    return await show(services, said, TIMELINE)


async def turned(services: Services, said: Said) -> Answer:
    """Show another page in place of this one."""
    incident = await meant(services, said)
    if incident is None:
        return await pressed(services, said)
    entries = await services.incidents.timeline(incident.id)
    return Replace(views.timeline(incident, entries, views.page(said.value)))


ACTIONS = {"incident_timeline": pressed, "timeline_page": turned}
