"""Slack's Web API as far as Clarion uses it, with the three ways in which a call can fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.people import Person
from bot.domain.update import MessageRef

# With the token gone (failure model 25) nothing can be said until an operator mends it; the work is kept for then.
NO_TOKEN = frozenset({"not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive"})


class ChatRefused(Exception):
    """Slack said no, with its error code; trying again would say the same."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class ChatUnavailable(Exception):
    """Slack did nothing this time; `retry_after` is in seconds, None if it did not say."""

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(f"retry after {retry_after}")
        self.retry_after = retry_after


class ChatUnknown(Exception):
    """The reply was lost: what was asked may have happened."""


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is to show. `text` stands alone: it is the notification, and what a screen reader reads."""

    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A modal, as `views.open` takes it."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A Slack channel as listed. `created` is UTC."""

    id: str
    name: str
    creator: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """Message metadata by which a post is found again after a lost reply. `key` is unique to the post."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as somebody wrote it. `author` is "" where Slack names no user (some bots)."""

    author: str
    text: str


class Chat(Protocol):
    """Slack's Web API, as far as Clarion uses it. Every method raises ChatRefused, ChatUnavailable, ChatUnknown."""

    async def create_channel(self, name: str, *, private: bool = False) -> str:
        """Create a channel and return its id."""
        ...

    async def members(self, channel: str) -> frozenset[str]:
        """Return the user ids of everybody in a channel, this bot's among them."""
        ...

    async def find_own_channel(self, name: str, since: datetime, *, private: bool = False) -> FoundChannel | None:
        """Return the unarchived channel with this name that this bot created after `since`, or None."""
        ...

    async def invite(self, channel: str, users: Sequence[str]) -> Mapping[str, str]:
        """Invite; return the error code of each user that could not be. Already being in is no error."""
        ...

    async def join_channel(self, channel: str) -> None:
        """Join a public channel. Being in already is no error."""
        ...

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set the topic (at most 250 characters)."""
        ...

    async def rename_channel(self, channel: str, name: str) -> None:
        """Give a channel another name (at most 80 characters)."""
        ...

    async def add_bookmark(self, channel: str, title: str, link: str) -> None:
        """Add a bookmark, unless one with this title is there."""
        ...

    async def pin(self, message: MessageRef) -> None:
        """Pin a message. Being pinned already is no error."""
        ...

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        mark: Mark | None = None,
        thread: str = "",
        customer_facing: bool = False,
    ) -> MessageRef:
        """Post; never repeated by itself. `customer_facing` turns link unfurling and markup off."""
        ...

    async def find_post(self, channel: str, mark: Mark, *, thread: str = "") -> MessageRef | None:
        """Look through a day of a channel (or a thread, or a user's DMs) for a post of this bot with this mark."""
        ...

    async def read(self, ref: MessageRef) -> Posted | None:
        """Read one message, also a reply in a thread; None if it is not there."""
        ...

    async def whisper(self, channel: str, user: str, message: Message, *, thread: str = "") -> None:
        """Say something in a channel or thread that one member alone sees."""
        ...

    async def amend(self, ref: MessageRef, message: Message) -> None:
        """Edit a post (at most 4,000 characters of text)."""
        ...

    async def direct(self, user: str, message: Message, *, mark: Mark | None = None) -> MessageRef:
        """Send a direct message."""
        ...

    async def open_view(self, trigger: str, view: View) -> str:
        """Open a modal within 2 s, or raise; return the view's id."""
        ...

    async def push_view(self, trigger: str, view: View) -> str:
        """Open a modal on top of the one in which something was pressed, within 2 s, or raise; return its id."""
        ...

    async def update_view(self, view_id: str, view: View) -> None:
        """Replace an open modal."""
        ...

    async def show_home(self, user: str, view: View) -> None:
        """Draw somebody's home tab."""
        ...

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer a command or click later, through its response_url (5 uses, 30 min)."""
        ...

    async def person(self, user_id: str, within: float) -> Person | None:
        """Look a person up within `within` seconds; None if Slack knows nobody of this id."""
        ...

    async def group(self, group_id: str, within: float) -> tuple[str, ...]:
        """Return the user ids of a user group's members, within `within` seconds."""
        ...

    async def everybody(self) -> tuple[Person, ...]:
        """Look up the whole workspace."""
        ...

    async def permalink(self, ref: MessageRef) -> str:
        """Return the message's address."""
        ...
