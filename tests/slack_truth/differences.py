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


@dataclass(frozen=True)
class Difference:
    """`mend` changes one object schema; it is applied to all of them in the types that match `types`."""

    types: str
    mend: Mend
    right: str
    why: str
    source: str

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


BY_TYPE: tuple[Difference, ...] = (
    Difference(
        "Sent*",
        nullable("enterprise"),
        "documentation",
        "Outside Enterprise Grid an interaction has `enterprise: null`; the types leave only absence.",
        f"{DOCS}/interaction-payloads/block_actions-payload",
    ),
    Difference(
        "SentBlockActions",
        optional("response_url"),
        "documentation",
        "A click in a modal or on the Home tab has no response_url: it came from no message.",
        f"{DOCS}/interaction-payloads/block_actions-payload",
    ),
    Difference(
        "SentViewSubmission, SentViewClosed",
        also("name", username={"type": "string"}),
        "documentation",
        "The person who submits a view has a `username`, as in every other interaction.",
        f"{DOCS}/interaction-payloads/view-interactions-payload",
    ),
    Difference(
        "SaidInAnswer",
        optional("attachments", "blocks", "markdown_text", "text", "thread_ts", "reply_broadcast", "as_user"),
        "documentation",
        "The type is `Omit` of a union, of which the generator makes one object that needs every member's fields.",
        "https://docs.slack.dev/interactivity/handling-user-interaction#message_responses",
    ),
    Difference(
        "* arguments",
        also("token", team_id={"type": "string"}),
        "documentation",
        "A client of slack_sdk that knows its workspace names it in every call; Slack reads it for org-wide tokens.",
        "https://docs.slack.dev/enterprise",
    ),
    Difference(
        "* response",
        blocks_of_slack_types,
        "@slack/types",
        "Response types are generated from samples. Their blocks lack kinds of blocks and elements that were in none.",
        f"{DOCS}/block-kit/blocks",
    ),
    Difference(
        "* response",
        opened,
        "documentation",
        "Generated from samples in which an object was empty: `event_payload` and `state` take what the app put there.",
        "https://docs.slack.dev/messaging/message-metadata",
    ),
    Difference(
        "views.* response",
        nullable("close", "submit", "previous_view_id"),
        "documentation",
        "A view without these has null for them, as the example of views.open shows.",
        f"{DOCS}/methods/views.open",
    ),
)
