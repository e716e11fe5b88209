"""The tickets of an incident: connected, listed, and given to the support lead with the wording to paste.

It refuses to grow past what a message holds: the DM shows what fits and says where the rest is.
"""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, RichTextElement, RichTextElementParts, RichTextListElement

from bot.domain.incident import Incident
from bot.domain.telling import Telling
from bot.ports import Message, View
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import actions, bold, bullets, button, line, message, modal, rich, said, stacked
from bot.slack.views.forms import pack
from bot.slack.views.tellings import outworn, stopped_words, wording_blocks
from bot.slack.views.words import title_of

# Together with the wording this stays under what all blocks of a message take (13,200 characters, slack_facts).
_MOST_CHARACTERS = 4_000
_BESIDE = 6_000


def to_answer(incident: Incident, telling: Telling, words: str) -> Message:
    """Draw the DM: which tickets to answer now, and with which words."""
    shown = _fitting(incident.tickets)
    more = len(incident.tickets) - len(shown)
    asked, brief = _asked(incident, telling, words)
    blocks: list[Block] = [
        rich(stacked([bold(title_of(incident))], [asked])),
        rich(_listed(shown)),
        *([said(f"And {more} more: press All tickets.")] if more else []),
        *wording_blocks(incident, telling, words, telling.at, _BESIDE),
        actions(button("All tickets", "incident_tickets", pack(incident=incident.id))),
    ]
    return message(f"{incident.called} {escape(incident.title)}: {brief}", blocks)


def all_of(incident: Incident, words: str, now: datetime) -> View:
    """Draw all tickets in a modal."""
    rows: list[Block] = [rich(_listed(incident.tickets))] if incident.tickets else []
    none = "No ticket is connected. Connect some with /incident ticket ZD-4711, or a link."
    about = f"{counted(incident)} connected." if incident.tickets else none
    undo = [said("A wrong one goes with /incident ticket remove, and its key or link.")] if incident.tickets else []
    shown = wording_blocks(incident, incident.tellings[-1], words, now) if incident.tellings else []
    return modal(f"Tickets of {incident.name}", [said(bold(about)), *rows, *undo, *shown], close="Close")


def connected(incident: Incident) -> Message:
    """Answer somebody who connected tickets."""
    count = counted(incident)
    text = f"{count} connected to {incident.called}. With each published update, and at the end, the support lead gets "
    text += "them with the wording to paste."
    see = button("All tickets", "incident_tickets", pack(incident=incident.id))
    return message(text, [said(text), actions(see)])


def disconnected(incident: Incident, gone: Sequence[str]) -> Message:
    """Answer somebody who took tickets away."""
    what = "1 ticket was" if len(gone) == 1 else f"{len(gone)} tickets were"
    left = counted(incident) if incident.tickets else "No ticket"
    text = f"{what} removed from {incident.called}. {left} still connected."
    return message(text, [said(text), actions(button("All tickets", "incident_tickets", pack(incident=incident.id)))])


def counted(incident: Incident) -> str:
    """Return how many tickets are connected, in words."""
    return "1 ticket" if len(incident.tickets) == 1 else f"{len(incident.tickets)} tickets"


def _asked(incident: Incident, telling: Telling, words: str) -> tuple[str, str]:
    """Return what the lead is asked for, and the same in a few words."""
    count = counted(incident)
    if stopped_words(incident, telling):
        number = incident.update(telling.update_id).number
        return f"Do not answer {count} with the words of update #{number} any more.", f"update #{number} was stopped"
    if outworn(incident, telling) or not words:
        return f"{count} connected.", f"{count}, and no wording to answer with now"
    return f"Please answer {count} with the wording below.", f"{count} to answer"


def _fitting(tickets: Sequence[str]) -> tuple[str, ...]:
    room, shown = _MOST_CHARACTERS, []
    for ticket in tickets:
        room -= 2 * len(ticket)
        if room < 0:
            break
        shown.append(ticket)
    return tuple(shown)


def _listed(tickets: Sequence[str]) -> RichTextListElement:
    return bullets(*(line(_ticket(ticket)) for ticket in tickets))


def _ticket(ticket: str) -> RichTextElement:
    if ticket.startswith("http"):
        return RichTextElementParts.Link(url=ticket, text=ticket)
    return RichTextElementParts.Text(text=ticket)
