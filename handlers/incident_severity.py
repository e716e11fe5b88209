"""The severity: changed by a command or the form."""

from bot.ports import Services
from bot.slack.views import incident_change as views
from bot.usecases import incidents
from handlers.answer import Answer, Open, Say
from handlers.grammar import Command
from handlers.incident_pick import ask, changeable, pressed
from handlers.said import Said


async def severity(services: Services, said: Said, command: Command) -> Answer:
    """Change the severity; without one, open the form."""
    incident = await changeable(services, said, command.number)
    if incident is None:
        return await ask(services, command, "change the severity")
    if command.severity is None:
        return Open(views.severity_form(incident, services.plan.means()))
    changed = await incidents.set_severity(services, incident.id, command.severity, said.by, said.operation)
    return Say(views.severity_changed(changed, services.plan.means()))


async def open_form(services: Services, said: Said) -> Answer:
    """Open the form from the card."""
    return Open(views.severity_form(await pressed(services, said), services.plan.means()))


async def submitted(services: Services, said: Said) -> Answer:
    """Change the severity from the form."""
    incident = await pressed(services, said)
    wanted = views.parse_severity(said.view)
    changed = await incidents.set_severity(services, incident.id, wanted, said.by, said.operation)
    return Say(views.severity_changed(changed, services.plan.means()))


ACTIONS = {"incident_severity": open_form}
SUBMISSIONS = {views.SEVERITY_CALLBACK: submitted}
