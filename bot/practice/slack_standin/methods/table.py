"""Which Web API methods there are, what scope each needs and how often it may be called.

Scopes and tiers are those of Slack's documentation of each method. A method that is not in this table is answered
with `unknown_method`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.practice.slack_standin.arguments import Arguments
from bot.practice.slack_standin.methods import chat, conversations, history, marks, membership, people, views
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.stage import Stage

# Slack docs, "Rate limits": calls a minute for each tier.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}


@dataclass(frozen=True)
class Method:
    run: Callable[[Stage, Arguments], Json]
    # Any one of these is enough; the method itself may ask for the one that fits the kind of channel.
    scopes: tuple[str, ...] = ()
    tier: int = 4
    app_token: bool = False


_MANAGE = ("channels:manage", "groups:write")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_WRITE = ("chat:write",)
_TOPIC = ("channels:write.topic", *_MANAGE)
_INVITE = ("channels:write.invites", *_MANAGE)

METHODS: dict[str, Method] = {
    "api.test": Method(people.api_test),
    "auth.test": Method(people.auth_test),
    "apps.connections.open": Method(people.open_connection, tier=1, app_token=True),
    "team.info": Method(people.team_info, ("team:read",), 3),
    "users.info": Method(people.user_info, ("users:read",)),
    "users.list": Method(people.user_list, ("users:read",), 2),
    "users.lookupByEmail": Method(people.by_email, ("users:read.email",), 3),
    "users.conversations": Method(conversations.of_user, _READ, 3),
    "usergroups.list": Method(people.groups, ("usergroups:read",), 2),
    "usergroups.users.list": Method(people.group_members, ("usergroups:read",), 2),
    "conversations.create": Method(conversations.create, _MANAGE, 2),
    "conversations.rename": Method(conversations.rename, _MANAGE, 2),
    "conversations.list": Method(conversations.listed, _READ, 2),
    "conversations.info": Method(conversations.info, _READ, 3),
    "conversations.setTopic": Method(conversations.set_topic, _TOPIC, 2),
    "conversations.setPurpose": Method(conversations.set_purpose, _TOPIC, 2),
    "conversations.archive": Method(conversations.archive, _MANAGE, 2),
    "conversations.unarchive": Method(conversations.unarchive, _MANAGE, 2),
    "conversations.invite": Method(membership.invite, _INVITE, 3),
    "conversations.kick": Method(membership.kick, _MANAGE, 3),
    "conversations.join": Method(membership.join, ("channels:join",), 3),
    "conversations.leave": Method(membership.leave, _MANAGE, 3),
    "conversations.open": Method(membership.open_dm, ("im:write", "mpim:write"), 3),
    "conversations.members": Method(membership.members, _READ, 4),
    "conversations.history": Method(history.history, _HISTORY, 3),
    "conversations.replies": Method(history.replies, _HISTORY, 3),
    "chat.postMessage": Method(chat.post, _WRITE, 4),
    "chat.update": Method(chat.update, _WRITE, 3),
    "chat.delete": Method(chat.delete, _WRITE, 3),
    "chat.postEphemeral": Method(chat.post_ephemeral, _WRITE, 4),
    "chat.getPermalink": Method(chat.permalink),
    "views.open": Method(views.open_view),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
    "bookmarks.add": Method(marks.add_bookmark, ("bookmarks:write",), 2),
    "bookmarks.list": Method(marks.list_bookmarks, ("bookmarks:read",), 3),
    "bookmarks.edit": Method(marks.edit_bookmark, ("bookmarks:write",), 2),
    "bookmarks.remove": Method(marks.remove_bookmark, ("bookmarks:write",), 2),
    "pins.add": Method(marks.add_pin, ("pins:write",), 2),
    "pins.list": Method(marks.list_pins, ("pins:read",), 2),
    "pins.remove": Method(marks.remove_pin, ("pins:write",), 2),
    "reactions.add": Method(marks.add_reaction, ("reactions:write",), 3),
}

# "commands" comes with the slash command itself; no method needs it (Slack docs, scopes).
ALL_SCOPES: frozenset[str] = frozenset({"commands", *(scope for method in METHODS.values() for scope in method.scopes)})
