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
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.people import Person
from bot.domain.subscription import Following
from bot.domain.timeline import Entry
from bot.storage.native import Native

T = TypeVar("T")
Convert = Callable[[Any], Any]
# Times are spelled by `_plain`, which refuses those without a zone.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


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
        # Every `cls` is a dataclass; `type` cannot say so.
        self._names = tuple(f.name for f in fields(cls) if f.name not in outside)  # type: ignore[arg-type]
        self._decode = _record(cls)
        self._native = Native(cls, schema, self._names)

    def encode(self, value: T) -> bytes:
        """Return the JSON of `value`. Raises ValueError for a time without a zone and a number over 64 bits."""
        return self._native.written(value) or self._carefully(value)

    def _carefully(self, value: T) -> bytes:
        document = {"schema": self._schema, **{name: getattr(value, name) for name in self._names}}
        try:
            return orjson.dumps(document, _plain, _OPTIONS)
        except orjson.JSONEncodeError as fault:
            if isinstance(fault.__cause__, ValueError):
                raise fault.__cause__ from None
            return _written_slowly(document)

    def decode(self, stored: bytes, **outside: int) -> T:
        """Return the record. Raises NewerSchema, or Unreadable with what is wrong."""
        if (known := self._native.read(stored, outside)) is not None:
            return known
        try:
            document = _read(stored)
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


def _record(cls: type[Any]) -> Convert:
    hints = get_type_hints(cls)
    known = frozenset(f.name for f in fields(cls))
    required = frozenset(f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING)
    converters = {name: _converter(hints[name]) for name in known}
    needed = tuple((name, convert) for name, convert in converters.items() if convert)

    def decode(raw: dict[str, Any]) -> Any:
        if raw.keys() == known:
            for name, convert in needed:
                raw[name] = convert(raw[name])
            return cls(**raw)
        if unknown := raw.keys() - known:
            raise NewerSchema(f"{cls.__name__} has fields this Clarion does not know: {', '.join(sorted(unknown))}")
        if missing := required - raw.keys():
            raise Unreadable(f"{cls.__name__} lacks {', '.join(sorted(missing))}")
        return cls(**raw | {name: convert(raw[name]) for name, convert in needed if name in raw})

    return decode


@cache
def _converter(hint: Any) -> Convert | None:
    """Return how values of one type hint are read, None for "as they are": calling nothing is fastest.

    Raises TypeError for hints nobody thought of; those that are read are also those that orjson and `_plain` write.
    """
    origin, args = get_origin(hint), get_args(hint)
    if hint in (str, int, bool):
        return None
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {member.value: member for member in hint}.__getitem__
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    if origin in (Union, UnionType) and len(args) == 2 and NoneType in args:
        return _optional(_converter(next(a for a in args if a is not NoneType)))
    if origin is tuple:
        return _many(_converter(args[0]), tuple) if args[-1] is Ellipsis else _fixed(tuple(map(_converter, args)))
    if origin is frozenset:
        return _many(_converter(args[0]), frozenset)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_converter(args[0]), _converter(args[1]))
    raise TypeError(f"no way to store {hint!r}")


def _optional(inner: Convert | None) -> Convert | None:
    return (lambda value: None if value is None else inner(value)) if inner else None


def _many(inner: Convert | None, collection: Callable[[Any], Any]) -> Convert:
    return (lambda value: collection(map(inner, value))) if inner else collection


def _fixed(inner: tuple[Convert | None, ...]) -> Convert:
    if any(inner):
        raise TypeError("pairs of anything but plain strings and numbers are not stored yet")
    return tuple


def _mapping(key: Convert | None, inner: Convert | None) -> Convert:
    read_key, read = key or str, inner or (lambda value: value)
    return lambda value: {read_key(k): read(v) for k, v in value.items()}


def _plain(value: Any) -> Any:
    """Return what JSON can hold in place of `value`, which orjson does not know."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone is not stored: {value!r}")
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    raise TypeError(f"no way to store {value!r}")


def _written_slowly(document: dict[str, Any]) -> bytes:
    """Return the same JSON for what orjson refuses: a lone surrogate in a name must not make it unwritable.

    Raises ValueError for what would be read back as something else, such as a number of more than 64 bits.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_plain)
    written = text.encode("utf-8", "surrogatepass")
    if repr(_read(written)) != repr(json.loads(written)):
        raise ValueError("a number of more than 64 bits is not stored")
    return written


def _read(stored: bytes) -> Any:
    try:
        return orjson.loads(stored)
    except orjson.JSONDecodeError:
        return json.loads(stored)  # with lone surrogates; nonsense is refused by both


# `number` and `version` are given by the commit script, which never reads JSON: they are fields of the hash.
# A schema whose new fields all have defaults reads older documents as they are. Before 5 nobody was asked to accept a
# role: whoever holds one is taken to have done so.
INCIDENT = Codec(
    Incident,
    schema=10,
    upcasters={
        1: dict,
        2: dict,
        3: dict,
        4: lambda old: old | {"accepted": sorted(old.get("roles", {}))},
        5: dict,
        6: dict,
        7: dict,
        8: dict,
        # Before 10 a telling did not say at which severity it was heard: it is taken to be today's.
        9: lambda old: old | {"tellings": [t | {"severity": old["severity"]} for t in old.get("tellings", [])]},
    },
    outside=("number", "version"),
)
JOB = Codec(Job, schema=1)
ENTRY = Codec(Entry, schema=2, upcasters={1: dict})
PERSON = Codec(Person, schema=1)
FOLLOWING = Codec(Following, schema=1)
