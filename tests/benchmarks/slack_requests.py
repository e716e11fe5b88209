"""What Slack sends, signed and ready as bytes: each with its own trigger, so that none is a repeat of another."""

import itertools
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bot.practice.slack_standin.standin import WALL_CLOCK
from bot.practice.slack_standin.transport import PATH, sign
from bot.practice.slack_standin.workspace import TEAM_DOMAIN, TEAM_ID

__all__ = ["SECRET", "TEAM_ID", "click", "command", "declaration"]

SECRET = "practice-signing-secret"
APP = "A0PRACTICE"
_run = secrets.token_hex(4)
_count = itertools.count(1)


def trigger(user: str) -> str:
    """Return a trigger_id that nothing else has, of a shape that `slack_process` takes."""
    return f"{next(_count)}.{user}.{_run}"


def signed(fields: Mapping[str, str]) -> bytes:
    """Return a whole HTTP request with these form fields, signed now."""
    body = urlencode(fields).encode()
    request = sign(body, timestamp=int(WALL_CLOCK()), secret=SECRET)
    head = {"host": "127.0.0.1", "accept": "application/json,*/*", "content-length": str(len(body)), **request.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {PATH} HTTP/1.1\r\n{lines}\r\n".encode() + body


def command(text: str, user: str, answer_at: str, *, channel: str = "C0GENERAL") -> bytes:
    """Return `/incident text`. `answer_at`: the response_url, which must not be Slack's own."""
    return signed(
        {
            "token": "practice-verification",
            "team_id": TEAM_ID,
            "team_domain": TEAM_DOMAIN,
            "channel_id": channel,
            "channel_name": "general",
            "user_id": user,
            "user_name": "somebody",
            "command": "/incident",
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": answer_at,
            "trigger_id": trigger(user),
        }
    )


def click(message: Mapping[str, Any], action: Mapping[str, Any], block_id: str, user: str, answer_at: str) -> bytes:
    """Return a click on `action` (a button) of a message in a channel."""
    pressed = {**action, "block_id": block_id, "action_ts": "1.1"}
    shown = {"type": "message", "bot_id": "B0PRACTICE", **{k: message[k] for k in ("user", "ts", "text", "blocks")}}
    place = {"id": message["channel"], "name": "an-incident"}
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": message["channel"],
        "is_ephemeral": False,
    }
    return _interaction(
        "block_actions",
        user,
        container=container,
        channel=place,
        message=shown,
        state={"values": {}},
        response_url=answer_at,
        actions=[pressed],
    )


def declaration(title: str, severity: str, user: str, *, role: tuple[str, str] | None = None) -> bytes:
    """Return the form of `/incident`, submitted."""
    view_id = f"V{secrets.token_hex(6).upper()}"
    values: dict[str, Any] = {
        "title": {"title": {"type": "plain_text_input", "value": title}},
        "severity": {"severity": {"type": "radio_buttons", "selected_option": {"value": severity}}},
    }
    if role is not None:
        name, holder = role
        values[f"role_{name}"] = {f"role_{name}": {"type": "users_select", "selected_user": holder}}
    view = {
        "id": view_id,
        "team_id": TEAM_ID,
        "type": "modal",
        "callback_id": "incident_declare",
        "hash": f"{next(_count)}.{_run}",
        "private_metadata": json.dumps({"channel": "C0GENERAL"}),
        "blocks": [{"type": "input", "block_id": block} for block in values],
        "state": {"values": values},
        "root_view_id": view_id,
        "app_id": APP,
    }
    return _interaction("view_submission", user, view=view, response_urls=[])


def _interaction(kind: str, user: str, **more: Any) -> bytes:
    payload = {
        "type": kind,
        "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM_ID},
        "api_app_id": APP,
        "token": "practice-verification",
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": trigger(user),
        **more,
    }
    return signed({"payload": json.dumps(payload)})
