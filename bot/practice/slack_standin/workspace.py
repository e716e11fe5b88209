"""The state of one Slack workspace, and the questions a test asks of it.

It mints ids and timestamps the way Slack does (unique, monotonic) and keeps everything that was ever posted. It judges
nothing: who may do what is decided in `methods/`.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from bot.practice.slack_standin.mentions import mentioned_people
from bot.practice.slack_standin.records import ApiCall, Channel, Json, Message, Notification, OpenView, User

TEAM_ID = "T0PRACTICE"
TEAM_NAME = "Practice"
TEAM_DOMAIN = "practice"
OUTSIDE_TEAM_ID = "T0OUTSIDE"
# What Slack shows where a message has blocks and no text. Slack docs, chat.postMessage: "text is a fallback string".
NO_FALLBACK = "This content can't be displayed."


class NotInWorkspace(LookupError):
    """A test asked for somebody or something that is not there."""


class Workspace:
    def __init__(self, now: Callable[[], float], *, app_id: str, bot_name: str) -> None:
        self.now = now
        self.app_id = app_id
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.posts: dict[str, list[Message]] = {}
        self.ephemeral_posts: list[Message] = []
        self.all_views: dict[str, OpenView] = {}
        self.view_stacks: dict[str, list[OpenView]] = {}
        self.homes: dict[str, Json] = {}
        self.home_views: dict[str, OpenView] = {}
        self.usergroups: dict[str, tuple[str, list[str]]] = {}
        self.all_notifications: list[Notification] = []
        self.calls: list[ApiCall] = []
        self._minted = 0
        self._last_ts = 0
        self.bot = self.add_user(bot_name, real_name=bot_name.title(), is_bot=True)
        self.bot_id = self.mint("B")
        self.slackbot = User("USLACKBOT", "slackbot", "Slackbot", TEAM_ID, is_bot=True, home_team_id=TEAM_ID)
        self.users[self.slackbot.id] = self.slackbot
        self.general = self.add_channel("general", is_general=True)

    # --- minting

    def mint(self, prefix: str) -> str:
        self._minted += 1
        return f"{prefix}0{self._minted:08d}"

    def token_like(self, purpose: str) -> str:
        """An opaque, repeatable string, where Slack would use random ones."""
        self._minted += 1
        return sha256(f"{purpose}{self._minted}".encode()).hexdigest()[:32]

    def next_ts(self) -> str:
        # Slack docs: "ts" identifies a message in its channel, so two posts in the same microsecond must differ.
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # --- people and places

    def add_user(
        self,
        name: str,
        *,
        real_name: str = "",
        tz: str = "Europe/Amsterdam",
        tz_offset: int = 3600,
        locale: str = "en-GB",
        is_bot: bool = False,
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        deleted: bool = False,
        team_id: str = TEAM_ID,
    ) -> User:
        user = User(
            id=self.mint("U"),
            name=name,
            real_name=real_name or name.title(),
            team_id=team_id,
            email=f"{name}@practice.example",
            tz=tz,
            tz_offset=tz_offset,
            locale=locale,
            is_bot=is_bot,
            # Slack docs, users.info: an ultra restricted guest is a restricted one too.
            is_restricted=is_restricted or is_ultra_restricted,
            is_ultra_restricted=is_ultra_restricted,
            deleted=deleted,
            home_team_id=TEAM_ID,
        )
        self.users[user.id] = user
        if not (is_bot or user.is_restricted or deleted) and team_id == TEAM_ID:
            self.general.members.append(user.id)
        return user

    def add_channel(
        self,
        name: str,
        *,
        creator: str | None = None,
        members: tuple[str, ...] = (),
        is_private: bool = False,
        is_general: bool = False,
        is_ext_shared: bool = False,
    ) -> Channel:
        channel = Channel(
            id=self.mint("C"),
            name=name,
            creator=creator or self.bot.id,
            created=int(self.now()),
            is_private=is_private,
            is_general=is_general,
            is_ext_shared=is_ext_shared,
            members=list(dict.fromkeys(members)),
        )
        self.channels[channel.id] = channel
        self.posts[channel.id] = []
        return channel

    def open_dm(self, user_id: str, other: str = "") -> Channel:
        """The direct messages of somebody with the bot, or with `other`."""
        second = other or self.bot.id
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == {user_id, second}:
                return channel
        members = list(dict.fromkeys((second, user_id)))
        dm = Channel(self.mint("D"), "", second, int(self.now()), is_im=True, members=members)
        self.channels[dm.id] = dm
        self.posts[dm.id] = []
        return dm

    def user(self, who: str | User) -> User:
        if isinstance(who, User):
            return who
        plain = who.removeprefix("@")
        for user in self.users.values():
            if plain in (user.id, user.name):
                return user
        raise NotInWorkspace(f"no user {who!r}; there are {sorted(u.name for u in self.users.values())}")

    def channel(self, which: str | Channel) -> Channel:
        if isinstance(which, Channel):
            return which
        plain = which.removeprefix("#")
        found = self.find_channel(plain)
        if found is None:
            there = ", ".join(sorted(f"#{c.name}" for c in self.channels.values() if c.name))
            raise NotInWorkspace(f"there is no channel “{plain}”; there are {there}")
        return found

    def find_channel(self, id_or_name: str) -> Channel | None:
        if id_or_name in self.channels:
            return self.channels[id_or_name]
        return next((c for c in self.channels.values() if c.name and c.name == id_or_name), None)

    # --- messages

    def post(self, message: Message) -> Message:
        self.posts[message.channel].append(message)
        if message.subtype is None:
            self._notify(message)
        return message

    def post_system(self, channel: Channel, user: str, subtype: str, text: str) -> None:
        self.post(Message(channel.id, self.next_ts(), user, text, subtype=subtype))

    def _notify(self, message: Message) -> None:
        # An edit never comes through here: Slack notifies about new messages only.
        channel = self.channels[message.channel]
        people = [m for m in channel.members if m != message.user and m in self.users and not self.users[m].is_bot]
        text = message.text or (NO_FALLBACK if message.blocks else "")
        mentioned = mentioned_people(message, self.usergroups)
        in_thread = {m.user for m in self.thread(channel, message.thread_ts)} if message.thread_ts else set()
        for person in people:
            reason = "dm" if channel.is_im else ""
            if person in mentioned or "!everyone" in mentioned:
                reason = reason or "mention"
            elif person in in_thread:
                reason = reason or "thread"
            if reason:
                self.all_notifications.append(Notification(person, channel.id, message.ts, text, reason))

    def message(self, channel: str | Channel, ts: str) -> Message | None:
        return next((m for m in self.posts[self.channel(channel).id] if m.ts == ts), None)

    def thread(self, channel: str | Channel, thread_ts: str) -> list[Message]:
        return [m for m in self.posts[self.channel(channel).id] if thread_ts in (m.ts, m.thread_ts)]

    def messages(self, channel: str | Channel, *, system: bool = False) -> list[Message]:
        """What was posted, oldest first; joins, topics and the like only with `system`."""
        return [m for m in self.posts[self.channel(channel).id] if system or m.subtype is None]

    def ephemerals(self, who: str | User, channel: str | Channel | None = None) -> list[Message]:
        person = self.user(who).id
        place = None if channel is None else self.channel(channel).id
        return [m for m in self.ephemeral_posts if m.ephemeral_for == person and place in (None, m.channel)]

    def dms(self, who: str | User) -> list[Message]:
        """Messages between the bot and one person."""
        both = {self.user(who).id, self.bot.id}
        return [m for c in self.channels.values() if c.is_im and set(c.members) == both for m in self.posts[c.id]]

    def notifications(self, who: str | User) -> list[Notification]:
        person = self.user(who).id
        return [n for n in self.all_notifications if n.user == person]

    # --- views

    def open_view(self, who: str | User) -> OpenView | None:
        """The view on top of this person's screen."""
        stack = self.view_stacks.get(self.user(who).id, [])
        return stack[-1] if stack else None

    def views(self, who: str | User) -> list[OpenView]:
        return list(self.view_stacks.get(self.user(who).id, []))
