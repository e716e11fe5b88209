"""What somebody does with a message: add it to a timeline, draft an update from it, or declare an incident from it.

In an incident's channel, and in the thread of its announcement, it is clear which one is meant; elsewhere it is asked.
It refuses guests, and to guess.
"""

from bot.domain.incident import Incident
from bot.domain.noting import Quote, heard
from bot.domain.update import MessageRef
from bot.ports import Services
from bot.slack.views import incident as declaring
from bot.slack.views import incident_ask, quoting
from bot.slack.views.quoting import Then
from bot.usecases import timeline, updates
from bot.usecases.people import insider
from handlers.answer import Answer, Open, Replace, Say
from handlers.incident_declare import recent
from handlers.incident_pick import meant
from handlers.said import Said
from handlers.update_draft import open_quoting


async def add_to_timeline(services: Services, said: Said) -> Answer:
    """Put the message into the timeline."""
    return await _then(services, said, Then.NOTE)


async def draft_from(services: Services, said: Said) -> Answer:
    """Open the drafting form with the message's words."""
    return await _then(services, said, Then.DRAFT)


async def declare_from(services: Services, said: Said) -> Answer:
    """Open the declaration's form with the message's words; of words said in private, as a private one at first."""
    found, here, means = pointed_at(said), await services.incidents.in_channel(said.channel), services.plan.means()
    private = here is not None and here.private
    return Open(
        declaring.declare_form(await recent(services), said_in=said.channel, quoted=found, private=private, means=means)
    )


async def chosen(services: Services, said: Said) -> Answer:
    """Go on with the incident that was chosen."""
    incident_id, found, then = quoting.parse(said.view)
    return await _with(services, said, await updates.loaded(services, incident_id), found, then)


def pointed_at(said: Said) -> Quote:
    """Return the message that a shortcut was used on. Raises Refusal if it is none."""
    ts, author, text = (said.message.get(name) for name in ("ts", "user", "text"))
    ref = MessageRef(channel=said.channel, ts=ts if isinstance(ts, str) else "")
    return heard(ref, author if isinstance(author, str) else "", text if isinstance(text, str) else "")


async def _then(services: Services, said: Said, then: Then) -> Answer:
    await insider(services, said.by)
    found = pointed_at(said)
    incident = await meant(services, said)
    if incident is not None:
        return await _with(services, said, incident, found, then)
    others = await services.incidents.open()
    return Open(quoting.which_incident(others, found, then)) if others else Say(incident_ask.none_open())


async def _with(services: Services, said: Said, incident: Incident, found: Quote, then: Then) -> Answer:
    if then is Then.DRAFT:
        answer = await open_quoting(services, said, incident, found)
        return Replace(answer.view) if said.view and isinstance(answer, Open) else answer
    done = await timeline.note(services, incident.id, found, said.by)
    return Say(quoting.noted(done.incident, done.repeated))


SHORTCUTS = {"message_note": add_to_timeline, "message_draft": draft_from, "message_declare": declare_from}
SUBMISSIONS = {quoting.CALLBACK: chosen}
