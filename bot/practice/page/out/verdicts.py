"""Judges each arrival against what was approved, for the pane. It refuses to judge what it cannot compare."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.practice.outside import MAIL, OUTLETS, PARTS_OF, Approved, Arrival, Received, fits

_HTML = "html"


class Verdict(StrEnum):
    """What is to be said of one arrival."""

    GOOD = "as approved"
    OTHER = "NOT as approved"
    STRANGER = "NOT approved for this recipient"
    AGAIN = "sent again, as somebody asked"
    TWICE = "came twice"
    OPEN = "not compared yet: Redis does not answer"


@dataclass(frozen=True, slots=True)
class Text:
    """One part of what came. `rendered`: it can be shown as a page, too."""

    name: str
    words: str
    size: int
    sha256: str
    rendered: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One arrival as the pane shows it. `id` stays the same while the practice lasts; `of` names the update."""

    id: str
    outlet: str
    to: str
    at: float
    of: str
    verdict: Verdict
    about: tuple[tuple[str, str], ...]
    texts: tuple[Text, ...]
    raw: bytes

    @property
    def good(self) -> bool:
        """Whether it is as it should be."""
        return self.verdict in (Verdict.GOOD, Verdict.AGAIN)


def judged(received: Sequence[Received], approved: tuple[Approved, ...] | None) -> tuple[Item, ...]:
    """Return all arrivals, judged, in the order in which they came at each outlet. `approved` None: not known now."""
    seen, places, items = Counter[Arrival](), Counter[str](), []
    for one in received:
        arrival = one.arrival
        seen[arrival] += 1
        places[arrival.outlet] += 1
        fitting = fits(arrival, approved or ())
        items.append(
            Item(
                id=f"{arrival.outlet.replace(' ', '-')}-{places[arrival.outlet]}",
                outlet=arrival.outlet,
                to=arrival.to,
                at=one.at,
                of=f"INC-{fitting[0].incident} update #{fitting[0].update}" if fitting else "no approved update",
                verdict=Verdict.OPEN if approved is None else _verdict(arrival, fitting, seen[arrival]),
                about=one.about,
                texts=_texts(arrival),
                raw=one.raw,
            )
        )
    return tuple(items)


def by_outlet(items: Sequence[Item]) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """Return the outlets that something reached, each with its items, newest first."""
    groups = ((outlet, tuple(one for one in reversed(items) if one.outlet == outlet)) for outlet in OUTLETS)
    return tuple((outlet, found) for outlet, found in groups if found)


def _verdict(arrival: Arrival, fitting: tuple[Approved, ...], times: int) -> Verdict:
    if not fitting:
        return Verdict.OTHER
    if arrival.outlet == MAIL and not any(arrival.to in one.recipients for one in fitting):
        return Verdict.STRANGER
    if times == 1:
        return Verdict.GOOD
    return Verdict.AGAIN if times <= sum(one.rounds for one in fitting) else Verdict.TWICE


def _texts(arrival: Arrival) -> tuple[Text, ...]:
    names = PARTS_OF[arrival.outlet]
    found = []
    for place, words in enumerate(arrival.parts):
        name = names[place] if place < len(names) else "notification"
        data = words.encode()
        found.append(Text(name, words, len(data), hashlib.sha256(data).hexdigest(), name == _HTML))
    return tuple(found)
