"""Screens drawn once: drawing is pure, and most histories draw the same things, so what was drawn is taken again.

What a drawing depends on is not guessed but seen: it is drawn from an incident that notes which of its fields are
read. Another incident that has the same in those fields, and the same beside it, is drawn the same.
"""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import msgspec

from bot.domain.incident import Incident

_MOST = 6_000
# Ten times as fast as pickle, which asks every dataclass for its state in Python.
_KEY = msgspec.msgpack.Encoder()

# What changes with every step of opening it, of which a drawing shows little.
_INSIDE = "channel"

# The fields that a drawing read, of the incident ("title") or of what it holds ("channel.id").
Reads = tuple[str, ...]


@dataclass
class News:
    """What was drawn, by what it was drawn from, and what the drawings read."""

    drawn: dict[bytes, bytes]
    reads: set[tuple[str, Reads]]


class DrawnOnce:
    """Screens that remember what they drew.

    As bytes: a thousandth of the objects, for every one of which a forked process would pay.
    """

    def __init__(self, screens: Any) -> None:
        self._screens = screens
        self._drawn: OrderedDict[bytes, bytes] = OrderedDict()
        self._reads: dict[str, list[Reads]] = {}
        self._new = News({}, set())

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self._screens, name)

        def draw(*args: Any, **kwargs: Any) -> Any:
            incident = args[0] if args and type(args[0]) is Incident else None
            beside = (args if incident is None else args[1:], kwargs)
            for reads in self._reads.get(name, ()):
                if (drawn := self._drawn.get(_key(name, reads, incident, beside))) is not None:
                    return pickle.loads(drawn)
            read = set[str]()
            seen = args if incident is None else (noting(incident, read), *args[1:])
            drawn = pickle.dumps(real(*seen, **kwargs))
            reads = tuple(sorted(read))
            self.learn(News({_key(name, reads, incident, beside): drawn}, {(name, reads)}))
            return pickle.loads(drawn)

        self.__dict__[name] = draw
        return draw

    def news(self) -> News:
        """Everything drawn since this was asked last."""
        new, self._new = self._new, News({}, set())
        return new

    def learn(self, news: News) -> None:
        """Take in what was drawn, here or in another process."""
        self._new.drawn.update(news.drawn)
        self._new.reads.update(news.reads)
        self._drawn.update(news.drawn)
        for name, reads in news.reads:
            if reads not in (known := self._reads.setdefault(name, [])):
                known.append(reads)
        while len(self._drawn) > _MOST:
            self._drawn.popitem(last=False)


def _key(name: str, reads: Reads, incident: Incident | None, beside: Any) -> bytes:
    read = [_at(incident, path) for path in reads]
    return hashlib.blake2b(_KEY.encode((name, reads, read, beside)), digest_size=16).digest()


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name)
    return value


def noting(value: Any, read: set[str], path: str = "") -> Any:
    """Return the same dataclass as `value`, which adds to `read` whichever of its fields is read."""
    kind: Any = type(value)
    noted = object.__new__(_noting(kind))
    for field in fields(value):
        inside = getattr(value, field.name)
        if field.name == _INSIDE:
            inside = noting(inside, read, f"{path}{_INSIDE}.")
        object.__setattr__(noted, field.name, inside)
    noted.__dict__.update(_read=read, _path=path)
    return noted


@cache
def _noting(kind: Any) -> Any:
    def get(self: Any, name: str) -> Any:
        if name == "__class__":  # so that it equals what it stands for
            return kind
        if name in names and name != _INSIDE:  # its own fields say what is read of it
            own = object.__getattribute__(self, "__dict__")
            own["_read"].add(own["_path"] + name)
        return object.__getattribute__(self, name)

    names = frozenset(field.name for field in fields(kind))
    return type(kind.__name__, (kind,), {"__getattribute__": get})
