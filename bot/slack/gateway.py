"""The only place that calls Slack: `ports.Chat` over the async client, one session, no retries of its own.

Everything is POST. What may be repeated is decided elsewhere (use cases, queues); here a call is made once and comes
back done, refused, not done, or unknown. It refuses what Slack would cut silently, and lets neither a token nor a
message's text into an error, a repr or a log.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.people import Person
from bot.domain.update import MessageRef
from bot.metrics.instruments import slack_call
from bot.ports import ChatRefused, ChatUnknown, FoundChannel, Mark, Message, Posted, View
from bot.slack import invitations, lookup, profiles, response_urls, verdict
from bot.slack.methods import METHODS
from bot.slack.pacing import Pace
from bot.slack.replies import as_form, record, records

Json = Mapping[str, Any]

SLACK = "https://slack.com/api/"
_PATIENCE = 10.0  # for any call: the worker's lease outlives it
_VIEW_WITHIN = 2.0  # a trigger lives 3 s (Slack docs)
_LONGEST_UPDATE = 4_000  # chat.update refuses longer texts (slack_facts)
_LONGEST_POST = 40_000  # chat.postMessage cuts longer texts (Slack docs)
_LONGEST_TOPIC = 250
_PEOPLE_PAGE = 200  # Slack docs advise 200 for users.list

# The SDK's debug lines hold whole messages.
_LOGGER = logging.getLogger("clarion.slack")
_LOGGER.setLevel(logging.WARNING)


class SlackChat:
    """Slack, as `ports.Chat`."""

    def __init__(
        self,
        *,
        token: str,
        now: Callable[[], datetime],
        base_url: str = SLACK,
        session: aiohttp.ClientSession | None = None,
        patient: bool = False,
    ) -> None:
        """`now`: UTC. `patient` (the worker) waits for its turn in a channel. A given `session` is not closed."""
        self._client = AsyncWebClient(
            token=token, base_url=base_url, session=session, retry_handlers=[], timeout=int(_PATIENCE), logger=_LOGGER
        )
        self._now = now
        self._given = session is not None
        self._pace = Pace(lambda: asyncio.get_running_loop().time()) if patient else None
        self._self: Json = {}
        self._direct: dict[str, str] = {}

    async def aclose(self) -> None:
        """Let connections go."""
        if self._client.session is not None and not self._given:
            await self._client.session.close()
            self._client.session = None

    async def identity(self, within: float = _PATIENCE) -> tuple[str, str]:
        """Return the workspace and the bot's own user id; asked once."""
        if not self._self:
            self._self = await self._call("auth.test", within=within)
        return str(self._self.get("team_id", "")), str(self._self.get("user_id", ""))

    def known_as(self, workspace: str, bot_user: str) -> None:
        """Take over what the start has asked Slack already: who we are."""
        self._self = {"team_id": workspace, "user_id": bot_user}

    # ---------------------------------------------------------------- channels

    async def create_channel(self, name: str, *, private: bool = False) -> str:
        """Create a channel and return its id."""
        reply = await self._call("conversations.create", name=name, is_private=private)
        created = str(record(reply, "channel").get("id", ""))
        if not created:
            raise ChatUnknown
        return created

    async def members(self, channel: str) -> frozenset[str]:
        """Return the user ids of everybody in a channel, this bot's among them."""
        return await lookup.members(self._call, channel)

    async def find_own_channel(self, name: str, since: datetime, *, private: bool = False) -> FoundChannel | None:
        """Return the unarchived channel with this name that this bot created after `since`, or None."""
        _, own = await self.identity()
        return await lookup.own_channel(self._pages, name, own, since, private)

    async def invite(self, channel: str, users: Sequence[str]) -> Mapping[str, str]:
        """Invite; return the error code of each user that could not be. Already being in is no error."""
        return await invitations.invite(self._call, channel, users)

    async def join_channel(self, channel: str) -> None:
        """Join a public channel. Being in already is no error."""
        await self._call("conversations.join", channel=channel)

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set the topic (at most 250 characters)."""
        if len(topic) > _LONGEST_TOPIC:
            raise ChatRefused("too_long", "topic")
        await self._call("conversations.setTopic", channel=channel, topic=topic)

    async def rename_channel(self, channel: str, name: str) -> None:
        """Give a channel another name. Slack lets a bot rename those that it created (Slack docs)."""
        await self._call("conversations.rename", channel=channel, name=name)

    async def add_bookmark(self, channel: str, title: str, link: str) -> None:
        """Add a bookmark, unless one with this title is there."""
        there = await self._call("bookmarks.list", channel_id=channel)
        if any(bookmark.get("title") == title for bookmark in records(there, "bookmarks")):
            return
        await self._call("bookmarks.add", channel_id=channel, title=title, type="link", link=link)

    async def pin(self, message: MessageRef) -> None:
        """Pin a message. Being pinned already is no error."""
        try:
            await self._call("pins.add", channel=message.channel, timestamp=message.ts)
        except ChatRefused as refused:
            if refused.code != "already_pinned":
                raise

    # ---------------------------------------------------------------- messages

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
        if len(message.text) > _LONGEST_POST:
            raise ChatRefused("msg_too_long", "text")
        arguments: dict[str, Any] = {"channel": channel, "text": message.text}
        arguments |= {"unfurl_links": False, "unfurl_media": False}
        if message.blocks:
            arguments["blocks"] = list(message.blocks)
        if thread:
            arguments["thread_ts"] = thread
        if mark is not None:
            arguments["metadata"] = {"event_type": mark.kind, "event_payload": {"key": mark.key}}
        if customer_facing:
            arguments |= {"mrkdwn": False, "parse": "none", "link_names": False}
        if self._pace is not None:
            await self._pace.turn(channel)
        reply = await self._call("chat.postMessage", **arguments)
        if not reply.get("ts"):
            raise ChatUnknown
        return MessageRef(channel=str(reply.get("channel") or channel), ts=str(reply["ts"]))

    async def find_post(self, channel: str, mark: Mark, *, thread: str = "") -> MessageRef | None:
        """Look through a day of a channel (or thread, or user's direct messages) for a post with this mark.

        Raises ChatUnavailable where there is too much to look through: "not there" would be a guess.
        """
        place = await self._direct_channel(channel) if channel.startswith(("U", "W")) else channel
        _, own = await self.identity()
        return await lookup.own_post(self._pages, place, mark, own, thread, self._now())

    async def read(self, ref: MessageRef) -> Posted | None:
        """Read one message, also a reply in a thread; None if it is not there."""
        return await lookup.one_message(self._call, ref)

    async def whisper(self, channel: str, user: str, message: Message, *, thread: str = "") -> None:
        """Say something in a channel or thread that one member alone sees."""
        arguments: dict[str, Any] = {"channel": channel, "user": user, "text": message.text}
        arguments |= {"blocks": list(message.blocks)} if message.blocks else {}
        arguments |= {"thread_ts": thread} if thread else {}
        await self._call("chat.postEphemeral", **arguments)

    async def amend(self, ref: MessageRef, message: Message) -> None:
        """Edit a post (at most 4,000 characters of text)."""
        if len(message.text) > _LONGEST_UPDATE:
            raise ChatRefused("msg_too_long", "text")
        await self._call("chat.update", channel=ref.channel, ts=ref.ts, text=message.text, blocks=list(message.blocks))

    async def direct(self, user: str, message: Message, *, mark: Mark | None = None) -> MessageRef:
        """Send a direct message."""
        return await self.post(await self._direct_channel(user), message, mark=mark)

    async def permalink(self, ref: MessageRef) -> str:
        """Return the message's address."""
        return str((await self._call("chat.getPermalink", channel=ref.channel, message_ts=ref.ts)).get("permalink", ""))

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer a command or click later, through its response_url (5 uses, 30 min)."""
        response_urls.require_known_host(response_url, self._client.base_url)
        proxy = self._client.proxy
        await response_urls.respond(self._session(), response_url, message, replace=replace, proxy=proxy)

    # ---------------------------------------------------------------- modals

    async def open_view(self, trigger: str, view: View) -> str:
        """Open a modal within 2 s, or raise; return the view's id."""
        return await self._view("views.open", trigger_id=trigger, view=dict(view.payload))

    async def push_view(self, trigger: str, view: View) -> str:
        """Open a modal on top of the one in which something was pressed, within 2 s, or raise; return its id."""
        return await self._view("views.push", trigger_id=trigger, view=dict(view.payload))

    async def update_view(self, view_id: str, view: View) -> None:
        """Replace an open modal."""
        await self._view("views.update", view_id=view_id, view=dict(view.payload))

    async def show_home(self, user: str, view: View) -> None:
        """Draw somebody's home tab."""
        await self._call("views.publish", user_id=user, view=dict(view.payload))

    # ---------------------------------------------------------------- people

    async def person(self, user_id: str, within: float) -> Person | None:
        """Look a person up within `within` seconds; None if Slack knows nobody of this id."""
        home, _ = await self.identity(within)
        try:
            reply = await self._call("users.info", within=within, user=user_id)
        except ChatRefused as refused:
            if refused.code == "user_not_found":
                return None
            raise
        user = record(reply, "user")
        return profiles.person(user, home, self._now()) if user.get("id") else None

    async def group(self, group_id: str, within: float) -> tuple[str, ...]:
        """Return the user ids of a user group's members, within `within` seconds."""
        reply = await self._call("usergroups.users.list", within=within, usergroup=group_id)
        return tuple(str(user) for user in reply.get("users") or ())

    async def everybody(self) -> tuple[Person, ...]:
        """Look up the whole workspace."""
        home, _ = await self.identity()
        now = self._now()
        pages = self._pages("users.list", "members", _PEOPLE_PAGE)
        return tuple([profiles.person(user, home, now) async for user in pages if user.get("id")])

    # ---------------------------------------------------------------- inside

    async def _view(self, method: str, **arguments: object) -> str:
        reply = await self._call(method, within=_VIEW_WITHIN, **arguments)
        return str(record(reply, "view").get("id", ""))

    async def _direct_channel(self, user: str) -> str:
        if user not in self._direct:
            try:
                reply = await self._call("conversations.open", users=user)
            except ChatRefused as refused:
                if refused.code != "missing_scope":
                    raise
                return user  # chat.postMessage takes a user id, too (Slack docs)
            self._direct[user] = str(record(reply, "channel").get("id", "")) or user
        return self._direct[user]

    async def _pages(self, method: str, field: str, limit: int, **arguments: Any) -> AsyncIterator[Json]:
        cursor = ""
        while True:
            page = {**arguments, "cursor": cursor} if cursor else arguments
            reply = await self._call(method, limit=limit, **page)
            for found in records(reply, field):
                yield found
            following = str(record(reply, "response_metadata").get("next_cursor") or "")
            if not following or following == cursor:
                return
            cursor = following

    async def _call(self, method: str, within: float = _PATIENCE, **arguments: Any) -> Json:
        with slack_call(method):
            return await self._made(method, within, arguments)

    async def _made(self, method: str, within: float, arguments: Json) -> Json:
        known = METHODS[method]
        self._session()
        sent = {"json": dict(arguments)} if known.json else {"data": as_form(arguments)}
        try:
            async with asyncio.timeout(within):
                reply = await self._client.api_call(method, http_verb="POST", **sent)
        except Exception as error:
            trouble = verdict.of_error(known, error)
        else:
            if isinstance(reply.data, dict) and reply.data.get("ok") is True:
                return reply.data
            trouble = verdict.of_reply(known, reply.status_code, reply.headers, reply.data)
        # Outside the handler: the client's own error holds the request, and so the token.
        raise trouble

    def _session(self) -> aiohttp.ClientSession:
        session = self._client.session
        if session is None or session.closed:
            session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE))
            self._client.session, self._given = session, False
        return session
