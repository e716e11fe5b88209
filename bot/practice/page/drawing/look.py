"""How the one who looks at the page sees names, times and choices. It refuses to know where they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo


@dataclass(frozen=True)
class Look:
    """The eyes that blocks are drawn for.

    `people` and `channels` are (id, name as shown) in the order of the menus. `reader` is the user id of the one who
    looks: a mention of oneself is highlighted.
    """

    user_name: Callable[[str], str]
    channel_name: Callable[[str], str]
    usergroup_name: Callable[[str], str]
    zone: tzinfo
    people: Sequence[tuple[str, str]]
    channels: Sequence[tuple[str, str]]
    reader: str = ""
