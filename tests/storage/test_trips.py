"""Many callers in one round trip: each gets its own replies, and its own trouble alone."""

import asyncio
from typing import Any, cast

import pytest
from redis.exceptions import BusyLoadingError, OutOfMemoryError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.ports import StorageFull
from bot.storage.connection import Link
from bot.storage.script import COMMIT
from bot.storage.trips import SEATS, TOLD_AT_ONCE, Bus, Cut, NoReply, NotSent, Pipe


def unpacked(sent: bytes) -> list[tuple[str, ...]]:
    """The commands in these bytes, as Redis reads them."""
    commands: list[tuple[str, ...]] = []
    while sent:
        head, _, sent = sent.partition(b"\r\n")
        args: list[str] = []
        for _ in range(int(head.removeprefix(b"*"))):
            size, _, sent = sent.partition(b"\r\n")
            length = int(size.removeprefix(b"$"))
            assert sent[length : length + 2] == b"\r\n"
            args.append(sent[:length].decode())
            sent = sent[length + 2 :]
        commands.append(tuple(args))
    return commands


class Connection:
    """Answers each command with its own words; `refuses`: what is raised instead, by command."""

    def __init__(self, refuses: dict[str, Exception]) -> None:
        self.refuses = refuses
        self.sent: list[list[tuple[str, ...]]] = []
        self._left: list[tuple[str, ...]] = []

    async def send_packed_command(self, packed: list[bytes]) -> None:
        commands = unpacked(b"".join(packed))
        self.sent.append(commands)
        self._left = list(commands)

    async def read_response(self) -> Any:
        command = self._left.pop(0)
        if command[0] in self.refuses:
            raise self.refuses[command[0]]
        return command


class Pool:
    def __init__(self, **refuses: Exception) -> None:
        self.connection = Connection(refuses)

    async def get_connection(self) -> Connection:
        return self.connection

    async def release(self, connection: Connection) -> None:
        del connection


def bus(pool: Pool, *, again: bool = False) -> Bus:
    return Bus(Pipe(cast(Any, pool)), again=again)


async def test_what_is_asked_at_once_rides_together_and_in_order() -> None:
    pool = Pool()
    line = bus(pool)
    found: list[object] = list(await asyncio.gather(line.ask(("A",), ("B",)), line.ask(("C",))))
    assert found == [[("A",), ("B",)], [("C",)]]
    assert pool.connection.sent == [[("A",), ("B",), ("C",)]]


async def test_the_first_are_back_on_their_way_before_the_last_have_heard() -> None:
    pool = Pool()
    line = bus(pool)
    heard: list[int] = []

    async def caller(number: int) -> None:
        await line.ask((f"READ{number}",))
        heard.append(number)
        await line.ask((f"WRITE{number}",))

    await asyncio.gather(*(caller(number) for number in range(3 * TOLD_AT_ONCE)))
    assert heard == list(range(3 * TOLD_AT_ONCE))
    assert [len(trip) for trip in pool.connection.sent] == [3 * TOLD_AT_ONCE, *[TOLD_AT_ONCE] * 3]


async def test_whoever_has_not_heard_when_the_process_ends_does_not_wait_for_ever() -> None:
    line = bus(Pool())
    asked = [asyncio.ensure_future(line.ask((f"C{number}",))) for number in range(4 * TOLD_AT_ONCE)]

    def end(first: asyncio.Future[list[object]]) -> None:
        del first
        for trip in line._trips:
            trip.cancel()

    asked[0].add_done_callback(end)
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    assert answers[:TOLD_AT_ONCE] == [[(f"C{number}",)] for number in range(TOLD_AT_ONCE)]
    assert all(isinstance(answer, NoReply) for answer in answers[-TOLD_AT_ONCE:])


async def test_a_refusal_is_its_own_callers() -> None:
    line = bus(Pool(BAD=ResponseError("ERR"), FULL=OutOfMemoryError("OOM")))
    bad, full, good = await asyncio.gather(
        line.ask(("BAD",)), line.ask(("FULL",)), line.ask(("GOOD",)), return_exceptions=True
    )
    assert isinstance(bad, ResponseError)
    assert isinstance(full, StorageFull)
    assert good == [("GOOD",)]


async def test_a_broken_trip_is_broken_for_everybody_and_scripts_are_not_sent_again() -> None:
    pool = Pool(GONE=ConnectionResetError())
    line = bus(pool)
    found = await asyncio.gather(line.ask(("A",)), line.ask(("GONE",)), return_exceptions=True)
    assert [type(fault) for fault in found] == [Cut, Cut]
    assert len(pool.connection.sent) == 1


async def test_reads_are_asked_once_more_when_the_trip_breaks() -> None:
    pool = Pool(GONE=ConnectionResetError())
    with pytest.raises(Cut):
        await bus(pool, again=True).ask(("GONE",))
    assert len(pool.connection.sent) == 2


async def test_loading_is_certain_for_one_alone_and_not_for_those_behind_it() -> None:
    with pytest.raises(NotSent):
        await bus(Pool(SET=BusyLoadingError())).ask(("SET",))
    line = bus(Pool(SET=BusyLoadingError()))
    found = await asyncio.gather(line.ask(("SET",)), line.ask(("SET2",)), return_exceptions=True)
    assert [type(fault) for fault in found] == [Cut, Cut]


async def test_the_very_same_question_is_asked_once_only_where_that_is_wanted() -> None:
    pool = Pool()
    line = bus(pool)
    asked = [line.ask(("A",), shared=True), line.ask(("A",), shared=True), line.ask(("A",)), line.ask(("A",))]
    assert await asyncio.gather(*asked) == [[("A",)]] * 4
    assert pool.connection.sent == [[("A",)] * 3]


async def test_one_who_gives_up_takes_nobody_along() -> None:
    line = bus(Pool())
    first = asyncio.create_task(line.ask(("A",), shared=True))
    second = asyncio.create_task(line.ask(("A",), shared=True))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == [("A",)]


async def test_a_trip_has_so_many_seats() -> None:
    pool = Pool()
    line = bus(pool)
    await asyncio.gather(*(line.ask((str(n),)) for n in range(SEATS + 1)))
    assert [len(trip) for trip in pool.connection.sent] == [SEATS, 1]


async def test_of_all_that_goes_over_the_link_only_reads_are_asked_again() -> None:
    """A script whose reply was lost may have run: running it again is for whoever knows that it may be."""
    pool = Pool(EVALSHA=RedisConnectionError("gone"), GET=RedisConnectionError("gone"))
    link = Link(cast(Any, pool), cast(Any, pool))
    with pytest.raises(Cut):
        await link.run(COMMIT, (), ())
    assert len(pool.connection.sent) == 1
    with pytest.raises(Cut):
        await link.ask("GET", "key")
    assert len(pool.connection.sent) == 3
