"""The approval card, exactly what would leave and where to; and the direct messages that wake an approver.

It refuses to put Approve beside words that it does not show: where a text is clipped or does not fit, or where so many
languages are spoken that only the base one is on the card, Approve waits at the end of "Read everything". A card that
asked for an older revision shows no text, only what changed.
"""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from bot.domain.coverage import blocking, missing
from bot.domain.incident import Incident
from bot.domain.keeping import stopping
from bot.domain.languages import names_of
from bot.domain.policy import Policy
from bot.domain.translating import differences
from bot.domain.update import Rendition, Revision, Update, UpdateState
from bot.domain.wording import Finding
from bot.ports import Message
from bot.slack.mrkdwn import clock, escape
from bot.slack.views import leaving_out, wording
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    context,
    header,
    line,
    message,
    moment,
    quote,
    rich,
    said,
    stacked,
    user,
)
from bot.slack.views.body import ROOMS, Room, about, in_short, outlets, people, text, weight
from bot.slack.views.checking import MESSAGE_BLOCKS, MESSAGE_TOTAL
from bot.slack.views.choices import aim, card, decisions, edit, read, withdraw
from bot.slack.views.drawing import to_json
from bot.slack.views.outcome import delivery_lines, stop_button
from bot.slack.views.passages import Passage, Readable, apart_from_card, passages
from bot.slack.views.verdict import decide_by, state_of, verdict
from bot.slack.views.words import marks

# Slack's total is undocumented and measured (bolt-js #2509): stay clear of it.
_WEIGHT = MESSAGE_TOTAL - 700
_LONGEST_CHANGE = 300


def approval(
    incident: Incident,
    update: Update,
    texts: Mapping[str, Rendition],
    ask: Sequence[str],
    *,
    readable: Readable,
    names: Mapping[str, str] | None = None,
    found: Sequence[Finding] = (),
    policy: Policy | None = None,
) -> Message:
    """Draw the card of `update` as it was asked for; where the incident has a newer revision, only what changed.

    `names`: of authors by user id. Who asks for approval is named and not woken by their own request. `found`: what a
    reader would say of the words. `policy`: whether an update that is not translated may be approved.
    """
    newest = next((u for u in incident.updates if u.id == update.id), update)
    if newest.latest.number > update.latest.number:
        return overtaken(incident, newest, update.latest)
    read = passages(update, texts, readable)
    blocks: list[Block] = []
    barred = bool(blocking(incident, update, policy or Policy()))
    for room in ROOMS:
        blocks = _drawn(incident, update, read, ask, room, names or {}, found, barred)
        if len(blocks) <= MESSAGE_BLOCKS and weight([to_json(b) for b in blocks]) <= _WEIGHT:
            break
    return message(_notification(incident, update), blocks)


def overtaken(incident: Incident, update: Update, seen: Revision) -> Message:
    """Draw the card of an older revision: no button that decides, and what is different now."""
    rows = [
        line(bold(f"{label}: "), f"“{clip(old, _LONGEST_CHANGE)}” → “{clip(new, _LONGEST_CHANGE)}”")
        for label, old, new in differences(seen.facts, update.latest.facts)
    ]
    author, number = user(update.latest.author), update.latest.number
    return message(
        escape(f"{title(incident, update)}: revision {seen.number} was edited"),
        [
            header(f"Update #{update.number}: revision {seen.number} was edited"),
            said(author, f" wrote revision {number}. Only the newest can be approved. What changed:"),
            rich(bullets(*(rows or [line("The outlets or recipients changed.")]))),
            actions(button("Show the newest", "offer:show_update", aim(incident, update))),
        ],
    )


def approval_notice(incident: Incident, update: Update, turn: int, link: str) -> Message:
    """Draw the direct message to an approver; `turn` counts reminders from 0."""
    again = f"Still waiting (reminder {turn}): " if turn else ""
    first = bold(again + _asking(incident, update))
    who = (user(update.latest.author), " asks you to approve this customer update:")
    return message(
        escape(again) + _notification(incident, update),
        [
            rich(stacked((first,), who), quote(update.latest.facts.headline)),
            *_deadline(update),
            actions(*card(link), read(incident, update)),
        ],
    )


def approval_silence(incident: Incident, update: Update, link: str, *, standby: bool = False) -> Message:
    """Draw the direct message to the commander, or to the next of the standby, when nobody has answered."""
    since = moment(update.submission.at if update.submission else update.latest.at)
    first = bold(f"Nobody has answered yet: {title(incident, update)}")
    call = "Call an approver, or give somebody the communications lead."
    yours = "You are on standby, so it is yours now: read it, then approve it or say why not."
    todo = ("It has waited since ", since, f". {yours if standby else call}")
    return message(
        "Nobody has answered: " + _notification(incident, update),
        [
            rich(stacked((first,), todo), quote(update.latest.facts.headline)),
            *_deadline(update),
            actions(*card(link), read(incident, update)),
        ],
    )


def glass_notice(incident: Incident, update: Update, link: str) -> Message:
    """Draw the direct message to every approver when somebody approved alone; with Stop while it can be stopped."""
    alone = update.approved
    who: Part = user(alone.by) if alone else "Somebody"
    reason = alone.reason if alone else ""
    until = f", leaves at {clock(update.release_at, seconds=True)}" if update.release_at else ""
    held: tuple[Part, ...] = ("It leaves at ", moment(update.release_at), ". ") if update.release_at else ()
    stoppable = update.state in (UpdateState.APPROVED, UpdateState.PUBLISHING) and not update.stopped_by
    stop = [stop_button(incident, update)] if stoppable else []
    return message(
        escape(f"⚠️ Approved alone: {title(incident, update)}") + until,
        [
            rich(
                stacked(
                    (bold(f"⚠️ Approved alone: {title(incident, update)}"),),
                    (who, " approved it without a second person. The reason given:"),
                ),
                quote(reason or "none"),
            ),
            said(
                *held, "If that is wrong, press Stop." if stop else "It cannot be stopped any more; Correct follows up."
            ),
            actions(*stop, *card(link), read(incident, update)),
        ],
    )


def title(incident: Incident, update: Update) -> str:
    """Return how notifications name an update; not escaped."""
    return f"Update #{update.number} for {incident.called} ({incident.severity} {incident.title})"


def _drawn(
    incident: Incident,
    update: Update,
    found: tuple[Passage, ...] | None,
    ask: Sequence[str],
    room: Room,
    names: Mapping[str, str],
    remarks: Sequence[Finding],
    barred: bool,
) -> list[Block]:
    waiting = update.state is UpdateState.SUBMITTED
    clipped = any(p.clipped for p in update.latest.planned)
    apart = apart_from_card(update)
    found = found and tuple(p for p in found if p.planned[0].locale not in apart)
    whole = bool(found) and not clipped and not apart and room.text == 0 and len(found or ()) <= room.texts
    asked = said(*people(ask), ": please approve this update, or say why not.")
    blocks: list[Block] = [asked] if ask else []
    blocks.append(header(f"{marks(incident, ' · ')}Update #{update.number} ({update.stage.value}): {state_of(update)}"))
    blocks += [about(incident, update, names), *verdict(incident, update)]
    blocks += [text(passage, room) for passage in (found or ())[: room.texts]] or [in_short(update, room)]
    blocks.append(outlets(update.latest.planned, room))
    blocks += wording.remarks(incident, update, remarks, room, names)
    if apart:
        blocks.append(context(f"Not shown here: {names_of(apart)}. *Read everything* has each in full."))
    if waiting:
        blocks += leaving_out.remarks(incident, update, names)
        why = "" if apart else "Not all of it fits here. "
        hint = context(f"{why}Open *Read everything*: Approve is at its end.")
        wanting = context("It can be approved once every language is done: press *Languages*.")
        stopped, gone = bool(stopping(update, remarks)), bool(missing(incident, update))
        words = context(
            "It can be approved once the words are changed (*Edit*), or somebody says why they stay (*Keep it*)."
        )
        hints = [*([] if whole else [hint]), *([wanting] if barred else []), *([words] if stopped else [])]
        free = whole and not (barred or stopped or gone)
        return [*blocks, *hints, *decisions(incident, update, approvable=free)]
    if update.state is UpdateState.REJECTED:
        return [*blocks, actions(edit(incident, update), withdraw(incident, update))]
    return [*blocks, *delivery_lines(incident, update), actions(read(incident, update))]


def _notification(incident: Incident, update: Update) -> str:
    if update.state is UpdateState.SUBMITTED:
        until = decide_by(update)
        return escape(_asking(incident, update)) + (f" by {clock(until)}" if until else "")
    return escape(f"{title(incident, update)}: {state_of(update)}")


def _asking(incident: Incident, update: Update) -> str:
    return f"Approve update{title(incident, update).removeprefix('Update')}"


def _deadline(update: Update) -> list[Block]:
    until = decide_by(update)
    return [said("An approval counts until ", moment(until), ".")] if until else []
