"""Reading what came back: fields of a submitted modal, and the small JSON that buttons and modals carry.

An input's block_id and action_id are both the field's name. Reading is total: what is missing or of another
shape reads as empty, because a payload comes from outside. It refuses to carry facts: only ids travel.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]
# json.dumps would build an encoder anew for each button.
_JSON = json.JSONEncoder(separators=(",", ":")).encode


def pack(**ids: str) -> str:
    """Return ids as the JSON for a button's value or a modal's private_metadata; empty ones are left out."""
    return _JSON({name: value for name, value in ids.items() if value})


def unpack(packed: str) -> dict[str, str]:
    """Return what `pack` packed; anything else gives an empty dictionary."""
    try:
        found = json.loads(packed)
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def small_number(text: str, digits: int) -> int | None:
    """Return the whole number that a button carries, in at most so many plain digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def carried(view: Json) -> dict[str, str]:
    """Return the ids that a modal carries."""
    packed = view.get("private_metadata")
    return unpack(packed) if isinstance(packed, str) else {}


def written(view: Json, name: str) -> str:
    """Return what was typed into a text field, or ""."""
    return _text(_state(view, name).get("value"))


def chosen(view: Json, name: str) -> str:
    """Return the value of the option chosen in a select or radio group, or ""."""
    option = _state(view, name).get("selected_option")
    return _text(option.get("value")) if isinstance(option, Mapping) else ""


def ticked(view: Json, name: str) -> frozenset[str]:
    """Return the values of the boxes that are ticked."""
    options = _state(view, name).get("selected_options")
    found = (one.get("value") for one in options if isinstance(one, Mapping)) if isinstance(options, list) else ()
    return frozenset(value for value in found if isinstance(value, str))


def chosen_user(view: Json, name: str) -> str:
    """Return the id of the person chosen, or ""."""
    return _text(_state(view, name).get("selected_user"))


def chosen_moment(view: Json, name: str) -> datetime | None:
    """Return the time chosen in a date-time picker, in UTC, or None."""
    seconds = _state(view, name).get("selected_date_time")
    # Slack sends ten digits (Slack docs); anything else is nobody's choice.
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 10_000_000_000:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def _state(view: Json, name: str) -> Json:
    """Return the state of the field `name`; some fields are redrawn under `name` with a suffix in action_id."""
    node: Any = view.get("state")
    node = node.get("values") if isinstance(node, Mapping) else None
    node = node.get(name) if isinstance(node, Mapping) else None
    node = next(iter(node.values()), None) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
