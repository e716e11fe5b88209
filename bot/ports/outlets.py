"""Ways out to customers: the one interface of every outlet, and its three failures."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.update import OutletKind, Recipient, Rendition


class Refused(Exception):
    """The outlet said no to this recipient or text; trying again would say the same. The message is for people."""


class Unavailable(Exception):
    """Certainly nothing left; try again, not before `retry_after` seconds if it is given."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class OutcomeUnknown(Exception):
    """It may have arrived: the reply was lost, or took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The outlet's own word that it took the delivery. `reference` is its id for it, shown to people."""

    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The longest text the outlet takes, in characters by part, and how many sends run side by side."""

    parts: Mapping[str, int]
    parallel: int = 1


class Speaks(StrEnum):
    """In which languages an outlet speaks to its recipients. Nobody ever gets one update twice, in two of them."""

    BASE = "base"  # the base language alone, unless the plan asks for each
    OWN = "own"  # each recipient's own, else the base language
    EACH = "each"  # each language, once


class Outlet(Protocol):
    """A public way out. How to add one: `bot/outlets/README.md`.

    Attributes:
        name: lower-case letters, digits and dashes; keys queues and records.
        label: how people call it, such as "E-mail".
        layout: stem of its layouts in `message_templates/_layouts/`, such as "email".
        kind: what may be done when an outcome is unknown.
        destination: canonical, without secrets; part of what is approved.
        envelope: names of fields it adds itself at the moment of sending.
        rehearsal: it records instead of sending.
        speaks: which languages its recipients get.
    """

    name: str
    label: str
    layout: str
    kind: OutletKind
    destination: str
    envelope: tuple[str, ...]
    limits: Limits
    rehearsal: bool
    speaks: Speaks

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return who hears through this outlet now. Raises Refused with a sentence if the list is unreadable."""
        ...

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Deliver to one recipient under an idempotency key. Raises Refused, Unavailable, OutcomeUnknown only."""
        ...

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        """Say whether a delivery under `key` arrived; only for SEARCHABLE. Raises Unavailable."""
        ...

    async def check(self) -> str:
        """Try a test send or connection that reaches no customer; return a sentence. Raises Refused, Unavailable."""
        ...

    async def aclose(self) -> None:
        """Let connections go."""
        ...
