"""Rehearsal: takes a text exactly as a real outlet would and keeps it in a folder instead of sending it.

Drills publish here, and nothing in Clarion starts one yet: `wiring` sets none up. It holds no credentials and no
customer's address, so that nothing it is given can reach a customer.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.outlets.base import PublicOutlet, checking, fingerprint, only_three_failures
from bot.outlets.whole_files import LockBusy, PartlyReplaced, locked, replace_whole
from bot.ports import Limits, OutcomeUnknown, Receipt, Speaks, Unavailable

LOCK_WAIT = 10.0  # seconds


class Rehearsal(PublicOutlet):
    """Stands in for one real outlet: same layout, same limits, a name and destination of its own.

    Each delivery is one JSON file, named by its key: the same key again is the same file.
    """

    kind = OutletKind.IDEMPOTENT
    rehearsal = True
    speaks = Speaks.EACH

    def __init__(
        self, name: str, label: str, layout: str, limits: Limits, folder: Path, now: Callable[[], datetime]
    ) -> None:
        """`name` is that of the outlet it stands in for, such as "email"; its own becomes "rehearsal-email"."""
        self.name, self.label, self.layout, self.limits = f"rehearsal-{name}", f"{label} (rehearsal)", layout, limits
        self.destination = f"rehearsal:{name}"
        self._folder, self._now = folder / self.name, now

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return one recipient, who is nobody."""
        return (Recipient(id="rehearsal", address="nobody"),)

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Keep the text; nothing leaves."""
        with only_three_failures():
            self.require_fit(rendition, *self.limits.parts)
            record = {
                "outlet": self.name,
                "recipient": recipient.id,
                "key": key,
                "at": self._now().isoformat(),
                "locale": rendition.locale,
                "parts": dict(rendition.parts),
            }
            file = f"{fingerprint(key, 32)}.json"
            data = json.dumps(record, ensure_ascii=False, indent=1).encode()
            await asyncio.to_thread(self._keep, file, data)
            return Receipt(reference=f"{self.name}/{file}")

    async def check(self) -> str:
        """Write a probe."""
        with checking():
            await asyncio.to_thread(self._keep, ".probe", b"probe\n")
            return f"{self.label} keeps what it is given in {self._folder}; nothing leaves."

    def _keep(self, file: str, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with locked(self._folder, LOCK_WAIT):
                if not (self._folder / file).exists():
                    replace_whole(self._folder, {file: data})
        except LockBusy:
            raise Unavailable("another process is writing the rehearsal's folder and does not finish") from None
        except PartlyReplaced:
            raise OutcomeUnknown("the rehearsal's folder was written only in part") from None
        except OSError as fault:
            raise Unavailable(f"the rehearsal's folder cannot be written ({type(fault).__name__})") from None
