"""Saying it in fewer words where there is little room: a text message, a post.

A layout writes the same news several times, each time shorter; the first that fits is taken. Nothing is ever cut:
every way of saying it has whole sentences, and ends with where the rest is. It refuses, by name, what fits in none.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.refusals import Refusal
from bot.rendering import counting
from bot.rendering.words import one_line

# Stands between two ways of saying the same; `clean` takes it out of everything that people type.
SHORTER = "\x02"
# Four segments hold the longest headline with the promise and a link also where a letter makes it UCS-2 (4 x 67).
# Every segment of every recipient is paid for.
MOST_SEGMENTS = 4


@dataclass(frozen=True, slots=True)
class Room:
    """How much an outlet takes: `most`, in `unit`, counted by `count`. `tidy` is done to the text before."""

    most: int
    unit: str
    count: Callable[[str], int]
    tidy: Callable[[str], str]


def _for_phones(text: str) -> str:
    return counting.in_gsm(one_line(text))


def _post(text: str) -> str:
    """Close the gaps that are left where there was nothing to say."""
    lines = (re.sub(r" {2,}", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _segments(text: str) -> int:
    return counting.segments(text).segments


ROOMS: Mapping[str, Room] = {
    "sms": Room(MOST_SEGMENTS, "text messages", _segments, _for_phones),
    "social-280": Room(280, "characters as X counts them", counting.on_x, _post),
    "social-300": Room(300, "characters as Bluesky counts them", counting.on_bluesky, _post),
    "social-500": Room(500, "characters as Mastodon counts them", counting.on_mastodon, _post),
}


def first_within(text: str, most: int | None) -> str:
    """Return the first way of saying it of at most `most` characters, else the last one: for whoever may refuse it."""
    ways = text.split(SHORTER)
    return next((way for way in ways if most is None or len(way) <= most), ways[-1])


def fit(text: str, room: Room, label: str) -> str:
    """Return the longest way of saying it that fits. Raises Refusal ``too_long``."""
    ways = [room.tidy(way) for way in text.split(SHORTER)]
    for way in ways:
        if room.count(way) <= room.most:
            return way
    raise Refusal(
        "too_long",
        f"{label}: even the shortest form takes {room.count(ways[-1]):,} {room.unit}; at most {room.most:,} fit. "
        "Shorten the headline.",
        field="headline",
    )
