"""Words that people said elsewhere in Slack, put into the timeline: whose, when, where, and by whom.

An entry keeps the beginning of a very long message; its link leads to the whole. It refuses words of nobody at no
time: what is quoted names a message.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.people import Person
from bot.domain.permissions import Act, require_here
from bot.domain.refusals import Refusal
from bot.domain.text import clean
from bot.domain.timeline import Entry, EntryKind
from bot.domain.update import MessageRef

LONGEST_NOTED = 2_000
_TS = re.compile(r"[0-9]{9,11}\.[0-9]{1,6}")
# What Slack puts between angle brackets (Slack docs, "Formatting text"), with the label that its reader saw.
_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_WORDLESS = "(a message without words)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A message of somebody. `author` is "" where Slack names nobody (some bots); `link` is its address."""

    message: MessageRef
    author: str
    text: str
    link: str = ""

    @property
    def written_at(self) -> datetime:
        """When it was written, by Slack's clock."""
        return datetime.fromtimestamp(float(self.message.ts), tz=UTC)

    @property
    def operation(self) -> str:
        """What makes noting it once of noting it again, by whomever and whichever way."""
        return f"noted:{self.message.channel}:{self.message.ts}"


def quote(message: MessageRef, author: str, text: str) -> Quote:
    """Return the quoted message with its words cleaned. Raises `Refusal` if it is none."""
    if not message.channel or not _TS.fullmatch(message.ts):
        raise Refusal("no_message", "That message is not there any more, so nothing was done.")
    return Quote(message=message, author=author, text=clean(text))


def heard(message: MessageRef, author: str, raw: str) -> Quote:
    """Return the quoted message from Slack's own spelling of it. Raises `Refusal` if it is none."""
    return quote(message, author, as_read(raw))


def as_read(raw: str) -> str:
    """Return a message's text as its reader saw it: links and mentions as words, and no ids of people."""
    words = _MARKED.sub(_label, raw)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _label(marked: re.Match[str]) -> str:
    kind, target, label = marked.group(1), marked.group(2), marked.group(3) or ""
    if kind in ("@", "#"):
        return kind + (label.removeprefix(kind) or ("somebody" if kind == "@" else "channel"))
    if kind == "!":
        return label or f"@{target.partition('^')[0]}"
    return label or target


def note_quote(incident: Incident, quoted: Quote, by: Person, now: datetime) -> Change:
    """Return the incident with the message in its timeline; also once it is over, for those who look back."""
    require_here(Act.NOTE, by)
    return Change(incident, (entry_of(quoted, by.user_id, now),))


def entry_of(quoted: Quote, by: str, now: datetime, about: str = "") -> Entry:
    """Return the entry. `about` stands in front of the words."""
    words = quoted.text or _WORDLESS
    shown = words if len(words) <= LONGEST_NOTED else words[: LONGEST_NOTED - 1].rstrip() + "…"
    return Entry(
        at=now,
        kind=EntryKind.NOTE,
        actor=by,
        text=about + shown,
        author=quoted.author,
        written_at=quoted.written_at,
        link=quoted.link,
    )
