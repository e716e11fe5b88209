"""YAML with the line of every word, so that a mistake can be pointed at.

Everything reads as text: a scenario has no use for YAML's numbers, dates and truths, and "no" should stay "no". It
refuses repeated keys and anchors.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.practice.scenario.script import ScenarioMistake
from bot.yaml_mistakes import explained

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
            raise self.wrong(f"“something: text” is expected here.{self._why_no_pair()}")
        return tuple(one for one in self.value if isinstance(one, tuple))

    def _why_no_pair(self) -> str:
        if self.kind == "list" or not self.value:
            return ""
        if ":" in self.text:
            return " A space belongs behind the colon."
        return (
            " A colon and a space are missing. A # after a space begins a comment: write a channel's name without it."
        )


def read(path: Path) -> Spot:
    """Read a file. Raises ScenarioMistake."""
    try:
        if path.stat().st_size > LARGEST:
            raise ScenarioMistake(f"{path} is larger than {LARGEST:,} bytes, which no scenario needs.")
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        whole = _spot(path, node, set()) if node else None
    except OSError as error:
        raise ScenarioMistake(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ScenarioMistake(f"{path} is no text in UTF-8. Save it as UTF-8 and try again.") from None
    except RecursionError:
        raise ScenarioMistake(f"{path}: this is not a scenario; its parts stand too deep in one another.") from None
    except yaml.YAMLError as error:
        line, sentence = explained(error, text)
        raise ScenarioMistake(f"{path}, line {line}: {sentence}") from None
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
