"""Tells open windows what has changed: one stream of server-sent events a window, each event the new versions.

A window that was away is told everything when it returns, so that nothing can be missed. It refuses to carry content:
a window fetches what it shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.practice.page.pane import Pane
from bot.practice.page.shell.desk import Desk
from bot.practice.page.shell.drawn import Window
from bot.practice.page.shell.versions import of_window

_LOOK_EVERY = 0.1
_PANES_EVERY = 0.2
# A proxy or a browser that hears nothing for long may hang up.
_ALIVE_EVERY = 15.0
_END_WITHIN = 1.0
_RETRY_AFTER = 500  # milliseconds


class Live:
    """`async with live.running():` while the page is served; `answer(window)` for each window."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._panes: dict[str, str] = {}
        self.windows = 0
        self._none_open = asyncio.Event()
        self._none_open.set()
        self._changed = asyncio.Event()
        self._ended = False

    def nudge(self) -> None:
        """Something was done: windows look now and not in a moment."""
        self._changed.set()
        self._changed = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask the panes while the block runs; end every stream after it."""
        asking = asyncio.create_task(self._ask_panes(self._desk.panes))
        try:
            yield
        finally:
            self._ended = True
            self.nudge()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._none_open.wait(), _END_WITHIN)

    @contextlib.contextmanager
    def open_window(self) -> Iterator[None]:
        """Count a window while the block runs: panes are asked only while somebody looks."""
        self.windows += 1
        self._none_open.clear()
        try:
            yield
        finally:
            self.windows -= 1
            if not self.windows:
                self._none_open.set()

    def versions(self, window: Window) -> dict[str, str]:
        """Return the version of everything in a window, panes included."""
        mine = of_window(self._desk, window.person, window.channel, window.thread)
        return mine | {f"pane:{name}": version for name, version in self._panes.items()}

    def answer(self, window: Window) -> Response:
        """Return the stream as a response; it counts as an open window until its last byte is out."""
        return _Counted(self, window)

    async def stream(self, window: Window) -> AsyncIterator[str]:
        """Give server-sent events until the window goes or the page ends."""
        clock = asyncio.get_running_loop().time
        told: dict[str, str] = {}
        yield f"retry: {_RETRY_AFTER}\n\n"
        alive = clock()
        while not self._ended:
            changed, now = self._changed, self.versions(window)
            if fresh := {name: version for name, version in now.items() if told.get(name) != version}:
                told, alive = now, clock()
                yield f"event: versions\ndata: {json.dumps(fresh)}\n\n"
            elif clock() - alive > _ALIVE_EVERY:
                alive = clock()
                yield ": still here\n\n"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), _LOOK_EVERY)

    async def _ask_panes(self, panes: Sequence[Pane]) -> None:
        while True:
            if self.windows:
                for pane in panes:
                    await self._ask(pane)
            await asyncio.sleep(_PANES_EVERY)

    async def _ask(self, pane: Pane) -> None:
        """A pane that has no answer keeps its last one: what it looks at may be down just now, on purpose."""
        with contextlib.suppress(Exception):
            version = await pane.version()
            if self._panes.get(pane.name) != version:
                self._panes[pane.name] = version
                self.nudge()


class _Counted(StreamingResponse):
    def __init__(self, live: Live, window: Window) -> None:
        super().__init__(live.stream(window), media_type="text/event-stream")
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._live.open_window():
            await super().__call__(scope, receive, send)
