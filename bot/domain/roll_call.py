"""The roll-call (R8): who inside the company is to be told, and what each says: told, ready, or standing by.

Customers and partners are not called: what they get is published, and approved first. It refuses a party that the plan
does not call for an incident of this severity.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.lifecycle import redraw
from bot.domain.party import PartyState, PartyWord
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.plan import Audience, Plan
from bot.domain.privacy import seen_by
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind


def called(incident: Incident, plan: Plan) -> tuple[Audience, ...]:
    """Return the parties that are called: those inside that hear of this severity, and whoever has said something."""
    spoken = {word.name for word in incident.parties}
    return tuple(
        one for one in plan.audiences if not one.outside and (incident.severity in one.severities or one.name in spoken)
    )


def contacts(incident: Incident, party: Audience) -> tuple[str, ...]:
    """Return who speaks for a party here, in order; of a private incident only whoever may know of it."""
    return seen_by(incident, party.contacts)


def say(incident: Incident, plan: Plan, name: str, state: PartyState, by: Person, now: datetime) -> Change:
    """Return the incident with what was said of a party; unchanged if that is what was said last."""
    require_here(Act.SPEAK_FOR_PARTY, by)
    if name not in {party.name for party in called(incident, plan)}:
        raise Refusal("no_such_party", "This party is not called any more. Run `/incident parties` to see today's.")
    last = word_of(incident, name)
    if last is not None and last.state is state:
        return Change(incident)
    word = PartyWord(name=name, state=state, by=by.user_id, at=now)
    entry = Entry(at=now, kind=EntryKind.NOTE, actor=by.user_id, text=f"{name}: {state}")
    kept = tuple(one for one in incident.parties if one.name != name)
    return Change(replace(incident, parties=(*kept, word)), (entry,), (redraw(incident.id, now),))


def word_of(incident: Incident, name: str) -> PartyWord | None:
    """Return what was said last of a party, None if nothing was."""
    return next((one for one in incident.parties if one.name == name), None)
