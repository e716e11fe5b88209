"""Round trips to Redis: sent once, read once, and shared by what is asked at the same moment.

What was certainly not run (`NotSent`) and what may have been (`NoReply`) are different errors here, and both are the
`StorageDown` of the ports. It refuses to guess: after a trip that broke, everybody on it hears that it broke.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import BusyLoadingError, OutOfMemoryError, ReadOnlyError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.metrics.instruments import REDIS_FAILURES, REDIS_SECONDS
from bot.ports import StorageDown, StorageFull
from bot.storage.patience import IN_TIME, Patience, within
from bot.storage.wire import Arg, packed

# What RESP2 carries: bytes, int, None, or a list of these. Typed by whoever asked.
Reply = Any
Commands = Sequence[tuple[Arg, ...]]

# Callers in one round trip at most; the others take the next connection at once.
SEATS = 32
# Callers told at once. Then others get their turn: so the first are back with what they write, and Redis works on it,
# while the last have not yet heard. A whole trip told at once would have Redis and this process wait for each other.
TOLD_AT_ONCE = 8
# Errors that a server answers when it cannot work at all now. It says so before it runs anything.
_UNABLE = ("MISCONF", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "TRYAGAIN", "BUSY ", "UNKILLABLE")


class NotSent(StorageDown):
    """Redis could not be reached, or refused before it ran anything: certainly nothing happened."""


class NoReply(StorageDown):
    """The reply was lost or took too long: what was asked may have happened, or may still happen."""


class Cut(NoReply):
    """The connection broke: often one from the pool that had died with the former server."""


class Pipe:
    """A pool of connections to one server, and how long everything through it may take.

    `waits` (seconds): a command may wait that long in Redis on purpose; how long it takes then says nothing.
    """

    def __init__(self, pool: ConnectionPool, patience: Patience = IN_TIME, *, waits: float | None = None) -> None:
        self.pool = pool
        self._free = patience.queue + patience.connect
        self._seconds = patience.answer if waits is None else waits
        self._waits = waits is not None

    async def twice_if_cut(self, commands: Commands) -> list[Reply]:
        """Ask, and once more over a new connection if this one broke: only for what is safe to repeat."""
        try:
            return await self.once(commands)
        except Cut:
            return await self.once(commands)

    async def once(self, commands: Commands) -> list[Reply]:
        """Send and read a reply for each; Redis's refusals are among them. Raises NotSent, NoReply, Cut."""
        started = time.perf_counter()
        try:
            replies = await self._made(commands)
        except StorageDown as fault:
            REDIS_FAILURES.labels("not_sent" if isinstance(fault, NotSent) else "no_reply").inc()
            raise
        if not self._waits:
            REDIS_SECONDS.observe(time.perf_counter() - started)
        return replies

    async def _made(self, commands: Commands) -> list[Reply]:
        try:
            async with within(self._free):
                # redis-py's pool has no types here.
                connection = await self.pool.get_connection()  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as fault:
            raise NotSent(f"Redis is not reachable ({type(fault).__name__})") from fault
        try:
            # Not redis-py's socket_timeout: that goes through a wait_for which in Python 3.11 can lose a
            # cancellation, and a heartbeat that cannot be stopped holds a dead worker's job for ever.
            async with within(self._seconds):
                await connection.send_packed_command([packed(commands)])
                read = [await _read(connection) for _ in commands]
        except BusyLoadingError as fault:
            # This one was not run; those behind it in the trip may have been, just when loading ended.
            raise (NotSent if len(commands) == 1 else Cut)("Redis is still loading its data") from fault
        except TimeoutError as fault:
            raise NoReply("Redis did not answer in time") from fault
        except (RedisConnectionError, OSError) as fault:
            raise Cut("Redis broke the connection") from fault
        finally:
            await self.pool.release(connection)
        return read


@dataclass(frozen=True, slots=True)
class _Party:
    """Commands that stay together and in order, and whoever waits for their replies."""

    commands: tuple[tuple[Arg, ...], ...]
    shared: bool
    places: "list[asyncio.Future[list[Reply]]]"

    def tell(self, replies: list[Reply]) -> None:
        refusal = next((reply for reply in replies if isinstance(reply, ResponseError)), None)
        if refusal is not None:
            self.fail(_translated(refusal))
            return
        for place in self.places:
            if not place.done():  # else whoever asked has given up
                place.set_result(replies)

    def fail(self, fault: Exception) -> None:
        for place in self.places:
            if not place.done():
                place.set_exception(fault)


class Bus:
    """Takes what is asked at the same moment along in one round trip: many callers, one connection.

    A trip that fails fails for everybody on it; a command that Redis refuses concerns its own party alone. `again`:
    the trip is made once more if the connection broke, so only what is safe to repeat may ride.
    """

    def __init__(self, pipe: Pipe, *, again: bool) -> None:
        self._trip = pipe.twice_if_cut if again else pipe.once
        self._waiting: list[_Party] = []
        self._trips: set[asyncio.Task[None]] = set()

    async def ask(self, *commands: tuple[Arg, ...], shared: bool = False) -> list[Reply]:
        """Return the replies; `shared` with others who ask the very same before it leaves. Raises as `Link.ask`."""
        loop = asyncio.get_running_loop()
        place: asyncio.Future[list[Reply]] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._leave)
        same = (party for party in self._waiting if party.shared and party.commands == commands) if shared else ()
        if (party := next(iter(same), None)) is not None:
            party.places.append(place)
        else:
            self._waiting.append(_Party(commands, shared, [place]))
        return await place

    def _leave(self) -> None:
        while self._waiting:
            trip = asyncio.get_running_loop().create_task(self._ride(self._waiting[:SEATS]))
            del self._waiting[:SEATS]
            self._trips.add(trip)
            trip.add_done_callback(self._trips.discard)

    async def _ride(self, parties: list[_Party]) -> None:
        commands = [command for party in parties for command in party.commands]
        try:
            replies = iter(await self._trip(commands))
            for number, party in enumerate(parties, 1):
                party.tell([next(replies) for _ in party.commands])
                if number % TOLD_AT_ONCE == 0:
                    await asyncio.sleep(0)
        except Exception as fault:
            for party in parties:
                party.fail(fault)
        except BaseException:
            for party in parties:
                party.fail(NoReply("The process is ending"))
            raise


async def _read(connection: AbstractConnection) -> Reply:
    try:
        return await connection.read_response()
    except ResponseError as refusal:
        return refusal


def checked(reply: Reply) -> Reply:
    if isinstance(reply, ResponseError):
        raise _translated(reply)
    return reply


def _translated(refusal: ResponseError) -> Exception:
    if isinstance(refusal, OutOfMemoryError):
        return StorageFull(str(refusal))
    if isinstance(refusal, ReadOnlyError) or str(refusal).startswith(_UNABLE):
        return NotSent(str(refusal))
    return refusal
