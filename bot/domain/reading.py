"""Reading: who has opened which text of an update in full, which approving needs where a card could not show it.

It refuses to remember what nobody has to read: a text that the card shows whole.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.lifecycle import redraw
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here


def record_reading(incident: Incident, update_id: str, rendition: str, by: Person, now: datetime) -> Change:
    """Return the incident knowing that `by` opened one text in full; unchanged if it was known or is not asked for."""
    require_here(Act.READ, by)
    update = incident.update(update_id)
    mark = (by.user_id, rendition)
    if mark in update.readings or all(p.rendition != rendition or not p.clipped for p in update.latest.planned):
        return Change(incident)
    changed = replace(update, readings=update.readings | {mark})
    return Change(incident.with_update(changed), (), (redraw(incident.id, now),))
