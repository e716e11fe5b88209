"""Approval: who may let exactly these words leave, when, and how it is undone.

All of it is judged on the document that the same atomic write then changes, so a role, a revision or another
approver that came in between is seen (failure model 2-5b; N1). Nothing here trusts what a button remembers.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.change import Change
from bot.domain.closing import unresolved
from bot.domain.coverage import require_everybody, require_translated
from bot.domain.delivery import cancel_rest, finish
from bot.domain.drafting import require_as_written
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.keeping import require_answered
from bot.domain.languages import called
from bot.domain.lifecycle import note, redraw
from bot.domain.people import Person
from bot.domain.permissions import Act, barred, holders, require_here
from bot.domain.plan import lasting
from bot.domain.policy import Policy
from bot.domain.privacy import require_public
from bot.domain.publishing import (
    approved_later,
    deliver_job,
    jobs_of,
    next_moment,
    promise_jobs,
    require_newest,
    require_time,
)
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.spreading import told_of
from bot.domain.text import require_reason
from bot.domain.timeline import Entry, EntryKind
from bot.domain.transitions import INCIDENTS, UPDATES
from bot.domain.translating import differences
from bot.domain.update import Approval, Delivery, Rejection, Update, UpdateState
from bot.domain.wording import Finding

LONGEST_REASON = 500


def approve(
    incident: Incident,
    update_id: str,
    digest: str,
    by: Person,
    now: datetime,
    policy: Policy,
    found: Sequence[Finding] = (),
) -> Change:
    """Return the incident with the update approved and, once the quorum is there, its deliveries queued.

    `found`: what a reader would say of exactly the words of `digest`, by the plan of today.
    """
    update = _judge(Act.APPROVE, incident, update_id, digest, by, now, policy, found)
    if barred(Act.APPROVE, update, by.user_id):
        raise Refusal(
            "own_words",
            "Your words are in this update, so somebody else must approve it. "
            "If nobody else can, use “Nobody else can approve”.",
            way=Way(Offer.BREAK_GLASS, incident.id, update.id),
        )
    require_time(incident, update, now)
    rule = policy.at(incident.severity)
    # Whoever lost the right since, by another severity or by a role that was passed on, counts no more.
    able = holders(Act.APPROVE, incident, policy) - {by.user_id}
    valid = tuple(a for a in update.approvals if a.by in able and now - a.at < rule.submission_ttl)
    approved = replace(
        update, approvals=(*valid, Approval(by=by.user_id, at=next_moment(incident, now), digest=digest))
    )
    entry = Entry(
        at=now, kind=EntryKind.APPROVAL, actor=by.user_id, text=f"Update #{update.number} approved ({digest[:12]})"
    )
    if len(approved.approvals) < rule.quorum:
        return Change(incident.with_update(approved), (entry,), (redraw(incident.id, now),))
    return _publish(incident, approved, now, policy, (entry,))


def break_glass(
    incident: Incident,
    update_id: str,
    digest: str,
    reason: str,
    by: Person,
    now: datetime,
    policy: Policy,
    found: Sequence[Finding] = (),
) -> Change:
    """Return the incident with the update approved by one approver alone, held for the delay (failure model 5)."""
    update = _judge(Act.BREAK_GLASS, incident, update_id, digest, by, now, policy, found)
    reason = require_reason(reason, LONGEST_REASON)
    require_time(incident, update, now, policy)
    release_at = now + policy.at(incident.severity).break_glass_delay
    held = replace(
        update,
        state=UPDATES.to(update.state, UpdateState.APPROVED),
        submission=None,
        approvals=(Approval(by=by.user_id, at=next_moment(incident, now), digest=digest, reason=reason),),
        release_at=release_at,
    )
    said = Entry(
        at=now,
        kind=EntryKind.BREAK_GLASS,
        actor=by.user_id,
        text=f"Update #{update.number} approved alone, without a second person: {reason}",
        key=f"break_glass:{update.id}:{update.latest.number}",
    )
    return Change(incident.with_update(held), (said,), (*_held_jobs(incident.id, held), redraw(incident.id, now)))


def _held_jobs(incident_id: str, held: Update) -> tuple[Job, Job]:
    """Return what lets it leave after the delay, and what tells every approver of it."""
    args = {"update": held.id}
    leave = Job(id=f"release:{held.id}", kind=JobKind.RELEASE, incident_id=incident_id, args=args, due=held.release_at)
    told = args | {"glass": "yes"}
    return leave, Job(id=f"glass:{held.id}", kind=JobKind.ASK_APPROVAL, incident_id=incident_id, args=told)


def release(incident: Incident, update_id: str, now: datetime, policy: Policy) -> Change | None:
    """Return the incident with a held update on its way, or None if it was stopped or is not due yet."""
    update = incident.update(update_id)
    if update.state is not UpdateState.APPROVED or update.release_at is None or now < update.release_at:
        return None
    return _publish(incident, replace(update, release_at=None), now, policy, ())


def reject(
    incident: Incident, update_id: str, digest: str, reason: str, by: Person, now: datetime, policy: Policy
) -> Change:
    """Return the incident with the update sent back to its author with a reason."""
    require_here(Act.REJECT, by)
    update = incident.update(update_id)
    _require_waiting(incident, update)
    _require_approver(Act.REJECT, incident, by, policy)
    _require_current(incident, update, digest)
    reason = require_reason(reason, LONGEST_REASON)
    said = Entry(
        at=now,
        kind=EntryKind.APPROVAL,
        actor=by.user_id,
        text=f"Update #{update.number} rejected: {reason}",
        key=f"reject:{update.id}:{update.latest.number}",
    )
    changed = replace(
        update,
        state=UPDATES.to(update.state, UpdateState.REJECTED),
        submission=None,
        approvals=(),
        rejection=Rejection(by=by.user_id, at=now, reason=reason),
    )
    told = note(incident.id, said, mention=update.latest.author)
    return Change(incident.with_update(changed), (said,), (redraw(incident.id, now), told))


def stop(incident: Incident, update_id: str, by: Person, now: datetime) -> Change:
    """Return the incident with nothing more of the update leaving. Any colleague may: stopping is safe (5b)."""
    require_here(Act.STOP, by)
    update = incident.update(update_id)
    if update.stopped_by:
        raise Refusal("already_stopped", f"<@{update.stopped_by}> has already stopped this update.")
    if update.state not in (UpdateState.APPROVED, UpdateState.PUBLISHING):
        raise Refusal(
            "nothing_to_stop",
            "Nothing of this update is left to stop. If customers read something wrong, use Correct."
            if update.state is UpdateState.PUBLISHED
            else "This update is not on its way, so there is nothing to stop.",
        )
    said = Entry(
        at=now,
        kind=EntryKind.APPROVAL,
        actor=by.user_id,
        text=f"Update #{update.number} stopped",
        key=f"stop:{update.id}",
    )
    if update.state is UpdateState.APPROVED:
        withdrawn = UPDATES.to(update.state, UpdateState.WITHDRAWN)
        stopped = replace(update, state=withdrawn, stopped_by=by.user_id, release_at=None)
    else:
        stopped = finish(replace(cancel_rest(update, f"stopped by <@{by.user_id}>"), stopped_by=by.user_id))
    changed = unresolved(incident.with_update(stopped), stopped)
    change = Change(
        changed,
        (said,),
        (redraw(incident.id, now), note(incident.id, said), *promise_jobs(changed)),
        hurry=jobs_of(incident.id, stopped),
    )
    return told_of(change, stopped, now)


def _judge(
    act: Act,
    incident: Incident,
    update_id: str,
    digest: str,
    by: Person,
    now: datetime,
    policy: Policy,
    found: Sequence[Finding],
) -> Update:
    require_here(act, by)
    require_public(incident)
    update = incident.update(update_id)
    _require_waiting(incident, update)
    _require_approver(act, incident, by, policy)
    _require_current(incident, update, digest)
    if update.submission is None or now >= update.submission.lapses_at:
        raise Refusal(
            "lapsed",
            f"This request lapsed: nobody decided within {lasting(policy.at(incident.severity).submission_ttl)}. "
            "Press “Draft again with new times”.",
            way=Way(Offer.REDRAFT, incident.id, update.id),
        )
    require_newest(incident, update)
    require_as_written(incident, update)
    require_everybody(incident, update)
    require_translated(incident, update, policy)
    require_answered(incident, update, found)
    unread = update.unread_by(by.user_id)
    if unread:
        labels = ", ".join(called(p, update.latest.planned) for p in unread)
        raise Refusal(
            "unread",
            f"The card could not show all of it. Open “Read everything” and read {labels} to the end, then approve.",
            way=Way(Offer.READ_EVERYTHING, incident.id, update.id),
        )
    return update


def _require_waiting(incident: Incident, update: Update) -> None:
    if update.state is UpdateState.SUBMITTED:
        return
    if update.rejection and update.state is UpdateState.REJECTED:
        sentence = f"Rejected by <@{update.rejection.by}> at {_clock(update.rejection.at)}: {update.rejection.reason}"
        raise Refusal("already_rejected", sentence)
    if (yes := update.approved) and update.state is not UpdateState.WITHDRAWN:
        sentence = f"Approved by <@{yes.by}> at {_clock(yes.at)}. You do not need to do anything."
        raise Refusal("already_approved", sentence, way=Way(Offer.SHOW_UPDATE, incident.id, update.id))
    raise Refusal("not_waiting", "This update was withdrawn and does not wait for approval. Draft a new one.")


def _require_approver(act: Act, incident: Incident, by: Person, policy: Policy) -> None:
    allowed = holders(act, incident, policy)
    if by.user_id not in allowed:
        names = ", ".join(f"<@{user}>" for user in sorted(allowed)) or "nobody yet: name a communications lead"
        raise Refusal("not_an_approver", f"You are not an approver here. Approvers: {names}.")


def _require_current(incident: Incident, update: Update, digest: str) -> None:
    if digest == update.latest.digest:
        return
    seen = update.revision_with(digest)
    lines = (
        [f"• {label}: “{old}” → “{new}”" for label, old, new in differences(seen.facts, update.latest.facts)]
        if seen
        else []
    )
    what = "\n".join(lines) or "The outlets or recipients changed."
    raise Refusal(
        "stale_digest",
        f"This text was edited by <@{update.latest.author}> after you saw it. Read the newest request below.\n{what}",
        way=Way(Offer.SHOW_UPDATE, incident.id, update.id),
    )


def _publish(incident: Incident, update: Update, now: datetime, policy: Policy, entries: tuple[Entry, ...]) -> Change:
    """Queue one delivery for each outlet, cancel what older updates have not sent, watch the new promise."""
    expires = now + policy.at(incident.severity).delivery_ttl
    outlets = dict.fromkeys(p.outlet for p in update.latest.planned)
    deliveries = tuple(Delivery(outlet=outlet, expires_at=expires) for outlet in outlets)
    state = UPDATES.to(update.state, UpdateState.PUBLISHING)
    publishing = replace(update, state=state, submission=None, deliveries=deliveries)
    changed = incident
    hurry: list[str] = []
    for older in incident.updates:
        if older.id == update.id or approved_later(older, update):
            continue
        if older.state is UpdateState.PUBLISHING:
            cancelled = finish(cancel_rest(older, f"superseded by update #{update.number}"))
            hurry += jobs_of(incident.id, cancelled)
            changed = changed.with_update(cancelled)
        elif older.state is UpdateState.APPROVED:
            superseded = UPDATES.to(older.state, UpdateState.SUPERSEDED)
            changed = changed.with_update(replace(older, state=superseded, release_at=None))
    stage = INCIDENTS.to(incident.stage, update.stage) if incident.open else incident.stage
    changed = replace(changed.with_update(publishing), stage=stage)
    jobs = (*(deliver_job(incident.id, update.id, d.outlet) for d in deliveries), *promise_jobs(changed))
    return Change(changed, entries, (*jobs, redraw(incident.id, now)), hurry=tuple(hurry))


def _clock(moment: datetime) -> str:
    # Slack shows this in the reader's own zone; the text after the bar is for clients that cannot.
    return f"<!date^{int(moment.timestamp())}^{{time}}|{moment:%H:%M} UTC>"
