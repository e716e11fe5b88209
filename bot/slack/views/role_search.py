"""Roles that nobody has taken on yet: asking for one, reminding the channel, the table of all, and passing one on.

Draw and parse share this file. It refuses to say who was asked and did not answer: how many is enough.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.incident import ROLE_NAMES, Incident, Role
from bot.domain.refusals import Refusal
from bot.ports import Message, View
from bot.slack.mrkdwn import escape, mention
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    bullets,
    button,
    channel,
    field,
    line,
    message,
    modal,
    rich,
    said,
    stacked,
    user,
    users_select,
)
from bot.slack.views.checking import Misdrawn
from bot.slack.views.forms import carried, chosen_user, pack
from bot.slack.views.roles import accept_button, asked_so_far, pass_button, still_to_do
from bot.slack.views.words import DUTIES, role_name, title_of

CALLBACK = "role_pass_on"
_Duties = Mapping[Role, tuple[str, ...]]


# ---------------------------------------------------------------- asking


def asked(incident: Incident, role: Role, duties: _Duties = DUTIES) -> Message:
    """Ask somebody by direct message to take a role."""
    name, holder = role_name(role), incident.roles.get(role)
    why: list[Part] = [user(holder), " has not accepted it yet."] if holder else ["Nobody has it yet."]
    where: list[Part] = ["It happens in ", channel(incident.channel.id), "."] if incident.channel.id else []
    blocks: list[Block] = [
        rich(
            stacked([bold(f"Can you be the {name} of {incident.called}?")], [title_of(incident)], why),
            bullets(*(line(duty) for duty in duties[role])),
            stacked(where, ["Whoever takes it first has it. If you cannot, say so: then nobody waits for you."]),
        ),
        actions(
            accept_button(incident, role, "I take it"),
            button("I cannot", f"role_decline:{role}", pack(incident=incident.id)),
        ),
    ]
    text = f"Can you be the {name} of {incident.called}, {incident.severity}: {escape(incident.title)}?"
    return message(text, blocks)


def reminder(incident: Incident, roles: Sequence[Role]) -> Message:
    """Remind the channel of roles that nobody has taken on; the mention wakes a holder who has not answered."""
    names = ", ".join(role_name(role) for role in roles)
    blocks: list[Block] = [
        rich(
            stacked([bold(f"{incident.called} still needs somebody to say yes")]),
            bullets(*(line(*_open(incident, role)) for role in roles)),
        ),
        actions(*(_take(incident, role) for role in roles)),
    ]
    return message(f"{incident.called} still needs somebody to say yes: {names}", blocks)


def _open(incident: Incident, role: Role) -> list[Part]:
    holder, search = incident.roles.get(role), incident.searches.get(role)
    count = len(search.asked) if search else 0
    told = f", {asked_so_far(count)} by direct message" if count else ""
    if holder:
        return [bold(ROLE_NAMES[role]), ": ", user(holder), f" has not accepted it yet{told}"]
    return [bold(ROLE_NAMES[role]), f": nobody yet{told}"]


def _take(incident: Incident, role: Role) -> ButtonElement:
    return button(f"I am the {role_name(role)}", f"role_take:{role}", pack(incident=incident.id))


# ---------------------------------------------------------------- the table


def everybody(incident: Incident, viewer: str, duties: _Duties = DUTIES) -> Message:
    """Draw who does what, with duties, and what `viewer` can press. Without the duties where they do not fit."""
    try:
        return _table(incident, viewer, duties)
    except Misdrawn:
        return _table(incident, viewer, {})


def _table(incident: Incident, viewer: str, duties: _Duties) -> Message:
    blocks: list[Block] = [said(bold(f"Who does what in {title_of(incident)}"))]
    for role in Role:
        does = duties.get(role, ())
        listed = [bullets(*(line(duty) for duty in does))] if does else []
        blocks.append(rich(line(*_holder(incident, role)), *listed))
        if incident.open:
            blocks.append(actions(*_presses(incident, role, viewer)))
    who = {role: mention(user_id) for role, user_id in incident.roles.items()}
    held = ", ".join(f"{role_name(role)} {who.get(role, 'nobody yet')}" for role in Role)
    return message(f"Who does what in {incident.called}: {held}", blocks)


def _holder(incident: Incident, role: Role) -> list[Part]:
    holder, still = incident.roles.get(role), still_to_do(incident, role) if incident.open else ""
    who: Part = user(holder) if holder else "nobody yet"
    return [bold(ROLE_NAMES[role]), ": ", who, *([f" · {still}"] if still else [])]


def _presses(incident: Incident, role: Role, viewer: str) -> list[ButtonElement]:
    holder = incident.roles.get(role)
    if holder == viewer:
        accept = [] if role in incident.accepted else [accept_button(incident, role)]
        return [*accept, pass_button(incident, role)]
    label = f"Take over as {role_name(role)}" if holder else f"I am the {role_name(role)}"
    return [button(label, f"role_take:{role}", pack(incident=incident.id))]


# ---------------------------------------------------------------- passing on


def pass_form(incident: Incident, role: Role) -> View:
    """Draw the form that asks to whom a role is passed on."""
    blocks: list[Block] = [
        rich(stacked([bold(f"You are the {role_name(role)}")], [title_of(incident)])),
        field(
            "user",
            "Who takes it?",
            users_select("user"),
            hint="They are told what it asks of them. Leave this empty to hand it back: then it is free for others.",
            optional=True,
        ),
    ]
    carries = pack(incident=incident.id, role=role.value)
    return modal("Pass on a role", blocks, callback_id=CALLBACK, submit="Pass it on", carries=carries)


def parse_pass(view: Mapping[str, Any]) -> tuple[Role, str]:
    """Read the form as (role, user id or ""). Raises Refusal if it names no role."""
    role = carried(view).get("role", "")
    if role not in tuple(Role):
        raise Refusal("no_role", "There is no such role. Press Roles on the card.")
    return Role(role), chosen_user(view, "user")


def passed_on(incident: Incident, role: Role, to: str) -> Message:
    """Answer whoever passed a role on, or handed it back."""
    name = role_name(role)
    if to:
        text = f"{mention(to)} is now the {name} of {incident.called}, and is asked to accept it."
        return message(text, [said(user(to), f" is now the {name} of {incident.called}, and is asked to accept it.")])
    needed = role in incident.searches
    goes_on = "It is needed, so others are asked to take it." if needed else "The card shows that it is free."
    text = f"Nobody is the {name} of {incident.called} now. {goes_on}"
    return message(text, [said(text)])


def declined(incident: Incident, role: Role) -> Message:
    """Answer whoever cannot take a role."""
    text = f"Noted: you cannot be the {role_name(role)} of {incident.called}. Others are asked until one can."
    return message(text, [said(text)])
