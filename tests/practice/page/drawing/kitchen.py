"""One of everything: a message and a view with every block and element that the practice page draws."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str = "") -> Json:
    return {"text": plain(text), "value": value, **({"description": plain(description)} if description else {})}


FRUIT = [option("Apple", "a", "keeps well"), option("Pear", "b"), option("Quince", "c")]
CONFIRM = {
    "title": plain("Publish now?"),
    "text": marked("It goes to *1,204* customers."),
    "confirm": plain("Publish"),
    "deny": plain("Not yet"),
    "style": "danger",
}
PRESSED: list[Json] = [
    {"type": "button", "action_id": "go", "text": plain("Approve"), "style": "primary", "value": "u1"},
    {"type": "button", "action_id": "no", "text": plain("Reject"), "style": "danger", "confirm": CONFIRM},
    {"type": "button", "action_id": "see", "text": plain("Status page"), "url": "https://status.example.com"},
    {"type": "overflow", "action_id": "more", "options": FRUIT},
]
MENUS: list[Json] = [
    {"type": "static_select", "options": FRUIT, "initial_option": FRUIT[1]},
    {"type": "static_select", "option_groups": [{"label": plain("Fruit"), "options": FRUIT}]},
    {"type": "external_select", "initial_option": FRUIT[0]},
    {"type": "users_select", "initial_user": "U0BO", "placeholder": plain("Somebody")},
    {"type": "conversations_select", "initial_conversation": "C0GENERAL"},
    {"type": "channels_select", "initial_channel": "C0GENERAL"},
    {"type": "radio_buttons", "options": FRUIT, "initial_option": FRUIT[2]},
    {"type": "checkboxes", "options": FRUIT, "initial_options": FRUIT[:2]},
    {"type": "datepicker", "initial_date": "2026-11-22"},
    {"type": "timepicker", "initial_time": "03:30"},
    {"type": "datetimepicker", "initial_date_time": 1795314600},
]
SEVERAL: list[Json] = [
    {"type": "multi_static_select", "options": FRUIT, "initial_options": FRUIT[:1], "max_selected_items": 2},
    {"type": "multi_external_select", "initial_options": FRUIT[:1]},
    {"type": "multi_users_select", "initial_users": ["U0ANA", "U0DEE"]},
    {"type": "multi_conversations_select", "initial_conversations": ["C0GENERAL"]},
    {"type": "multi_channels_select", "initial_channels": ["C0GENERAL"]},
]
WRITTEN = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}],
}
TYPED: list[Json] = [
    {"type": "plain_text_input", "initial_value": "one line", "max_length": 80},
    {"type": "plain_text_input", "initial_value": "two\nlines", "multiline": True, "placeholder": plain("Say it")},
    {"type": "number_input", "is_decimal_allowed": False, "initial_value": "12"},
    {"type": "email_text_input", "initial_value": "ana@example.com"},
    {"type": "url_text_input", "initial_value": "https://example.com"},
    {"type": "rich_text_input", "initial_value": WRITTEN},
]


def section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def word(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


RICH: Json = {
    "type": "rich_text",
    "elements": [
        section(
            word("Bold ", bold=True),
            word("italic ", italic=True),
            word("struck", strike=True),
            word(" code", code=True),
            {"type": "link", "url": "https://example.com", "text": "a link"},
            word(" "),
            {"type": "user", "user_id": "U0ANA"},
            word(" "),
            {"type": "channel", "channel_id": "C0GENERAL"},
            word(" "),
            {"type": "usergroup", "usergroup_id": "S0ONCALL"},
            word(" "),
            {"type": "broadcast", "range": "here"},
            word(" "),
            {"type": "emoji", "name": "fire"},
            word(" "),
            {"type": "date", "timestamp": 1795314600, "format": "{date_short} {time}", "fallback": "then"},
            {"type": "color", "value": "#ff0000"},
        ),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [section(word("a point")), section(word("another"))],
        },
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(word("inner"))]},
        {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [section(word("third"))]},
        {"type": "rich_text_quote", "elements": [word("as they said")]},
        {"type": "rich_text_preformatted", "elements": [word("$ make test\nok")], "border": 0},
    ],
}
EXAMPLE = (
    "*Checkout fails* for _EU_ cards, ~not~ `POST /pay`. See <https://status.example.com|the page>, <@U0BO>, "
    "<#C0GENERAL>, <!subteam^S0ONCALL>, <!here> :fire: :unknown_one: &lt;b&gt;\n&gt; a quote\n"
    "since <!date^1795314600^{date_long} {time}|2026-11-22 03:30 UTC>\n• one\n• two\n```GET /health\n503```"
)
PICTURE: Json = {"type": "image", "image_url": "https://example.com/graph.png", "alt_text": "Errors rise at 03:10"}
STILL: list[Json] = [
    {"type": "header", "text": plain("Everything :rotating_light:")},
    {"type": "section", "text": marked(EXAMPLE)},
    {"type": "section", "fields": [marked("*Severity*\nSEV1"), plain("Stage\nInvestigating")]},
    {"type": "section", "text": marked("With a picture"), "accessory": PICTURE},
    {"type": "divider"},
    {"type": "context", "elements": [PICTURE, marked("Revision *1*"), plain("by Bo")]},
    {**PICTURE, "title": plain("A graph")},
    RICH,
]
TABLE: Json = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Outlet"}, {"type": "raw_text", "text": "Reached"}],
        [{"type": "raw_text", "text": "E-mail"}, {"type": "rich_text", "elements": [section(word("1,204"))]}],
    ],
}
MARKDOWN: Json = {
    "type": "markdown",
    "text": "# Title\n\n**bold** [link](https://example.com)\n\n- a\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |",
}
VIDEO: Json = {
    "type": "video",
    "title": plain("How to approve"),
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t.png",
    "alt_text": "A film",
    "description": plain("Two minutes."),
}


def acting(elements: list[Json], prefix: str) -> list[Json]:
    return [{**element, "action_id": element.get("action_id", f"{prefix}{n}")} for n, element in enumerate(elements)]


def message() -> list[Json]:
    """A message with every block that a message can have."""
    return [
        *STILL,
        MARKDOWN,
        TABLE,
        {
            "type": "section",
            "block_id": "beside",
            "text": marked("Who leads?"),
            "accessory": {**MENUS[3], "action_id": "who"},
        },
        {"type": "actions", "block_id": "presses", "elements": acting(PRESSED, "p")},
        {"type": "actions", "block_id": "menus", "elements": acting(MENUS, "m")},
    ]


def view() -> list[Json]:
    """A view with one input of each kind."""
    every = acting([*TYPED, *MENUS, *SEVERAL], "i")
    return [
        {
            "type": "input",
            "block_id": f"b{number}",
            "label": plain(element["type"].replace("_", " ").capitalize()),
            "optional": number % 2 == 0,
            "element": element,
            **({"hint": plain("A hint that explains what is meant.")} if number % 3 == 0 else {}),
        }
        for number, element in enumerate(every)
    ]
