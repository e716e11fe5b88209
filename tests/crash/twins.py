"""A history goes on twice: a twin of this process, with a copy of everything in Redis, goes the other way first.

What is shared is therefore not recorded and played back, but the very same: the memory of a process at `fork`, and
every key of one database copied to the next, groups and pending entries of streams included. Nothing is on its way at
that moment, since one call of a port goes on at a time, and nothing waits for time (`loop`).
"""

import asyncio
import os
import pickle
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from tests.crash.direct import Direct


class Twins:
    """The twins of one history. `news`: what a twin knows that is of use to others; `learn` takes it in."""

    def __init__(self, line: Direct, news: Callable[[], Any], learn: Callable[[Any], None]) -> None:
        self._line, self._news, self._learn = line, news, learn
        self._out: int | None = None
        self._told: list[Any] = []
        self._faults: list[str] = []

    @property
    def is_one(self) -> bool:
        """Whether this process is a twin."""
        return self._out is not None

    def split(self) -> bool:
        """Return True in a new twin; and False here, once that twin has come to its end."""
        loop = asyncio.get_running_loop()
        incoming, outgoing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(incoming)
            self._out, self._told, self._faults = outgoing, [], []
            self._news()  # the other process knows these
            self._line.elsewhere()
            # asyncio takes a forked process for one without a loop.
            asyncio._set_running_loop(loop)
            return True
        os.close(outgoing)
        with os.fdopen(incoming, "rb") as pipe:
            said = pipe.read()
        os.waitpid(pid, 0)
        told, faults, news = pickle.loads(said) if said else ([], ["a twin was gone without a word"], None)
        self._told += told
        self._faults += faults
        if news is not None:
            self._learn(news)
        return False

    def end(self, told: list[Any]) -> list[Any]:
        """Return what this process and its twins have to tell; a twin hands it over instead, and is gone.

        Raises RuntimeError if the machinery failed in a twin, which is no finding about the histories.
        """
        self._told += told
        if self.is_one:
            self._leave(self._told)
        if self._faults:
            raise RuntimeError(f"{len(self._faults)} twins failed; the first: {self._faults[0]}")
        return self._told

    def fail(self) -> None:
        """A twin hands the current exception over and is gone; else nothing happens."""
        if self.is_one:
            self._faults.append(traceback.format_exc())
            self._leave([])

    def _leave(self, told: list[Any]) -> NoReturn:
        # Nothing of what the other process has open is tidied up here.
        try:
            with os.fdopen(self._out or 0, "wb") as pipe:
                pipe.write(pickle.dumps((told, self._faults, self._news())))
        finally:
            os._exit(0)
