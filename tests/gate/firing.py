"""Fires mangled requests at the real application on a real Redis, and judges each answer.

State is judged by the server's own count of changes to its data (`rdb_changes_since_last_save`), which every write of
any kind moves: a refused request that moved it has changed something.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from redis import Redis

from tests.gate.mangling import Mangled, mangled
from tests.gate.recorded import Recorded
from tests.stories.night import Night

_PATIENCE = 20.0
# Slack's stand-in remembers every call; it is no part of what is measured.
_FORGET_EVERY = 250


@dataclass
class Report:
    """What came of it."""

    fired: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    grown_bytes: int = 0

    def __str__(self) -> str:
        told = ", ".join(f"{count:,} x {code}" for code, count in sorted(self.answers.items()))
        grown = f"{self.grown_bytes / 1e6:+.1f} MB"
        return f"{self.fired:,} requests: {told}; {len(self.violations)} violations; memory {grown}"


class Range:
    """The application under fire."""

    def __init__(self, night: Night, samples: Sequence[Recorded]) -> None:
        self._night, self._samples = night, samples
        self._web = night.here.webs[0]
        self._redis = Redis(unix_socket_path=str(night.redis.socket), decode_responses=True)

    async def fire(self, seed: int, numbers: Sequence[int]) -> Report:
        """Fire these requests one after the other."""
        report = Report()
        warm = min(len(numbers) // 4, 2_000)
        at_first = 0
        with faults_behind() as faults:
            changes = self._changes()
            for count, number in enumerate(numbers):
                if count == warm:
                    at_first = _resident()
                one = self.request(seed, number)
                answered = await self._ask(one)
                report.fired += 1
                report.answers[answered] += 1
                now = self._changes()
                self._judge(report, seed, one, answered, moved=now != changes, faults=faults)
                changes = self._changes()
                if count % _FORGET_EVERY == 0:
                    self._night.slack.calls.clear()
        report.grown_bytes = _resident() - at_first
        return report

    def request(self, seed: int, number: int) -> Mangled:
        """Return the request of this number."""
        secret, now = self._night.slack.stage.signing_secret, int(self._night.clock.seconds())
        return mangled(seed, number, self._samples, secret, now)

    def close(self) -> None:
        """Let go of Redis."""
        self._redis.close()

    def _changes(self) -> int:
        told: Any = self._redis.info("persistence")
        return int(told["rdb_changes_since_last_save"])

    def _judge(self, report: Report, seed: int, one: Mangled, code: int, *, moved: bool, faults: list[Any]) -> None:
        wrong = []
        if not 200 <= code < 500:
            wrong.append(f"answered {code}")
        if one.path == "/slack/events" and not one.signed and code < 400:
            wrong.append(f"let in without a signature: {code}")
        if moved and (code >= 400 or not one.signed):
            wrong.append(f"refused with {code}, and changed what is remembered")
        wrong += [f"a fault behind {code}: {fault['error']} at {fault['where'][-1]}" for fault in faults]
        faults.clear()
        report.violations += [f"seed {seed} number {one.number} ({one.kind}; {one.how}): {each}" for each in wrong]

    async def _ask(self, one: Mangled) -> int:
        try:
            code = await call(self._web.app, one)
        except Exception as error:
            return _raised(error)
        await self._quiet()
        return code

    async def _quiet(self) -> None:
        """Wait until nothing goes on behind the answer."""
        async with asyncio.timeout(_PATIENCE):
            while len(self._web.background):
                await asyncio.sleep(0)


async def call(app: Any, one: Mangled) -> int:
    """Give one request to an ASGI application and return the code of its answer."""
    left = list(one.pieces or (one.body,))
    started: list[int] = []

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            started.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": one.method,
        "scheme": "https",
        "path": one.path,
        "raw_path": one.path.encode(),
        "root_path": "",
        "query_string": one.query,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in one.headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return started[0] if started else 599


def _raised(error: Exception) -> int:
    structlog.get_logger().error("handler_failed", error=type(error).__name__, where=[str(error)[:200]])
    return 599


@contextmanager
def faults_behind() -> Iterator[list[Any]]:
    """Collect the faults that were answered with a sentence: behind a 200 they are errors all the same."""
    found: list[Any] = []

    def keep(_: Any, __: str, event: Any) -> Any:
        if event.get("event") == "handler_failed":
            found.append(dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[keep])
    try:
        yield found
    finally:
        structlog.configure(processors=before)


def _resident() -> int:
    """Return how much memory this process holds, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
