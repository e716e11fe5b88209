"""All that the page works with: the workspace, the app in it, who can be acted as, what each has read, and the panes.

It refuses to remember anything about Slack that the stand-in remembers already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from bot.practice.page.pane import Pane
from bot.practice.page.shell.installed import Installed
from bot.practice.slack_standin import Channel, Message, NotInWorkspace, Person, SlackStandIn, Workspace


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can be acted as: what they do in this practice, and whether they may approve."""

    name: str
    about: str
    approves: bool = False


@dataclass
class Marks:
    """What each person has read, and which words for them alone are gone from their screen.

    Slack keeps ephemeral messages only as long as the client runs: a reload drops them (Slack docs,
    chat.postEphemeral).
    """

    read: dict[tuple[str, str], str] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    dismissed: set[tuple[str, str]] = field(default_factory=set)

    def last_read(self, user: str, channel: str) -> str:
        """Return the ts of the last message they have seen there, "0" for none."""
        return self.read.get((user, channel), "0")

    def has_read(self, user: str, channel: str, ts: str) -> None:
        """They have seen everything up to `ts`; nothing becomes unread again."""
        self.read[user, channel] = max(self.last_read(user, channel), ts, key=float)

    def shows(self, message: Message) -> bool:
        """Whether words for one person are still on their screen."""
        who = message.ephemeral_for or ""
        return float(message.ts) > float(self.dropped.get(who, "0")) and (who, message.ts) not in self.dismissed


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of the page, such as the status page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Something for a newcomer to try; `put` is what belongs into the box."""

    title: str
    text: str
    put: str = ""


@dataclass
class Desk:
    """The page's state. `opening` is the channel shown first, with the `hints` on top."""

    standin: SlackStandIn
    app: Installed
    cast: Mapping[str, Member]
    panes: Sequence[Pane] = ()
    links: Sequence[Link] = ()
    title: str = "Practice"
    opening: str = "general"
    hints: Sequence[Hint] = ()
    marks: Marks = field(default_factory=Marks)
    # A window that finds another one behind its address begins anew.
    sitting: str = field(default_factory=lambda: token_hex(8))

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return self.standin.workspace

    def person(self, name: str) -> Person:
        """Return the one who is acted as. Raises NotInWorkspace for anybody who is not in the cast."""
        if name not in self.cast:
            raise NotInWorkspace(f"there is nobody called “{name}” here; there is {', '.join(self.cast)}")
        return self.standin.person(name)

    def first(self) -> str:
        """Return whom one acts as without a choice."""
        return next(iter(self.cast))

    def seen_by(self, person: Person, channel_id: str) -> Channel:
        """Return a channel that this person can open. Raises NotInWorkspace."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not self.can_open(person, channel):
            raise NotInWorkspace(f"{person.user.real_name} sees no such channel")
        return channel

    def can_open(self, person: Person, channel: Channel) -> bool:
        """Slack shows public channels to members of the workspace, and everything else to those who are in it."""
        if person.id in channel.members:
            return True
        user = person.user
        return not (channel.is_private or channel.is_im or user.is_restricted or user.team_id != user.home_team_id)

    def message(self, person: Person, channel_id: str, ts: str) -> Message:
        """Return a message that this person sees, for them alone or for all. Raises NotInWorkspace."""
        channel = self.seen_by(person, channel_id)
        for one in (*self.workspace.posts[channel.id], *self.workspace.ephemerals(person.user, channel)):
            if one.ts == ts:
                return one
        raise NotInWorkspace("this message is not there any more")
