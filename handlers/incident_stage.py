"""The stage: changed by a command or the form; afterwards a draft for customers is one click away."""

from bot.ports import Services
from bot.slack.views import incident_change as views
from bot.usecases import incidents
from handlers.answer import Answer, Open, Say
from handlers.grammar import Command
from handlers.incident_pick import ask, changeable, pressed
from handlers.said import Said


async def stage(services: Services, said: Said, command: Command) -> Answer:
    """Change the stage; without one, open the form."""
    incident = await changeable(services, said, command.number)
    if incident is None:
        return await ask(services, command, "change the stage")
    if command.stage is None:
        return Open(views.stage_form(incident))
    changed = await incidents.set_stage(services, incident.id, command.stage, said.by, said.operation)
    return Say(views.stage_changed(changed))


async def open_form(services: Services, said: Said) -> Answer:
    """Open the form from the card."""
    return Open(views.stage_form(await pressed(services, said)))


async def submitted(services: Services, said: Said) -> Answer:
    """Change the stage from the form."""
    incident = await pressed(services, said)
    wanted = views.parse_stage(said.view)
    return Say(views.stage_changed(await incidents.set_stage(services, incident.id, wanted, said.by, said.operation)))


ACTIONS = {"incident_stage": open_form}
SUBMISSIONS = {views.STAGE_CALLBACK: submitted}
