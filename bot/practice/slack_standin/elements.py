"""Block Kit's interactive elements and their limits, as tables.

Sources: Slack docs, "Block elements" and "Composition objects" (docs.slack.dev/reference/block-kit). An element type
that is not in these tables is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.practice.slack_standin.shapes import (
    Report,
    Rule,
    anything,
    boolean,
    integer,
    kinds,
    listing,
    one_of,
    pattern,
    record,
    string,
    text,
)

ID = string(255)  # action_id, block_id, callback_id
URL = string(3000)
DATE = pattern(r"\d{4}-\d{2}-\d{2}")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d")
CONFIRM = record(
    {
        "title": text(100, plain_only=True),
        "text": text(300),
        "confirm": text(30, plain_only=True),
        "deny": text(30, plain_only=True),
    },
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": text(75, plain_only=True), "value": string(150)}, {"description": text(75, plain_only=True)})
RICH_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
OVERFLOW_OPTION = record(
    {"text": text(75, plain_only=True), "value": string(150)},
    {"description": text(75, plain_only=True), "url": URL},
)
OPTION_GROUP = record({"label": text(75, plain_only=True), "options": listing(OPTION, most=100)}, {})
FILTER = record(
    {},
    {
        "include": listing(one_of("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = record({}, {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), most=2)})
IMAGE_OPTIONAL: Mapping[str, Rule] = {"image_url": URL, "slack_file": anything}


def element(kind: str, required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    return record({"type": one_of(kind), **required}, {"action_id": ID, "focus_on_load": boolean, **optional})


PLACEHOLDER: Mapping[str, Rule] = {"placeholder": text(150, plain_only=True)}
MENU: Mapping[str, Rule] = {**PLACEHOLDER, "confirm": CONFIRM}
MULTI: Mapping[str, Rule] = {**MENU, "max_selected_items": integer(1, 1000)}
STATIC: Mapping[str, Rule] = {"options": listing(OPTION), "option_groups": listing(OPTION_GROUP)}
WORDS: Mapping[str, Rule] = {
    **PLACEHOLDER,
    "min_length": integer(0, 3000),
    "max_length": integer(1, 3000),
    "dispatch_action_config": DISPATCH,
}

BUTTON = record(
    {"type": one_of("button"), "text": text(75, plain_only=True)},
    {
        "action_id": ID,
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
OVERFLOW = record(
    {"type": one_of("overflow"), "options": listing(OVERFLOW_OPTION, most=5)}, {"action_id": ID, "confirm": CONFIRM}
)
IMAGE = record({"type": one_of("image"), "alt_text": string(2000)}, IMAGE_OPTIONAL)

CHOICES: dict[str, Rule] = {
    "static_select": element("static_select", {}, {**MENU, **STATIC, "initial_option": OPTION}),
    "multi_static_select": element("multi_static_select", {}, {**MULTI, **STATIC, "initial_options": listing(OPTION)}),
    "external_select": element(
        "external_select", {}, {**MENU, "initial_option": OPTION, "min_query_length": integer(0, 1000)}
    ),
    "users_select": element("users_select", {}, {**MENU, "initial_user": ID}),
    "multi_users_select": element("multi_users_select", {}, {**MULTI, "initial_users": listing(ID)}),
    "conversations_select": element(
        "conversations_select",
        {},
        {
            **MENU,
            "initial_conversation": ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": element(
        "multi_conversations_select",
        {},
        {
            **MULTI,
            "initial_conversations": listing(ID),
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        },
    ),
    "channels_select": element("channels_select", {}, {**MENU, "initial_channel": ID, "response_url_enabled": boolean}),
    "multi_channels_select": element("multi_channels_select", {}, {**MULTI, "initial_channels": listing(ID)}),
    "radio_buttons": element(
        "radio_buttons",
        {"options": listing(RICH_OPTION, most=10)},
        {"initial_option": RICH_OPTION, "confirm": CONFIRM},
    ),
    "checkboxes": element(
        "checkboxes",
        {"options": listing(RICH_OPTION, most=10)},
        {"initial_options": listing(RICH_OPTION, most=10), "confirm": CONFIRM},
    ),
    "datepicker": element("datepicker", {}, {**MENU, "initial_date": DATE}),
    "timepicker": element("timepicker", {}, {**MENU, "initial_time": TIME, "timezone": string(100)}),
}
DATETIME: dict[str, Rule] = {
    "datetimepicker": element(
        "datetimepicker", {}, {"confirm": CONFIRM, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    )
}
TYPED: dict[str, Rule] = {
    "plain_text_input": element(
        "plain_text_input", {}, {**WORDS, "multiline": boolean, "initial_value": string(3000, least=0)}
    ),
    "email_text_input": element("email_text_input", {}, {**WORDS, "initial_value": string(3000, least=0)}),
    "url_text_input": element("url_text_input", {}, {**WORDS, "initial_value": string(3000, least=0)}),
    "number_input": element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {
            **PLACEHOLDER,
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
            "dispatch_action_config": DISPATCH,
        },
    ),
    "rich_text_input": element(
        "rich_text_input", {}, {**PLACEHOLDER, "initial_value": anything, "dispatch_action_config": DISPATCH}
    ),
}


def _chosen_are_offered(report: Report, place: str, value: object) -> None:
    """Slack docs: initial_option must be exactly one of the options, or one of a group's."""
    if not isinstance(value, dict) or value.get("type") == "external_select":
        return
    offered = offered_options(value)
    is_menu = str(value.get("type")).endswith("static_select")
    if is_menu and bool(value.get("options")) == bool(value.get("option_groups")):
        report.add(place, "exactly one of options and option_groups is needed")
    chosen = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    for option in chosen:
        if option not in offered:
            report.add(place, "initial option is not one of the options")


def offered_options(value: dict[str, object]) -> list[object]:
    """Every option of a menu, those in groups too."""
    options = value.get("options")
    found = list(options) if isinstance(options, list) else []
    groups = value.get("option_groups")
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, dict) and isinstance(group.get("options"), list):
            found.extend(group["options"])
    return found


def checked(table: Mapping[str, Rule], what: str) -> Rule:
    by_kind = kinds(table, what)

    def rule(report: Report, place: str, value: object) -> None:
        by_kind(report, place, value)
        _chosen_are_offered(report, place, value)

    return rule


PRESSED: dict[str, Rule] = {"button": BUTTON, "overflow": OVERFLOW}
IN_ACTIONS = checked({**PRESSED, **CHOICES, **DATETIME, "rich_text_input": TYPED["rich_text_input"]}, "actions block")
IN_SECTION = checked({**PRESSED, **CHOICES, "image": IMAGE}, "section accessory")
IN_INPUT = checked({**CHOICES, **DATETIME, **TYPED}, "input block")
IN_CONTEXT = kinds({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)}, "context block")
