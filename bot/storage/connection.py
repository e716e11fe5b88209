"""The way to Redis: connections without blind retries, scripts by their hash, and the server's clock.

It refuses to run a script again by itself, as redis-py's own retries would after a lost reply; single commands are
asked once more over a new connection when theirs was cut, and only such are used as may be. What was certainly
not run (`NotSent`) and what may have been (`NoReply`) are different errors here, and both are the `StorageDown` of
the ports. Redis's own refusals become StorageFull and StorageDown as well.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio.connection import AbstractConnection, BlockingConnectionPool, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.ports import StorageDown, StorageFull
from bot.storage.script import Script

Arg = str | bytes | int
# What RESP2 carries: bytes, int, None, or a list of these. Typed by whoever asked.
Reply = Any
Pack = Callable[[AbstractConnection], Sequence[bytes]]

# Slack gives 3 s for an answer and the person must read "not known yet" within 2.5 s (failure model 16).
ANSWER_SECONDS = 1.0
CONNECT_SECONDS = 0.5
# How long a request queues for a connection of the pool; a hung Redis empties the pool.
QUEUE_SECONDS = 0.5
POOL_SIZE = 64
# Callers in one round trip at most; the others take the next connection at once.
SEATS = 32
# Over and above what a blocking command itself waits.
BLOCKING_GRACE_SECONDS = 2.0
LONGEST_BLOCK_SECONDS = 5.0
# Errors that a server answers when it cannot work at all now. It says so before it runs anything.
_UNABLE = ("MISCONF", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "TRYAGAIN", "BUSY ", "UNKILLABLE")
# Steps of the server's clock are noticed at this age of the measurement at the latest (failure model 26).
CLOCK_FRESH_SECONDS = 30.0


class NotSent(StorageDown):
    """Redis could not be reached, or refused before it ran anything: certainly nothing happened."""


class NoReply(StorageDown):
    """The reply was lost or took too long: what was asked may have happened, or may still happen."""


class Cut(NoReply):
    """The connection broke: often one from the pool that had died with the former server."""


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


class _Pipe:
    """A pool of connections to one server, and how long an answer through it may take, in seconds."""

    def __init__(self, pool: ConnectionPool, seconds: float) -> None:
        self.pool = pool
        self._seconds = seconds

    async def twice_if_cut(self, packed: Pack, replies: int) -> list[Reply]:
        """Ask, and once more over a new connection if this one broke: only for what is safe to repeat."""
        try:
            return await self.once(packed, replies)
        except Cut:
            return await self.once(packed, replies)

    async def once(self, packed: Pack, replies: int) -> list[Reply]:
        """Send and read so many replies; Redis's refusals are among them. Raises NotSent, NoReply, Cut."""
        try:
            async with asyncio.timeout(QUEUE_SECONDS + CONNECT_SECONDS):
                connection = await self.pool.get_connection()  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as fault:
            raise NotSent(f"Redis is not reachable ({type(fault).__name__})") from fault
        try:
            # Not redis-py's socket_timeout: that goes through a wait_for which in Python 3.11 can lose a
            # cancellation, and a heartbeat that cannot be stopped holds a dead worker's job for ever.
            async with asyncio.timeout(self._seconds):
                await connection.send_packed_command(packed(connection))
                read = [await _read(connection) for _ in range(replies)]
        except BusyLoadingError as fault:
            raise NotSent("Redis is still loading its data") from fault
        except TimeoutError as fault:
            raise NoReply("Redis did not answer in time") from fault
        except (RedisConnectionError, OSError) as fault:
            raise Cut("Redis broke the connection") from fault
        finally:
            await self.pool.release(connection)
        return read


@dataclass(frozen=True, slots=True)
class _Party:
    """Commands of one caller, which stay together and in order, and the replies they wait for."""

    commands: Sequence[tuple[Arg, ...]]
    replies: "asyncio.Future[list[Reply]]"

    def tell(self, replies: list[Reply]) -> None:
        refusal = next((reply for reply in replies if isinstance(reply, ResponseError)), None)
        if self.replies.done():  # whoever asked has given up
            return
        if refusal is None:
            self.replies.set_result(replies)
        else:
            self.replies.set_exception(_translated(refusal))

    def fail(self, fault: Exception) -> None:
        if not self.replies.done():
            self.replies.set_exception(fault)


class _Bus:
    """Takes what is asked at the same moment along in one round trip: many callers, one connection.

    A trip that fails fails for everybody on it; a command that Redis refuses concerns its own party alone. `again`:
    the trip is made once more if the connection broke, so only what is safe to repeat may ride.
    """

    def __init__(self, pipe: _Pipe, *, again: bool) -> None:
        self._trip = pipe.twice_if_cut if again else pipe.once
        self._waiting: list[_Party] = []
        self._trips: set[asyncio.Task[None]] = set()

    async def ask(self, *commands: tuple[Arg, ...]) -> list[Reply]:
        """Return the replies. Raises as `Link.ask`."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._leave)
        party = _Party(commands, loop.create_future())
        self._waiting.append(party)
        return await party.replies

    def _leave(self) -> None:
        while self._waiting:
            trip = asyncio.get_running_loop().create_task(self._ride(self._waiting[:SEATS]))
            del self._waiting[:SEATS]
            self._trips.add(trip)
            trip.add_done_callback(self._trips.discard)

    async def _ride(self, parties: list[_Party]) -> None:
        commands = [command for party in parties for command in party.commands]
        try:
            replies = iter(await self._trip(lambda c: c.pack_commands(commands), len(commands)))
        except Exception as fault:
            for party in parties:
                party.fail(fault)
        except BaseException:
            for party in parties:
                party.fail(NoReply("The process is ending"))
            raise
        else:
            for party in parties:
                party.tell([next(replies) for _ in party.commands])


class Link:
    """Both pools to one Redis: `pool` answers or gives up within a second, `blocking` waits for jobs."""

    def __init__(self, pool: ConnectionPool, blocking: ConnectionPool) -> None:
        self._quick = _Pipe(pool, ANSWER_SECONDS)
        self._reads = _Bus(self._quick, again=True)
        self._scripts = _Bus(self._quick, again=False)
        self._blocking = _Pipe(blocking, LONGEST_BLOCK_SECONDS + BLOCKING_GRACE_SECONDS)
        self.clock = ServerClock()

    @classmethod
    def to(cls, url: str) -> "Link":
        """Return the link to `url` (redis://, rediss:// or unix://); connects when it is first used."""
        return cls(_pool(url), _pool(url))

    async def ask(self, *command: Arg, blocking: bool = False) -> Reply:
        """Run a command that is safe to repeat. Raises NotSent, NoReply, StorageFull, and ResponseError for faults."""
        if not blocking:
            return (await self._reads.ask(command))[0]
        return _checked((await self._blocking.twice_if_cut(lambda c: c.pack_command(*command), 1))[0])

    async def ask_all(self, *commands: tuple[Arg, ...]) -> list[Reply]:
        """Run commands in one round trip, not in one transaction. Raises as `ask`, after reading every reply."""
        return await self._reads.ask(*commands)

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


def _pool(url: str) -> ConnectionPool:
    return BlockingConnectionPool.from_url(
        url,
        max_connections=POOL_SIZE,
        timeout=QUEUE_SECONDS,
        socket_timeout=None,
        socket_connect_timeout=CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        # RESP2 is spelled the same by every server of the last ten years, and needs no hello.
        protocol=2,
        driver_info=None,
    )


async def _read(connection: AbstractConnection) -> Reply:
    try:
        return await connection.read_response()
    except ResponseError as refusal:
        return refusal


def _checked(reply: Reply) -> Reply:
    if isinstance(reply, ResponseError):
        raise _translated(reply)
    return reply


def _translated(refusal: ResponseError) -> Exception:
    if isinstance(refusal, OutOfMemoryError):
        return StorageFull(str(refusal))
    if isinstance(refusal, ReadOnlyError) or str(refusal).startswith(_UNABLE):
        return NotSent(str(refusal))
    return refusal
