"""What a person has typed or chosen, in the shape of Slack's `state.values`.

Source: Slack docs, "Reading input values" and each element's page. Buttons and overflow menus keep no state, so they
are not here.
"""

from __future__ import annotations

from copy import deepcopy

from bot.practice.slack_standin.blocks import interactive
from bot.practice.slack_standin.records import Json

# element type -> (its key in the state, the key of its initial value, whether it holds several)
STATE_KEYS: dict[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "external_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "checkboxes": ("selected_options", "initial_options", True),
    "multi_static_select": ("selected_options", "initial_options", True),
    "users_select": ("selected_user", "initial_user", False),
    "multi_users_select": ("selected_users", "initial_users", True),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True),
    "channels_select": ("selected_channel", "initial_channel", False),
    "multi_channels_select": ("selected_channels", "initial_channels", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
}


def starting_values(blocks: list[Json]) -> Json:
    """The state of freshly shown blocks: initial values, and nothing where there are none."""
    values: Json = {}
    for block in blocks:
        for element in interactive(block):
            known = STATE_KEYS.get(element["type"])
            if known is not None:
                state = state_of(element, deepcopy(element.get(known[1])))
                values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def state_of(element: Json, value: object) -> Json:
    """The state of one element that holds this value."""
    key, _, several = STATE_KEYS[element["type"]]
    if value in (None, "", []):
        value = [] if several else None
    if isinstance(value, dict) and "option" in key:
        value = _chosen(value)
    elif isinstance(value, list) and "option" in key:
        value = [_chosen(option) for option in value]
    return {"type": element["type"], key: value}


def _chosen(option: Json) -> Json:
    # npm @slack/bolt, ViewStateSelectedOption: a chosen option comes back as its text and value alone.
    return {name: option[name] for name in ("text", "value")}


def held(state: Json) -> object:
    """The value inside one element's state."""
    return state[STATE_KEYS[state["type"]][0]]
