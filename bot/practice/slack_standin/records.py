"""What a Slack workspace is made of: people, channels, messages and open views.

Plain mutable records, without behaviour beyond how Slack would spell them in JSON. It refuses nothing: the rules are
in `methods/` and `blocks.py`.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

# Slack's payloads are open-ended JSON; typing each of them would be a second copy of Slack's documentation.
Json = dict[str, Any]


@dataclass
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    email: str = ""
    tz: str = "Europe/Amsterdam"
    tz_offset: int = 3600
    locale: str = "en-GB"
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    is_bot: bool = False
    home_team_id: str = ""

    def as_slack(self) -> Json:
        profile: Json = {"real_name": self.real_name, "display_name": self.name, "email": self.email}
        base: Json = {"id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted}
        if self.deleted:
            # Slack docs: users.info leaves out most fields of a deactivated person.
            return base | {"profile": profile, "is_bot": self.is_bot}
        return base | {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "locale": self.locale,
            "profile": profile,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.team_id != self.home_team_id,
            "is_bot": self.is_bot,
            "is_app_user": False,
        }

    def as_changed(self, updated: int) -> Json:
        """The whole person, as a user_change event has them (npm @slack/types, UserChangeEvent)."""
        first, _, last = self.real_name.partition(" ")
        texts = ("title", "phone", "skype", "status_text", "status_text_canonical", "status_emoji", "avatar_hash")
        images = ("image_24", "image_32", "image_48", "image_72", "image_192", "image_512")
        profile: Json = dict.fromkeys((*texts, *images), "") | {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "first_name": first,
            "last_name": last,
            "email": self.email,
            "team": self.team_id,
            "status_emoji_display_info": [],
            "status_expiration": 0,
            "fields": [],
        }
        alive = replace(self, deleted=False).as_slack()
        return alive | {
            "deleted": self.deleted,
            "profile": profile,
            "color": "9f69e7",
            "is_primary_owner": False,
            "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
            "updated": updated,
        }


@dataclass
class Reaction:
    name: str
    users: list[str]


@dataclass
class Message:
    """One posted message. An edit changes it in place; `snapshot()` keeps what somebody still has on screen."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    metadata: Json | None = None
    edited: Json | None = None
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    # What was asked for at posting, for tests about unfurling; Slack never gives it back.
    unfurl_links: bool = True
    unfurl_media: bool = True
    ephemeral_for: str | None = None

    def snapshot(self) -> Message:
        return replace(self, blocks=deepcopy(self.blocks), metadata=deepcopy(self.metadata))

    def as_slack(self, *, with_metadata: bool = False) -> Json:
        body: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        optional: Json = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "reactions": [{"name": r.name, "users": r.users, "count": len(r.users)} for r in self.reactions],
            # Slack docs, conversations.history: metadata comes only with include_all_metadata.
            "metadata": self.metadata if with_metadata else None,
        }
        return body | {key: deepcopy(value) for key, value in optional.items() if value}


@dataclass
class Bookmark:
    id: str
    channel: str
    title: str
    type: str
    link: str
    emoji: str
    date_created: int

    def as_slack(self) -> Json:
        return {
            "id": self.id,
            "channel_id": self.channel,
            "title": self.title,
            "type": self.type,
            "link": self.link,
            "emoji": self.emoji,
            "date_created": self.date_created,
        }


@dataclass
class Channel:
    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_general: bool = False
    topic: str = ""
    topic_by: str = ""
    purpose: str = ""
    purpose_by: str = ""
    members: list[str] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)

    def as_slack(self, viewer: str) -> Json:
        base: Json = {
            "id": self.id,
            "created": self.created,
            "is_im": self.is_im,
            "is_archived": self.is_archived,
            "is_org_shared": False,
        }
        if self.is_im:
            other = next((member for member in self.members if member != viewer), viewer)
            return base | {"user": other, "is_user_deleted": False, "is_open": True}
        return base | {
            "name": self.name,
            "name_normalized": self.name,
            "creator": self.creator,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_general": self.is_general,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_member": viewer in self.members,
            "topic": {"value": self.topic, "creator": self.topic_by, "last_set": self.created if self.topic else 0},
            "purpose": {
                "value": self.purpose,
                "creator": self.purpose_by,
                "last_set": self.created if self.purpose else 0,
            },
        }


@dataclass
class OpenView:
    """A modal on one person's screen. `values` is what they filled in so far."""

    id: str
    user: str
    hash: str
    content: Json
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    client_errors: Json = field(default_factory=dict)
    closed: bool = False

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

    def snapshot(self) -> OpenView:
        return replace(self, content=deepcopy(self.content), values=deepcopy(self.values))


@dataclass(frozen=True)
class Notification:
    """What lights up a phone: the reason, and the text shown there."""

    user: str
    channel: str
    ts: str
    text: str
    reason: str


@dataclass(frozen=True)
class ApiCall:
    """One call of the Web API, as the app made it and as it was answered. The token is never kept."""

    method: str
    arguments: Json
    at: float
    response: Json
    http_status: int
    reply_lost: bool = False

    @property
    def ok(self) -> bool:
        return self.response.get("ok") is True
