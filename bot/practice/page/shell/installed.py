"""What is installed in the workspace: an app's commands, shortcuts and tabs, read from its manifest as Slack does.

It refuses to know anything about the app that its manifest does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command (name with its slash)."""

    name: str
    about: str
    usage: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut; `of_message`: it is in the menu of each message, else in that of the workspace."""

    callback_id: str
    name: str
    about: str
    of_message: bool


@dataclass(frozen=True, slots=True)
class Installed:
    """The app."""

    name: str
    about: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    has_home: bool

    @property
    def of_messages(self) -> tuple[Shortcut, ...]:
        """The shortcuts in the menu of a message."""
        return tuple(one for one in self.shortcuts if one.of_message)

    @property
    def of_workspace(self) -> tuple[Shortcut, ...]:
        """The shortcuts that are there from anywhere."""
        return tuple(one for one in self.shortcuts if not one.of_message)


def installed(manifest: Mapping[str, Any]) -> Installed:
    """Read a manifest (Slack docs, "App manifest reference"). Raises KeyError for one that Slack would refuse."""
    features = manifest["features"]
    return Installed(
        name=str(manifest["display_information"]["name"]),
        about=str(manifest["display_information"].get("description", "")),
        commands=tuple(
            Command(one["command"], one.get("description", ""), one.get("usage_hint", ""))
            for one in features.get("slash_commands", ())
        ),
        shortcuts=tuple(
            Shortcut(one["callback_id"], one["name"], one.get("description", ""), one["type"] == "message")
            for one in features.get("shortcuts", ())
        ),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
    )
