"""The event loop of one history: no network, no time of its own, and it knows when nothing goes on by itself.

Whatever is ready runs in the order in which it became ready, as in asyncio's own loop. When nothing is ready, whoever
waits for `still` goes on; if nobody does, the clock jumps to the next timer. So a pause takes no time, and what comes
first never depends on how fast the machine is.
"""

import asyncio
import heapq
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Loop(asyncio.SelectorEventLoop):
    """Runs one history."""

    def __init__(self) -> None:
        self._now = 0.0
        self._still: list[asyncio.Future[None]] = []
        super().__init__(_Deaf())

    def time(self) -> float:
        """Seconds since the loop began, of which only waiting takes any."""
        return self._now

    async def still(self) -> None:
        """Return when nothing goes on by itself: everybody waits for a turn, or for time."""
        waiting: asyncio.Future[None] = self.create_future()
        self._still.append(waiting)
        await waiting

    def _run_once(self) -> None:
        ready: Any = self._ready  # type: ignore[attr-defined] # asyncio's own queues, not public
        if not ready:
            self._awake()
        while ready:
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()
            if self._stopping:  # type: ignore[attr-defined]
                return

    def _awake(self) -> None:
        """Nothing is ready: find what comes next."""
        if self._still:
            self._still.pop().set_result(None)
            return
        timers: Any = self._scheduled  # type: ignore[attr-defined]
        while timers:
            timer = heapq.heappop(timers)
            timer._scheduled = False
            if not timer._cancelled:
                self._now = max(self._now, timer._when)
                self._ready.append(timer)  # type: ignore[attr-defined]
                return
        raise RuntimeError("everybody waits for somebody else")


class _Deaf(selectors.BaseSelector):
    """Nothing comes from outside."""

    def __init__(self) -> None:
        self._known: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Note it down: the loop's own wake-up call, which nobody makes."""
        self._known[fileobj] = key = selectors.SelectorKey(
            fileobj, fileobj.fileno() if hasattr(fileobj, "fileno") else fileobj, events, data
        )
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget it."""
        return self._known.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[Any]:
        """Nothing."""
        return []

    def get_map(self) -> Any:
        """What was noted down."""
        return self._known


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)
