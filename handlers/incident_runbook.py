"""The runbook: its steps shown, ticked off, asked for, approved, and taken back.

What is pressed in the channel is drawn there; what is pressed in the modal is drawn in the modal as well.
"""

from bot.domain import ticking
from bot.domain.incident import Incident, Listing
from bot.ports import Services
from bot.slack.views import runbook as views
from bot.usecases import lists, runbooks, updates
from handlers.answer import Answer, Done, Open, Replace
from handlers.grammar import Command
from handlers.incident_pick import ask, meant
from handlers.said import Said


async def show(services: Services, said: Said, command: Command) -> Answer:
    """Open all steps, and have the message posted where it is not there yet."""
    incident = await meant(services, said, command.number)
    if incident is None:
        return await ask(services, command, "see its steps")
    await lists.order(services, incident, Listing.RUNBOOK, said.operation)
    return Open(views.all_steps(incident, ticking.books_of(incident, services.plan)))


async def pressed(services: Services, said: Said) -> Answer:
    """Open all steps from a button."""
    incident = await _named(services, said)
    return Open(views.all_steps(incident, ticking.books_of(incident, services.plan)))


async def chosen(services: Services, said: Said) -> Answer:
    """Show another runbook in place of this one."""
    incident = await _named(services, said)
    books = ticking.books_of(incident, services.plan)
    return Replace(views.all_steps(incident, books, views.chosen_book(said.value)))


async def tick(services: Services, said: Said) -> Answer:
    """Tick a step off."""
    aim = views.aimed(said.value, said.view)
    done = await runbooks.tick(services, aim.incident_id, aim.book, aim.step, said.by, said.operation)
    return _drawn(services, said, done, aim)


async def request(services: Services, said: Said) -> Answer:
    """Ask somebody else to approve a step."""
    aim = views.aimed(said.value, said.view)
    asked = await runbooks.ask(services, aim.incident_id, aim.book, aim.step, said.by, said.operation)
    return _drawn(services, said, asked, aim)


async def approve(services: Services, said: Said) -> Answer:
    """Approve a step."""
    aim = views.aimed(said.value, said.view)
    done = await runbooks.approve(services, aim.incident_id, aim.book, aim.step, said.by, said.operation, aim.words)
    return _drawn(services, said, done, aim)


async def ask_why(services: Services, said: Said) -> Answer:
    """Ask why a step is not done after all."""
    incident, aim = await _named(services, said), views.aimed(said.value, said.view)
    return Open(views.untick_form(incident, aim, ticking.step_of(services.plan, aim.book, aim.step).do))


async def untick(services: Services, said: Said) -> Answer:
    """Take a tick back."""
    aim, reason = views.aimed("", said.view), views.parse_reason(said.view)
    await runbooks.untick(services, aim.incident_id, aim.book, aim.step, said.by, said.operation, reason)
    return Done()


async def _named(services: Services, said: Said) -> Incident:
    return await updates.loaded(services, views.aimed(said.value, said.view).incident_id)


def _drawn(services: Services, said: Said, incident: Incident, aim: views.Aim) -> Answer:
    if not said.view:
        return Done()
    books = ticking.books_of(incident, services.plan)
    return Replace(views.all_steps(incident, books, views.place_of(books, aim.book)))


ACTIONS = {
    "runbook_all": pressed,
    views.CHOOSE: chosen,
    "runbook_tick": tick,
    "runbook_ask": request,
    "runbook_approve": approve,
    "runbook_untick": ask_why,
}
SUBMISSIONS = {views.CALLBACK: untick}
