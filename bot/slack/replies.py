"""Reading what Slack sends: a record or a list of records in a field, empty where there is none of that shape."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def record(reply: Json, name: str) -> Json:
    """Return the object in a field, empty if there is none."""
    found = reply.get(name)
    return found if isinstance(found, Mapping) else {}


def records(reply: Json, name: str) -> list[Json]:
    """Return the objects in a field that holds a list, none if it does not."""
    found = reply.get(name)
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def as_form(arguments: Mapping[str, object]) -> dict[str, str]:
    """Return arguments as form data, for the methods that take no JSON."""
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()}
