"""What publishing asks and leaves to do: no old news; one job for each outlet, and those that watch the promise.

Jobs are only names of work. Whether it is still to be done is judged when its time comes (`delivery.judge`,
`promise`).
"""

from datetime import datetime, timedelta

from bot.domain.facts import check_expected, check_promise
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.domain.policy import Policy
from bot.domain.promise import remind_at
from bot.domain.refusals import Offer, Refusal, Way
from bot.domain.update import Update


def deliver_job(incident_id: str, update_id: str, outlet: str, round_: int = 0) -> Job:
    """Return the one job of a delivery in one round. There is never a second: retries put back the same one.

    "Send again" begins a round with a job of its own: the one before may still lie about, of a worker that died
    between the end of the delivery and the end of the job, and must find nothing to do.
    """
    return Job(
        id=f"deliver:{update_id}:{outlet}" + (f":{round_}" if round_ else ""),
        kind=JobKind.DELIVER,
        incident_id=incident_id,
        args={"update": update_id, "outlet": outlet, "round": str(round_)},
    )


def jobs_of(incident_id: str, update: Update, outlet: str = "") -> tuple[str, ...]:
    """Return the ids of the jobs that its unsettled deliveries wait for, at one outlet or at all."""
    waiting = (d for d in update.deliveries if not d.settled and outlet in ("", d.outlet))
    return tuple(deliver_job(incident_id, update.id, d.outlet, d.round).id for d in waiting)


def promise_jobs(incident: Incident) -> tuple[Job, ...]:
    """Return the jobs that watch the promise that stands now. Setting them twice is setting them once."""
    promise = incident.promise
    if promise is None:
        return ()
    args = {"update": promise.update_id}
    return (
        Job(
            id=f"remind:{promise.update_id}",
            kind=JobKind.REMIND_PROMISE,
            incident_id=incident.id,
            args=args,
            due=remind_at(promise),
        ),
        Job(
            id=f"miss:{promise.update_id}",
            kind=JobKind.MISS_PROMISE,
            incident_id=incident.id,
            args=args,
            due=promise.due,
        ),
    )


def require_newest(incident: Incident, update: Update) -> None:
    """Refuse a text that was written before one that customers were told since: old news after new (row 21).

    The number counts too, so that a clock that was set back refuses nothing that was drafted later.
    """
    later = [
        u
        for u in incident.updates
        if u.live and u.latest.at > update.latest.at and (u.number > update.number or len(u.revisions) > 1)
    ]
    if later:
        newest = max(later, key=lambda u: u.latest.at)
        raise Refusal(
            "overtaken",
            f"Update #{newest.number} was written after this one and is already approved, so this would be old news. "
            "Draft it again if it still needs saying.",
            way=Way(Offer.REDRAFT, incident.id, update.id),
        )


def require_time(incident: Incident, update: Update, now: datetime, holding: Policy | None = None) -> None:
    """Raise `Refusal` if a time in the text is past, or too near; `holding` is given when a delay comes first."""
    facts = update.latest.facts
    held_for = holding.at(incident.severity).break_glass_delay if holding else timedelta(0)
    try:
        check_expected(facts.estimate, now + held_for)
        if facts.next_update_by is not None:
            check_promise(facts.next_update_by, now, held_for=held_for)
    except Refusal as refusal:
        refusal.way = Way(Offer.REDRAFT, incident.id, update.id)
        raise


def approved_later(other: Update, update: Update) -> bool:
    """Say whether another update's approval is the newer one: one that was held back may leave before it."""
    return bool(other.approved and update.approved and other.approved.at > update.approved.at)


def next_moment(incident: Incident, now: datetime) -> datetime:
    """Return when an approval counts as given: after every earlier one, whatever a clock says that was set back."""
    last = max((a.at for u in incident.updates for a in u.approvals), default=None)
    return now if last is None or now > last else last + timedelta(microseconds=1)
