"""What followers hear: in the announcement's thread and by DM, with the approved wording ready for tickets.

The wording is shown as it was approved, in a block of its own that copies as plain text. It refuses to cut it
silently: where it does not fit, the message says so and where the whole is.
"""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, RichTextElementParts, RichTextPreformattedElement

from bot.domain.facts import LABELS, EstimateKind, Facts, Stage
from bot.domain.incident import Incident
from bot.domain.languages import names_of
from bot.domain.telling import Telling, TellingKind
from bot.domain.update import Update, UpdateState
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    context,
    line,
    message,
    moment,
    rich,
    said,
    section,
    stacked,
)
from bot.slack.views.forms import pack
from bot.slack.views.words import how_ended, marks, title_of

# All blocks of a message together take 13,200 characters (slack_facts); the rest of ours needs under 1,500.
_LONGEST_WORDING = 10_000
_CUT = "The text goes on: press Read for all of it."


def in_thread(incident: Incident, telling: Telling, words: str) -> Message:
    """Draw a telling for the thread: what happened, and the wording where an update was published."""
    shown = wording_blocks(incident, telling, words, telling.at) if telling.kind is TellingKind.UPDATE else []
    return message(_notification(incident, telling), [said(bold(_headline(incident, telling))), *shown])


def by_dm(incident: Incident, telling: Telling, words: str, since: Telling | None) -> Message:
    """Draw a telling for one follower, who heard `since` last."""
    changed = _changes(incident, telling, since) if since else []
    blocks: list[Block] = [rich(stacked([bold(title_of(incident))], [_headline(incident, telling)]))]
    if changed:
        blocks.append(rich(line(bold("What changed since you heard last")), bullets(*(line(*row) for row in changed))))
    blocks += wording_blocks(incident, telling, words, telling.at)
    leave = button("Unfollow", "incident_unfollow", pack(incident=incident.id))
    return message(_notification(incident, telling), [*blocks, actions(leave)])


def wording_blocks(
    incident: Incident, telling: Telling, words: str, now: datetime, longest: int = _LONGEST_WORDING
) -> list[Block]:
    """Return the approved wording, to be pasted into tickets; or that there is none, or none any more."""
    if stopped := stopped_words(incident, telling):
        return [context(stopped)]
    if not words:
        return [context("Nothing has been published to customers yet, so there is no wording for tickets.")]
    if over := outworn(incident, telling):
        return [said(bold("No wording for tickets now. "), over)]
    fits = len(words.encode("utf-16-le")) // 2 <= longest
    shown = RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=clip(words, longest))])
    update = incident.update(telling.update_id)
    blocks: list[Block] = [section(f"*Approved wording for tickets* (update #{update.number})"), rich(shown)]
    others = [locale for locale in dict.fromkeys(p.locale for p in update.latest.planned) if locale != _base(update)]
    more = [] if fits else [_CUT]
    more += [f"Also approved in {names_of(others)}: press Read."] if others else []
    if more:
        read = button("Read", "update_read", pack(incident=incident.id, update=update.id))
        blocks += [context(" ".join(more)), actions(read)]
    return [*blocks, *(said(f"⚠️ {doubt}") for doubt in _doubts(incident, update, now))]


def outworn(incident: Incident, telling: Telling) -> str:
    """Return what stands in place of words that say that it goes on, where it is over; "" for any others."""
    update = incident.update(telling.update_id) if telling.update_id else None
    if update is None or incident.open or update.stage is Stage.RESOLVED:
        return ""
    return (
        f"It is over, and update #{update.number} does not say so, so do not use its words any more. "
        "Ask the communications lead to tell customers that it is over. The wording comes here then."
    )


def _base(update: Update) -> str:
    return update.latest.facts.locale


def _doubts(incident: Incident, update: Update, now: datetime) -> list[str]:
    """Return what to know before the wording is pasted: that it is being corrected, that its promise is past."""
    found = []
    correcting = (UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.APPROVED, UpdateState.PUBLISHING)
    if any(one.corrects == update.id and one.state in correcting for one in incident.updates):
        found.append(f"A correction of update #{update.number} is being made. If you can, wait for it.")
    promised = update.latest.facts.next_update_by
    if promised and promised <= now:
        found.append(
            "The time that it names for the next update is past. Ask the communications lead before you use it."
        )
    return found


def stopped_words(incident: Incident, telling: Telling) -> str:
    """Return what stands in place of words that somebody stopped, "" for any others."""
    update = incident.update(telling.update_id) if telling.update_id else None
    if update is None or not update.stopped_by:
        return ""
    why = "" if telling.kind is TellingKind.STOPPED else f"Update #{update.number} was stopped. "
    return f"{why}There is no approved wording for tickets now; the next update that is published brings it."


def _notification(incident: Incident, telling: Telling) -> str:
    marked = marks(incident, ". ")
    return f"{marked}{incident.name} {escape(incident.title)}: {escape(_headline(incident, telling))}"


def _headline(incident: Incident, telling: Telling) -> str:
    if telling.kind is TellingKind.END and incident.ended:
        return how_ended(incident)
    if telling.kind is TellingKind.UPDATE:
        update = incident.update(telling.update_id)
        return f"Update #{update.number} was published: {update.latest.facts.headline}"
    if telling.kind is TellingKind.STOPPED:
        number = incident.update(telling.update_id).number
        return f"Update #{number} was stopped. Some customers may have read it: do not use its words any more."
    return f"The stage is now {telling.stage}."


def _changes(incident: Incident, telling: Telling, since: Telling) -> list[Sequence[Part]]:
    """Say what is different from what this follower heard last."""
    rows: list[Sequence[Part]] = []
    if since.stage is not telling.stage:
        rows.append([f"Stage: {since.stage} → {telling.stage}"])
    if stopped_words(incident, telling):
        return rows
    if not telling.update_id or since.update_id == telling.update_id:
        same = telling.update_id and not outworn(incident, telling)
        return [*rows, ["The wording is the same as before."]] if same else rows
    update = incident.update(telling.update_id)
    if not since.update_id:
        return [*rows, [f"First published update: #{update.number}"]]
    before = incident.update(since.update_id)
    if before.stage is not update.stage and not rows:
        rows.append([f"The words are for {update.stage} now; those before were for {before.stage}."])
    rows += _differences(before, update)
    return rows or [["The facts and times are as before; the words are new."]]


def _differences(before: Update, now: Update) -> list[Sequence[Part]]:
    old, new = before.latest.facts, now.latest.facts
    rows: list[Sequence[Part]] = []
    if now.corrects == before.id:
        rows.append([f"It corrects update #{before.number}: do not use the older words any more."])
    if old.headline != new.headline:
        rows.append([f"{LABELS['headline']}: {new.headline}"])
    if old.impact != new.impact:
        rows.append([f"{LABELS['impact']} has changed."])
    if old.meanwhile != new.meanwhile:
        rows.append([f"{LABELS['meanwhile']} has changed."])
    if old.estimate != new.estimate:
        rows.append(_estimate(new))
    if old.next_update_by != new.next_update_by:
        promised = new.next_update_by
        rows.append(["Next update by ", moment(promised)] if promised else ["No further update is promised."])
    return rows


def _estimate(facts: Facts) -> Sequence[Part]:
    estimate = facts.estimate
    if estimate.kind is EstimateKind.RESTORED:
        return ["It works again."]
    if estimate.earliest and estimate.latest:
        return ["Expected back between ", moment(estimate.earliest), " and ", moment(estimate.latest)]
    return ["It is not known when it will work again."]
