"""Delivery: whether an approved update may leave at one outlet *now*, and how its share ends.

The worker asks `judge` on the newest document before every effect; approval long ago is no permission
(failure model 10, 20, 21; N1). A delivery always ends with an outcome for each recipient (I3).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.change import Change
from bot.domain.closing import closed
from bot.domain.drafting import require_as_written
from bot.domain.facts import SHORTEST_PROMISE, Stage
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.lifecycle import redraw
from bot.domain.manifest import digest_now
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.privacy import require_public
from bot.domain.publishing import deliver_job, jobs_of, promise_jobs
from bot.domain.refusals import Refusal
from bot.domain.retrying import look_at
from bot.domain.spreading import told_of
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import DELIVERIES, UPDATES
from bot.domain.update import Delivery, DeliveryState, Outcome, Recipient, Update, UpdateState, canonical

Tally = Mapping[Outcome, int]
# Only until the update before it has settled at this outlet; that commit also hurries this job along.
TURN_WAIT = timedelta(seconds=1)
# Nothing of an older update can still be on its way so long after this one was approved, whatever became of its job:
# it was cancelled then, and no outlet thinks about a text for longer (`body_timeout` of the mail server is longest).
LONGEST_TURN = timedelta(minutes=10)


class Verdict(StrEnum):
    """What the worker is to do with a delivery."""

    PROCEED = "proceed"
    WAIT = "wait"  # look again at `again`
    CLOSE = "close"  # what has not left stays here: record EXPIRED, or REFUSED
    NOTHING = "nothing"  # it has ended already


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason in words, and the time to look again (UTC) when it is WAIT."""

    verdict: Verdict
    reason: str = ""
    again: datetime | None = None
    outcome: Outcome = Outcome.EXPIRED


def key_of(incident: Incident, update_id: str, outlet: str, recipient: Recipient) -> str:
    """Return the idempotency key of one delivery to one recipient: the same on every try."""
    return hashlib.sha256(canonical([incident.workspace, incident.id, update_id, outlet, recipient.id])).hexdigest()


def judge(
    incident: Incident,
    update_id: str,
    outlet: str,
    destination: str | None,
    rehearsal: bool,
    now: datetime,
    round_: int = 0,
) -> Judgement:
    """Judge a delivery at `now`, for the job of `round_`.

    `destination` is where the outlet is set up to send to today, None if it is not.
    """
    update = incident.update(update_id)
    if update.state is UpdateState.APPROVED and update.release_at:
        return Judgement(Verdict.WAIT, "held until the delay is over", update.release_at)
    delivery = next((d for d in update.deliveries if d.outlet == outlet), None)
    if delivery is None or delivery.settled or delivery.round != round_:
        return Judgement(Verdict.NOTHING)
    if delivery.cancelled:
        return Judgement(Verdict.CLOSE, delivery.cancelled)
    if fault := _unapproved(incident, update, outlet, destination, rehearsal):
        return Judgement(Verdict.CLOSE, fault, outcome=Outcome.REFUSED)
    if reason := _over(incident, update) or _too_late(update, delivery, now):
        return Judgement(Verdict.CLOSE, reason)
    if _earlier_unsettled(incident, update, outlet, now):
        return Judgement(Verdict.WAIT, "an earlier update is still leaving", now + TURN_WAIT)
    if delivery.next_try and now < delivery.next_try:
        return Judgement(Verdict.WAIT, delivery.note, look_at(delivery.next_try, now))
    return Judgement(Verdict.PROCEED)


def begin(incident: Incident, update_id: str, outlet: str, now: datetime) -> Change:
    """Return the incident with the delivery marked as being sent; unchanged if that must not begin any more."""
    update = incident.update(update_id)
    delivery = update.delivery(outlet)
    if delivery.state is not DeliveryState.QUEUED or delivery.cancelled:
        return Change(incident)
    state = DELIVERIES.to(delivery.state, DeliveryState.SENDING)
    changed = replace(delivery, state=state, begun=True, next_try=None)
    return Change(incident.with_update(_with(update, changed)), (), (redraw(incident.id, now),))


def postpone(
    incident: Incident, update_id: str, outlet: str, tally: Tally, reason: str, again: datetime, now: datetime
) -> Change:
    """Return the incident with the delivery waiting until `again`; `tally` counts what has ended so far."""
    update = incident.update(update_id)
    delivery = update.delivery(outlet)
    if delivery.settled:
        return Change(incident)
    next_try = min(again, delivery.expires_at)
    queued = DELIVERIES.to(delivery.state, DeliveryState.QUEUED)
    changed = replace(delivery, state=queued, note=reason, next_try=next_try, tally=dict(tally))
    return Change(incident.with_update(_with(update, changed)), (), (redraw(incident.id, now),))


def progress(incident: Incident, update_id: str, outlet: str, tally: Tally, now: datetime) -> Change:
    """Return the incident showing how far a long delivery has come."""
    update = incident.update(update_id)
    delivery = update.delivery(outlet)
    if delivery.settled:
        return Change(incident)
    changed = replace(delivery, tally=dict(tally))
    return Change(incident.with_update(_with(update, changed)), (), (redraw(incident.id, now),))


def settle(
    incident: Incident,
    update_id: str,
    outlet: str,
    tally: Tally,
    reason: str,
    now: datetime,
    heard: tuple[str, ...] = (),
) -> Change:
    """Return the incident with the delivery ended; the last one ends the update, a restored notice the incident.

    `heard`: the languages in which somebody has it, or may have it.
    """
    update = incident.update(update_id)
    delivery = update.delivery(outlet)
    if delivery.settled:
        return Change(incident)
    ended = DELIVERIES.to(delivery.state, DeliveryState.SETTLED)
    settled = replace(delivery, state=ended, tally=dict(tally), note=reason, next_try=None, heard=heard)
    finished = finish(_with(update, settled))
    changed = incident.with_update(finished)
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in tally.items() if count)
    text = f"Update #{update.number}, {update.plan_for(outlet).label}: {counts or 'nobody to tell'}"
    entry = Entry(at=now, kind=EntryKind.DELIVERY, actor="", text=f"{text} ({reason})" if reason else text)
    others = (u for u in incident.updates if u.state is UpdateState.PUBLISHING and u.id != update.id)
    later = tuple(job for other in others for job in jobs_of(incident.id, other, outlet))
    # Nobody was told, so that the promise made before stands again; its own watch may have found nothing to do.
    watch = promise_jobs(changed) if incident.standing == update and not finished.live else ()
    change = Change(changed, (entry,), (redraw(incident.id, now), *watch), hurry=later)
    change = told_of(change, finished, now)
    return closed(change, finished, now)


def decide_unknown(
    incident: Incident, update_id: str, outlet: str, arrived: bool, by: Person, now: datetime, round_: int | None = None
) -> Change:
    """Return the incident after a person decided about recipients of unknown outcome: it arrived, or send again.

    `round_`: the round that they saw the end of, if it is known; of a later one they know nothing.
    """
    require_here(Act.DECIDE_UNKNOWN, by)
    update = incident.update(update_id)
    delivery = next((d for d in update.deliveries if d.outlet == outlet and d.settled), None)
    unknown = delivery.tally.get(Outcome.UNKNOWN, 0) if delivery else 0
    if delivery is None or not unknown:
        raise Refusal("no_unknown", "Nothing is unknown at this outlet any more.")
    label = update.plan_for(outlet).label
    if round_ not in (None, delivery.round):
        raise Refusal(
            "decided", f"{label} was sent again since you looked. Decide on the newest card; nothing was done."
        )
    jobs: tuple[Job, ...] = ()
    if arrived:
        tally = {**delivery.tally, Outcome.UNKNOWN: 0}
        tally[Outcome.DELIVERED] = tally.get(Outcome.DELIVERED, 0) + unknown
        decided = replace(delivery, tally=tally, note=f"<@{by.user_id}> says it arrived")
        text = f"{label}: {unknown:,} unknown marked as arrived"
    else:
        _require_worth_it(incident, update, delivery, now)
        note, round_ = f"<@{by.user_id}> sends again", delivery.round + 1
        queued = DELIVERIES.to(delivery.state, DeliveryState.QUEUED)
        decided = replace(delivery, state=queued, round=round_, note=note, cancelled="")
        text = f"{label}: {unknown:,} unknown sent again"
        jobs = (deliver_job(incident.id, update.id, outlet, round_),)
        update = replace(update, state=UPDATES.to(update.state, UpdateState.PUBLISHING))
    changed = _with(update, decided)
    entry = Entry(at=now, kind=EntryKind.DELIVERY, actor=by.user_id, text=f"Update #{update.number}, {text}")
    change = Change(incident.with_update(changed), (entry,), (*jobs, redraw(incident.id, now)))
    return closed(told_of(change, changed, now), changed, now)


def cancel_rest(update: Update, reason: str) -> Update:
    """Return the update with nothing more of it leaving. What never began ends here; the worker ends the rest."""
    return replace(update, deliveries=tuple(_cancelled(update, d, reason) for d in update.deliveries))


def finish(update: Update) -> Update:
    """Return the update in its final state if all its deliveries have ended, else as it is."""
    if update.state is not UpdateState.PUBLISHING or not all(d.settled for d in update.deliveries):
        return update
    if update.reached:
        return replace(update, state=UPDATES.to(update.state, UpdateState.PUBLISHED))
    overtaken = any(d.cancelled.startswith("superseded") for d in update.deliveries)
    ended = UpdateState.SUPERSEDED if overtaken else UpdateState.WITHDRAWN
    return replace(update, state=UPDATES.to(update.state, ended))


def _require_worth_it(incident: Incident, update: Update, delivery: Delivery, now: datetime) -> None:
    """Raise `Refusal` unless the text may still be sent again: public, the newest, and in time."""
    if incident.standing != update or update.stopped_by:
        raise Refusal("overtaken", "A newer decision has overtaken this text. Draft a new update instead.")
    require_public(incident)
    require_as_written(incident, update)
    if over := _over(incident, update):
        raise Refusal("ended", f"{incident.name} is over, and this text says that it goes on: {over}.")
    if _too_late(update, delivery, now):
        raise Refusal("stale_time", "It is too late to send this text again. Draft a new update with new times.")


def _cancelled(update: Update, delivery: Delivery, reason: str) -> Delivery:
    if delivery.settled:
        return delivery
    if delivery.begun:
        return replace(delivery, cancelled=reason)
    count = update.count_for(delivery.outlet)
    return replace(
        delivery,
        cancelled=reason,
        state=DELIVERIES.to(delivery.state, DeliveryState.SETTLED),
        tally={Outcome.EXPIRED: count},
        note=reason,
        next_try=None,
    )


def _unapproved(incident: Incident, update: Update, outlet: str, destination: str | None, rehearsal: bool) -> str:
    """Say what is not as it was approved, or return "". The digest is computed again from what is stored."""
    approval, revision = update.approved, update.latest
    if approval is None or update.state is not UpdateState.PUBLISHING:
        return "not approved"
    if incident.private:
        return "the incident is private"
    if not approval.digest == revision.digest == digest_now(incident, update, revision):
        return "the text is not the one that was approved"
    planned = update.plan_for(outlet)
    if destination is None:
        return "this outlet is no longer set up"
    if destination != planned.destination or rehearsal != planned.rehearsal:
        return "the outlet's destination is not the one that was approved"
    if incident.drill and not rehearsal:
        return "a drill never reaches customers"
    return ""


def _over(incident: Incident, update: Update) -> str:
    """Say that a text which tells that it goes on comes after the end, or ""; a correction is due all the same."""
    goes_on = update.stage is not Stage.RESOLVED and not update.corrects
    return "the incident ended before it left" if incident.ended is not None and goes_on else ""


def _too_late(update: Update, delivery: Delivery, now: datetime) -> str:
    if now >= delivery.expires_at:
        return "too late: the outlet did not take it in time"
    due = update.latest.facts.next_update_by
    if due is not None and due - now < SHORTEST_PROMISE:
        return "too late: the next update was promised for a time that is past or under 10 min away"
    return ""


def _earlier_unsettled(incident: Incident, update: Update, outlet: str, now: datetime) -> bool:
    own = update.approved.at if update.approved else now
    return now - own < LONGEST_TURN and any(
        other.approved is not None
        and (other.approved.at, other.number) < (own, update.number)
        and any(d.outlet == outlet and not d.settled for d in other.deliveries)
        for other in incident.updates
        if other.id != update.id
    )


def _with(update: Update, delivery: Delivery) -> Update:
    return replace(update, deliveries=tuple(delivery if d.outlet == delivery.outlet else d for d in update.deliveries))
