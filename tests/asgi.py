"""Calls an ASGI application in this process, as Slack would: signed, raw, in as many pieces as a test wants."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

SECRET = "signing-secret-of-tests"
NOW = 1_800_000_000.0
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def sign(body: bytes, *, secret: str = SECRET, at: float | str = NOW) -> dict[str, str]:
    """The two headers that make a body Slack's."""
    stamp = at if isinstance(at, str) else str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


async def call(
    app: Any,
    method: str = "POST",
    path: str = "/slack/events",
    *,
    pieces: Sequence[bytes] = (b"",),
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> Answered:
    """One request; the body comes in `pieces`, without a content-length unless `length` says one."""
    given = {**(headers or {}), **({} if length is None else {"content-length": str(length)})}
    left = list(pieces)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    if not sent:
        return Answered(0, b"")
    body = b"".join(part.get("body", b"") for part in sent[1:])
    return Answered(sent[0]["status"], body, {k.decode(): v.decode() for k, v in sent[0]["headers"]})


async def post(app: Any, body: bytes, content_type: str = FORM, **signing: Any) -> Answered:
    """A signed request with a body in one piece."""
    headers = {"content-type": content_type, **sign(body, **signing)}
    return await call(app, pieces=(body,), headers=headers, length=len(body))


# ---------------------------------------------------------------- payloads


def command(text: str = "help", *, trigger: str = "1.1.a", name: str = "/incident", **more: str) -> bytes:
    """A slash command."""
    fields = {
        "token": "t",
        "team_id": "T0TEST",
        "team_domain": "test",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0ANA",
        "user_name": "ana",
        "command": name,
        "text": text,
        "api_app_id": "A0",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0TEST/1/x",
        "trigger_id": trigger,
        **more,
    }
    return urlencode(fields).encode()


def interaction(kind: str, **more: Any) -> bytes:
    """An interaction of this type."""
    payload = {
        "type": kind,
        "user": {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0TEST"},
        "api_app_id": "A0",
        "token": "t",
        "team": {"id": "T0TEST", "domain": "test"},
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def view(*, callback: str = "form", values: Mapping[str, Any] | None = None, hash_: str = "1.h") -> dict[str, Any]:
    """A modal with one input, "title", as Slack sends it back."""
    block = {
        "type": "input",
        "block_id": "title",
        "label": {"type": "plain_text", "text": "Title"},
        "element": {"type": "plain_text_input", "action_id": "title"},
    }
    return {
        "id": "V0FORM",
        "team_id": "T0TEST",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": "",
        "hash": hash_,
        "title": {"type": "plain_text", "text": "Form"},
        "blocks": [block],
        "state": {"values": values or {"title": {"title": {"type": "plain_text_input", "value": "x"}}}},
        "app_installed_team_id": "T0TEST",
    }


def click(action_id: str, *, trigger: str = "1.2.a", value: str = "", in_view: bool = False) -> bytes:
    """A button pressed, on a message or in a modal."""
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.1"}
    if in_view:
        about: dict[str, Any] = {"container": {"type": "view", "view_id": "V0FORM"}, "view": view()}
    else:
        about = {
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0GENERAL", "is_ephemeral": False},
            "channel": {"id": "C0GENERAL", "name": "general"},
            "message": {"ts": "1.1", "text": "card"},
            "response_url": "https://hooks.slack.com/actions/T0TEST/1/x",
            "state": {"values": {}},
        }
    return interaction("block_actions", trigger_id=trigger, actions=[action], **about)


def submission(*, trigger: str = "1.3.a", **about: Any) -> bytes:
    """A form submitted."""
    return interaction("view_submission", trigger_id=trigger, view=view(**about), response_urls=[])


def event(about: Mapping[str, Any], *, event_id: str = "Ev1") -> bytes:
    """An event of the Events API."""
    return json.dumps(
        {
            "token": "t",
            "team_id": "T0TEST",
            "api_app_id": "A0",
            "type": "event_callback",
            "event": about,
            "event_id": event_id,
            "event_time": int(NOW),
            "authorizations": [{"enterprise_id": None, "team_id": "T0TEST", "user_id": "U0BOT", "is_bot": True}],
        }
    ).encode()
