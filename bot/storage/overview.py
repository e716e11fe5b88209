"""How much waits: a look at all queues in three round trips, without reading a single job.

For health and metrics. It changes nothing, and refuses to walk through all keys at each look: lanes that are not
known from the settings are looked for once a minute.
"""

import time
from collections.abc import Awaitable, Callable, Sequence

from bot.ports.overview import LaneView, Overview
from bot.storage.connection import Arg, Link, Reply, microseconds
from bot.storage.keys import GROUP, Keys

# In seconds; the worker looks for lanes of outlets that are gone as often.
NEW_LANES_EVERY = 60.0
# Jobs in hands that are looked at in one lane; a worker holds 64 at most.
_MOST_HELD = 200
_MOST_LANES = 100


class RedisOverview:
    """Implements `ports.overview.Look` with `look`. `lease` is in seconds."""

    def __init__(self, link: Link, keys: Keys, lease: float, lanes: Callable[[], Awaitable[Sequence[str]]]) -> None:
        self._link = link
        self._keys = keys
        self.lease = lease
        self._find = lanes
        self._lanes: tuple[str, ...] = ()
        self._found: float | None = None

    async def look(self, known: Sequence[str] = ()) -> Overview:
        """Return how much waits, in the lanes of `known` and all others. Raises StorageDown."""
        if self._found is None or time.monotonic() - self._found > NEW_LANES_EVERY:
            self._lanes, self._found = tuple(await self._find()), time.monotonic()
        lanes = tuple(dict.fromkeys((*known, *self._lanes)))[:_MOST_LANES]
        first: list[tuple[Arg, ...]] = [("TIME",), ("ZCARD", self._keys.due), ("HLEN", self._keys.aside)]
        # 0 is a job that was hurried; of the others the score says since when they are due.
        first.append(("ZRANGEBYSCORE", self._keys.due, "(0", "+inf", "WITHSCORES", "LIMIT", 0, 1))
        clock, later, aside, next_due, *lengths = await self._link.ask_all(
            *first, *(("XLEN", self._keys.lane(lane)) for lane in lanes)
        )
        now = microseconds(clock)
        counts = {lane: int(count) for lane, count in zip(lanes, lengths, strict=True)}
        lags = await self._lags([lane for lane, count in counts.items() if count], now / 1000)
        views = tuple(LaneView(lane, count, *lags.get(lane, (0.0, False))) for lane, count in counts.items())
        overdue = max(0.0, (now - float(next_due[1])) / 1e6) if next_due else 0.0
        return Overview(views, int(later), overdue, int(aside))

    async def _lags(self, lanes: Sequence[str], now_ms: float) -> dict[str, tuple[float, bool]]:
        if not lanes:
            return {}
        streams = {lane: self._keys.lane(lane) for lane in lanes}
        groups = await self._link.ask_all(*(("XINFO", "GROUPS", stream) for stream in streams.values()))
        taken = {lane: _last(found) for lane, found in zip(lanes, groups, strict=True)}
        asked: list[tuple[Arg, ...]] = []
        for lane, last in taken.items():
            asked.append(("XRANGE", streams[lane], f"({last}" if last else "-", "+", "COUNT", 1))
            # Without a group there is nothing in hands; TIME stands in, so that replies stay in pairs.
            held: tuple[Arg, ...] = ("XPENDING", streams[lane], GROUP, "-", "+", _MOST_HELD)
            asked.append(held if last else ("TIME",))
        replies = iter(await self._link.ask_all(*asked))
        return {
            lane: self._judged(next(replies), next(replies) if last else _skipped(replies), now_ms)
            for lane, last in taken.items()
        }

    def _judged(self, untaken: Reply, held: Reply, now_ms: float) -> tuple[float, bool]:
        silent = [int(row[2]) / 1000 for row in held]
        waits = [max(0.0, (now_ms - int(entry.split(b"-")[0])) / 1000) for entry, _ in untaken]
        abandoned = [seconds for seconds in silent if seconds > self.lease]
        return max([*waits, *abandoned], default=0.0), any(seconds <= self.lease for seconds in silent)


def _last(groups: Reply) -> str:
    """Return the id of the entry that the workers' group was given last, "" without a group."""
    for group in groups:
        fields = dict(zip(group[::2], group[1::2], strict=True))
        if fields[b"name"] == GROUP.encode():
            return str(fields[b"last-delivered-id"].decode())
    return ""


def _skipped(replies: Reply) -> Reply:
    next(replies)
    return []
