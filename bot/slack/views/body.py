"""What the approval card says of an update: about it, its texts, where it goes; and how much of that fits.

It refuses to shorten in silence: what is cut ends in an ellipsis, and `Room` says whether all was drawn.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, RichTextElement

from bot.domain.coverage import lagging, said_of
from bot.domain.incident import Incident
from bot.domain.languages import called, languages_of, names_of
from bot.domain.update import Planned, Update
from bot.slack.views.blocks import Part, bold, bullets, channel, clip, line, moment, quote, rich, user
from bot.slack.views.checking import texts_in
from bot.slack.views.choices import recipients
from bot.slack.views.passages import Passage
from bot.slack.views.words import A_DRILL


@dataclass(frozen=True, slots=True)
class Room:
    """How much is drawn: characters of each text (0: all of them), and how many texts and outlets."""

    text: int
    texts: int
    outlets: int


_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
# From everything to the least; the last fits whatever people wrote.
ROOMS = (Room(0, 30, 60), Room(600, 6, 30), Room(250, 4, 20), Room(100, 2, 10))


def about(incident: Incident, update: Update, names: Mapping[str, str]) -> Block:
    """Return whose words these are, by name where it is known and else by a mention; and what they promise."""
    latest, facts = update.latest, update.latest.facts
    corrected = next((u for u in incident.updates if u.id == update.corrects), None)
    due: tuple[Part, ...] = (
        ("Promises the next update by ", moment(facts.next_update_by), ".") if facts.next_update_by else ()
    )
    rows = [
        line(bold(f"{incident.called} · {incident.severity} "), incident.title),
        line(f"Revision {latest.number}, written by ", *named(sorted(update.authors), names)),
        *([line(f"Corrects update #{corrected.number}.")] if corrected else []),
        *([line(*due)] if due else []),
    ]
    if len(spoken := languages_of(update)) > 1:
        rows.append(line(f"In {names_of(spoken)}."))
        rows += [line(f"⚠️ {said_of(one)}.") for one in lagging(update)]
    if incident.drill:
        rows.append(line(A_DRILL))
    return rich(bullets(*rows))


def named(ids: Sequence[str], names: Mapping[str, str]) -> tuple[Part, ...]:
    """Return people by name where it is known, else by a mention; with commas between them."""
    parts = (bold(names[who]) if names.get(who) else user(who) for who in ids)
    return tuple(part for index, one in enumerate(parts) for part in (", " if index else "", one))


def people(ids: Sequence[str]) -> tuple[Part, ...]:
    """Return mentions with commas between them."""
    return tuple(part for index, person in enumerate(ids) for part in (", " if index else "", user(person)))


def text(passage: Passage, room: Room) -> Block:
    """Return one text, or how it differs from the common one."""
    among = passage.among or passage.planned
    labels = ", ".join(clip(called(p, among), 60) for p in passage.planned[: room.outlets])
    if passage.whole:
        shown = clip(passage.text, room.text) if room.text else passage.text
        return rich(line(bold(f"What customers read: {labels}")), quote(shown or "(no text)"))
    same = "the same words." if not (passage.adds or passage.lacks) else "the same words, but"
    parts: list[RichTextElement] = [line(bold(f"{labels}: "), same)]
    for word, lines in (("with", passage.adds), ("without", passage.lacks)):
        if lines:
            parts += [line(word), quote(clip(lines, room.text) if room.text else lines)]
    return rich(*parts)


def in_short(update: Update, room: Room) -> Block:
    """Return the facts in short, for where every text is too long for the card."""
    facts = update.latest.facts
    longest = room.text or 600
    return rich(
        line(bold("In short")),
        quote(clip(facts.headline, longest)),
        quote(clip(facts.impact, longest) or "(no impact)"),
    )


def outlets(planned: Sequence[Planned], room: Room, heading: str = "Goes to") -> Block:
    """Return where it goes: destination, recipients and length for each outlet."""
    rows = [
        line(
            bold(clip(called(p, planned), 60)),
            " to ",
            destination(p, 120),
            f": {recipients(p.recipient_count)}, {p.length:,} characters",
            ", too long to show here" if p.clipped else "",
            ", rehearsal" if p.rehearsal else "",
        )
        for p in planned[: room.outlets]
    ]
    if len(planned) > len(rows):
        rows.append(line(f"and {len(planned) - len(rows)} more outlets, all in Read everything"))
    return rich(line(bold(heading)), bullets(*rows))


def destination(planned: Planned, longest: int) -> Part:
    """Return where an outlet leads as people call it: a channel by its name, the status page by its address."""
    kind, _, rest = planned.destination.partition(":")
    if kind == "slack" and _CHANNEL.fullmatch(rest):
        return channel(rest)
    return clip(rest if kind == "status" else planned.destination, longest)


def weight(node: object) -> int:
    """Return the characters of all texts in drawn blocks as Slack counts them (UTF-16; ids and values too)."""
    return sum(len(text.encode("utf-16-le", "surrogatepass")) // 2 for text in texts_in(node))
