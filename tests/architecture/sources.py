"""The product's own source files, as the architecture tests read them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One module. `path` is relative to the repository, with forward slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@cache
def sources() -> tuple[Source, ...]:
    """Return every module of `bot` and `handlers`."""
    found = []
    for room in ("bot", "handlers"):
        for file in sorted((ROOT / room).rglob("*.py")):
            text = file.read_text()
            found.append(Source(file.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


def names(source: Source) -> Iterator[tuple[str, int]]:
    """Yield each name that a module gives to something: its own, and those of what it defines and binds."""
    yield Path(source.path).stem, 1
    for node in ast.walk(source.tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno


def words(name: str) -> list[str]:
    """Split a name into its words: `MailManager` and `mail_manager` are both mail, manager."""
    return re.findall(r"[a-z]+", re.sub(r"([A-Z]+)", r"_\1", name).lower())
