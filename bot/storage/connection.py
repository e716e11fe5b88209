"""The way to Redis: connections without blind retries, scripts by their hash, and the server's clock.

It refuses to run a script again by itself, as redis-py's own retries would after a lost reply; single commands are
asked once more over a new connection when theirs was cut, and only such are used as may be asked twice. What broke
before it was run and what may have been run are told apart in `trips`. Redis's own refusals become StorageFull and
StorageDown.
"""

import asyncio
import time
from collections.abc import Sequence

from redis.asyncio.connection import BlockingConnectionPool, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from bot.ports import StorageDown
from bot.storage.patience import IN_TIME, Patience
from bot.storage.script import Script
from bot.storage.trips import (
    Bus,
    Cut,
    NoReply,
    NotSent,
    Pipe,
    Reply,
    checked,
)
from bot.storage.wire import Arg

__all__ = ["Arg", "Cut", "Link", "NoReply", "NotSent", "Reply", "microseconds"]

POOL_SIZE = 64
# Over and above what a blocking command itself waits.
BLOCKING_GRACE_SECONDS = 2.0
LONGEST_BLOCK_SECONDS = 5.0
# Steps of the server's clock are noticed at this age of the measurement at the latest (failure model 26).
CLOCK_FRESH_SECONDS = 30.0


class ServerClock:
    """The server's clock, told from this machine's monotonic one and the last measured difference."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._measured: float | None = None

    @property
    def fresh(self) -> bool:
        """Whether the measurement is young enough to put a deadline on a commit."""
        return self._measured is not None and time.monotonic() - self._measured < CLOCK_FRESH_SECONDS

    def observe(self, server_us: int, asked: float) -> None:
        """Take in that the server said `server_us` (microseconds), between `asked` (monotonic) and now."""
        answered = time.monotonic()
        self._offset = server_us / 1e6 - (asked + answered) / 2
        self._measured = answered

    def in_seconds(self, seconds: float) -> int:
        """Return the server's time `seconds` from now, in microseconds."""
        return int((time.monotonic() + self._offset + seconds) * 1e6)


class Link:
    """Both pools to one Redis: `pool` answers or gives up within `patience`, `blocking` waits for jobs."""

    def __init__(self, pool: ConnectionPool, blocking: ConnectionPool, patience: Patience = IN_TIME) -> None:
        self.patience = patience
        self._quick = Pipe(pool, patience)
        self._reads = Bus(self._quick, again=True)
        self._scripts = Bus(self._quick, again=False)
        self._blocking = Pipe(blocking, patience, waits=LONGEST_BLOCK_SECONDS + BLOCKING_GRACE_SECONDS)
        self.clock = ServerClock()

    @classmethod
    def to(cls, url: str, patience: Patience = IN_TIME) -> "Link":
        """Return the link to `url` (redis://, rediss:// or unix://); connects when it is first used."""
        return cls(_pool(url, patience), _pool(url, patience), patience)

    async def ask(self, *command: Arg, blocking: bool = False) -> Reply:
        """Run a command that is safe to repeat. Raises NotSent, NoReply, StorageFull, and ResponseError for faults."""
        if not blocking:
            return (await self._reads.ask(command))[0]
        return checked((await self._blocking.twice_if_cut((command,)))[0])

    async def ask_all(self, *commands: tuple[Arg, ...], shared: bool = False) -> list[Reply]:
        """Run commands in one round trip, not in one transaction. Raises as `ask`, after reading every reply.

        `shared`, for reads: one reply serves all who ask the very same at the same moment; nobody may change it.
        """
        return await self._reads.ask(*commands, shared=shared)

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[Arg]) -> Reply:
        """Run a script once. Raises as `ask`; NoReply means that it may have run."""
        try:
            return await self._evaluate(script, keys, args)
        except NoScriptError:
            # A restarted server has forgotten it, and has run nothing.
            script.sha = await self._load(script)
            return await self._evaluate(script, keys, args)

    async def insist(self, script: Script, keys: Sequence[str], args: Sequence[Arg], patience: float = 1.5) -> Reply:
        """Run a script that is safe to repeat until it answers, for about `patience` seconds. Raises as `run`."""
        until = time.monotonic() + patience
        while True:
            try:
                return await self.run(script, keys, args)
            except StorageDown:
                if time.monotonic() >= until:
                    raise
            await asyncio.sleep(0.05)

    async def now(self) -> int:
        """Ask the server for its time, in microseconds, and set the clock by it. Raises as `ask`."""
        asked = time.monotonic()
        now = microseconds(await self.ask("TIME"))
        self.clock.observe(now, asked)
        return now

    async def aclose(self) -> None:
        """Let all connections go."""
        await self._quick.pool.aclose()
        await self._blocking.pool.aclose()

    async def _evaluate(self, script: Script, keys: Sequence[str], args: Sequence[Arg]) -> Reply:
        command = ("EVALSHA", script.sha, len(keys), *keys, *args)
        return (await self._scripts.ask(command))[0]

    async def _load(self, script: Script) -> str:
        try:
            sha: bytes = await self.ask("SCRIPT", "LOAD", script.text)
        except NoReply as lost:
            # Loading changes nothing that counts: what was asked for has not been run.
            raise NotSent(str(lost)) from lost
        return sha.decode()


def microseconds(reply: Reply) -> int:
    """Return the reply of TIME as microseconds since 1970."""
    return int(reply[0]) * 1_000_000 + int(reply[1])


def _pool(url: str, patience: Patience) -> ConnectionPool:
    return BlockingConnectionPool.from_url(
        url,
        max_connections=POOL_SIZE,
        timeout=patience.queue,
        socket_timeout=None,
        socket_connect_timeout=patience.connect,
        retry=Retry(NoBackoff(), 0),
        # RESP2 is spelled the same by every server of the last ten years, and needs no hello.
        protocol=2,
        driver_info=None,
    )
