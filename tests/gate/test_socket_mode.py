"""Mangled frames in Socket Mode: every envelope is acknowledged, nothing breaks the connection for good (row 32)."""

import asyncio
import copy
import json
import random
from typing import Any

from starlette.websockets import WebSocket

from tests.gate.firing import faults_behind
from tests.gate.mangling import OF_BYTES, OF_FIELDS, anew
from tests.gate.recorded import Recorded, record
from tests.stories.night import Night

SEED, FRAMES = 20_261_122, 700


async def test_mangled_frames_are_acknowledged_and_the_connection_goes_on() -> None:
    async with Night(recipients=1, outlets=("slack",), socket_mode=True).begin() as night:
        samples = await record(night)
        rng = random.Random(SEED)
        with faults_behind() as faults:
            for number in range(FRAMES):
                frame, envelope_id = _frame(rng, rng.choice(samples), number)
                before = _changes(night)
                await _told(night, frame, envelope_id)
                assert not faults, (number, faults[0])
                assert envelope_id is not None or _changes(night) == before, number
        answer = await night.person("ada").command("/incident", "list")
        assert "INC-1" in answer.body.decode()
        night.slack.calls.clear()  # answers to mangled clicks are no copy to judge


async def test_a_frame_beyond_all_size_costs_the_connection_and_no_more() -> None:
    async with Night(worker=False, outlets=(), socket_mode=True).begin() as night:
        await _open(night).send_text(json.dumps({"envelope_id": "e", "payload": {"x": "x" * 3 * 1024 * 1024}}))
        await night.until(lambda: night.slack.sockets.number_open == 0, say="the old connection ends")
        await asyncio.wait_for(night.slack.sockets.connected.wait(), 20)
        answer = await night.person("ada").command("/incident", "help")
        assert "/incident" in answer.body.decode()


def _frame(rng: random.Random, sample: Recorded, number: int) -> tuple[str | bytes, str | None]:
    """Return a frame, and the id of the envelope if it still is one."""
    payload: Any = copy.deepcopy(dict(sample.payload))
    anew(payload, f"s{number}")
    for _ in range(rng.choice((0, 1, 2))):
        payload = rng.choice(OF_FIELDS)[1](rng, payload)
    envelope_id: Any = f"envelope-{number}"
    envelope: Any = {"envelope_id": envelope_id, "type": "interactive", "payload": payload}
    roll = rng.random()
    if roll < 0.1:
        envelope["envelope_id"] = envelope_id = rng.choice((None, 7, [], {}))
    elif roll < 0.2:
        envelope = rng.choice(([], None, 1, "text", [envelope], {"payload": envelope}))
        envelope_id = None
    raw = json.dumps(envelope)
    if rng.random() < 0.3:
        garbled = rng.choice(OF_BYTES)[1](rng, raw.encode())
        if rng.random() < 0.2:
            return garbled, None
        raw = garbled.decode("utf-8", "replace")
        envelope_id = _still(raw)
    return raw, envelope_id if isinstance(envelope_id, str) else None


def _still(raw: str) -> str | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(found, dict) and found.get("type") != "disconnect"
    return found["envelope_id"] if is_one and isinstance(found.get("envelope_id"), str) else None


async def _told(night: Night, frame: str | bytes, envelope_id: str | None) -> None:
    """Send a frame, and wait for its acknowledgement if it has to have one."""
    sockets, acknowledged = night.slack.sockets, asyncio.get_running_loop().create_future()
    if envelope_id is not None:
        sockets._waiting[envelope_id] = acknowledged
    socket = _open(night)
    await (socket.send_text(frame) if isinstance(frame, str) else socket.send_bytes(frame))
    if envelope_id is not None:
        await asyncio.wait_for(acknowledged, 20)
        del sockets._waiting[envelope_id]
    background = night.here.webs[0].background
    await night.until(lambda: len(background) == 0, say="quiet")


def _open(night: Night) -> WebSocket:
    return night.slack.sockets._open[-1]


def _changes(night: Night) -> int:
    return int(night.redis.command("INFO", "persistence")["rdb_changes_since_last_save"])
