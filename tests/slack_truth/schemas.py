"""JSON Schemas of Slack's published types, and what is wrong with a value by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from tests.slack_truth.differences import BY_TYPE, Difference
from tests.slack_truth.node import ABSENT, SCHEMAS

Json = dict[str, Any]
ROOT = "#/definitions/"


@cache
def published() -> Json:
    """Slack's types as they are published: `types` (name to reference) and `definitions`."""
    if not SCHEMAS.exists():
        raise FileNotFoundError(ABSENT)
    read: Json = json.loads(SCHEMAS.read_text())
    return read


@cache
def _validator(name: str, without: Difference | None = None) -> jsonschema_rs.Draft7Validator:
    reference = published()["types"][name]
    kept = _reached(reference.removeprefix(ROOT))
    for difference in BY_TYPE:
        if difference is not without:
            for found in [each for each in kept if each.rpartition("-")[0] == difference.definition]:
                kept[found] = difference.mended(kept[found])
    return jsonschema_rs.Draft7Validator({"$ref": reference, "definitions": kept})


def _reached(name: str) -> Json:
    """A definition and all that it needs, so that compiling stays quick."""
    every, kept, waiting = published()["definitions"], {}, [name]
    while waiting:
        each = waiting.pop()
        if each not in kept:
            kept[each] = json.loads(json.dumps(every[each]))
            waiting.extend(_references(every[each]))
    return kept


def _references(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(ROOT)
        for value in node.values():
            yield from _references(value)


def complaints(name: str, value: object, *, without: Difference | None = None) -> list[str]:
    """What Slack's type `name` does not allow in `value`, each with its place; [] when it fits.

    `without` leaves one of the listed differences out.
    """
    return [line for error in _validator(name, without).iter_errors(value) for line in _told(error)]


def _told(error: Any) -> list[str]:
    branches = getattr(error.kind, "context", None)
    if not branches:
        place = "/".join(str(part) for part in error.instance_path)
        return [f"{place or '(top)'}: {error.message[:300]}"]
    nearest = max((branch for branch in branches if branch), key=_nearness)
    return [line for inner in nearest for line in _told(inner)]


def _nearness(branch: list[Any]) -> tuple[bool, int, int]:
    """Of the members of a union, the one that was meant: its `type` fits, and what is wrong is deep inside."""
    other_kind = any(_names_another(error) for error in branch)
    return (not other_kind, min(len(error.instance_path) for error in branch), -len(branch))


def _names_another(error: Any) -> bool:
    last = error.instance_path[-1] if error.instance_path else ""
    return last in ("type", "subtype") and error.kind.name in ("const", "enum")
