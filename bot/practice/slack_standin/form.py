"""Filling in a form as Slack's client lets a person do it.

Sources: Slack docs, "Input block" and each element's page. It refuses what the client would not send: an option that
is not offered, a required field left empty, a text that is too long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.practice.slack_standin.elements import offered_options
from bot.practice.slack_standin.form_values import STATE_KEYS, held, state_of
from bot.practice.slack_standin.records import Channel, Json, User
from bot.practice.slack_standin.screen import NotOnScreen, near
from bot.practice.slack_standin.workspace import Workspace

# Slack docs, plain_text_input: "maximum 3000".
TEXT_LENGTH = 3000


class RefusedByClient(AssertionError):
    """Slack's client kept the form: nothing was sent. `errors` says why, by block_id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(f"Slack's client refused the form: {errors}")
        self.errors = errors


def chosen(workspace: Workspace, element: Json, value: object) -> Json:
    """The state of an element after a person gave it this value."""
    _, _, several = STATE_KEYS[element["type"]]
    if several:
        items = value if isinstance(value, (list, tuple, set)) else [value]
        return state_of(element, [_one(workspace, element, item) for item in items if item not in (None, "")])
    return state_of(element, None if value in (None, "") else _one(workspace, element, value))


def _one(workspace: Workspace, element: Json, value: object) -> object:
    kind = element["type"].removeprefix("multi_")
    if kind in ("static_select", "external_select", "radio_buttons", "checkboxes"):
        return option(element, value)
    if kind == "users_select":
        return workspace.user(value if isinstance(value, User) else _name(value)).id
    if kind in ("conversations_select", "channels_select"):
        return workspace.channel(value if isinstance(value, Channel) else _name(value)).id
    if kind in ("datetimepicker", "rich_text_input"):
        return value
    return str(value)


def _name(value: object) -> str:
    """A person or a channel, by its id or its name."""
    return str(getattr(value, "id", value))


def option(element: Json, value: object) -> Json:
    for offered in offered_options(element):
        if isinstance(offered, dict) and value in (offered, offered.get("value"), offered["text"]["text"]):
            return offered
    texts = [o["text"]["text"] for o in offered_options(element) if isinstance(o, dict)]
    raise NotOnScreen(f"there is no option “{value}”.{near(str(value), texts)} There is: {', '.join(texts)}")


def complaints(blocks: Iterable[Json], values: Json) -> dict[str, str]:
    """Why the client would not submit this form, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            value = held(values[block["block_id"]][element["action_id"]])
            problem = _problem(element, value, optional=bool(block.get("optional")))
            if problem:
                found[block["block_id"]] = problem
    return found


def _problem(element: Json, value: object, *, optional: bool) -> str | None:
    if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
        return None if optional else "Please complete this required field."
    if isinstance(value, str):
        return _text_problem(element, value)
    most = element.get("max_selected_items")
    if isinstance(value, list) and most is not None and len(value) > most:
        return f"Please choose no more than {most}."
    return None


def _text_problem(element: Json, value: str) -> str | None:
    kind = element["type"]
    if len(value) > element.get("max_length", TEXT_LENGTH):
        return f"Please shorten this to {element.get('max_length', TEXT_LENGTH)} characters."
    if len(value) < element.get("min_length", 0):
        return f"Please lengthen this to {element['min_length']} characters."
    if kind == "number_input":
        return _number_problem(element, value)
    formats = {
        "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
        "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
        "datepicker": (r"\d{4}-\d{2}-\d{2}", "Please choose a date."),
        "timepicker": (r"([01]\d|2[0-3]):[0-5]\d", "Please choose a time."),
    }
    if kind in formats and not re.fullmatch(formats[kind][0], value):
        return formats[kind][1]
    return None


def _number_problem(element: Json, value: str) -> str | None:
    form = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(form, value):
        return "Please enter a number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter at most {element['max_value']}."
    return None
