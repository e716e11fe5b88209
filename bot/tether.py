"""Child processes that never outlive their parent, not even when it is killed.

A shell waits on a pipe that only the parent holds open. When the pipe closes without a word, the parent is
gone and the child is asked to end; this works the same on Linux and macOS, where nothing like PDEATHSIG exists.
The child runs in a session of its own, so that Ctrl-C reaches the parent alone and it can stop things in order.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

# The shell becomes the child itself (exec), so the pid is the child's. Its helper reads fd 3: a word means that
# the parent has seen the child end, an empty read that the parent is gone. `$$` is the pid after exec, too.
_LEASH = """
exec 3<&0 </dev/null
( if read -r word <&3; then exit; fi; kill -TERM $$ 2>/dev/null ) >/dev/null 2>&1 &
exec "$@" 3<&-
"""
STOP_SECONDS = 10.0


class Tethered:
    """A running child. Make one with `start`."""

    def __init__(self, process: asyncio.subprocess.Process, leash: int) -> None:
        self._process = process
        self._leash = leash

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        keep: Sequence[int] = (),
    ) -> "Tethered":
        """Start `command`. Its words go to the file `log`, else where the parent's go; `keep`: fds it inherits."""
        reading, writing = os.pipe()
        try:
            with contextlib.ExitStack() as stack:
                stack.callback(os.close, reading)
                out = stack.enter_context(log.open("ab")) if log else None
                process = await asyncio.create_subprocess_exec(
                    *("/bin/sh", "-c", _LEASH, "sh", *command),
                    stdin=reading,
                    stdout=out,
                    stderr=out,
                    env=dict(env) if env is not None else None,
                    pass_fds=tuple(keep),
                    start_new_session=True,
                )
        except BaseException:
            os.close(writing)
            raise
        return cls(process, writing)

    @property
    def pid(self) -> int:
        """Process id of the child itself."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait until it ends and return how."""
        code = await self._process.wait()
        self._release()
        return code

    def kill(self) -> None:
        """End it at once (SIGKILL). `wait` tells when it has."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """Ask it to end; after `within` seconds, make it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            self.kill()
        await self.wait()

    def _release(self) -> None:
        if self._leash < 0:
            return
        with contextlib.suppress(OSError):  # the helper may have gone first
            os.write(self._leash, b"seen\n")
        os.close(self._leash)
        self._leash = -1
