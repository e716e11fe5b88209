"""Putting back what Redis lost: one incident as Redis has it, and as this machine saw it later, made into one.

What has left for customers is a fact and is never dropped: an update that was approved there stays approved. It
refuses to choose between two texts under one id, which cannot be, to show again what was made private, and to let
more leave of what somebody has stopped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.change import Blob, Change
from bot.domain.classifying import hidden_again, opening
from bot.domain.delivery import cancel_rest, finish
from bot.domain.incident import Incident, Step
from bot.domain.job import Job
from bot.domain.lifecycle import redraw
from bot.domain.publishing import deliver_job, promise_jobs
from bot.domain.telling import Telling, told_jobs
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import UPDATES
from bot.domain.update import Delivery, Outcome, Update, UpdateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """One incident that this machine knows further than Redis. `found` None: Redis does not know it at all."""

    seen: Incident
    found: Incident | None
    updates: tuple[Update, ...]


def lost(found: Incident | None, seen: Incident) -> Lost | None:
    """Return what Redis lacks of an incident, or None."""
    if found is None:
        return Lost(seen=seen, found=None, updates=tuple(u for u in seen.updates if u.live))
    merged = restored(found, seen)
    known = {update.id: update for update in found.updates}
    updates = tuple(u for u in merged.updates if u.live and _further(known.get(u.id), u) is u)
    if found.version >= seen.version and not updates and merged.reclassified == found.reclassified:
        return None
    return Lost(seen=seen, found=found, updates=updates)


def restored(found: Incident, seen: Incident) -> Incident:
    """Return the incident with everything of both; where they differ, as the one of them says that went further."""
    newer, other = (seen, found) if found.version < seen.version else (found, seen)
    # Who may see it is what was said last of that, whichever document went further in all else.
    told = other if other.reclassified > newer.reclassified else newer
    ids = dict.fromkeys(u.id for u in (*newer.updates, *other.updates))
    updates = _numbered(tuple(_of_both(_update(newer, one), _update(other, one)) for one in ids))
    ended = newer.ended or other.ended
    latest = max((u for u in updates if u.live and u.approved), key=_approved_at, default=None)
    fresh = latest is not None and newer is found and _update(found, latest.id) is None
    merged = replace(
        newer,
        number=found.number,
        version=newer.version,
        updates=updates,
        tellings=_told(found, seen),
        channel=told.channel if told.channel.id or newer.reclassified != other.reclassified else other.channel,
        private=told.private,
        reclassified=told.reclassified,
        stage=latest.stage if latest and fresh and ended is None else newer.stage,
        ended=ended,
    )
    return hidden_again(merged, newer) if told is other and told.private else merged


def put_back(found: Incident, seen: Incident, machine: str, now: datetime) -> Change:
    """Return the change that restores an incident which Redis knows, with a line of the timeline for each update."""
    what = lost(found, seen)
    if what is None:
        return Change(found)
    merged = restored(found, seen)
    merged = replace(merged, version=merged.version + 1)
    return Change(merged, _entries(what, machine, now), _work(merged, what, now), recovered=True)


def made_again(seen: Incident, blobs: Mapping[str, bytes], machine: str, now: datetime) -> Change:
    """Return the change that puts an incident back which Redis does not know at all."""
    what = Lost(seen=seen, found=None, updates=tuple(u for u in seen.updates if u.live))
    again = replace(seen, version=seen.version + 1, tellings=_told(replace(seen, tellings=()), seen))
    return Change(again, _entries(what, machine, now), _work(again, what, now), texts_of(seen, blobs), recovered=True)


def texts_of(incident: Incident, blobs: Mapping[str, bytes]) -> tuple[Blob, ...]:
    """Return the texts and lists of an incident's updates, as far as they are kept here."""
    names = (name for u in incident.updates for p in u.latest.planned for name in (p.rendition, p.recipients))
    return tuple(Blob(blobs[name]) for name in dict.fromkeys(names) if name in blobs)


def _entries(what: Lost, machine: str, now: datetime) -> tuple[Entry, ...]:
    texts = ["The memory came back older; this incident was put back from a journal."] if not what.updates else []
    for update in what.updates:
        approved = update.approved
        by = f", approved by <@{approved.by}> at {approved.at:%H:%M} UTC" if approved else ""
        texts.append(f"The memory came back older. Update #{update.number}{by}, was put back from a journal.")
    return tuple(Entry(at=now, kind=EntryKind.NOTE, actor="", text=text, machine=machine) for text in texts)


def _work(incident: Incident, what: Lost, now: datetime) -> tuple[Job, ...]:
    unopened = incident.open and Step.CREATE not in incident.channel.done
    opens = (opening(incident, incident.declared_by),) if unopened else ()
    owed = (*unsettled_jobs(what.found, incident), *untold_jobs(what.found, incident))
    return (*opens, *owed, *promise_jobs(incident), redraw(incident.id, now))


def unsettled_jobs(found: Incident | None, merged: Incident) -> tuple[Job, ...]:
    """Return the jobs of deliveries that have not ended, and that Redis did not wait for: the others it has queued."""
    there = found.updates if found else ()
    known = {(u.id, d.outlet): d.round for u in there for d in u.deliveries if not d.settled}
    return tuple(
        deliver_job(merged.id, update.id, delivery.outlet, delivery.round)
        for update in merged.updates
        if update.state is UpdateState.PUBLISHING
        for delivery in update.deliveries
        if not delivery.settled and delivery.round > known.get((update.id, delivery.outlet), -1)
    )


def untold_jobs(found: Incident | None, merged: Incident) -> tuple[Job, ...]:
    """Return the jobs of what is still to be told, and that Redis never knew of. Later ones would wait for it."""
    known = {telling.id for telling in found.tellings} if found else set()
    fresh = (telling for telling in merged.tellings if not telling.settled and telling.id not in known)
    return tuple(job for telling in fresh for job in told_jobs(merged.id, telling))


def _told(found: Incident, seen: Incident) -> tuple[Telling, ...]:
    """Return what is told on either side. What Redis has keeps its name, by which the ledger knows who heard it.

    A list of who hears it counts only where Redis has it; else it is made anew, and who heard it is in the ledger.
    """
    told = list(found.tellings)
    for telling in seen.tellings:
        same = next((n for n, one in enumerate(told) if _same(one, telling)), None)
        if same is None:
            number = len(told) + 1
            anew = telling if telling.settled else replace(telling, followers="", count=0)
            told.append(replace(anew, id=f"{found.id}-t{number}", number=number))
        elif found.version < seen.version and not (there := told[same]).settled:
            told[same] = replace(
                telling, id=there.id, number=there.number, followers=there.followers, count=there.count
            )
    return tuple(told)


def _same(one: Telling, two: Telling) -> bool:
    return (one.kind, one.at, one.update_id) == (two.kind, two.at, two.update_id)


def _update(incident: Incident, update_id: str) -> Update | None:
    return next((u for u in incident.updates if u.id == update_id), None)


def _of_both(newer: Update | None, other: Update | None) -> Update:
    best = _further(newer, other)
    if best is None:
        raise ValueError("an update that neither has")
    rest = other if best is newer else newer
    if rest is None:
        return best
    if best.live and rest.live:
        known = {d.outlet: d for d in rest.deliveries}
        deliveries = tuple(max((d, known.get(d.outlet, d)), key=_how_far) for d in best.deliveries)
        state = UpdateState.PUBLISHING if best.state is not UpdateState.APPROVED else best.state
        best = finish(replace(best, deliveries=deliveries, state=state))
    return _stopped(best, rest.stopped_by) if rest.stopped_by and not best.stopped_by else best


def _stopped(update: Update, by: str) -> Update:
    """Return it with nothing more of it leaving: who stopped it knew less than what had left, and meant all of it."""
    if update.state is UpdateState.APPROVED:
        withdrawn = UPDATES.to(update.state, UpdateState.WITHDRAWN)
        return replace(update, state=withdrawn, stopped_by=by, release_at=None)
    return finish(replace(cancel_rest(update, f"stopped by <@{by}>"), stopped_by=by))


def _numbered(updates: tuple[Update, ...]) -> tuple[Update, ...]:
    """Return them with each number once: what was drafted on both sides makes way for what customers have."""
    first = {update.number: update.id for update in sorted(updates, key=lambda one: one.live)}
    free = iter(sorted(set(range(1, len(updates) + 1)) - first.keys()))
    return tuple(one if first[one.number] == one.id else replace(one, number=next(free)) for one in updates)


def _further(one: Update | None, two: Update | None) -> Update | None:
    """Return the one that went further; the first, if they are level."""
    if one is None or two is None:
        return one or two
    return two if _rank(two) > _rank(one) else one


def _rank(update: Update) -> tuple[int, ...]:
    rounds = sum(d.round for d in update.deliveries)
    settled = sum(d.settled for d in update.deliveries)
    cancelled = sum(bool(d.cancelled) for d in update.deliveries)
    return (int(update.live), len(update.deliveries), rounds, int(bool(update.stopped_by)), settled, cancelled)


def _how_far(delivery: Delivery) -> tuple[int, int, int, int]:
    told = sum(delivery.tally.get(outcome, 0) for outcome in (Outcome.DELIVERED, Outcome.UNKNOWN))
    return (delivery.round, int(delivery.settled), told if delivery.settled else 0, int(bool(delivery.cancelled)))


def _approved_at(update: Update) -> tuple[datetime, int]:
    if update.approved is None:
        raise ValueError("not approved")
    return (update.approved.at, update.number)
