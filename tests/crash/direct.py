"""A direct line to Redis for one history: the same commands and replies as over redis-py, on a plain blocking socket.

One call of a port goes on at a time here (`turns`), so nobody loses by waiting for Redis in place, and nobody shares a
round trip: it costs a tenth of what it costs through an event loop. `Link`, its scripts and its errors are the real
ones above it. What a connection does when it breaks, and trips that many share, are no matter of these histories:
`rounds`, the stories and `tests/storage` play that over redis-py.
"""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis._parsers import BaseParser
from redis.exceptions import RedisError

from bot.storage.connection import Link
from bot.storage.script import Script
from bot.storage.trips import checked
from bot.storage.wire import Arg, packed

_CHUNK = 1 << 16


class Direct:
    """One connection. `database` is the one of the server's to use."""

    def __init__(self, socket_path: Path, database: int = 0) -> None:
        self._path = str(socket_path)
        self.database = database
        self.blobs: dict[str, bytes] = {}
        self._open()

    def _open(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(self._path)
        self._read = b""
        self._at = 0
        if self.database:
            self.ask("SELECT", self.database)

    def elsewhere(self) -> None:
        """Copy everything to the next database and go on there, over a connection of its own: in a forked process."""
        self._open()  # the other process goes on with the old one; closing it here does nothing to it
        keys = self.ask("KEYS", "*")
        self.ask_all(("SELECT", self.database + 1), ("FLUSHDB",), ("SELECT", self.database))
        self.ask_all(*(("COPY", key, key, "DB", self.database + 1) for key in keys))
        self.database += 1
        self.ask("SELECT", self.database)

    def link(self) -> Link:
        """A real link on this line."""
        return _Straight(self)

    def ask(self, *words: str | bytes | int) -> Any:
        """Ask at once, outside of every process of the history. Raises what Redis refuses."""
        return self.ask_all(words)[0]

    def ask_all(self, *commands: tuple[str | bytes | int, ...]) -> list[Any]:
        """The same for several in one round trip."""
        replies = self.replies(commands)
        for reply in replies:
            if isinstance(reply, RedisError):
                raise reply
        return replies

    def replies(self, commands: Sequence[tuple[Arg, ...]]) -> list[Any]:
        """The same, and what Redis refuses is among the replies."""
        self._socket.sendall(packed(commands))
        return [self._reply() for _ in commands]

    def close(self) -> None:
        """Let it go."""
        self._socket.close()

    # ---------------------------------------------------------------- RESP2

    def _line(self) -> bytes:
        while (end := self._read.find(b"\r\n", self._at)) < 0:
            self._more()
        line = self._read[self._at : end]
        self._at = end + 2
        return line

    def _more(self) -> None:
        came = self._socket.recv(_CHUNK)
        if not came:
            raise ConnectionError("Redis closed the connection")
        self._read = self._read[self._at :] + came
        self._at = 0

    def _reply(self) -> Any:
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"$":
            return None if rest == b"-1" else self._bulk(int(rest))
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest
        if kind == b"*":
            return None if rest == b"-1" else [self._reply() for _ in range(int(rest))]
        return BaseParser.parse_error(rest.decode())  # type: ignore[no-untyped-call] # redis-py's own errors

    def _bulk(self, size: int) -> bytes:
        while len(self._read) - self._at < size + 2:
            self._more()
        value = self._read[self._at : self._at + size]
        self._at += size + 2
        return value


class _Straight(Link):
    """A link whose every round trip is one on this line, made at once."""

    def __init__(self, line: Direct) -> None:
        nobody: Any = None
        super().__init__(nobody, nobody)
        self._line = line

    async def ask(self, *command: Arg, blocking: bool = False) -> Any:
        """As `Link.ask`. A blob is known by its SHA-256 and never changes: what was found is not asked for again."""
        match command:
            case ("GET", str(key)) if ":blob:" in key:
                if key not in self._line.blobs and (found := self._line.ask(*command)) is not None:
                    self._line.blobs[key] = found
                return self._line.blobs.get(key)
        return checked(self._line.replies((command,))[0])

    async def ask_all(self, *commands: tuple[Arg, ...], shared: bool = False) -> list[Any]:
        """As `Link.ask_all`."""
        return [checked(reply) for reply in self._line.replies(commands)]

    async def _evaluate(self, script: Script, keys: Sequence[str], args: Sequence[Arg]) -> Any:
        return checked(self._line.replies((("EVALSHA", script.sha, len(keys), *keys, *args),))[0])
