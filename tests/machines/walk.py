"""What the machines share: an event loop that outlives a step, and moves watched against the tables of the domain."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.domain.incident import Incident
from bot.domain.refusals import Refusal
from bot.domain.transitions import DELIVERIES, INCIDENTS, UPDATES

Answer = TypeVar("Answer")


class Loop:
    """Runs the steps of one walk; storages belong to the loop in which they were opened."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def run(self, step: Awaitable[Answer]) -> Answer:
        """Run one step to its end."""

        async def within() -> Answer:
            return await step

        return self._loop.run_until_complete(within())

    def close(self) -> None:
        """End it with whatever heartbeats are left."""
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks))
        self._loop.close()


async def said(decision: Awaitable[object]) -> str:
    """Return "" if it was done, else the code of the refusal."""
    try:
        await decision
    except Refusal as refusal:
        return refusal.code
    return ""


def follows(before: Incident, after: Incident) -> None:
    """Every state has moved along arrows of its table, several at most: a step may hold several commits."""
    here = before.ended.kind if before.ended else before.stage
    there = after.ended.kind if after.ended else after.stage
    assert here == there or there in _ahead(INCIDENTS, here), f"{here} -> {there}"
    for new in after.updates:
        old = next((u for u in before.updates if u.id == new.id), None)
        if old is None:
            continue
        assert old.state == new.state or new.state in _ahead(UPDATES, old.state), f"{old.state} -> {new.state}"
        for delivery in old.deliveries:
            gone = new.delivery(delivery.outlet)
            ahead = _ahead(DELIVERIES, delivery.state)
            assert delivery.state == gone.state or gone.state in ahead, f"{delivery.state} -> {gone.state}"


def _ahead(table: object, state: object) -> set[object]:
    moves = getattr(table, "moves")  # noqa: B009 - tables of different states
    reached = {state}
    while more := {m.after for m in moves if m.before in reached} - reached:
        reached |= more
    return reached
