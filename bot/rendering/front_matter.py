"""The head of a story file: what the drafting form needs to know, in YAML between two lines of ``---``.

A question that several templates ask stands in `<locale>/fields.yaml` once, and a head names it. A language other
than the base one leaves out what is the same in every language. This room refuses whatever it does not understand,
and names the line: a misspelt key would silently lose a field that customers should have read about.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import yaml

from bot.domain.facts import LONGEST_FIELD, LONGEST_HEADLINE, Stage
from bot.domain.incident import Severity
from bot.domain.maintenance import PlannedStage
from bot.ports import FieldSpec, Template
from bot.yaml_mistakes import explained

_HEAD = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
# libyaml, which PyYAML's wheels bring, reads the same and is several times as fast: every start reads 100 heads.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST = 16_000  # libyaml goes as deep as brackets stand in one another: 60,000 of them end the process
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = ("title", "when_to_use", "stage", "severities", "fields", "defaults")
_FIELD_KEYS = ("name", "label", "hint", "placeholder", "multiline", "required", "longest", "inside")
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
        "labels",
        "scenario",
        "window",
        "before",
    ]
)


class Trouble(Exception):
    """One thing that is wrong in a file, and the line it is on."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the head with its place, read piece by piece."""

    node: yaml.Node
    called: str

    @property
    def line(self) -> int:
        """Line in the file; a head begins on its second."""
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


def read(
    name: str, source: str, shared: Mapping[str, FieldSpec] = MappingProxyType({}), base: Template | None = None
) -> tuple[Template, str]:
    """Return the template that a file describes, and its blocks with line numbers kept. Raises `Trouble`.

    `shared` are the questions that a head may name. `base` is the same template in the base language, which says
    whatever the head leaves out.
    """
    source = source.replace("\r\n", "\n").removeprefix("\ufeff")
    match = _HEAD.match(source)
    if match is None:
        raise Trouble(1, "the file must begin with a head between two lines of “---”")
    head = match[1] if match[1].strip() or base is None else "{}"
    template = _template(name, _head(head), shared, base)
    return template, "\n" * match[0].count("\n") + source[match.end() :]


@dataclass(frozen=True, slots=True)
class Gist:
    """What a head says in any language: its stage in a word, or "", and the severities that it names."""

    stage: str = ""
    severities: tuple[str, ...] = ()


def gist(source: str) -> Gist:
    """Return only the gist of a head. Raises `Trouble`."""
    match = _HEAD.match(source)
    if match is None or not match[1].strip():
        return Gist()
    parts = _head(match[1]).mapping(_KEYS)
    return Gist(
        parts["stage"].text() if "stage" in parts else "",
        _severities(parts["severities"]) if "severities" in parts else (),
    )


def read_fields(source: str) -> dict[str, FieldSpec]:
    """Return the questions of a `fields.yaml` by name. Raises `Trouble`."""
    try:
        return {spec.name: spec for spec in _fields(_head(source), {})}
    except Trouble as trouble:
        # A head begins on the second line of its file, this one on the first.
        raise Trouble(trouble.line - 1, trouble.sentence) from trouble


def _head(text: str) -> _Part:
    if len(text) > _LONGEST:
        raise Trouble(2, f"the head has {len(text):,} characters; at most {_LONGEST:,} are read")
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        line, sentence = explained(error, text)
        raise Trouble(line + 1, sentence.removesuffix(".")) from error
    if node is None:
        raise Trouble(2, "the head is empty")
    return _Part(node, "the head")


def _template(name: str, head: _Part, shared: Mapping[str, FieldSpec], base: Template | None) -> Template:
    parts = head.mapping(_KEYS)
    for key in ("title", "when_to_use"):
        if (key not in parts and base is None) or (key in parts and not parts[key].text()):
            raise Trouble(parts[key].line if key in parts else head.line, f"“{key}” is missing")
    stage, planned = _stage(parts["stage"]) if "stage" in parts else (None, None)
    said = Template(
        name=name,
        title=parts["title"].text() if "title" in parts else "",
        stage=stage,
        when_to_use=parts["when_to_use"].text() if "when_to_use" in parts else "",
        severities=_severities(parts["severities"]) if "severities" in parts else (),
        fields=_fields(parts["fields"], shared) if "fields" in parts else (),
        defaults=_defaults(parts["defaults"]) if "defaults" in parts else {},
        planned=planned,
    )
    return _on(base, said, head, parts) if base else said


def _on(base: Template, said: Template, head: _Part, parts: Mapping[str, _Part]) -> Template:
    """Return `said` with what it leaves out as `base` has it; one form is filled in for all languages."""
    if "stage" in parts and (said.stage, said.planned) != (base.stage, base.planned):
        raise parts["stage"].wrong(f"must be as in the base language: {base.stage or base.planned or 'none'}")
    if "fields" in parts and {_asked(f) for f in said.fields} != {_asked(f) for f in base.fields}:
        names = ", ".join(f.name for f in base.fields) or "none"
        raise parts["fields"].wrong(f"must be those of the base language, with the same limits: {names}")
    if said.defaults.keys() != base.defaults.keys():
        where = parts["defaults"].line if "defaults" in parts else head.line
        raise Trouble(where, f"“defaults” must have, in this language: {', '.join(base.defaults) or 'nothing'}")
    return replace(
        said,
        title=said.title or base.title,
        when_to_use=said.when_to_use or base.when_to_use,
        stage=base.stage,
        planned=base.planned,
        severities=said.severities or base.severities,
        fields=said.fields or base.fields,
    )


def _asked(spec: FieldSpec) -> tuple[object, ...]:
    return spec.name, spec.multiline, spec.required, spec.longest, spec.inside


def _stage(part: _Part) -> tuple[Stage | None, PlannedStage | None]:
    word = part.text()
    if word in list(Stage):
        return Stage(word), None
    if word in list(PlannedStage):
        return None, PlannedStage(word)
    raise part.wrong(
        f"must be one of {', '.join(Stage)}, for planned work one of {', '.join(PlannedStage)}, or left out for a "
        "correction"
    )


def _severities(part: _Part) -> tuple[str, ...]:
    found = tuple(item.text() for item in part.items())
    for word in found:
        if word not in list(Severity):
            raise part.wrong(f"has “{word}”; known: {', '.join(Severity)}")
    return found


def _fields(part: _Part, shared: Mapping[str, FieldSpec]) -> tuple[FieldSpec, ...]:
    found: list[FieldSpec] = []
    for item in part.items():
        spec = _shared(item, shared) if isinstance(item.node, yaml.ScalarNode) else _field(item)
        if spec.name in {other.name for other in found}:
            raise item.wrong(f"has the name “{spec.name}” for the second time")
        found.append(spec)
    return tuple(found)


def _shared(item: _Part, shared: Mapping[str, FieldSpec]) -> FieldSpec:
    name = item.text()
    if name not in shared:
        known = f"known: {', '.join(shared)}" if shared else "there is no fields.yaml"
        raise item.wrong(f"“{name}” is not in fields.yaml; {known}. Or say it here, with name and label")
    return shared[name]


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
    inside = parts["inside"].truth() if "inside" in parts else False
    required = parts["required"].truth() if "required" in parts else True
    if inside and required:
        raise item.wrong("is for inside only, so customers never read it: it must say “required: false”")
    return FieldSpec(
        name=name,
        label=parts["label"].text(),
        hint=parts["hint"].text() if "hint" in parts else "",
        placeholder=parts["placeholder"].text() if "placeholder" in parts else "",
        multiline=parts["multiline"].truth() if "multiline" in parts else False,
        required=required,
        longest=parts["longest"].count(LONGEST_FIELD) if "longest" in parts else 1_000,
        inside=inside,
    )


def _defaults(part: _Part) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for key, value in part.mapping(tuple(_DEFAULTS)).items():
        text = value.text()
        if len(text) > _DEFAULTS[key]:
            raise value.wrong(f"is {len(text):,} characters; at most {_DEFAULTS[key]:,} fit")
        if "{{" in text or "{%" in text:
            raise value.wrong("is plain words: what stands in braces would reach customers as it is. Take it out")
        found[key] = text
    return found
