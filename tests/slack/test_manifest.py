"""The manifest asks for what the code does: no command, event or scope more, and none less."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.slack import manifest
from bot.slack.manifest import COMMANDS, EVENT_SCOPES, EVENTS, SHORTCUTS, manifest_json
from bot.slack.methods import METHODS, SCOPES
from handlers.dispatch import CONVERSATIONS, gather
from handlers.heard import Kind

URL = "https://clarion.example.com"


def drawn(address: str = URL) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(manifest_json(address))
    return found


def test_it_names_what_the_conversations_listen_to() -> None:
    heard = gather(CONVERSATIONS).by_kind
    assert {command.name for command in COMMANDS} == set(heard[Kind.COMMAND])
    assert {shortcut.callback_id for shortcut in SHORTCUTS} == set(heard[Kind.SHORTCUT])
    assert set(EVENTS) == set(heard[Kind.EVENT])


def test_the_methods_are_those_that_are_called() -> None:
    room = Path(manifest.__file__).parent
    called = set()
    for file in room.glob("*.py"):
        if file.name != "methods.py":
            called |= set(re.findall(r'"([a-z]+(?:\.[a-zA-Z]+)+)"', file.read_text()))
    assert set(METHODS) <= called
    assert {name for name in called if name.split(".")[0] in {m.split(".")[0] for m in METHODS}} <= set(METHODS)


def test_scopes_are_those_of_the_calls_events_and_commands() -> None:
    heard = {scope for event in EVENTS for scope in EVENT_SCOPES[event]}
    assert set(drawn()["oauth_config"]["scopes"]["bot"]) == SCOPES | heard | {"commands"}


def test_direct_messages_reach_people() -> None:
    home = drawn()["features"]["app_home"]
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False  # people write to Clarion there, too
    assert home["home_tab_enabled"] is True


def test_mentions_arrive_as_ids() -> None:
    assert all(command["should_escape"] is True for command in drawn()["features"]["slash_commands"])


@pytest.mark.parametrize("address", [URL, URL + "/", URL + "/slack/events"])
def test_over_https_everything_comes_to_one_address(address: str) -> None:
    found = drawn(address)
    there = URL + "/slack/events"
    assert found["features"]["slash_commands"][0]["url"] == there
    assert found["settings"]["interactivity"]["request_url"] == there
    assert found["settings"]["event_subscriptions"]["request_url"] == there
    assert found["settings"]["socket_mode_enabled"] is False


def test_in_socket_mode_there_is_no_address() -> None:
    found = drawn("")
    assert "url" not in json.dumps(found).replace("_url", "")
    assert found["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    "address", ["http://clarion.example.com", "clarion.example.com", "https://", "https://two words.example.com"]
)
def test_slack_calls_https_only(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        manifest_json(address)


def test_slacks_limits() -> None:
    """Slack docs, "App manifest": name 35, description 140, shortcut name 24, usage hint 1,000 characters."""
    found = drawn()
    assert len(found["display_information"]["name"]) <= 35
    assert len(found["display_information"]["description"]) <= 140
    assert all(len(shortcut["name"]) <= 24 for shortcut in found["features"]["shortcuts"])
    assert re.fullmatch(r"#[0-9a-f]{6}", found["display_information"]["background_color"])
