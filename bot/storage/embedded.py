"""The Redis that Clarion starts itself when it is given none: a real server process, kept alive, never lossy.

It listens on a unix socket only, writes every commit to disk before it answers (`appendfsync always`), evicts
nothing, and ends with the process that started it. One Clarion at a time may use a data folder; a server that a
killed Clarion left behind is ended before a new one opens the same files.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote_from_bytes, unquote_to_bytes

import structlog

from bot.storage.server_binary import NoServer, find_server
from bot.tether import Tethered

__all__ = ["AlreadyRunning", "EmbeddedRedis", "EmbeddedRedisFailed", "NoServer", "running_url"]

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
LONGEST_SOCKET_PATH = 100
_READY_POLL = 0.01
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0  # between restarts: work goes on within 5 s (failure model 13)
_LEFTOVER_SECONDS, _LOCK_POLL = 10.0, 0.02
_ANSWER_SECONDS = 2.0
_SCHEME = "unix://"
_SERVER_LOCK = "server.lock"  # held by the server itself, and so by its life

_log = structlog.get_logger(__name__)


class EmbeddedRedisFailed(Exception):
    """The server could not be started. The message says why and what to do."""


class AlreadyRunning(EmbeddedRedisFailed):
    """Another Clarion uses this data folder."""


class EmbeddedRedis:
    """`async with EmbeddedRedis(home) as url:`; the server lives exactly as long as the block.

    While the block runs, a server that dies is started again at the same address with its data. Enter it in a
    process that will not fork without exec: a forked child would keep the server alive after its parent.
    """

    def __init__(self, home: Path) -> None:
        self.folder = (home / "redis").absolute()
        self._cleanup = contextlib.AsyncExitStack()
        self._server: Tethered | None = None
        self._socket = self.folder / "socket"
        self.since: float | None = None  # by the event loop's clock; None while it is down
        self.restarts = 0

    @property
    def url(self) -> str:
        """The address, as redis-py takes it: a `%`, `?` or `#` in a folder's name is escaped."""
        return _SCHEME + quote_from_bytes(os.fsencode(self._socket))

    @property
    def pid(self) -> int | None:
        """Process id of the server as it runs now."""
        return self._server.pid if self._server else None

    async def restart(self) -> None:
        """End the server in order (SIGTERM); it is started again at the same address, with its data."""
        if self._server is not None:
            await self._server.stop()

    def kill(self) -> None:
        """End the server at once (SIGKILL); it is started again at the same address, with its data."""
        if self._server is not None:
            self._server.kill()

    async def __aenter__(self) -> str:
        try:
            self._make_folder()
            self._cleanup.enter_context(_only_one(self.folder))
            await _end_leftover(self.folder)
            self._choose_socket()
            binary = await find_server()
            await self._start(binary)
            self._cleanup.push_async_callback(self._stop)
            _address_file(self.folder).write_text(self.url)
            watch = asyncio.create_task(self._keep_alive(binary))
            self._cleanup.push_async_callback(_cancel, watch)
        except BaseException as fault:
            await self._cleanup.aclose()
            if isinstance(fault, OSError):
                raise self._unusable(fault) from fault
            raise
        return self.url

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._cleanup.aclose()

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> EmbeddedRedisFailed:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        mend = "Make room there" if full else "Give this user the right to write there"
        return EmbeddedRedisFailed(
            f"The data folder {self.folder} cannot be used ({error.strerror}). {mend}, or set CLARION_HOME to another "
            "folder."
        )

    def _choose_socket(self) -> None:
        """Keep the socket beside the data; in a private folder where that path is too long, or is no text."""
        path = os.fsencode(self._socket)
        if len(path) <= LONGEST_SOCKET_PATH and path == path.decode("utf-8", "ignore").encode():
            return
        roots = [tempfile.gettempdir(), "/tmp"]  # noqa: S108 - mkdtemp makes a private folder in it
        root = next((one for one in roots if len(os.fsencode(one)) < LONGEST_SOCKET_PATH - 30), roots[-1])
        private = Path(tempfile.mkdtemp(prefix="clarion-", dir=root))
        self._cleanup.callback(shutil.rmtree, private, ignore_errors=True)
        self._socket = private / "socket"

    async def _start(self, binary: Path) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._socket.unlink()
        with _locked(self.folder / _SERVER_LOCK) as lock:
            if lock is None:
                raise EmbeddedRedisFailed(f"Another server is still using {self.folder}. Try again in a moment.")
            log = self.folder / "server.log"
            self._server = await Tethered.start(self._command(binary), log=log, keep=[lock.fileno()])
        try:
            while not await _answers(self._socket):
                if self._server.returncode is not None:
                    said = " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
                    raise EmbeddedRedisFailed(f"The Redis server ended at once. It said: {said} (all of it: {log})")
                await asyncio.sleep(_READY_POLL)
        except BaseException:
            await self._server.stop()
            raise
        self.since = asyncio.get_running_loop().time()

    def _command(self, binary: Path) -> tuple[str, ...]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "daemonize": "no",
            "pidfile": str(self.folder / "server.pid"),
        }
        return (str(binary), *(word for name, value in settings.items() for word in (f"--{name}", value)))

    async def _keep_alive(self, binary: Path) -> None:
        pause = _FIRST_PAUSE
        while self._server is not None:
            code = await self._server.wait()
            self.since = None
            _log.error("embedded_redis_died", code=code, mend="it is being started again; see server.log")
            await asyncio.sleep(pause)
            try:
                await self._start(binary)
                self.restarts += 1
                pause = _FIRST_PAUSE
            except (EmbeddedRedisFailed, OSError) as error:
                pause = min(pause * 2, _LONGEST_PAUSE)
                _log.error("embedded_redis_not_started", reason=str(error))

    async def _stop(self) -> None:
        if self._server is not None:
            await self._server.stop()
        with contextlib.suppress(OSError):
            _address_file(self.folder).unlink()


async def running_url(home: Path) -> str | None:
    """Return the address of the embedded server that another Clarion runs for this data folder, or None."""
    try:
        url = _address_file((home / "redis").absolute()).read_text()
    except FileNotFoundError:
        return None
    return url if await _answers(_socket_of(url)) else None


def _socket_of(url: str) -> Path:
    return Path(os.fsdecode(unquote_to_bytes(url.removeprefix(_SCHEME))))


def _address_file(folder: Path) -> Path:
    return folder / "address"


async def _end_leftover(folder: Path) -> None:
    """End a server whose Clarion was killed. Its lock is freed by its death alone, so no pid has to be guessed."""
    with _locked(folder / _SERVER_LOCK) as free:
        if free is not None:
            return
    _log.warning("embedded_redis_leftover", folder=str(folder))
    with contextlib.suppress(OSError):
        await _say(_socket_of(_address_file(folder).read_text()), b"SHUTDOWN\r\n")
    if await _freed(folder):
        return
    with contextlib.suppress(OSError, ValueError):  # it hangs; what it acknowledged is on disk
        os.kill(int((folder / "server.pid").read_text()), signal.SIGKILL)
    if not await _freed(folder):
        raise EmbeddedRedisFailed(f"An old server still uses {folder} and does not end. End it by hand and try again.")


async def _freed(folder: Path) -> bool:
    for _ in range(int(_LEFTOVER_SECONDS / _LOCK_POLL)):
        with _locked(folder / _SERVER_LOCK) as lock:
            if lock is not None:
                return True
        await asyncio.sleep(_LOCK_POLL)
    return False


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process."""
    with _locked(folder / "clarion.lock") as lock:
        if lock is None:
            holder = (folder / "clarion.lock").read_text().strip() or "unknown"
            raise AlreadyRunning(
                f"Clarion is already running with the data in {folder.parent} (process {holder}). Stop that one first, "
                "or set CLARION_HOME to another folder for this one."
            )
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[IO[str] | None]:
    """Give the locked file, or None if it is locked already. A child that inherits it keeps the lock."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
        else:
            yield file


async def _answers(socket: Path) -> bool:
    """Say whether a server takes commands there; one that is still loading its data does not yet."""
    return (await _say(socket, b"PING\r\n")).startswith(b"+PONG")


async def _say(socket: Path, command: bytes) -> bytes:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(command)
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return b""


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
