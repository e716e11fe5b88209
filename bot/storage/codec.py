"""Domain <-> JSON, with a schema number in each document.

A converter for each dataclass is built once from its type hints. It refuses what it does not understand whole:
a document of a newer schema, or with a field it does not know, is an error and never read with fields dropped.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.people import Person
from bot.domain.subscription import Following
from bot.domain.timeline import Entry

T = TypeVar("T")
Convert = Callable[[Any], Any]
# None stands for "as it is": most fields are plain strings, and calling nothing is fastest.
Pair = tuple[Convert | None, Convert | None]
# json.dumps would build an encoder anew for each document.
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Unreadable(Exception):
    """Stored JSON that this code cannot read."""


class NewerSchema(Unreadable):
    """Written by a newer Clarion; reading it with this one would lose fields."""


class Codec(Generic[T]):
    """Converts one kind of record. `outside` names fields that live beside the document, not in it."""

    def __init__(
        self,
        cls: type[T],
        schema: int,
        upcasters: Mapping[int, Convert] | None = None,
        outside: tuple[str, ...] = (),
    ) -> None:
        self._kind = cls.__name__
        self._schema = schema
        # From a schema number to the function that makes the fields of the next one out of it.
        self._upcasters = dict(upcasters or {})
        self._encode, self._decode = _record(cls, outside)

    def encode(self, value: T) -> bytes:
        """Return the JSON of `value`."""
        document = {"schema": self._schema, **self._encode(value)}
        # surrogatepass: a lone surrogate in somebody's name must not make a document unwritable.
        return _JSON(document).encode("utf-8", "surrogatepass")

    def decode(self, stored: bytes, **outside: Any) -> T:
        """Return the record. Raises NewerSchema, or Unreadable with what is wrong."""
        try:
            document = json.loads(stored)
            schema = document.pop("schema")
            if schema > self._schema:
                raise NewerSchema(
                    f"{self._kind} of schema {schema}, but this Clarion knows {self._schema} at most: update it first"
                )
            for number in range(schema, self._schema):
                document = self._upcasters[number](document)
            found: T = self._decode(document | outside)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            raise Unreadable(f"{self._kind}: {fault!r}") from fault
        return found


def _record(cls: type[Any], outside: tuple[str, ...] = ()) -> tuple[Convert, Convert]:
    hints = get_type_hints(cls)
    names = tuple(f.name for f in fields(cls) if f.name not in outside)
    known = frozenset(f.name for f in fields(cls))
    required = frozenset(f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING)
    pairs = {name: _pair(hints[name]) for name in names}
    encoders = tuple((name, pair[0]) for name, pair in pairs.items() if pair[0])
    decoders = tuple((name, pair[1]) for name, pair in pairs.items() if pair[1])
    # A second name keeps attrgetter returning a tuple when there is only one field.
    take = attrgetter(*names, names[0])

    def encode(value: Any) -> dict[str, Any]:
        out = dict(zip(names, take(value), strict=False))
        for name, convert in encoders:
            out[name] = convert(out[name])
        return out

    def decode(raw: dict[str, Any]) -> Any:
        if unknown := raw.keys() - known:
            raise NewerSchema(f"{cls.__name__} has fields this Clarion does not know: {', '.join(sorted(unknown))}")
        if missing := required - raw.keys():
            raise Unreadable(f"{cls.__name__} lacks {', '.join(sorted(missing))}")
        for name, convert in decoders:
            if name in raw:
                raw[name] = convert(raw[name])
        return cls(**raw)

    return encode, decode


@cache
def _pair(hint: Any) -> Pair:
    """Return how values of one type hint are written and read. Raises TypeError for hints nobody thought of."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in (str, int, bool):
        return None, None
    if hint is datetime:
        return _stamp, _moment
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return None, hint
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    if origin in (Union, UnionType) and len(args) == 2 and NoneType in args:
        return _optional(_pair(next(a for a in args if a is not NoneType)))
    if origin is tuple:
        return _many(_pair(args[0]), tuple) if args[-1] is Ellipsis else _fixed(tuple(map(_pair, args)))
    if origin is frozenset:
        encode, decode = _many(_pair(args[0]), frozenset)
        return (lambda value: sorted(encode(value)) if encode else sorted(value)), decode
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_pair(args[0]), _pair(args[1]))
    raise TypeError(f"no way to store {hint!r}")


def _optional(inner: Pair) -> Pair:
    encode, decode = inner
    return (
        (lambda value: None if value is None else encode(value)) if encode else None,
        (lambda value: None if value is None else decode(value)) if decode else None,
    )


def _many(inner: Pair, collection: Callable[[Any], Any]) -> Pair:
    encode, decode = inner
    return (
        (lambda value: [encode(item) for item in value]) if encode else None,
        (lambda value: collection(map(decode, value))) if decode else collection,
    )


def _fixed(inner: tuple[Pair, ...]) -> Pair:
    if any(encode or decode for encode, decode in inner):
        raise TypeError("pairs of anything but plain strings and numbers are not stored yet")
    return None, tuple


def _mapping(key: Pair, inner: Pair) -> Pair:
    read_key, (encode, decode) = key[1] or str, inner
    return (
        (lambda value: {k: encode(v) for k, v in value.items()}) if encode else dict,
        (lambda value: {read_key(k): decode(v) if decode else v for k, v in value.items()}),
    )


def _stamp(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone is not stored: {value!r}")
    return value.astimezone(UTC).isoformat()


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored)


# `number` and `version` are given by the commit script, which never reads JSON: they are fields of the hash.
# A schema whose new fields all have defaults reads older documents as they are.
INCIDENT = Codec(Incident, schema=4, upcasters={1: dict, 2: dict, 3: dict}, outside=("number", "version"))
JOB = Codec(Job, schema=1)
ENTRY = Codec(Entry, schema=2, upcasters={1: dict})
PERSON = Codec(Person, schema=1)
FOLLOWING = Codec(Following, schema=1)
