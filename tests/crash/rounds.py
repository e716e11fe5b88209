"""Redis dies (SIGKILL) or restarts (SIGTERM) around an approval, again and again: nothing is lost or doubled.

Here everything is real: the worker's own loops, gateway and outlets over sockets, time, and production's patience with
Redis. Each round drafts an update, lets Redis go while Approve is pressed or the deliveries are under way, and waits
for the end of it.
"""

import asyncio
import random
import time
from dataclasses import dataclass, field

from bot.domain.update import Outcome
from bot.practice.slack_standin import Answer
from bot.storage.patience import IN_TIME
from tests.crash.recovery import TARGET, worker_killed
from tests.stories.night import WORDS, Night, buttons

ROUNDS = 25
# Rounds in one night: its document grows with each, and a person's patience with it.
_A_NIGHT = 5
# How long an update may take to end once Redis is back, in seconds, before the round counts as stuck.
PATIENCE = 45.0


@dataclass
class Rounds:
    """What came of some rounds. `back`: seconds from the start of Redis to the next delivery."""

    kind: str
    played: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    back: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """One line of the table."""
        worst = f"{max(self.back):.1f} s" if self.back else "-"
        return (
            f"Redis {self.kind}: {self.played} rounds, {self.acknowledged} approvals acknowledged, {self.lost} lost, "
            f"{self.doubled} doubled; from Redis back to the next delivery {worst} at most (target 5 s)"
        )


def rounds(count: int) -> int:
    """Play so many rounds of each kind, print what came of them; return how many broke a rule."""
    broken = 0
    for kind in ("SIGKILL", "restart"):
        found = asyncio.run(play(kind, count, seed=0))
        print(found, flush=True)
        broken += found.lost + found.doubled + (max(found.back, default=0.0) > TARGET)
    cost = asyncio.run(worker_killed())
    print(f"worker SIGKILL to delivery by another: lease + {cost:.1f} s (target lease + {TARGET:.0f} s)", flush=True)
    return broken + (cost > TARGET)


async def play(kind: str, count: int, seed: int) -> Rounds:
    """Play rounds of one kind ("SIGKILL" or "restart")."""
    found = Rounds(kind)
    rng = random.Random(f"rounds {kind} {seed}")
    while found.played < count:
        try:
            async with Night(lease=2.0, recipients=2, patience=IN_TIME).begin() as night:
                await night.declare()
                for number in range(1, min(_A_NIGHT, count - found.played) + 1):
                    await _round(night, number, found, rng)
        except AssertionError as fault:  # what the night itself checks at its end: I1 and I2
            print(fault)
            found.doubled += 1
    return found


async def _round(night: Night, number: int, found: Rounds, rng: random.Random) -> None:
    found.played += 1
    # Other words each time: the same text twice would look like a doubled one.
    await night.draft({**WORDS, "What customers see": f"Paying by card fails, as written in round {found.played}."})
    ask = await night.ask(number)
    await night.until(lambda: "Approve" in buttons(ask), say="Approve")
    heard = len(night.told("ben"))
    click = asyncio.create_task(night.person("ben").click(ask, "Approve"))
    await asyncio.sleep(rng.random() * 0.06)
    night.redis.kill() if found.kind == "SIGKILL" else night.redis.stop()
    await asyncio.sleep(rng.random() * 0.4)
    night.redis.start()
    back, arrived = time.monotonic(), len(night.arrived())
    answer: Answer = await click
    await _settled(night, number, heard, answer, found)
    await _delivered(night, number, found, back, arrived)


async def _settled(night: Night, number: int, heard: int, answer: Answer, found: Rounds) -> None:
    """What Ben was told is true; if it was not saved, he presses again, as he was told to."""

    async def known() -> str:
        if (await night.update(number)).approvals:
            return "approved"
        return "told" if len(night.told("ben")) > heard else ""

    try:
        state = await night.until(known, within=10.0, say="Ben knows what became of it")
    except AssertionError:
        state = "lost"
    if state == "told":
        await night.approve(number)
    if state == "lost" and answer.status == 200:
        found.lost += 1
        await night.approve(number)
    await night.until(lambda: _approved(night, number), say="approved")
    found.acknowledged += 1


async def _approved(night: Night, number: int) -> bool:
    return bool((await night.update(number)).approvals)


async def _delivered(night: Night, number: int, found: Rounds, back: float, arrived: int) -> None:
    while len(night.arrived()) == arrived and time.monotonic() - back < PATIENCE:
        update = await night.update(number)
        if update.deliveries and all(d.settled for d in update.deliveries):
            break
        await asyncio.sleep(0.02)
    if len(night.arrived()) > arrived:
        found.back.append(time.monotonic() - back)
    outcomes = await night.ended(number, PATIENCE)
    for outlet, tally in outcomes.items():
        allowed = {Outcome.DELIVERED, *([Outcome.UNKNOWN] if outlet == "email" else [])}
        if set(tally) - allowed:
            found.lost += 1
            print(f"update #{number} at {outlet}: {tally}")
