"""What a browser filled in, as the form state that the stand-in for Slack keeps.

It refuses what the element does not offer. Fields that the browser says nothing about keep their initial value, and
fields that the view no longer has are left out: a view may have changed while somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.practice.slack_standin import form
from bot.practice.slack_standin.blocks import interactive
from bot.practice.slack_standin.elements import offered_options
from bot.practice.slack_standin.form_values import STATE_KEYS, starting_values, state_of
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.screen import NotOnScreen
from bot.practice.slack_standin.workspace import NotInWorkspace, Workspace

OPTIONS = ("static_select", "external_select", "radio_buttons", "checkboxes")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::\d{2})?\[([A-Za-z0-9_+\-/]{1,60})\]")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})")


class NotPosted(ValueError):
    """The browser gave something that this element cannot hold."""


def posted(workspace: Workspace, blocks: Sequence[Json], raw: Mapping[str, Mapping[str, Any]]) -> Json:
    """Return the form state for `raw`, {block_id: {action_id: what the browser holds}}.

    What a browser holds is a string, or a list of strings where several can be chosen; for a date with a time the
    wall clock and its zone, `2026-11-22T03:30[Europe/Amsterdam]`. Raises NotPosted.
    """
    state = starting_values(list(blocks))
    for block in blocks:
        for element in interactive(block):
            given = raw.get(block.get("block_id", ""), {})
            if element["type"] in STATE_KEYS and element.get("action_id") in given:
                state[block["block_id"]][element["action_id"]] = _held(workspace, element, given[element["action_id"]])
    return state


def _held(workspace: Workspace, element: Json, value: object) -> Json:
    given = _given(element, value)
    if str(element["type"]).removeprefix("multi_") in OPTIONS:
        return state_of(element, given)
    try:
        return form.chosen(workspace, element, given)
    except (NotOnScreen, NotInWorkspace) as error:
        raise NotPosted(f"{element.get('action_id')}: {error}") from error


def _given(element: Json, value: object) -> object:
    if STATE_KEYS[element["type"]][2]:
        several = value if isinstance(value, list) else [value]
        return [_one(element, one) for one in several if one not in (None, "")]
    return None if value in (None, "") else _one(element, value)


def _one(element: Json, value: object) -> object:
    kind = str(element["type"]).removeprefix("multi_")
    if kind == "datetimepicker" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise NotPosted(f"{element.get('action_id')}: a text is needed, not {type(value).__name__}")
    if kind in OPTIONS:
        return _option(element, value)
    if kind == "datetimepicker":
        return _moment(element, value)
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
        return {"type": "rich_text", "elements": [section]}
    return value


def _option(element: Json, value: str) -> object:
    """The option with this value: never one whose text happens to read the same."""
    held = [element["initial_option"]] if "initial_option" in element else []
    for option in [*offered_options(element), *held]:
        if isinstance(option, dict) and option.get("value") == value:
            return option
    raise NotPosted(f"{element.get('action_id')}: {value!r} is not one of the options")


def _moment(element: Json, value: str) -> int:
    if value.isascii() and value.isdigit():
        return int(value)
    found = _MOMENT.fullmatch(value)
    if found is None:
        raise NotPosted(f"{element.get('action_id')}: a date and a time are needed, not {value!r}")
    try:
        local = datetime.fromisoformat(found[1]).replace(tzinfo=_zone(found[2]))
        return int(local.timestamp())
    except (ValueError, OverflowError, ZoneInfoNotFoundError) as error:
        raise NotPosted(f"{element.get('action_id')}: {value!r} is no date and time") from error


def _zone(name: str) -> tzinfo:
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return UTC if name == "UTC" else ZoneInfo(name)
    away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return timezone(-away if offset[1] == "-" else away)
