"""Blocks as JSON, drawn and judged as `slack_sdk.models` does it, without its looking everything up each time.

Its `to_dict` searches every attribute of every object for validators; that was a third of an acknowledgement. What a
class checks and shows never changes, so here it is found once for each class. It refuses to know any block but an
option: a class that draws itself in its own way is left to do so.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from slack_sdk.models.basic_objects import EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST, JsonObject
from slack_sdk.models.blocks import Block, Option, PlainTextObject

# Most values are words: told apart first, and without a search through base classes.
_PLAIN = frozenset((str, int, bool))
_MAY_BE_EMPTY = frozenset((entry["type"], entry["property"]) for entry in EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST)


class Drawn(Block):
    """A block drawn beforehand, for what is shown again and again. Nobody changes its JSON."""

    def __init__(self, block: Block) -> None:
        super().__init__(type=block.type, block_id=block.block_id)
        self._json: dict[str, Any] = to_json(block)

    def to_dict(self, *args: Any) -> dict[str, Any]:
        """Return the JSON, the same each time."""
        del args
        return self._json


def to_json(value: Any) -> Any:
    """Return the JSON of a block, or of anything inside one. Raises SlackObjectFormationError where it is wrong."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Drawn):
        return value.to_dict()  # JSON already
    if isinstance(value, JsonObject):
        return _object(value)
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    to_dict: Callable[[], dict[str, Any]] | None = getattr(value, "to_dict", None)
    return value if to_dict is None else {key: to_json(item) for key, item in to_dict().items()}


def _object(value: JsonObject) -> dict[str, Any]:
    kind = type(value)
    if isinstance(value, Option):
        return _option(value)
    if kind.to_dict is not JsonObject.to_dict:
        return {key: to_json(item) for key, item in value.to_dict().items()}
    _require_valid(value)
    shown = {}
    for key in _names(kind, value):
        item = value.get_object_attribute(key)
        if item is None:
            continue
        if hasattr(item, "__len__") and not item and (getattr(value, "type", None), key) not in _MAY_BE_EMPTY:
            continue
        shown[key] = to_json(item)
    return shown


def _option(value: Option) -> dict[str, Any]:
    """A form has dozens of these, and the library takes longer for each than for all the rest of the form."""
    _require_valid(value)
    shown = {"text": to_json(value._text or PlainTextObject.from_str(value.label or "")), "value": value.value}
    if value._block_description:
        shown["description"] = to_json(value._block_description)
    if value.url:
        shown["url"] = value.url
    return shown


def _require_valid(value: JsonObject) -> None:
    for name in _validators(type(value)):
        getattr(value, name)()


@cache
def _validators(kind: type[JsonObject]) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name, None), "validator"))


_shown: dict[type[JsonObject], tuple[str, ...]] = {}


def _names(kind: type[JsonObject], value: JsonObject) -> tuple[str, ...]:
    if kind not in _shown:
        _shown[kind] = tuple(sorted(value.attributes))
    return _shown[kind]
