"""A plan's file as YAML with the line of everything in it.

It refuses what people do not see and a machine would follow: a key that is there twice, references (`&`, `*`), tags
(`!`), characters that nobody can see, and files too large or too deep to be a plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.domain.text import unseen
from bot.plan.mistakes import BrokenPlan, Mistake
from bot.yaml_mistakes import explained

# A plan with 500 components is about 100 kB.
LARGEST = 1_000_000
DEEPEST = 12

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in the file, and the line (from 1) of each place in it."""

    file: str
    values: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest one round it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(file: Path) -> Source:
    """Read a file. Raises BrokenPlan."""
    name = str(file)
    try:
        if not file.is_file() and file.exists():
            raise _only(name, 1, "it cannot be read: this is not a file. Name the file of the plan.")
        with file.open("rb") as opened:  # never more than a plan may have: a letter takes up to 4 bytes
            written = opened.read(4 * LARGEST + 1)
        text = written.decode("utf-8-sig")
    except FileNotFoundError:
        raise _only(name, 1, "there is no such file. `clarion plan init` writes one.") from None
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise _only(name, line, "this letter is not UTF-8. Save the file as UTF-8 in your editor.") from None
    except OSError:
        raise _only(name, 1, "it cannot be read. It should be UTF-8 text that you may read.") from None
    return understand(text, name)


def understand(text: str, name: str) -> Source:
    """Read text. Raises BrokenPlan."""
    if len(text) > LARGEST:
        raise _only(name, 1, f"it has {len(text):,} characters; a plan has at most {LARGEST:,}.")
    try:
        _require_plain(text, name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _only(name, *explained(error, text)) from None
    if node is None:
        raise _only(name, 1, "it is empty. `clarion plan init` writes one to start from.")
    reading = _Reading(name)
    values = reading.value(node, ())
    if reading.mistakes:
        raise BrokenPlan(name, reading.mistakes)
    return Source(name, values, reading.lines)


def _require_plain(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _only(name, line, "references (& and *) are not read here. Write the words out.")
        if isinstance(event, yaml.NodeEvent) and str(getattr(event, "tag", None) or "").startswith(("!", "tag:")):
            raise _only(name, line, "tags (!) are not read here. Write the plain words.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _only(name, line, "this stands too deep in lists. `clarion plan show` prints what a plan looks like.")


def _only(name: str, line: int, sentence: str) -> BrokenPlan:
    return BrokenPlan(name, [Mistake(line, "", sentence)])


class _Reading:
    """Walks the nodes once, keeping lines and what is there twice."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.mistakes: list[Mistake] = []
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*place, number)) for number, one in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        # Only these have a meaning of their own; 1:30 and 0x1F are words, as a person reads them.
        if node.tag.rpartition(":")[2] in ("bool", "null", "timestamp"):
            try:
                return self._scalars.construct_object(node)
            except ValueError:
                return str(node.value)
        text = str(node.value)
        hidden = unseen(text)
        if hidden:
            sentence = f"there is a character that nobody sees (U+{ord(hidden):04X}). Write the words again by hand."
            self.mistakes.append(Mistake(node.start_mark.line + 1, "", sentence))
        return int(text) if node.tag.endswith(":int") and text.isdecimal() and len(text) < 10 else text

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.append(Mistake(line, "", "a list stands before a colon. Write a field's name there."))
                continue
            word = str(key.value)
            if word == "<<":
                self.mistakes.append(Mistake(line, word, "merging (<<) is not read here. Write the words out."))
                continue
            if word in found:
                first = self.lines[(*place, word)]
                self.mistakes.append(
                    Mistake(line, word, f"is there twice, the first time in line {first}. Keep one of them.")
                )
                continue
            self.lines[(*place, word)] = line
            found[word] = self.value(value, (*place, word))
        return found
