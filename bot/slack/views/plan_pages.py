"""Pages of a long modal, and the buttons that turn them: what belongs together stays together.

No page is much longer than three screens of a phone. It refuses to cut an entry: one that is longer than a page has a
page of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement

from bot.slack.views.blocks import button
from bot.slack.views.drawing import to_json

# A page is two or three screens of a phone: so many entries, fewer where they are long (one counts once, and once more
# for each so many characters).
PAGE = 6
# Digits of a page's number, as a button carries it: a plan's file allows far fewer pages.
PAGE_DIGITS = 4
_LONG = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """What belongs together and stays on one page."""

    blocks: tuple[Block, ...]

    @property
    def length(self) -> int:
        """How many characters there are to read."""
        return sum(len(part.get("text", "")) for block in self.blocks for part in _parts(to_json(block)))


def _parts(drawn: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the smallest parts of a rich text, wherever they are in it."""
    inner = drawn.get("elements", ())
    for one in inner:
        yield from _parts(one)
    if not inner and isinstance(drawn.get("text"), str):
        yield drawn


def paged(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Return the entries page by page, at least one; an entry that is longer than a page has one to itself."""
    pages: list[list[Entry]] = [[]]
    room = PAGE
    for entry in entries:
        needs = 1 + entry.length // _LONG
        if pages[-1] and needs > room:
            pages.append([])
            room = PAGE
        pages[-1].append(entry)
        room -= needs
    return pages


def turns(action: str, page: int, last: int, carry: Callable[[int], str]) -> list[ButtonElement]:
    """Return Back and More where there is such a page; `carry` makes the value of the button to a page."""
    ways = (("Back", page - 1), ("More", page + 1))
    return [button(word, f"{action}:{word.lower()}", carry(to)) for word, to in ways if 0 <= to <= last]
