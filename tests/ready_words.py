"""Templates that have been read once are not read again in the same process of the run, unless a file has changed.

Reading and rehearsing them takes a quarter of a second a language, and each of some hundred nights would do it twice.
They are the same objects for all: nothing in them changes after the start (`auto_reload` is off).
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.rendering.catalogue import SHIPPED
from bot.rendering.tongues import Tongues

_Stamp = tuple[tuple[str, int, int], ...]
_READ: dict[tuple[tuple[_Stamp, ...], tuple[str, ...]], Tongues] = {}


def tongues(folders: Sequence[Path] = (SHIPPED,), locales: Sequence[str] = ("en",)) -> Tongues:
    """Return the words in these languages, read anew only if a file of the folders has. Raises `BrokenTemplates`."""
    key = tuple(_shipped() if folder == SHIPPED else _stamp(folder) for folder in folders), tuple(locales)
    if key not in _READ:
        _READ[key] = Tongues(folders, locales)
    return _READ[key]


@cache
def _shipped() -> _Stamp:
    """Looked at once: no test writes there."""
    return _stamp(SHIPPED)


def _stamp(folder: Path) -> _Stamp:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
