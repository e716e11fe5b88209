"""What became of an approved update, outlet by outlet, with the buttons that the moment calls for.

Drawn on the approval card and on the incident's card alike. It refuses to soften: "unknown" is said as unknown,
with what a person can do about it, and what never left is not called sent.
"""

import re

from slack_sdk.models.blocks import Block, ButtonElement, RichTextSectionElement

from bot.domain.incident import Incident
from bot.domain.update import Delivery, DeliveryState, Outcome, Update, UpdateState
from bot.slack.views.blocks import (
    DANGER,
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    confirm,
    line,
    moment,
    plain_section,
    rich,
    said,
    user,
)
from bot.slack.views.forms import pack

# A card holds 50 blocks (Slack docs) and has more to show than this; the rest is counted, and comes up as
# these are decided.
_MOST_OUTLETS = 25
_MOST_QUESTIONS = 4
_LONGEST_NOTE = 200
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})>")
_MARKS = {
    Outcome.DELIVERED: "✅",
    Outcome.REFUSED: "❌",
    Outcome.EXPIRED: "🚫",
    Outcome.UNKNOWN: "❓",
}
_WORST_FIRST = (Outcome.UNKNOWN, Outcome.REFUSED, Outcome.EXPIRED, Outcome.DELIVERED)
_SAID = {
    Outcome.DELIVERED: "delivered",
    Outcome.REFUSED: "refused",
    Outcome.EXPIRED: "not sent",
    Outcome.UNKNOWN: "unknown",
}


def delivery_lines(incident: Incident, update: Update) -> list[Block]:
    """Return the outcomes of an approved update with Stop, Correct and the questions about unknowns; else nothing."""
    if update.approved is None or not (update.deliveries or update.release_at or update.stopped_by):
        return []
    blocks: list[Block] = [_held(update)] if update.state is UpdateState.APPROVED else []
    if update.deliveries:
        rest = len(update.deliveries) - _MOST_OUTLETS
        # Where not all have room, none that failed is among those that are only counted.
        shown = sorted(update.deliveries, key=_smooth)[:_MOST_OUTLETS] if rest > 0 else update.deliveries
        rows = [_row(update, d) for d in shown]
        blocks.append(rich(bullets(*rows, *([line(f"and {rest} more outlets")] if rest > 0 else []))))
    questions = [d for d in update.deliveries if d.settled and d.tally.get(Outcome.UNKNOWN, 0)]
    for delivery in questions[:_MOST_QUESTIONS]:
        blocks += _question(incident, update, delivery)
    offered = _buttons(incident, update)
    return [*blocks, actions(*offered)] if offered else blocks


def _smooth(delivery: Delivery) -> bool:
    """Say whether nothing has gone wrong with it so far."""
    return not delivery.note and not any(
        delivery.tally.get(outcome, 0) for outcome in Outcome if outcome is not Outcome.DELIVERED
    )


def spoken(text: str) -> tuple[Part, ...]:
    """Return a sentence of the domain with its mentions live and all else inert."""
    pieces = _MENTION.split(text)
    return tuple(user(piece) if index % 2 else piece for index, piece in enumerate(pieces))


def stop_button(incident: Incident, update: Update) -> ButtonElement:
    """Return Stop, which asks once."""
    return button(
        "Stop",
        "update_stop",
        pack(incident=incident.id, update=update.id),
        style=DANGER,
        confirm=confirm(
            f"Stop update #{update.number}?",
            "What has not left stays here. What has left cannot be called back; Correct follows it up.",
            "Stop",
            "Let it go on",
            danger=True,
        ),
    )


def tallied(delivery: Delivery) -> str:
    """Return the counts of a delivery in words, such as "1,200 delivered, 4 refused"."""
    counts = [(o, delivery.tally.get(o, 0)) for o in reversed(_WORST_FIRST)]
    return ", ".join(f"{n:,} {_SAID[o]}" for o, n in counts if n)


def _held(update: Update) -> Block:
    if update.release_at is None:
        return said("Held back for a moment.")
    return said("⏳ Held back until ", moment(update.release_at), ". Until then, Stop keeps all of it here.")


def _row(update: Update, delivery: Delivery) -> RichTextSectionElement:
    planned = update.plan_for(delivery.outlet)
    mark, words = _standing(update.count_for(delivery.outlet), delivery)
    note = spoken(clip(delivery.note, _LONGEST_NOTE)) if delivery.note else ()
    tried: tuple[Part, ...] = (
        (". Next try ", moment(delivery.next_try)) if delivery.next_try and not delivery.settled else ()
    )
    return line(f"{mark} ", bold(clip(planned.label, 75)), f": {words}", *((" (", *note, ")") if note else ()), *tried)


def _standing(count: int, delivery: Delivery) -> tuple[str, str]:
    if delivery.settled:
        worst = next((o for o in _WORST_FIRST if delivery.tally.get(o, 0)), None)
        if worst is None:
            return "✅", "nobody to tell"
        alone = count == 1 and delivery.tally.get(worst, 0) == 1
        return _MARKS[worst], _SAID[worst] if alone else tallied(delivery)
    ended = sum(delivery.tally.values())
    far = f", {ended:,} of {count:,} so far" if ended else ""
    if delivery.cancelled:
        return "⏳", f"being stopped{far}"
    if delivery.state is DeliveryState.SENDING:
        return "📤", f"being sent{far}"
    return "⏳", f"waiting{far}"


def _question(incident: Incident, update: Update, delivery: Delivery) -> list[Block]:
    planned, count = update.plan_for(delivery.outlet), delivery.tally[Outcome.UNKNOWN]
    people = "1 recipient" if count == 1 else f"{count:,} recipients"
    aim = pack(incident=incident.id, update=update.id, outlet=delivery.outlet, round=str(delivery.round or ""))
    arrived = button(
        "It arrived",
        f"unknown_arrived:{delivery.outlet}",
        aim,
        confirm=confirm("It arrived?", f"{people} at {planned.label} will be recorded as delivered.", "It arrived"),
    )
    again = button(
        "Send again",
        f"unknown_again:{delivery.outlet}",
        aim,
        style=DANGER,
        confirm=confirm(
            "Send it again?",
            f"If it did arrive, {people} at {planned.label} will get it twice.",
            "Send again",
            danger=True,
        ),
    )
    overtaken = incident.standing != update or bool(update.stopped_by)
    asked = f"{clip(planned.label, 75)}: no answer came back for {people}, so it is not known whether it arrived."
    return [
        plain_section(f"❓ {asked} Look there, or ask somebody who gets it, and then decide."),
        actions(*((arrived,) if overtaken else (arrived, again))),
    ]


def _buttons(incident: Incident, update: Update) -> list[ButtonElement]:
    aim = pack(incident=incident.id, update=update.id)
    if update.state in (UpdateState.APPROVED, UpdateState.PUBLISHING) and not update.stopped_by:
        return [stop_button(incident, update)]
    offered: list[ButtonElement] = []
    if update.reached:
        offered.append(button("Correct", "update_correct", aim))
    if incident.open and any(
        d.settled and d.tally.get(Outcome.EXPIRED, 0) and not d.cancelled for d in update.deliveries
    ):
        offered.append(button("Draft again with new times", "offer:redraft", aim))
    return offered
