"""The timeline: a page of what happened, newest last, and one entry said in the channel.

Entries quote people, so only mentions of a role's holder are live in them. It refuses to be the export: a page
shows the beginning of a very long entry.
"""

from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.models.blocks import Block, ButtonElement, RichTextElementParts, RichTextSectionElement

from bot.domain.incident import Incident
from bot.domain.timeline import Entry, EntryKind
from bot.ports import Message, View
from bot.slack.mrkdwn import escape, mention
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    line,
    message,
    modal,
    moment,
    rich,
    said,
    user,
)
from bot.slack.views.body import people
from bot.slack.views.forms import pack, small_number, unpack
from bot.slack.views.outcome import spoken
from bot.slack.views.words import title_of

PAGE = 25
_LONGEST_ENTRY = 400
# In these, the words are Clarion's own and the mentions are meant; the others may quote what people typed.
_OWN_WORDS = frozenset({EntryKind.ROLE})
_LOUD = frozenset({EntryKind.ENDED, EntryKind.BREAK_GLASS})
# Whoever has a role is mentioned by a message of its own, and the channel is there to be seen.
_SAID_OTHERWISE = frozenset({EntryKind.ROLE, EntryKind.CHANNEL})
# Together far under the 13,200 characters that one message takes (slack_facts).
_MOST_TOLD = 40
_LONGEST_TOLD = 200


def timeline(incident: Incident, entries: Sequence[Entry], until: int | None = None) -> View:
    """Draw the page that ends before entry number `until` (the newest if None), with ways to older and newer."""
    end = len(entries) if until is None else max(1, min(until, len(entries)))
    start = max(0, end - PAGE)
    blocks: list[Block] = [said(bold(title_of(incident)))]
    if start:
        blocks.append(actions(_turn(f"Older ({start})", "timeline_page:older", incident, start)))
    blocks += [rich(_entry(entry)) for entry in entries[start:end]] or [said("Nothing has been recorded yet.")]
    if end < len(entries):
        newer = min(end + PAGE, len(entries))
        blocks.append(actions(_turn(f"Newer ({len(entries) - end})", "timeline_page:newer", incident, newer)))
    return modal(f"Timeline of {incident.name}", blocks, close="Close")


def page(value: str) -> int | None:
    """Read from a paging button where its page ends."""
    until = unpack(value).get("until", "")
    # Six digits hold any timeline; int() of thousands would raise.
    return small_number(until, 6)


def note(entry: Entry, to: Sequence[str] = ()) -> Message:
    """Say one entry in the channel, to those whom it concerns, if there are any."""
    words: list[Part] = [bold(entry.text)] if entry.kind in _LOUD else _words(entry)
    words_said = entry.text if entry.kind in _OWN_WORDS else escape(entry.text)
    text = words_said + (f" · {mention(entry.actor)}" if entry.actor else "")
    first: list[Part] = [*people(to), ": "] if to else []
    return message(f"{', '.join(map(mention, to))}: {text}" if to else text, [said(*first, *words, *_by(entry))])


def story(incident: Incident, entries: Sequence[Entry]) -> Message:
    """Say in one message what happened before there was a channel, oldest first."""
    kept = [entry for entry in entries if entry.kind not in _SAID_OTHERWISE]
    shown, left = kept[-_MOST_TOLD:], len(kept) - _MOST_TOLD
    first = [said(f"{left} earlier ones are in the timeline: /incident timeline.")] if left > 0 else []
    title = f"What happened in {incident.called} before this channel was there"
    lines = [rich(bullets(*(_told(entry) for entry in shown)))]
    return message(title, [said(bold(title)), *first, *lines])


def _told(entry: Entry) -> RichTextSectionElement:
    shown = clip(entry.text, _LONGEST_TOLD)
    words: list[Part] = [bold(shown)] if entry.kind in _LOUD else _words(replace(entry, text=shown))
    return line(moment(entry.at), "  ", *words, *_by(entry))


def _by(entry: Entry) -> list[Part]:
    by: list[Part] = [" · ", user(entry.actor)] if entry.actor else []
    return [*by, f" · on the command line, {entry.machine}"] if entry.machine else by


def _entry(entry: Entry) -> RichTextSectionElement:
    return line(moment(entry.at), "  ", *_words(entry), *_by(entry), *_source(entry))


def _source(entry: Entry) -> list[Part]:
    """Name whose message it is, when it was written, and where it is; the link is Slack's own."""
    if entry.written_at is None:
        return []
    who: list[Part] = [user(entry.author), " on "] if entry.author else []
    where: list[Part] = [" · ", RichTextElementParts.Link(url=entry.link, text="open")] if entry.link else []
    return [" · written by ", *who, moment(entry.written_at), *where]


def _turn(label: str, action_id: str, incident: Incident, until: int) -> ButtonElement:
    return button(label, action_id, pack(incident=incident.id, until=str(until)))


def _words(entry: Entry) -> list[Part]:
    shown = clip(entry.text, _LONGEST_ENTRY)
    return list(spoken(shown)) if entry.kind in _OWN_WORDS else [shown]
