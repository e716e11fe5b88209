"""Where Slack's published types and Slack's documentation differ, who is right, and why.

Each has an example that the types refuse without it: a test shows that every one is still needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Json = dict[str, Any]
Mend = Callable[[Json], None]
DOCS = "https://docs.slack.dev/reference"


@dataclass(frozen=True, eq=False)
class Difference:
    """`mend` changes one object schema; it is applied to all of them in the types that match `types`."""

    types: str
    mend: Mend
    right: str
    why: str
    source: str
    # A type and a value that fits it only with this difference.
    example: tuple[str, Json]

    def concerns(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.types.split(", "))


def nullable(*names: str) -> Mend:
    def mend(schema: Json) -> None:
        properties = schema.get("properties", {})
        for name in names:
            if name in properties:
                properties[name] = {"anyOf": [{"type": "null"}, properties[name]]}

    return mend


def optional(*names: str) -> Mend:
    def mend(schema: Json) -> None:
        if set(names) & set(schema.get("required", ())):
            schema["required"] = [name for name in schema["required"] if name not in names]

    return mend


def also(beside: str, **more: Json) -> Mend:
    """Further properties for every object that has the property `beside`."""

    def mend(schema: Json) -> None:
        if beside in schema.get("properties", {}):
            schema["properties"] = more | schema["properties"]

    return mend


def opened(schema: Json) -> None:
    """An object of which nothing is said may have anything."""
    if schema.get("type") == "object" and not schema.get("properties"):
        schema.pop("additionalProperties", None)


def blocks_of_slack_types(schema: Json) -> None:
    """Blocks in a response are the blocks of @slack/types."""
    if "blocks" in schema.get("properties", {}):
        schema["properties"]["blocks"] = {"$ref": "ShownBlocks"}


WHO: Json = {"id": "U1", "username": "ada", "name": "ada", "team_id": "T1"}
SHARED: Json = {"user": WHO, "team": {"id": "T1", "domain": "d"}, "api_app_id": "A1", "token": "t"}
CLICK: Json = {
    **SHARED,
    "type": "block_actions",
    "actions": [],
    "container": {},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/1",
}
VIEW: Json = {
    "id": "V1",
    "type": "modal",
    "callback_id": "",
    "team_id": "T1",
    "app_id": "A1",
    "bot_id": "B1",
    "title": {"type": "plain_text", "text": "x"},
    "blocks": [],
    "close": None,
    "submit": None,
    "state": {"values": {}},
    "hash": "1.a",
    "private_metadata": "",
    "root_view_id": "V1",
    "previous_view_id": None,
    "clear_on_close": False,
    "notify_on_close": True,
}
HEADER: Json = {"type": "header", "text": {"type": "plain_text", "text": "x"}}

BY_TYPE: tuple[Difference, ...] = (
    Difference(
        "Sent*",
        nullable("enterprise"),
        "documentation",
        "Outside Enterprise Grid an interaction has `enterprise: null`; the types leave only absence.",
        f"{DOCS}/interaction-payloads/block_actions-payload",
        ("SentBlockActions", {**CLICK, "enterprise": None}),
    ),
    Difference(
        "SentBlockActions",
        optional("response_url"),
        "documentation",
        "A click in a modal or on the Home tab has no response_url: it came from no message.",
        f"{DOCS}/interaction-payloads/block_actions-payload",
        ("SentBlockActions", {name: value for name, value in CLICK.items() if name != "response_url"}),
    ),
    Difference(
        "SentBlockActions",
        optional("title"),
        "documentation",
        "A Home tab is a view without a title.",
        f"{DOCS}/views/home-tab-views",
        ("SentBlockActions", {**CLICK, "view": {name: value for name, value in VIEW.items() if name != "title"}}),
    ),
    Difference(
        "SentViewSubmission, SentViewClosed",
        also("name", username={"type": "string"}),
        "documentation",
        "The person who submits a view has a `username`, as in every other interaction.",
        f"{DOCS}/interaction-payloads/view-interactions-payload",
        ("SentViewClosed", {**SHARED, "type": "view_closed", "view": VIEW, "is_cleared": False}),
    ),
    Difference(
        "SaidInAnswer",
        optional("attachments", "blocks", "markdown_text", "text", "thread_ts", "reply_broadcast", "as_user"),
        "documentation",
        "The type is `Omit` of a union, of which the generator makes one object that needs every member's fields.",
        "https://docs.slack.dev/interactivity/handling-user-interaction#message_responses",
        ("SaidInAnswer", {"text": "Done."}),
    ),
    Difference(
        "* arguments",
        also("token", team_id={"type": "string"}),
        "documentation",
        "A client of slack_sdk that knows its workspace names it in every call; Slack reads it for org-wide tokens.",
        "https://docs.slack.dev/enterprise",
        ("auth.test arguments", {"team_id": "T1"}),
    ),
    Difference(
        "* response",
        blocks_of_slack_types,
        "@slack/types",
        "Response types are generated from samples. Their blocks lack kinds of blocks and elements that were in none.",
        f"{DOCS}/block-kit/blocks",
        ("chat.postMessage response", {"ok": True, "message": {"blocks": [HEADER]}}),
    ),
    Difference(
        "* response",
        opened,
        "documentation",
        "Generated from samples in which an object was empty: `event_payload` and `state` take what the app put there.",
        "https://docs.slack.dev/messaging/message-metadata",
        ("chat.postMessage response", {"ok": True, "message": {"metadata": {"event_payload": {"incident": "INC-1"}}}}),
    ),
    Difference(
        "conversations.leave response",
        also("provided", not_in_channel={"type": "boolean"}),
        "documentation",
        "Leaving a channel that one is not in is told by `not_in_channel`, with no error named.",
        f"{DOCS}/methods/conversations.leave",
        ("conversations.leave response", {"ok": False, "not_in_channel": True}),
    ),
    Difference(
        "pins.list response",
        also("pinned_to", edited={"type": "object"}),
        "documentation",
        "A pinned message is a message, which may have been edited; none of the samples was.",
        f"{DOCS}/methods/pins.list",
        ("pins.list response", {"ok": True, "items": [{"message": {"edited": {"user": "U1", "ts": "1.1"}}}]}),
    ),
    Difference(
        "views.* response",
        nullable("close", "submit", "previous_view_id"),
        "documentation",
        "A view without these has null for them, as the example of views.open shows.",
        f"{DOCS}/methods/views.open",
        ("views.open response", {"ok": True, "view": {"close": None, "submit": None, "previous_view_id": None}}),
    ),
)
