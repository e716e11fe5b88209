"""The head of a story file: what the drafting form needs to know, in YAML between two lines of ``---``.

It refuses whatever it does not understand, and names the line: a misspelt key would silently lose a field that
customers should have read about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from bot.domain.facts import LONGEST_FIELD, LONGEST_HEADLINE, Stage
from bot.domain.incident import Severity
from bot.ports import FieldSpec, Template

_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = ("title", "when_to_use", "stage", "severities", "fields", "defaults")
_FIELD_KEYS = ("name", "label", "hint", "placeholder", "multiline", "required", "longest")
_DEFAULTS = {"headline": LONGEST_HEADLINE, "impact": LONGEST_FIELD, "meanwhile": LONGEST_FIELD}
# The form and the facts use these names themselves; a field of that name would hide one of them.
TAKEN = frozenset(
    [
        "headline",
        "impact",
        "meanwhile",
        "estimate",
        "estimate_kind",
        "estimate_earliest",
        "estimate_latest",
        "confidence",
        "next_update",
        "next_update_by",
        "zone",
        "stage",
        "incident",
        "restored",
        "drill",
        "passage",
        "fields",
    ]
)


class Trouble(Exception):
    """One thing that is wrong in a file, and the line it is on."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line = line


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the head with its place, read piece by piece."""

    node: yaml.Node
    called: str

    @property
    def line(self) -> int:
        """Line in the file; the head begins on its second."""
        return int(self.node.start_mark.line) + 2

    def wrong(self, sentence: str) -> Trouble:
        """Return the trouble with this piece."""
        return Trouble(self.line, f"{self.called} {sentence}")

    def mapping(self, allowed: Sequence[str]) -> Mapping[str, "_Part"]:
        """Read `key: value` lines, each key known and used once."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("must be lines of the form “key: value”")
        found: dict[str, _Part] = {}
        for key, value in self.node.value:
            word = str(key.value)
            here = _Part(value, word)
            if word not in allowed:
                raise Trouble(int(key.start_mark.line) + 2, f"“{word}” is not known here; known: {', '.join(allowed)}")
            if word in found:
                raise Trouble(int(key.start_mark.line) + 2, f"“{word}” is there twice")
            found[word] = here
        return found

    def items(self) -> tuple["_Part", ...]:
        """Read a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("must be a list")
        return tuple(_Part(item, f"{self.called}, item {n},") for n, item in enumerate(self.node.value, 1))

    def text(self) -> str:
        """Read words."""
        return str(self._scalar("str", "must be words; put them in “double quotes”")).strip()

    def truth(self) -> bool:
        """Read true or false."""
        return str(self._scalar("bool", "must be true or false")).lower() in ("true", "yes", "on")

    def count(self, most: int) -> int:
        """Read a whole number from 1 to `most`."""
        number = str(self._scalar("int", "must be a whole number"))
        if not number.isdecimal() or not 1 <= int(number) <= most:
            raise self.wrong(f"must be a whole number from 1 to {most:,}")
        return int(number)

    def _scalar(self, kind: str, otherwise: str) -> object:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != f"tag:yaml.org,2002:{kind}":
            raise self.wrong(otherwise)
        return self.node.value


def read(name: str, source: str) -> tuple[Template, str]:
    """Return the template that a file describes, and its blocks with line numbers kept. Raises `Trouble`."""
    source = source.replace("\r\n", "\n").removeprefix("\ufeff")
    match = _HEAD.match(source)
    if match is None:
        raise Trouble(1, "the file must begin with a head between two lines of “---”")
    template = _template(name, _head(match[1]))
    return template, "\n" * match[0].count("\n") + source[match.end() :]


def _head(text: str) -> _Part:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Trouble((mark.line if mark else 0) + 2, f"not readable as YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise Trouble(2, f"not readable as YAML: {error}") from error
    if node is None:
        raise Trouble(2, "the head is empty")
    return _Part(node, "the head")


def _template(name: str, head: _Part) -> Template:
    parts = head.mapping(_KEYS)
    for key in ("title", "when_to_use"):
        if key not in parts or not parts[key].text():
            raise Trouble(parts[key].line if key in parts else head.line, f"“{key}” is missing")
    return Template(
        name=name,
        title=parts["title"].text(),
        stage=_stage(parts["stage"]) if "stage" in parts else None,
        when_to_use=parts["when_to_use"].text(),
        severities=_severities(parts["severities"]) if "severities" in parts else (),
        fields=_fields(parts["fields"]) if "fields" in parts else (),
        defaults=_defaults(parts["defaults"]) if "defaults" in parts else {},
    )


def _stage(part: _Part) -> Stage:
    try:
        return Stage(part.text())
    except ValueError as error:
        raise part.wrong(f"must be one of {', '.join(Stage)}, or left out for a correction") from error


def _severities(part: _Part) -> tuple[str, ...]:
    found = tuple(item.text() for item in part.items())
    for word in found:
        if word not in list(Severity):
            raise part.wrong(f"has “{word}”; known: {', '.join(Severity)}")
    return found


def _fields(part: _Part) -> tuple[FieldSpec, ...]:
    found: list[FieldSpec] = []
    for item in part.items():
        spec = _field(item)
        if spec.name in {other.name for other in found}:
            raise item.wrong(f"has the name “{spec.name}” for the second time")
        found.append(spec)
    return tuple(found)


def _field(item: _Part) -> FieldSpec:
    parts = item.mapping(_FIELD_KEYS)
    for key in ("name", "label"):
        if key not in parts or not parts[key].text():
            raise item.wrong(f"has no “{key}”")
    name = parts["name"].text()
    if not _NAME.fullmatch(name):
        raise parts["name"].wrong(f"“{name}” must be lower-case letters, digits and underscores, from a letter on")
    if name in TAKEN:
        raise parts["name"].wrong(f"“{name}” is taken by a fact that every update has; choose another name")
    return FieldSpec(
        name=name,
        label=parts["label"].text(),
        hint=parts["hint"].text() if "hint" in parts else "",
        placeholder=parts["placeholder"].text() if "placeholder" in parts else "",
        multiline=parts["multiline"].truth() if "multiline" in parts else False,
        required=parts["required"].truth() if "required" in parts else True,
        longest=parts["longest"].count(LONGEST_FIELD) if "longest" in parts else 1_000,
    )


def _defaults(part: _Part) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for key, value in part.mapping(tuple(_DEFAULTS)).items():
        text = value.text()
        if len(text) > _DEFAULTS[key]:
            raise value.wrong(f"is {len(text):,} characters; at most {_DEFAULTS[key]:,} fit")
        found[key] = text
    return found
