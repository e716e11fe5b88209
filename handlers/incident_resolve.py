"""The end: one click where customers were told nothing; else the restored notice, or a reason for none."""

from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Incident
from bot.ports import Services
from bot.slack.views import incident_change as views
from bot.usecases import incidents
from handlers.answer import Answer, Open, Say
from handlers.grammar import Command
from handlers.incident_pick import ask, changeable, closing, pressed
from handlers.said import Said
from handlers.update_draft import open_draft


async def resolve(services: Services, said: Said, command: Command) -> Answer:
    """Ask how it ends."""
    incident = await changeable(services, said, command.number)
    return _how(incident) if incident else await ask(services, command, "resolve it")


async def asked(services: Services, said: Said) -> Answer:
    """Ask how it ends, from a button."""
    return _how(await pressed(services, said))


async def ended_quietly(services: Services, said: Said) -> Answer:
    """End it; nothing had been published."""
    return await _end(services, said, EndKind.QUIET)


async def false_alarm(services: Services, said: Said) -> Answer:
    """End it as a false alarm; nothing had been published."""
    return await _end(services, said, EndKind.FALSE_ALARM)


async def waived(services: Services, said: Said) -> Answer:
    """End it without a restored notice, for a reason."""
    incident, reason = await pressed(services, said), views.parse_reason(said.view)
    done = await incidents.end(services, incident.id, EndKind.WAIVED, said.by, said.operation, reason)
    return Say(views.ended(done))


async def draft(services: Services, said: Said) -> Answer:
    """Draft the restored notice; also of one that is over, where customers were not told yet."""
    return await open_draft(services, said, await closing(services, said), Stage.RESOLVED.value)


async def _end(services: Services, said: Said, kind: EndKind) -> Answer:
    incident = await pressed(services, said)
    if incident.told_customers:  # the button was drawn before something was published
        return _how(incident)
    done = await incidents.end(services, incident.id, kind, said.by, said.operation)
    return Say(views.ended(done))


def _how(incident: Incident) -> Answer:
    return Open(views.end_form(incident)) if incident.told_customers else Say(views.end_question(incident))


ACTIONS = {
    "incident_resolve": asked,
    "resolve_now": ended_quietly,
    "resolve_false_alarm": false_alarm,
    "resolve_draft": draft,
}
SUBMISSIONS = {views.WAIVE_CALLBACK: waived}
