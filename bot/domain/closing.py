"""Closing: a restored notice that has arrived ends its incident, once every language that heard of it has it.

It refuses to end an incident that somebody was told of in a language in which nobody got the notice, and to end one by
a notice that was stopped on its way.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.coverage import left_behind
from bot.domain.facts import Stage
from bot.domain.incident import Ending, EndKind, Incident
from bot.domain.languages import names_of
from bot.domain.lifecycle import ending, note
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import INCIDENTS
from bot.domain.update import Outcome, Update, UpdateState


def closed(change: Change, update: Update, now: datetime) -> Change:
    """Return the change with the incident ended if `update` ends it; else as it is, or with why it goes on."""
    if not _ends(change.incident, update):
        return change
    if behind := left_behind(change.incident, update):
        text = (
            f"The restored notice reached nobody in {names_of(behind)}, where customers know of the incident, so it "
            "goes on. Draft the notice again. If nobody can be told in it any more, press Resolve and leave it out."
        )
        said = Entry(at=now, kind=EntryKind.DELIVERY, actor="", text=text, key=f"behind:{update.id}")
        told = note(change.incident.id, said)
        return Change(
            change.incident, (*change.entries, said), (*change.jobs, told), blobs=change.blobs, hurry=change.hurry
        )
    by = update.approved.by if update.approved else ""
    how = Ending(kind=EndKind.RESTORED, by=by, at=now)
    over = ending(change.incident, how, "Resolved. The restored notice was published.")
    return Change(over.incident, (*change.entries, *over.entries), (*change.jobs, *over.jobs), hurry=change.hurry)


def unresolved(incident: Incident, stopped: Update) -> Incident:
    """Return the incident at the stage that was told before, where it is a restored notice that was stopped."""
    if stopped.stage is not Stage.RESOLVED or not incident.open:
        return incident
    return replace(incident, stage=INCIDENTS.to(incident.stage, incident.told_stage))


def _ends(incident: Incident, update: Update) -> bool:
    told = update.state is UpdateState.PUBLISHED and any(d.tally.get(Outcome.DELIVERED, 0) for d in update.deliveries)
    notice = update.stage is Stage.RESOLVED and not update.stopped_by  # whoever stopped it did not mean it to be over
    return told and incident.open and notice and incident.standing == update
