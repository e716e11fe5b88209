"""Declaring an incident: from the form, in one line, or after a question; and joining one instead.

It refuses to open an incident from words that may have been meant otherwise: those are asked about first.
"""

from dataclasses import replace

from bot.domain import lifecycle, triage
from bot.domain.incident import Incident, Severity
from bot.ports import Services
from bot.slack.views import forms, incident_ask
from bot.slack.views import incident as views
from bot.slack.views.incident import Intent
from bot.slack.views.quoting import carried_quote
from bot.slack.views.triage import carried_replies
from bot.usecases import incidents
from bot.usecases.people import insider
from handlers.answer import Answer, Open, Say
from handlers.grammar import Command, Verb
from handlers.other_words import unasked
from handlers.said import Said
from handlers.spelling import labelled, spell


async def open_form(services: Services, said: Said, command: Command) -> Answer:
    """Open the form, with what was said filled in."""
    await insider(services, said.by)
    if command.severity and (asked := await _ask_here(services, said, command)):
        return asked
    view = views.declare_form(
        await recent(services),
        said_in=said.channel,
        severity=command.severity,
        users=command.users,
        private=command.private,
        means=services.plan.means(),
    )
    return Open(view)


async def declare(services: Services, said: Said, command: Command) -> Answer:
    """Declare at once, or ask for the severity first."""
    intent = _intent(said, command)
    views.fitting_title(intent.title)
    if intent.severity and (asked := await _ask_here(services, said, command)):
        return asked
    if intent.severity is None:
        return Say(views.severity_question(intent, await recent(services), services.plan.means()))
    return await _declare(services, said, intent)


async def ask_first(services: Services, said: Said, command: Command) -> Answer:
    """Ask what was meant."""
    guesses = [incident_ask.Guess(labelled(g), spell(g)) for g in command.guesses]
    known = await recent(services)
    return Say(incident_ask.did_you_mean(guesses, command.why, _intent(said, command), known))


async def _ask_here(services: Services, said: Said, command: Command) -> Answer | None:
    """Ask before another incident is declared out of an open one's channel: its severity may be what is meant.

    Whoever says "declare", or "--private", is sure. None: nothing is to be asked.
    """
    sure = command.private or unasked(said.text.strip()).lower().startswith(("declare ", "new: ", "new incident"))
    if sure:
        return None
    here = await services.incidents.in_channel(said.channel) if said.channel else None
    if here is None or not here.open:
        return None
    ranked = Command(verb=Verb.SEVERITY, severity=command.severity)
    guesses = () if command.severity is here.severity else (ranked,)
    why = f"This is the channel of {here.name}, {here.severity}."
    return await ask_first(services, said, replace(command, verb=Verb.ASK, guesses=guesses, why=why))


async def declared_as(services: Services, said: Said) -> Answer:
    """Declare what waited for a click, under the operation of the act that began it: two clicks declare once."""
    return await _declare(services, said, views.intent(said.value))


async def declare_asked(services: Services, said: Said) -> Answer:
    """Declaring was meant after all: ask for the severity."""
    intent = views.intent(said.value)
    views.fitting_title(intent.title)
    return Say(views.severity_question(intent, await recent(services), services.plan.means()), replace=True)


async def submitted(services: Services, said: Said) -> Answer:
    """Declare from the form."""
    declaration = views.parse_declaration(said.view)
    before = await recent(services)
    because = _answered(services, said, declaration.severity)
    incident = await incidents.declare(
        services, declaration, said.by, said.operation, said.response_url, carried_quote(said.view), because
    )
    return Say(views.declared(incident, _others(before, incident)))


async def join(services: Services, said: Said) -> Answer:
    """Bring the person into an open incident's channel."""
    incident_id = forms.unpack(said.value).get("incident", "")
    return Say(views.joined(await incidents.join(services, incident_id, said.by, said.operation)))


async def shortcut(services: Services, said: Said) -> Answer:
    """Open the form from a shortcut: slash commands do not work inside threads (slack_facts)."""
    await insider(services, said.by)
    return Open(views.declare_form(await recent(services), said_in=said.channel, means=services.plan.means()))


async def _declare(services: Services, said: Said, intent: Intent) -> Answer:
    before = await recent(services)
    declaration, operation = views.declaration(intent, said.channel), intent.operation or said.operation
    incident = await incidents.declare(services, declaration, said.by, operation, said.response_url)
    left_over = intent.users[len(views.MENTIONED_AS) :]
    return Say(views.declared(incident, _others(before, incident), left_over), replace=bool(said.value))


def _answered(services: Services, said: Said, chosen: Severity) -> str:
    """Return what the timeline says of the questions that were answered before, "" if none were to the end."""
    criteria, (replies, edition) = services.plan.criteria, carried_replies(said.view)
    if replies and edition != triage.edition(criteria):
        return "Is it an incident? The questions were answered, but the plan's have changed since."
    return triage.account(criteria, replies, chosen)


def _intent(said: Said, command: Command) -> Intent:
    return Intent(
        title=command.title,
        severity=command.severity,
        users=command.users,
        operation=said.operation,
        private=command.private,
    )


def _others(before: tuple[Incident, ...], incident: Incident) -> tuple[Incident, ...]:
    return tuple(i for i in before if i.id != incident.id)


async def recent(services: Services) -> tuple[Incident, ...]:
    """Return the open incidents of the last hour, as many as are offered and a few more."""
    # One more than is offered, to say that there are more, and one because the new one may be among them.
    found = await services.incidents.open(views.MOST_OFFERED + 2)
    return lifecycle.recent(found, services.clock.now())


ACTIONS = {"incident_declare_as": declared_as, "incident_declare_ask": declare_asked, "incident_join": join}
SUBMISSIONS = {views.CALLBACK: submitted}
SHORTCUTS = {views.CALLBACK: shortcut}
