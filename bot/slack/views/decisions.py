"""Forms and answers of decisions: reject with a reason, approve alone, and what a Stop has stopped.

It refuses to make a lone approval look ordinary, and never says "stopped" of what has left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_sdk.models.blocks import Block, RichTextSectionElement

from bot.domain.incident import Incident
from bot.domain.update import Delivery, Outcome, Update
from bot.ports import Message, View
from bot.slack.mrkdwn import clock, escape
from bot.slack.views.blocks import (
    TO_THE_SECOND,
    actions,
    bold,
    bullets,
    button,
    clip,
    field,
    line,
    message,
    modal,
    moment,
    quote,
    rich,
    section,
    text_input,
)
from bot.slack.views.body import ROOMS, text
from bot.slack.views.choices import aim, recipients, where_to
from bot.slack.views.forms import carried, pack, written
from bot.slack.views.outcome import stop_button, tallied
from bot.slack.views.passages import Passage

# More lines would be longer than anybody reads at such a moment; those that left come first.
_MOST_STOPPED = 40
REJECT, GLASS = "update_reject_form", "update_glass_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that was typed: about which update, which content, and why."""

    incident_id: str
    update_id: str
    digest: str
    reason: str


def reject_form(incident: Incident, update: Update, digest: str) -> View:
    """Draw the form that asks why. `digest` is that of the card, so that an edit in between is noticed."""
    reason = field(
        "reason",
        "What has to change?",
        text_input("reason", multiline=True),
        hint="The author reads this, and it stays in the timeline.",
    )
    return modal(
        f"Reject update #{update.number}",
        [_about(incident, update), reason],
        callback_id=REJECT,
        submit="Reject",
        carries=_carries(incident, update, digest),
    )


def glass_form(incident: Incident, update: Update, digest: str, delay: timedelta, found: Sequence[Passage]) -> View:
    """Draw the form for approving alone. `found`: the texts that fit; the clipped ones have been read before."""
    seconds = int(delay.total_seconds())
    blocks: list[Block] = [
        section("*Only for when nobody else can approve in time.* You must be an approver."),
        _about(incident, update),
        rich(
            bullets(
                line(
                    f"It waits {seconds} seconds, with a Stop button, and then goes to "
                    f"{where_to(update.latest.planned)}"
                ),
                line("Every approver is told at once, with your reason."),
                line("“Approved alone” stays on the card and in the export."),
            )
        ),
        *(text(passage, ROOMS[0]) for passage in found[: ROOMS[0].texts]),
        field("reason", "Why can nobody else approve?", text_input("reason", multiline=True)),
    ]
    return modal(
        "Approve alone",
        blocks,
        callback_id=GLASS,
        submit="Approve alone",
        carries=_carries(incident, update, digest),
    )


def parse(view: Mapping[str, Any]) -> Decided:
    """Read either form."""
    ids = carried(view)
    return Decided(
        incident_id=ids.get("incident", ""),
        update_id=ids.get("update", ""),
        digest=ids.get("digest", ""),
        reason=written(view, "reason"),
    )


def held(incident: Incident, update: Update) -> Message:
    """Draw the answer to somebody who approved alone: until when it can be stopped."""
    at = update.release_at
    until = f" It leaves at {clock(at, seconds=True)}." if at else ""
    text = f"Update #{update.number} of {incident.name} is approved, by you alone."
    when = [line("It leaves at ", moment(at, TO_THE_SECOND), ". Until then, Stop keeps all of it here.")] if at else []
    return message(text + until, [rich(bullets(line(bold(text)), *when)), actions(stop_button(incident, update))])


def stopped(incident: Incident, update: Update) -> Message:
    """Draw the answer to Stop: what stays here and what has left."""
    correct = [button("Correct", "update_correct", aim(incident, update))]
    left_first = sorted(update.deliveries, key=lambda d: not d.begun)
    rows = [line(bold(f"{clip(update.plan_for(d.outlet).label, 75)}: "), _left(update, d)) for d in left_first]
    first = f"Update #{update.number} of {incident.name} is stopped."
    if not any(d.begun for d in update.deliveries):
        return message(escape(f"{first} Nothing of it has left."), [section(f"{first} Nothing of it has left.")])
    told = "What has left cannot be called back. If customers read something wrong, press Correct."
    return message(
        escape(f"{first} Some of it had left."),
        [section(first), rich(bullets(*rows[:_MOST_STOPPED], *_more(len(rows)))), section(told), actions(*correct)],
    )


def _more(count: int) -> list[RichTextSectionElement]:
    over = count - _MOST_STOPPED
    return [line(f"and {over} more outlets: `clarion update show` lists each")] if over > 0 else []


def _left(update: Update, delivery: Delivery) -> str:
    count = update.count_for(delivery.outlet)
    ended = sum(n for o, n in delivery.tally.items() if o is not Outcome.EXPIRED)
    rest = count - ended
    if not delivery.begun:
        return f"did not leave ({recipients(count)})"
    if delivery.settled:
        return tallied(delivery) or "nobody to tell"
    return f"{ended:,} had left; the other {rest:,} are being held back" if ended else "was just leaving; see the card"


def _about(incident: Incident, update: Update) -> Block:
    latest = update.latest
    return rich(
        line(bold(f"{incident.called} · update #{update.number}, revision {latest.number}")),
        quote(latest.facts.headline),
    )


def _carries(incident: Incident, update: Update, digest: str) -> str:
    return pack(incident=incident.id, update=update.id, digest=digest)
