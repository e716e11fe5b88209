"""Templates that have been read once are not read again in the same process of the run, unless a file has changed.

Reading and rehearsing them takes a quarter of a second a language, and each of some hundred nights would do it twice.
They are the same objects for all: nothing in them changes after the start (`auto_reload` is off). Where a test does
read its own, what Python makes of the same lines of a template is taken again.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType

from jinja2 import Environment

from bot.rendering.catalogue import SHIPPED
from bot.rendering.tongues import Tongues

_Stamp = tuple[tuple[str, int, int], ...]
_READ: dict[tuple[tuple[_Stamp, ...], tuple[str, ...]], Tongues] = {}


# As Jinja has it: what is compiled depends on the lines and on the name of the file alone.
_compiled = lru_cache(maxsize=2_000)(compile)


def compiled_once() -> None:
    """Have Jinja compile the same Python once in this process."""

    def take(environment: Environment, source: str, filename: str) -> CodeType:
        del environment
        return _compiled(source, filename, "exec")

    setattr(Environment, "_compile", take)  # noqa: B010 - a class's method


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
