"""Tickets: customers' questions in the help desk that are about this incident, connected so that they are answered.

It refuses whatever is neither a ticket's key nor a link, and more tickets than a person can answer.
"""

import re
from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.lifecycle import redraw
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind

MOST_TICKETS = 200
LONGEST_LINK = 200
# As Zendesk, Jira, Linear and Freshdesk write them.
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,14}-[0-9]{1,12}")
_LINK = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[^\s<>|\"'`]*)?")


def ticket(raw: str) -> str | None:
    """Return a ticket as it is kept: a key in capitals, or a link; None if `raw` is neither."""
    if _KEY.fullmatch(raw):
        return raw.upper()
    if len(raw) <= LONGEST_LINK and _LINK.fullmatch(raw):
        return raw.rstrip("/")
    return None


def connect(incident: Incident, raw: tuple[str, ...], by: Person, now: datetime) -> Change:
    """Return the incident with these tickets connected, each once. Raises Refusal naming what is no ticket."""
    require_here(Act.CONNECT_TICKETS, by)
    found: list[str] = []
    for one in raw:
        read = ticket(one)
        if read is None:
            raise Refusal("no_ticket", f"“{one[:60]}” is no ticket. Give its key, such as ZD-4711, or its link.")
        if read not in incident.tickets and read not in found:
            found.append(read)
    if len(incident.tickets) + len(found) > MOST_TICKETS:
        raise Refusal("too_many", f"At most {MOST_TICKETS} tickets are connected to an incident. Nothing was added.")
    if not found:
        return Change(incident)
    text = f"Tickets connected: {', '.join(found)}"
    entry = Entry(at=now, kind=EntryKind.NOTE, actor=by.user_id, text=text)
    return Change(replace(incident, tickets=(*incident.tickets, *found)), (entry,), (redraw(incident.id, now),))


def disconnect(incident: Incident, raw: tuple[str, ...], by: Person, now: datetime) -> Change:
    """Return the incident without these tickets. Raises Refusal naming what is not connected: nothing is removed."""
    require_here(Act.CONNECT_TICKETS, by)
    gone = tuple(dict.fromkeys(ticket(one) or one for one in raw))
    if unknown := [one for one in gone if one not in incident.tickets]:
        raise Refusal("not_connected", f"{unknown[0][:60]} is not connected to {incident.name}. Nothing was removed.")
    entry = Entry(at=now, kind=EntryKind.NOTE, actor=by.user_id, text=f"Tickets removed: {', '.join(gone)}")
    kept = tuple(one for one in incident.tickets if one not in gone)
    return Change(replace(incident, tickets=kept), (entry,), (redraw(incident.id, now),))
