"""What a mutant is: one safety rule broken on purpose, by a small change of the text of one file of the program."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What a test fails with when it sees that a rule does not hold. Anything else (a NameError, an import that fails) is
# a mutant that is broken itself, and proves nothing.
SEEN = frozenset({"AssertionError", "Failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One safety rule broken.

    Attributes:
        name: what it does wrong, in words with dashes.
        rule: the rule that is broken, as people would say it.
        path: the file that is changed, from the root of the tree.
        before: its text, which stands there exactly once.
        after: what stands there instead.
        killers: the tests that must each fail, as ``storage/test_jobs.py::test_first_in_first_out``; a class is named
            only for a test that it inherits.
        shows: further exceptions by which a test may see it, such as a Refusal of what should have gone through.
        also: further (before, after) in the same file, where a second guard stands behind the first.
    """

    name: str
    rule: str
    path: str
    before: str
    after: str
    killers: tuple[str, ...]
    shows: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()

    @property
    def module(self) -> str:
        """The dotted name of the changed module, "" for a file that is not Python."""
        return self.path.removesuffix(".py").replace("/", ".") if self.path.endswith(".py") else ""

    def applied(self, text: str) -> str:
        """Return the file's text changed. Raises LookupError unless `before` stands there exactly once."""
        for before, after in ((self.before, self.after), *self.also):
            if (times := text.count(before)) != 1:
                raise LookupError(f"{self.name}: its text stands {times} times in {self.path}, not once")
            if before == after:
                raise LookupError(f"{self.name}: it changes nothing")
            text = text.replace(before, after)
        return text


def node(killer: str) -> str:
    """Return the killer as pytest takes it. Raises LookupError if there is no such test."""
    path, _, name = killer.partition("::")
    plain = name.partition("[")[0]
    for known in _tests(path):
        if known.rpartition("::")[2] == plain.rpartition("::")[2]:
            return f"tests/{path}::{name if '::' in name else known + name.removeprefix(plain)}"
    raise LookupError(f"no test {killer}")


def bare(nodeid: str) -> str:
    """Return a test's file and name, without its class and its parameters."""
    path, _, name = nodeid.removeprefix("tests/").partition("::")
    return f"{path}::{name.partition('[')[0].rpartition('::')[2]}"


@cache
def _tests(path: str) -> tuple[str, ...]:
    file = ROOT / "tests" / path
    if not file.is_file():
        raise LookupError(f"no file of tests {path}")
    found: list[str] = []
    text = file.read_text()
    if "Contract)" in text:  # what outlets inherit
        text += (ROOT / "tests" / "outlets" / "conformance.py").read_text()
    for one in ast.parse(text).body:
        within = one.body if isinstance(one, ast.ClassDef) else [one]
        prefix = f"{one.name}::" if isinstance(one, ast.ClassDef) else ""
        found += [f"{prefix}{f.name}" for f in within if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)]
    return tuple(found)
