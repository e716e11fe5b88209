"""One thing that can be made to go wrong in a practice: how it is thrown, taken back, and told.

It refuses to pretend: `is_on` is read from the thing itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.practice.manner import Manner

if TYPE_CHECKING:
    from bot.practice.house import House

SLACK, MAIL, WEBHOOK, BROADCAST, STATUS_FOLDER, WORKER, WEB, REDIS = SUBJECTS = (
    "Slack",
    "mail server",
    "webhook receiver",
    "broadcast channel",
    "status folder",
    "worker",
    "web process",
    "Redis",
)

Doing = Callable[["House"], Awaitable[None]]
Looking = Callable[["House"], bool]
Undoing = Callable[["House"], None]


@dataclass(frozen=True, slots=True)
class Lasting:
    """What a switch that stays on needs beside: whether it is on, and how all trouble of its subject is taken back."""

    look: Looking
    back: Undoing


class Receiving(Protocol):
    """A far end that can be made to behave badly: the mail server, or whoever takes the webhook."""

    @property
    def manner(self) -> Manner: ...

    def turn(self, manner: Manner) -> None:
        """Behave so from now on."""
        ...


def turned(far_end: Callable[[House], Receiving], manner: Manner) -> tuple[Doing, Lasting]:
    """Return how that end of a house is made to behave so, and how it is taken back."""

    async def throw(house: House) -> None:
        far_end(house).turn(manner)

    return throw, Lasting(
        lambda house: far_end(house).manner is manner, lambda house: far_end(house).turn(Manner.TAKES)
    )


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing that can go wrong. Its key in `SWITCHES` is `subject` and `verb`: "mail server loses its reply".

    `does` and `seen` are a sentence each: what it does, and what should be seen. `lasting` None: over as it happens.
    """

    subject: str
    verb: str
    does: str
    seen: str
    throw: Doing
    lasting: Lasting | None = None

    @property
    def key(self) -> str:
        """The words for it, as a scenario has them."""
        return f"{self.subject} {self.verb}"

    def is_on(self, house: House) -> bool:
        """Whether it is on now."""
        return self.lasting is not None and self.lasting.look(house)

    async def on(self, house: House) -> None:
        """Let it go wrong from now on, in the place of what else is wrong with its subject. Safe to repeat."""
        if self.is_on(house):
            return
        if self.lasting is not None:
            self.lasting.back(house)
            house.chronicle.say(f"{capital(self.key)}. {self.does}")
        await self.throw(house)

    async def off(self, house: House) -> None:
        """Take it back. Does nothing where there is nothing to take back."""
        if self.lasting is not None and self.is_on(house):
            self.lasting.back(house)
            house.chronicle.say(f"{capital(self.subject)} is well again.")


def capital(words: str) -> str:
    """Return the words as a sentence begins."""
    return words[:1].upper() + words[1:]
