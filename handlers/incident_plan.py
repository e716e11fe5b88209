"""The plan, part by part: what was decided in peacetime, where people are. It changes nothing.

In an incident's channel its severity is marked, and words can be begun from a risk; anywhere else the plan is the same.
"""

from bot.domain.incident import Incident
from bot.ports import Services
from bot.slack.views import forms
from bot.slack.views import plan as views
from handlers.answer import Answer, Open, Replace
from handlers.grammar import Command
from handlers.incident_pick import meant
from handlers.said import Said
from handlers.update_shown import shown


async def show(services: Services, said: Said, command: Command) -> Answer:
    """Open the plan at its first part."""
    return Open(views.plan(services.plan, await meant(services, said, command.number)))


async def show_outlets(services: Services, said: Said, command: Command) -> Answer:
    """Open the plan at the table of outlets."""
    return Open(views.plan(services.plan, await meant(services, said, command.number), views.OUTLETS))


async def pressed(services: Services, said: Said) -> Answer:
    """Open the plan from a button."""
    return shown(said, views.plan(services.plan, await _about(services, said)))


async def chosen(services: Services, said: Said) -> Answer:
    """Show another part in place of this one."""
    return Replace(views.plan(services.plan, await _about(services, said), said.value))


async def turned(services: Services, said: Said) -> Answer:
    """Show another page in place of this one."""
    part, page = views.turned(said.value)
    return Replace(views.plan(services.plan, await _about(services, said), part, page))


async def _about(services: Services, said: Said) -> Incident | None:
    """Return the incident that a button or the modal names; none is no mistake here."""
    ids = forms.unpack(said.value) or forms.carried(said.view)
    return await services.incidents.load(ids["incident"]) if ids.get("incident") else None


ACTIONS = {"plan_open": pressed, views.CHOOSE: chosen, "plan_page": turned}
