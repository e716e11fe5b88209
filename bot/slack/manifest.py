"""The app's manifest: paste it at api.slack.com and the app is set up.

Pure. The scopes are those of the calls in `methods`; what is listened to is written here once more, because this
room may not look at the conversations, and a test holds the two together. It refuses to ask for a scope that no
call needs, and to leave one out.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.methods import SCOPES

NAME = "Clarion"
_DESCRIPTION = "Incidents, and customer updates that are approved to the letter and sent once."
_COLOUR = "#1f3a5f"
_CALLED = re.compile(r"https://[\w.-]+(:\d{1,5})?(/[^\s?#]*)?")
# Without the messages tab Slack refuses direct messages (messages_tab_disabled), and nobody would be woken. People
# write to Clarion there, too, so it is not read only.
_APP_HOME = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
# What listening itself asks for (Slack docs, each event).
EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "app_mention": ("app_mentions:read",),
    "app_home_opened": (),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    # A private channel tells of its life in events of their own, and of its members in the same one.
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command (name with its slash)."""

    name: str
    description: str
    usage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A shortcut of a message ("message") or of the whole workspace ("global")."""

    callback_id: str
    name: str
    description: str
    kind: str = "message"


COMMANDS = (
    SlashCommand(
        name="/incident",
        description="Declare an incident, and run it: roles, stages, customer updates",
        usage="[what is wrong, or help]",
    ),
)
SHORTCUTS = (
    Shortcut(
        callback_id="incident_declare",
        name="Declare an incident",
        description="Opens the form, from anywhere",
        kind="global",
    ),
    # Of a message: slash commands do not work inside threads (slack_facts).
    Shortcut(
        callback_id="message_declare",
        name="Declare from this",
        description="Declares an incident; a link to the message goes to its timeline",
    ),
    Shortcut(
        callback_id="message_note",
        name="Add to timeline",
        description="Records the message in an incident's timeline",
    ),
    Shortcut(
        callback_id="message_draft",
        name="Draft update from this",
        description="Starts an update for customers from these words",
    ),
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "reaction_added",
    "team_join",
    "user_change",
)


def manifest_json(address: str = "") -> str:
    """Return Clarion's manifest for the web process at `address` (https://...); without one, for Socket Mode.

    Raises ValueError for an address that Slack would not call.
    """
    if address and not _CALLED.fullmatch(address):
        raise ValueError(f"Slack calls https:// addresses only, such as https://clarion.example.com, not {address!r}")
    request_url = f"{address.rstrip('/').removesuffix('/slack/events')}/slack/events" if address else ""
    asked = scopes(COMMANDS, EVENTS)
    found = manifest(COMMANDS, SHORTCUTS, asked, EVENTS, request_url=request_url, socket_mode=not address)
    return json.dumps(found, indent=2)


def scopes(commands: Iterable[object], events: Iterable[str]) -> tuple[str, ...]:
    """Return the bot's scopes: those of every call, of the events, and of commands if there are any."""
    heard = {scope for event in events for scope in EVENT_SCOPES.get(event, ())}
    return tuple(sorted(SCOPES | heard | ({"commands"} if tuple(commands) else set())))


def manifest(
    commands: Sequence[SlashCommand],
    shortcuts: Sequence[Shortcut],
    scopes: Sequence[str],
    events: Sequence[str],
    *,
    request_url: str = "",
    socket_mode: bool = False,
) -> dict[str, Any]:
    """Return the manifest (Slack's schema 2). Raises ValueError if Slack would not know where to send anything."""
    if socket_mode == bool(request_url):
        raise ValueError("either a request_url (https://.../slack/events) or Socket Mode")
    address = {} if socket_mode else {"request_url": request_url}
    url = {} if socket_mode else {"url": request_url}
    features: dict[str, Any] = {"app_home": _APP_HOME, "bot_user": {"display_name": NAME, "always_online": True}}
    if commands:
        features["slash_commands"] = [_command(command, url) for command in commands]
    if shortcuts:
        features["shortcuts"] = [_shortcut(shortcut) for shortcut in shortcuts]
    settings: dict[str, Any] = {
        "interactivity": {"is_enabled": True, **address},
        "org_deploy_enabled": False,
        "socket_mode_enabled": socket_mode,
        "token_rotation_enabled": False,
    }
    if events:
        settings["event_subscriptions"] = {**address, "bot_events": sorted(events)}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {"name": NAME, "description": _DESCRIPTION, "background_color": _COLOUR},
        "features": features,
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": settings,
    }


def _command(command: SlashCommand, url: Mapping[str, str]) -> dict[str, Any]:
    # should_escape: mentions arrive as ids and not as names that somebody could share (Slack docs).
    drawn: dict[str, Any] = {"command": command.name, "description": command.description, "should_escape": True}
    return {**drawn, **url, **({"usage_hint": command.usage} if command.usage else {})}


def _shortcut(shortcut: Shortcut) -> dict[str, Any]:
    return {
        "name": shortcut.name,
        "type": shortcut.kind,
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
    }
