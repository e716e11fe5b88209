"""Judges messages and views as Slack's Block Kit would, before anything is shown.

Sources: Slack docs, "Blocks", "Views", chat.postMessage; the total length of a message's blocks is undocumented
(bolt-js #2509). It refuses unknown blocks, unknown fields, too much text, duplicate ids and inputs without a submit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.practice.slack_standin import elements
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.refusal import SlackRefusal, invalid
from bot.practice.slack_standin.rich_text import RICH_TEXT_ELEMENTS
from bot.practice.slack_standin.shapes import (
    Report,
    Rule,
    anything,
    boolean,
    kinds,
    listing,
    one_of,
    record,
    string,
    text,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# bolt-js #2509: all blocks together, measured by its reporter at about 13,200 characters.
MESSAGE_BLOCKS_TEXT = 13_200
VIEW_BYTES = 250_000
METADATA_BYTES = 16_000


def block(kind: str, required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": one_of(kind), **required}, {"block_id": elements.ID, **(optional or {})})


def _section(report: Report, place: str, value: object) -> None:
    _SECTION_FIELDS(report, place, value)
    if isinstance(value, dict) and not value.get("text") and not value.get("fields"):
        report.add(place, "missing required field: text or fields")


_SECTION_FIELDS = block(
    "section",
    {},
    {
        "text": text(3000),
        "fields": listing(text(2000), most=10),
        "accessory": elements.IN_SECTION,
        "expand": boolean,
    },
)
SHARED: dict[str, Rule] = {
    "actions": block("actions", {"elements": listing(elements.IN_ACTIONS, most=25)}),
    "context": block("context", {"elements": listing(elements.IN_CONTEXT, most=10)}),
    "divider": block("divider", {}),
    "header": block("header", {"text": text(150, plain_only=True)}),
    "image": block(
        "image", {"alt_text": string(2000)}, {**elements.IMAGE_OPTIONAL, "title": text(2000, plain_only=True)}
    ),
    "input": block(
        "input",
        {"label": text(2000, plain_only=True), "element": elements.IN_INPUT},
        {"hint": text(2000, plain_only=True), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": block("rich_text", {"elements": listing(RICH_TEXT_ELEMENTS, most=100)}),
    "section": _section,
}
IN_MESSAGE = kinds(
    {
        **SHARED,
        "markdown": block("markdown", {"text": string(12_000)}),
        "table": block("table", {"rows": listing(listing(anything, most=20))}, {"column_settings": anything}),
    },
    "message",
)
IN_VIEW = kinds(SHARED, "view")
_VIEW_OPTIONAL: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_TITLE = text(24, plain_only=True)
MODAL = record(
    {"type": one_of("modal"), "title": _TITLE, "blocks": listing(IN_VIEW, least=0, most=VIEW_BLOCKS)},
    {
        **_VIEW_OPTIONAL,
        "submit": _TITLE,
        "close": _TITLE,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
HOME = record({"type": one_of("home"), "blocks": listing(IN_VIEW, least=0, most=VIEW_BLOCKS)}, _VIEW_OPTIONAL)
VIEW = kinds({"modal": MODAL, "home": HOME}, "view")


def interactive(block_: Json) -> list[Json]:
    """The elements of a block that carry an action_id."""
    found: list[Json] = [*block_.get("elements", [])] if block_.get("type") == "actions" else []
    for name in ("accessory", "element"):
        if isinstance(block_.get(name), dict) and block_[name].get("type") != "image":
            found.append(block_[name])
    return found


def _duplicates(report: Report, place: str, blocks: list[object]) -> None:
    block_ids: set[str] = set()
    for index, entry in enumerate(blocks):
        if not isinstance(entry, dict):
            continue
        block_id = entry.get("block_id")
        if block_id and block_id in block_ids:
            report.add(f"{place}/{index}/block_id", f'`block_id` "{block_id}" already exists for another block')
        block_ids.add(str(block_id))
        # Slack docs: "action_id should be unique among all other action_ids in the containing block".
        action_ids = [e.get("action_id") for e in interactive(entry) if isinstance(e, dict) and e.get("action_id")]
        for action_id in {a for a in action_ids if action_ids.count(a) > 1}:
            report.add(f"{place}/{index}", f'`action_id` "{action_id}" already exists for another element')


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name != "type":
                yield from _strings(value)


def check_message_blocks(blocks: object) -> list[Json]:
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    report = Report()
    listing(IN_MESSAGE, least=0, most=MESSAGE_BLOCKS)(report, "/blocks", blocks)
    if not report.complaints:
        _duplicates(report, "/blocks", blocks)
    if report.complaints:
        raise invalid("invalid_blocks", report.complaints, errors=list(report.complaints))
    if sum(len(part) for part in _strings(blocks)) > MESSAGE_BLOCKS_TEXT:
        raise SlackRefusal("msg_blocks_too_long")
    return blocks


def check_view(view: object) -> Json:
    report = Report()
    VIEW(report, "/view", view)
    if not report.complaints and isinstance(view, dict):
        _duplicates(report, "/view/blocks", view["blocks"])
        if view["type"] == "modal" and not view.get("submit") and any(b["type"] == "input" for b in view["blocks"]):
            # Slack docs, "Modals": submit is required when an input block is in the blocks.
            report.add("/view", "missing required field: submit")
    if report.complaints or not isinstance(view, dict):
        raise invalid("invalid_arguments", report.complaints)
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    return view


def check_metadata(metadata: object) -> Json:
    shape = record({"event_type": string(255), "event_payload": anything}, {"entities": anything})
    report = Report()
    shape(report, "/metadata", metadata)
    if report.complaints or not isinstance(metadata, dict) or not isinstance(metadata["event_payload"], dict):
        raise invalid("invalid_metadata_format", report.complaints)
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackRefusal("metadata_too_large")
    return metadata
