"""Keeps a part of the bot (web, worker) running in practice, as `clarion run` does, and lets it be killed on purpose.

It refuses to hide a death that nobody asked for: without `heals` such a part stays down, and a play fails over it.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.practice.chronicle import Chronicle
from bot.processes import UP_SECONDS, PartFailed, Pauses
from bot.tether import Tethered


class Kept:
    """One part: `since` and `killed_at` are seconds by the event loop's clock; `restarts` counts them."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        chronicle: Chronicle,
        *,
        heals: bool,
    ) -> None:
        self.name, self._command, self._env, self._log = name, tuple(command), env, log
        self._chronicle, self._heals = chronicle, heals
        self._process: Tethered | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._asked = False
        self.since: float | None = None
        self.killed_at: float | None = None
        self.restarts = 0
        self.fallen = False

    @property
    def pid(self) -> int | None:
        """Process id, or None while it is down."""
        return self._process.pid if self._process is not None and self.since is not None else None

    async def start(self) -> None:
        """Start it and keep it running."""
        self._process = await self._once()
        self._keeper = asyncio.create_task(self._keep(self._process))

    def kill(self) -> None:
        """End it at once (SIGKILL), as a lack of memory would; it is started again. Does nothing while it is down."""
        if self._process is None or self.since is None:
            return
        self._asked = True
        self.killed_at = asyncio.get_running_loop().time()
        self._chronicle.say(f"The {self.name} process was killed (SIGKILL).")
        self._process.kill()

    async def stop(self) -> None:
        """End it in order, for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._process is not None:
            await self._process.stop()

    async def _once(self) -> Tethered:
        process = await Tethered.start(self._command, env=self._env, log=self._log)
        self.since = asyncio.get_running_loop().time()
        return process

    async def _keep(self, process: Tethered) -> None:
        pauses, clock = Pauses(self.name), asyncio.get_running_loop().time
        while True:
            code = await process.wait()
            lived, self.since = clock() - (self.since or clock()), None
            asked, self._asked = self._asked, False
            if not asked:
                self._chronicle.say(f"The {self.name} process ended by itself (exit status {code}).")
            try:
                if not (asked or self._heals):
                    raise PartFailed
                # What was killed on purpose had been working: it says nothing against trying again.
                pause = pauses.after(max(lived, UP_SECONDS) if asked else lived)
            except PartFailed:
                self.fallen = True
                return
            await asyncio.sleep(pause)
            process = self._process = await self._once()
            self.restarts += 1
            self._chronicle.say(f"The {self.name} process is started again, {pause:g} s later.")
