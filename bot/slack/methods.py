"""Every method of Slack's Web API that Clarion calls, with the scopes it needs: the manifest is made from this.

A method that is not here cannot be called. Scopes are those of Slack's documentation for public channels, private ones
(`groups:`, for private incidents) and direct messages; Clarion asks for the fewest that do its work.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """How a method is called.

    Attributes:
        scopes: what the bot's token must have.
        json: its arguments travel as JSON; reads take form data only (Slack docs, "Using the Web API").
        once: repeating it does something twice, so a lost reply is unknown and never simply tried again.
    """

    scopes: tuple[str, ...] = ()
    json: bool = False
    once: bool = False


METHODS: Mapping[str, Method] = {
    "auth.test": Method(),
    "bookmarks.add": Method(("bookmarks:write",), json=True),
    "bookmarks.list": Method(("bookmarks:read",)),
    "chat.getPermalink": Method(),
    "chat.postMessage": Method(("chat:write",), json=True, once=True),
    "chat.postEphemeral": Method(("chat:write",), json=True, once=True),
    "chat.update": Method(("chat:write",), json=True),
    "conversations.create": Method(("channels:manage", "groups:write"), json=True, once=True),
    "conversations.history": Method(("channels:history", "groups:history", "im:history")),
    "conversations.invite": Method(("channels:manage", "groups:write"), json=True),
    "conversations.join": Method(("channels:join",), json=True),
    "conversations.list": Method(("channels:read", "groups:read")),
    "conversations.members": Method(("channels:read", "groups:read")),
    "conversations.open": Method(("im:write",), json=True),
    "conversations.replies": Method(("channels:history", "groups:history", "im:history")),
    "conversations.rename": Method(("channels:manage", "groups:write"), json=True),
    "conversations.setTopic": Method(("channels:manage", "groups:write"), json=True),
    "pins.add": Method(("pins:write",), json=True),
    "usergroups.users.list": Method(("usergroups:read",)),
    "users.info": Method(("users:read",)),
    "users.list": Method(("users:read",)),
    "views.open": Method(json=True, once=True),
    "views.publish": Method(json=True),
    "views.push": Method(json=True, once=True),
    "views.update": Method(json=True),
}

SCOPES: frozenset[str] = frozenset(scope for method in METHODS.values() for scope in method.scopes)
