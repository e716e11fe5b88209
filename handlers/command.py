"""The slash command: its words are parsed once, and the conversation of the verb answers.

It refuses to do anything itself. Buttons that say a command again ("did you mean", "this one") come back here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.ports import Services
from handlers import (
    incident_check,
    incident_declare,
    incident_follow,
    incident_list,
    incident_parties,
    incident_pick,
    incident_plan,
    incident_resolve,
    incident_role,
    incident_runbook,
    incident_secret,
    incident_severity,
    incident_stage,
    incident_ticket,
    incident_timeline,
    incident_visibility,
)
from handlers.answer import Answer
from handlers.doors import VERBS, admit
from handlers.grammar import Command, Verb, parse
from handlers.said import Said
from handlers.update_draft import open_draft

Conversation = Callable[[Services, Said, Command], Awaitable[Answer]]


async def incident(services: Services, said: Said) -> Answer:
    """Answer "/incident ..."."""
    command = parse(said.text)
    await admit(services, said, VERBS[command.verb])
    return await _CONVERSATIONS[command.verb](services, said, command)


async def said_again(services: Services, said: Said) -> Answer:
    """Answer a button that says a command."""
    return await incident(services, replace(said, text=said.value, value=""))


async def update(services: Services, said: Said, command: Command) -> Answer:
    """Open the form for an update, at the stage given."""
    found = await incident_pick.changeable(services, said, command.number)
    if found is None:
        return await incident_pick.ask(services, command, "write to customers")
    return await open_draft(services, said, found, command.stage)


_CONVERSATIONS: Mapping[Verb, Conversation] = {
    Verb.FORM: incident_declare.open_form,
    Verb.DECLARE: incident_declare.declare,
    Verb.ASK: incident_declare.ask_first,
    Verb.HELP: incident_list.say_help,
    Verb.LIST: incident_list.say_list,
    Verb.CHECK: incident_check.check,
    Verb.ROLE: incident_role.role,
    Verb.ROLES: incident_role.show,
    Verb.STAGE: incident_stage.stage,
    Verb.SEVERITY: incident_severity.severity,
    Verb.UPDATE: update,
    Verb.TIMELINE: incident_timeline.show,
    Verb.RESOLVE: incident_resolve.resolve,
    Verb.SECRET: incident_secret.show,
    Verb.FOLLOW: incident_follow.follow,
    Verb.UNFOLLOW: incident_follow.unfollow,
    Verb.FOLLOWING: incident_follow.following,
    Verb.TICKET: incident_ticket.ticket,
    Verb.TICKETS: incident_ticket.show,
    Verb.PRIVATE: incident_visibility.private,
    Verb.PUBLIC: incident_visibility.public,
    Verb.RUNBOOK: incident_runbook.show,
    Verb.PLAN: incident_plan.show,
    Verb.OUTLETS: incident_plan.show_outlets,
    Verb.PARTIES: incident_parties.call,
}

COMMANDS = {"/incident": incident}
ACTIONS = {"incident_meant": said_again}
