"""Roles: the notice in the channel, the duties by direct message, and the form that gives a role to somebody."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.incident import ROLE_NAMES, Incident, Role
from bot.domain.refusals import Refusal
from bot.ports import Message, View
from bot.slack.mrkdwn import escape, mention
from bot.slack.views.blocks import (
    PRIMARY,
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
    option,
    rich,
    said,
    section,
    select,
    stacked,
    user,
    users_select,
)
from bot.slack.views.forms import chosen, chosen_user, pack
from bot.slack.views.words import DUTIES, role_name, title_of

CALLBACK = "role_assign"


def table(incident: Incident) -> list[Block]:
    """Draw who holds which role, each with one click to take it over while the incident is open."""
    return [_row(incident, role) for role in Role]


def _row(incident: Incident, role: Role) -> Block:
    holder = incident.roles.get(role)
    words = f"*{ROLE_NAMES[role]}*\n{mention(holder) if holder else 'Nobody yet'}"
    if not incident.open:
        return section(words)
    words += f" · {still}" if (still := still_to_do(incident, role)) else ""
    return section(words, button("Take over", f"role_take:{role}", pack(incident=incident.id)))


def still_to_do(incident: Incident, role: Role) -> str:
    """Return what a role still lacks, in a few words that follow its holder: "" if it is taken on or not needed."""
    search = incident.searches.get(role)
    if search is None:
        return ""
    if role in incident.roles:
        return "not accepted yet"
    return f"needed, {asked_so_far(len(search.asked))}" if search.asked else "needed"


def asked_so_far(count: int) -> str:
    """Return how many people were asked, in words."""
    return "1 person asked" if count == 1 else f"{count} people asked"


def accept_button(incident: Incident, role: Role, label: str = "I accept") -> ButtonElement:
    """Return the button by which a role is accepted, or taken by who was asked to."""
    return button(label, f"role_accept:{role}", pack(incident=incident.id), style=PRIMARY)


def pass_button(incident: Incident, role: Role) -> ButtonElement:
    """Return the button by which a role is passed on, or handed back."""
    return button("Pass it on", f"role_pass:{role}", pack(incident=incident.id))


def role_notice(incident: Incident, role: Role, who: str, name: str = "") -> Message:
    """Tell the channel who holds a role now; the mention wakes the person. `name`: of somebody who need not wake."""
    text = f"{escape(name) or mention(who)} is now the {role_name(role)} of {incident.called}."
    holder = bold(name) if name else user(who)
    return message(text, [said(holder, " is now the ", bold(role_name(role)), f" of {incident.called}.")])


def role_duties(incident: Incident, role: Role, duties: Mapping[Role, tuple[str, ...]] = DUTIES) -> Message:
    """Tell the person what the role asks of them."""
    where: list[Part] = ["Go to ", channel(incident.channel.id), "."] if incident.channel.id else []
    blocks: list[Block] = [
        rich(
            stacked([bold(f"You are the {role_name(role)} of {incident.called}.")], [title_of(incident)]),
            bullets(*(line(duty) for duty in duties[role])),
            stacked(where, ["If you cannot do it, press Pass it on: to somebody, or to nobody yet."]),
        )
    ]
    if incident.open:
        accept = [] if role in incident.accepted else [accept_button(incident, role)]
        draft = [button("Draft an update", "update_draft", pack(incident=incident.id))]
        own = draft if role is Role.COMMUNICATIONS and not incident.private else []
        blocks.append(actions(*accept, *own, pass_button(incident, role)))
    text = f"You are the {role_name(role)} of {incident.called}, {incident.severity}: {escape(incident.title)}"
    return message(text, blocks)


def departed(incident: Incident, who: str, was: Sequence[Role]) -> Message:
    """Ask to pass on what somebody held whose account is deactivated; whoever only approved held nothing."""
    held = ", ".join(role_name(role) for role in was) or "approver"
    text = f"The Slack account of {mention(who)}, {held} of {incident.called}, is deactivated."
    todo = "Give the role to somebody else." if was else "Others have to approve in their place."
    if any(role in incident.searches for role in was):
        todo += " Until then Clarion looks for somebody."
    words: list[Part] = ["The Slack account of ", user(who), f", {held} of {incident.called}, is deactivated. ", todo]
    pass_on = button("Roles", "incident_roles", pack(incident=incident.id))
    return message(f"{text} {todo}", [rich(stacked([bold(title_of(incident))], words)), actions(pass_on)])


def role_form(incident: Incident, role: Role | None = None, who: str = "") -> View:
    """Draw the form that gives a role to a person; `role` and `who` are filled in where they were named."""
    roles = [option(ROLE_NAMES[r], r.value) for r in Role]
    blocks: list[Block] = [
        said(title_of(incident)),
        field("role", "Role", select("role", roles, initial=role.value if role else "", placeholder="Choose a role")),
        field("user", "Person", users_select("user", initial=who), hint="They are told in the channel and by DM."),
    ]
    carries = pack(incident=incident.id)
    return modal("Give a role", blocks, callback_id=CALLBACK, submit="Give the role", carries=carries)


def parse_role(view: Mapping[str, Any]) -> tuple[Role, str]:
    """Read the form as (role, user id). Raises Refusal naming the field that is empty."""
    role, who = chosen(view, "role"), chosen_user(view, "user")
    if role not in tuple(Role):
        raise Refusal("no_role", "Choose a role.", field="role")
    if not who:
        raise Refusal("no_person", "Choose a person.", field="user")
    return Role(role), who


def role_named(name: str) -> Role:
    """Return the role that a button's action_id names ("role_take:scribe"). Raises Refusal for anything else."""
    value = name.partition(":")[2]
    if value not in tuple(Role):
        raise Refusal("no_role", "There is no such role. Press Roles on the card.")
    return Role(value)


def role_given(incident: Incident, role: Role, who: str) -> Message:
    """Answer whoever gave or took a role."""
    text = f"{mention(who)} is now the {role_name(role)} of {incident.called}."
    return message(text, [said(user(who), " is now the ", bold(role_name(role)), f" of {incident.called}.")])
