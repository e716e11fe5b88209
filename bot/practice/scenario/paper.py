"""YAML with the line of every word, so that a mistake can be pointed at.

Everything reads as text: a scenario has no use for YAML's numbers, dates and truths, and "no" should stay "no". It
refuses repeated keys and anchors.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.practice.scenario.script import ScenarioMistake

# Bytes. Ours: the longest that is shipped has 7,000; PyYAML takes seconds for each million.
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Spot:
    """One node of the file: a text, a list or a mapping, and where it stands."""

    path: Path
    line: int
    value: "str | tuple[Spot, ...] | tuple[tuple[Spot, Spot], ...]"
    kind: str  # "text", "list" or "mapping"

    def wrong(self, sentence: str, step: int = 0) -> ScenarioMistake:
        """Return the mistake to raise."""
        where = f"step {step} (line {self.line})" if step else f"line {self.line}"
        return ScenarioMistake(f"{self.path}, {where}: {sentence}")

    @property
    def text(self) -> str:
        """The text. Raises ScenarioMistake if it is something else."""
        if not isinstance(self.value, str):
            raise self.wrong(f"a text is expected here, not a {self.kind}. Put it in quotes if it contains “: ”.")
        return self.value

    @property
    def items(self) -> "tuple[Spot, ...]":
        """The parts of a list; a single text counts as a list of one."""
        if self.kind == "list":
            return tuple(one for one in self.value if isinstance(one, Spot))
        if self.kind == "text":
            return (self,) if self.value else ()
        raise self.wrong("a list is expected here, with a dash before each line.")

    @property
    def pairs(self) -> "tuple[tuple[Spot, Spot], ...]":
        """The parts of a mapping."""
        if self.kind != "mapping":
            raise self.wrong(
                "“something: text” is expected here. A # after a blank begins a comment: write a channel's name "
                "without it."
            )
        return tuple(one for one in self.value if isinstance(one, tuple))


def read(path: Path) -> Spot:
    """Read a file. Raises ScenarioMistake."""
    try:
        if path.stat().st_size > LARGEST:
            raise ScenarioMistake(f"{path} is larger than {LARGEST:,} bytes, which no scenario needs.")
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        whole = _spot(path, node, set()) if node else None
    except OSError as error:
        raise ScenarioMistake(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ScenarioMistake(f"{path} is no text in UTF-8. Save it as UTF-8 and try again.") from None
    except RecursionError:
        raise ScenarioMistake(f"{path}: this is not a scenario; its parts stand too deep in one another.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScenarioMistake(f"{path}, line {line}: this is not YAML: {error.problem}.") from None
    except yaml.YAMLError:
        raise ScenarioMistake(f"{path}: this is not YAML; it holds characters that YAML does not take.") from None
    if whole is None:
        raise ScenarioMistake(f"{path}, line 1: the file is empty.")
    return whole


def _spot(path: Path, node: yaml.Node, seen: set[int]) -> Spot:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise ScenarioMistake(f"{path}, line {line}: a part is used again (& and *). Write it out where it is needed.")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        pairs = tuple((_spot(path, k, seen), _spot(path, v, seen)) for k, v in node.value)
        _require_each_once(pairs)
        return Spot(path, line, pairs, "mapping")
    if isinstance(node, yaml.SequenceNode):
        return Spot(path, line, tuple(_spot(path, one, seen) for one in node.value), "list")
    return Spot(path, line, str(node.value), "text")


def _require_each_once(pairs: tuple[tuple[Spot, Spot], ...]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key.text in seen:
            raise key.wrong(f"“{key.text}” is here twice. Make it a list, with a dash before each line.")
        seen.add(key.text)
