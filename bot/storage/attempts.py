"""The ledger: an intention before each send, an outcome after it, for each recipient (invariants I2 and I3).

It refuses an intention to a worker that lost its job, or that judged a document which has changed since.
"""

import time
from collections.abc import Mapping

from bot.domain.incident import Incident
from bot.domain.update import Outcome
from bot.metrics.instruments import ATTEMPTS, DELIVERIES, RETRIES
from bot.ports import Attempt, Begun, Held, Watermark
from bot.storage.connection import Link
from bot.storage.held import HeldJob
from bot.storage.keys import Keys
from bot.storage.script import BEGIN, RECORD, RETRACT

# What only this process knows of a delivery is worth waiting for: Redis may take seconds to restart.
PATIENCE = 20.0


class RedisAttempts:
    """Implements `ports.Attempts`."""

    def __init__(self, link: Link, keys: Keys, watermark: Watermark) -> None:
        self._link = link
        self._keys = keys
        self._watermark = watermark

    async def begin(
        self, held: Held, incident: Incident, update_id: str, outlet: str, recipient: str, round_: int
    ) -> Begun:
        """Record the intention to send. ENDED: this round has an outcome, of which a former holder told late.

        Raises StorageDown, StorageFull: then nothing may be sent.
        """
        if not isinstance(held, HeldJob):
            raise TypeError("only a job of this storage can be fenced")
        ours = (self._keys.incident(incident.id), self._keys.attempts(update_id, outlet))
        keys = (held.claim.stream, *ours, self._keys.commits, self._keys.standstill)
        while True:
            seen = (self._watermark.highest, self._watermark.spelled())
            args = (*held.claim.args, incident.version, recipient, round_, *seen)
            asked = time.monotonic()
            begun = Begun((await self._link.insist(BEGIN, keys, args)).decode())
            # A process that slept over the answer may have lost the job since: asking again tells.
            if begun is not Begun.YES:
                return begun
            if time.monotonic() - asked < held.lease / 3:
                ATTEMPTS.labels(outlet).inc()
                return begun

    async def record(self, update_id: str, outlet: str, recipient: str, attempt: Attempt) -> None:
        """Record how it ended; works even when Redis is full. Raises StorageDown after trying for `PATIENCE`."""
        args = (recipient, attempt.round, attempt.outcome or "", attempt.detail)
        await self._link.insist(RECORD, (self._keys.attempts(update_id, outlet),), args, PATIENCE)
        if attempt.outcome is not None:
            DELIVERIES.labels(outlet, attempt.outcome).inc()

    async def retract(self, update_id: str, outlet: str, recipient: str, round_: int) -> None:
        """Take an intention of this round back; what was recorded before it stands again. Raises as `record`."""
        await self._link.insist(RETRACT, (self._keys.attempts(update_id, outlet),), (recipient, round_), PATIENCE)
        RETRIES.labels(outlet).inc()

    async def read(self, update_id: str, outlet: str) -> Mapping[str, Attempt]:
        """Return what is recorded, by recipient id. Raises StorageDown."""
        flat = await self._link.ask("HGETALL", self._keys.attempts(update_id, outlet))
        return {flat[i].decode(): _attempt(flat[i + 1]) for i in range(0, len(flat), 2)}


def _attempt(stored: bytes) -> Attempt:
    round_, outcome, detail = stored.decode().split("|", 2)
    # Behind an intention stands what was recorded before it, for `retract`.
    return Attempt(Outcome(outcome), int(round_), detail) if outcome else Attempt(None, int(round_))
