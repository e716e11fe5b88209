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
    kept = _reached(reference.removeprefix(ROOT), published()["types"]["ShownBlocks"].removeprefix(ROOT))
    for difference in BY_TYPE:
        if difference is not without and difference.concerns(name):
            for schema in [each for definition in kept.values() for each in _objects(definition)]:
                difference.mend(schema)
    for schema in _objects(kept):
        if schema.get("$ref") == "ShownBlocks":
            schema["$ref"] = published()["types"]["ShownBlocks"]
    return jsonschema_rs.Draft7Validator({"$ref": reference, "definitions": kept})


def _reached(*names: str) -> Json:
    """Definitions and all that they need, so that compiling stays quick."""
    every, kept, waiting = published()["definitions"], {}, list(names)
    while waiting:
        each = waiting.pop()
        if each not in kept:
            kept[each] = json.loads(json.dumps(every[each]))
            waiting.extend(_references(every[each]))
    return kept


def _objects(node: object) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _objects(item)
    elif isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _objects(value)


def _references(node: object) -> Iterator[str]:
    for schema in _objects(node):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(ROOT)


def complaints(name: str, value: object, *, without: Difference | None = None) -> list[str]:
    """What Slack's type `name` does not allow in `value`, each with its place; [] when it fits.

    `without` leaves one of the listed differences out.
    """
    found = [error for each in _validator(name, without).iter_errors(value) for error in _leaves(each)]
    return [
        f"{'/'.join(str(part) for part in error.instance_path) or '(top)'}: {error.message[:300]}" for error in found
    ]


def _leaves(error: Any) -> list[Any]:
    """What is wrong, without unions: of their members, the one that was meant."""
    branches = getattr(error.kind, "context", None)
    if not branches:
        return [error]
    told = [[leaf for inner in branch for leaf in _leaves(inner)] for branch in branches if branch]
    return max(told, key=_nearness)


def _nearness(leaves: list[Any]) -> tuple[bool, int, int]:
    """The member of a union that was meant has the same `type`, and what is wrong is deep inside."""
    other_kind = any(_names_another(leaf) for leaf in leaves)
    return (not other_kind, min(len(leaf.instance_path) for leaf in leaves), -len(leaves))


def _names_another(leaf: Any) -> bool:
    last = leaf.instance_path[-1] if leaf.instance_path else ""
    return last in ("type", "subtype") and leaf.kind.name in ("const", "enum", "not", "falseSchema")
