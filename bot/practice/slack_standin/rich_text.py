"""The rules for rich text, which is a tree. Source: Slack docs, "Rich text block". Unknown parts are refused."""

from __future__ import annotations

from bot.practice.slack_standin.shapes import (
    Rule,
    anything,
    boolean,
    integer,
    kinds,
    listing,
    one_of,
    record,
    string,
)

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = record({}, dict.fromkeys(_STYLES, boolean))


def _leaf(kind: str, required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": one_of(kind), **required}, {"style": _STYLE, **(optional or {})})


_LEAVES = kinds(
    {
        # Slack refuses an empty text element here too.
        "text": _leaf("text", {"text": string(12_000)}),
        "link": _leaf("link", {"url": string(3000)}, {"text": string(3000, least=0), "unsafe": boolean}),
        "user": _leaf("user", {"user_id": string(255)}),
        "channel": _leaf("channel", {"channel_id": string(255)}),
        "usergroup": _leaf("usergroup", {"usergroup_id": string(255)}),
        "broadcast": _leaf("broadcast", {"range": one_of("here", "channel", "everyone")}),
        "emoji": _leaf("emoji", {"name": string(255)}, {"unicode": anything, "skin_tone": anything}),
        "color": _leaf("color", {"value": string(20)}),
        "date": _leaf("date", {"timestamp": anything, "format": string(255)}, {"url": anything, "fallback": anything}),
    },
    "rich text",
)
_CHILDREN = listing(_LEAVES, least=0, most=1000)
_BORDER: dict[str, Rule] = {"border": integer(0, 1)}
_SECTION = record({"type": one_of("rich_text_section"), "elements": _CHILDREN}, {})
RICH_TEXT_ELEMENTS = kinds(
    {
        "rich_text_section": _SECTION,
        "rich_text_preformatted": record(
            {"type": one_of("rich_text_preformatted"), "elements": _CHILDREN}, {**_BORDER, "language": string(50)}
        ),
        "rich_text_quote": record({"type": one_of("rich_text_quote"), "elements": _CHILDREN}, _BORDER),
        "rich_text_list": record(
            {
                "type": one_of("rich_text_list"),
                "style": one_of("bullet", "ordered"),
                "elements": listing(kinds({"rich_text_section": _SECTION}, "list"), most=1000),
            },
            {**_BORDER, "indent": integer(0, 8), "offset": integer(0, 10_000)},
        ),
    },
    "rich text block",
)
