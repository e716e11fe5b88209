"""The one check of everything that Slack is shown: what `slack_sdk.models` lets through and Slack refuses.

It refuses by raising `Misdrawn`: a view that Slack would not take must fail here and in tests, with its place,
and not at three in the morning with `invalid_blocks`. Numbers: Slack docs (Blocks, Views, chat.update).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

Json = Mapping[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# chat.update refuses a longer text (Slack docs); every message of ours may be redrawn.
MESSAGE_TEXT = 4_000
# Undocumented: all blocks of a message together, `msg_blocks_too_long` (bolt-js #2509).
MESSAGE_TOTAL = 13_200
VIEW_BYTES = 250_000
METADATA = 3_000
IDS = 255
SECTION, FIELD, HEADER, CONTEXT, LABEL, VALUE = 3_000, 2_000, 150, 3_000, 75, 2_000
FIELDS, ELEMENTS, CONTEXT_ELEMENTS, OPTIONS = 10, 25, 10, 100
TITLE = 24
RICH_TEXT = 12_000


class Misdrawn(ValueError):
    """A view that Slack would refuse; says where and why. A fault of ours, never the user's."""


def check_message(text: str, blocks: Sequence[Json]) -> None:
    """Raise `Misdrawn` if Slack would refuse this message, or its notification would be empty."""
    _length("text", text, MESSAGE_TEXT)
    _blocks(blocks, MESSAGE_BLOCKS)
    if any(block["type"] == "input" for block in blocks):
        raise Misdrawn("blocks: an input in a message has nobody to submit it to")
    if _bytes_at_most(blocks, MESSAGE_TOTAL):
        return  # JSON is longer than the texts in it, and quickly made
    total = sum(len(part) for part in texts_in(blocks))
    if total > MESSAGE_TOTAL:
        raise Misdrawn(f"blocks: {total} characters together, at most {MESSAGE_TOTAL}")


def check_home(payload: Json) -> None:
    """Raise `Misdrawn` if Slack would refuse this home tab."""
    _blocks(payload.get("blocks", ()), VIEW_BLOCKS)
    if len(json.dumps(payload, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise Misdrawn(f"view: more than {VIEW_BYTES} bytes")


def check_view(payload: Json) -> None:
    """Raise `Misdrawn` if Slack would refuse this modal."""
    blocks = payload.get("blocks", ())
    _blocks(blocks, VIEW_BLOCKS)
    for name in ("title", "submit", "close"):
        if name in payload:
            _length(name, payload[name]["text"], TITLE)
    if "title" not in payload:
        raise Misdrawn("title: missing")
    if any(block["type"] == "input" for block in blocks) and "submit" not in payload:
        raise Misdrawn("submit: a modal with an input needs one")
    if len(payload.get("private_metadata", "")) > METADATA:
        raise Misdrawn(f"private_metadata: more than {METADATA} characters")
    if len(json.dumps(payload, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise Misdrawn(f"view: more than {VIEW_BYTES} bytes")


def _bytes_at_most(blocks: Sequence[Json], most: int) -> bool:
    try:
        return len(orjson.dumps(blocks)) <= most
    except orjson.JSONEncodeError:  # a lone surrogate
        return len(json.dumps(blocks)) <= most


def _blocks(blocks: Sequence[Json], most: int) -> None:
    if not 1 <= len(blocks) <= most:
        raise Misdrawn(f"blocks: {len(blocks)}, must be 1 to {most}")
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        place = f"blocks/{index}"
        if (own := block.get("block_id")) is not None:
            _length(f"{place}/block_id", own, IDS)
            if own in seen:
                raise Misdrawn(f"{place}: block_id {own!r} twice")
            seen.add(own)
        _block(place, block)


def _block(place: str, block: Json) -> None:
    kind = block["type"]
    if kind == "section":
        _section(place, block)
    elif kind == "header":
        _length(place, block["text"]["text"], HEADER)
    elif kind == "context":
        _count(place, block["elements"], CONTEXT_ELEMENTS)
        for element in block["elements"]:
            _length(place, element.get("text", element.get("alt_text", "")), CONTEXT)
    elif kind == "actions":
        _count(place, block.get("elements", ()), ELEMENTS)
        _unique(place, block["elements"])
        for element in block["elements"]:
            _element(place, element)
    elif kind == "input":
        _length(f"{place}/label", block["label"]["text"], FIELD)
        _element(place, block["element"])
    elif kind == "rich_text":
        _rich_text(place, block)


def _rich_text(place: str, block: Json) -> None:
    for part in texts_in(block.get("elements", ())):
        if not 1 <= len(part) <= RICH_TEXT:  # blanks between two mentions are fine here
            raise Misdrawn(f"{place}: {len(part)} characters of rich text, must be 1 to {RICH_TEXT}")


def _section(place: str, block: Json) -> None:
    if "text" not in block and not block.get("fields"):
        raise Misdrawn(f"{place}: a section needs a text or fields")
    if "text" in block:
        _length(place, block["text"]["text"], SECTION)
    if "fields" in block:
        _count(place, block["fields"], FIELDS)
        for part in block["fields"]:
            _length(f"{place}/fields", part["text"], FIELD)
    if "accessory" in block:
        _element(place, block["accessory"])


def _element(place: str, element: Json) -> None:
    if element["type"] == "image":
        return
    _length(f"{place}/action_id", element.get("action_id", ""), IDS)
    if element["type"] == "button":
        _length(f"{place}/button", element["text"]["text"], LABEL)
        if len(element.get("value", "")) > VALUE:
            raise Misdrawn(f"{place}/button: value over {VALUE} characters")
    groups = element.get("option_groups", ())
    if "option_groups" in element:
        _count(f"{place}/option_groups", groups, OPTIONS)
    for group in groups:
        _length(f"{place}/option_groups/label", group["label"]["text"], LABEL)
        _options(place, group["options"])
    if "options" in element:
        _options(place, element["options"])
    offered = [*element.get("options", ()), *(option for group in groups for option in group["options"])]
    if "initial_option" in element and element["initial_option"] not in offered:
        raise Misdrawn(f"{place}: the initial option is not one of the options")


def _options(place: str, options: Sequence[Json]) -> None:
    _count(f"{place}/options", options, OPTIONS)
    for option in options:
        _length(f"{place}/option", option["text"]["text"], LABEL)
        _length(f"{place}/option/value", option["value"], 150)
        if "description" in option:
            _length(f"{place}/option/description", option["description"]["text"], LABEL)


def _unique(place: str, elements: Sequence[Json]) -> None:
    ids = [element.get("action_id", "") for element in elements]
    for action_id in ids:
        if ids.count(action_id) > 1:
            raise Misdrawn(f"{place}: action_id {action_id!r} twice")


def _count(place: str, things: Sequence[object], most: int) -> None:
    if not 1 <= len(things) <= most:
        raise Misdrawn(f"{place}: {len(things)} entries, must be 1 to {most}")


def _length(place: str, text: str, most: int) -> None:
    if not 1 <= len(text) <= most or not text.strip(" "):
        raise Misdrawn(f"{place}: {len(text)} characters, must be 1 to {most}, not only blanks")


def texts_in(node: object) -> Iterator[str]:
    """Yield every text in the tree; Slack's total counts ids and values too, so this does."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for name, value in node.items():
            if name != "type":
                yield from texts_in(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from texts_in(value)
