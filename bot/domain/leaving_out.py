"""Leaving out: a language in which customers heard of the incident and in which nobody can be told any more.

Its outlet, or the language itself, is gone from the settings or the plan. Somebody says so with a reason, and neither
the end nor a correction waits for it. It refuses to leave out what can be told: that is translated, and told.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.closing import closed
from bot.domain.coverage import left_behind, where_heard
from bot.domain.incident import Incident, LeftOut
from bot.domain.languages import owed
from bot.domain.lifecycle import LONGEST_REASON, note, redraw
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.refusals import Refusal
from bot.domain.text import require_reason
from bot.domain.timeline import Entry, EntryKind


def gone(incident: Incident, told: Collection[str]) -> tuple[str, ...]:
    """Return the languages in which the end is owed and can be told no more. `told`: those of a draft made now."""
    return tuple(sorted(owed(incident) - set(told)))


def require_gone(incident: Incident, told: Collection[str]) -> tuple[str, ...]:
    """Return those languages. Raises `Refusal` ``can_be_told`` if there are none."""
    if found := gone(incident, told):
        return found
    raise Refusal(
        "can_be_told",
        f"Nothing has to be left out: every language in which customers read of {incident.name} can be told, or was "
        "left out already. Press Edit on the request: it is then told in all that can be.",
    )


def leave_out(incident: Incident, told: Collection[str], reason: str, by: Person, now: datetime) -> Change:
    """Return the incident with those languages left out; a restored notice that has arrived elsewhere then ends it.

    Raises `Refusal` where no reason is given, or every language can be told.
    """
    require_here(Act.END, by)
    found = require_gone(incident, told)
    reason = require_reason(reason, LONGEST_REASON)
    text = f"Left out, because nobody can be told in it any more: {where_heard(incident, found)}. Reason: {reason}"
    key = f"left_out:{incident.version}"
    said = Entry(at=now, kind=EntryKind.APPROVAL, actor=by.user_id, text=text, key=key)
    new = tuple(LeftOut(locale=one, by=by.user_id, at=now, reason=reason) for one in found)
    left = replace(incident, left_out=(*incident.left_out, *new))
    change = Change(left, (said,), (redraw(incident.id, now), note(incident.id, said)))
    standing = left.standing
    return change if standing is None or left_behind(left, standing) else closed(change, standing, now)
