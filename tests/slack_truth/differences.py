"""Where Slack's published types and Slack differ. Filled in below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One place where the types are wrong: `mended` changes the definition; the rest says who is right, and why."""

    definition: str
    mended: Callable[[dict[str, Any]], dict[str, Any]]
    why: str
    source: str


BY_TYPE: tuple[Difference, ...] = ()
