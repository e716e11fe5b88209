"""The words that stand around every update: headings, names of stages, the mark of a drill.

`<locale>/labels.yaml` has them for one language; a company's own file gives only what it changes. It refuses a
language with a gap and a key that nobody asks for: either would put the wrong words before customers.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Formatter

import yaml
from yaml.constructor import SafeConstructor

from bot.rendering.faults import hidden, unreadable
from bot.rendering.times import language

Labels = Mapping[str, str | Mapping[str, str]]
_BASE = Path(__file__).resolve().parents[2] / "message_templates" / "en" / "labels.yaml"
# Parts that must be there, each once, or the sentence around them has a hole.
_SLOTS = {"moment": {"time", "zone", "day"}, "more": {"link"}}
_NO_BREAK = "\u00a0"
# French puts a space before these and inside its quotation marks; a line must not break there.
_FRENCH = (
    (re.compile(r"(?<=\S) (?=[:;?!»%])"), _NO_BREAK),
    (re.compile(r"(?<=«) (?=\S)"), _NO_BREAK),
)


def spaced(text: str, locale: str) -> str:
    """Return `text` with the spaces that must not break made unbreakable, where the language has such (French)."""
    if language(locale) != "fr":
        return text
    for place, space in _FRENCH:
        text = place.sub(space, text)
    return text


def read_labels(folders: Sequence[Path], locale: str) -> tuple[Labels, list[str]]:
    """Return the labels of a language, a company's before the shipped ones, and a sentence for all that is wrong."""
    wanted = _load(_BASE)
    found: dict[str, str | dict[str, str]] = {}
    problems: list[str] = []
    files = [folder / locale / "labels.yaml" for folder in folders]
    for file in reversed(files):
        if not file.is_file():
            continue
        try:
            given = _load(file)
        except (UnicodeDecodeError, OSError) as fault:
            problems.append(f"{file}, {unreadable(fault)}")
            continue
        except (yaml.YAMLError, ValueError) as trouble:
            problems.append(f"{file}: not readable: {' '.join(str(trouble).split())}")
            continue
        problems += [f"{file}: {wrong}" for wrong in _wrong(given, wanted)]
        for key, value in given.items():
            known = found.get(key)
            found[key] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    if problems:
        return {}, problems
    if lacking := _lacking(found, wanted):
        where = next((file for file in files if file.is_file()), files[-1])
        return {}, [f"{where}: missing: {', '.join(lacking)}"]
    return {key: _spaced(value, locale) for key, value in found.items()}, []


def _load(file: Path) -> dict[str, str | dict[str, str]]:
    text = file.read_text(encoding="utf-8")
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    keys = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    given = None if node is None else SafeConstructor().construct_document(node)
    if twice := [key for key in keys if keys.count(key) > 1]:
        raise ValueError(f"“{twice[0]}” is there twice")
    if wrong := hidden(text):
        raise ValueError(wrong)
    if not isinstance(given, dict):
        raise ValueError("it must be lines of the form “key: words”")
    return given


def _wrong(given: Mapping[str, object], wanted: Labels) -> list[str]:
    problems = []
    for key, value in given.items():
        asked = wanted.get(key)
        if asked is None:
            problems.append(f"“{key}” is not known here; known: {', '.join(wanted)}")
        elif isinstance(asked, Mapping):
            problems += _wrong_group(key, value, asked)
        elif not isinstance(value, str) or not value.strip():
            problems.append(f"“{key}” must be words; put them in “double quotes”")
        elif not _slots_right(value, _SLOTS.get(key, set())):
            names = ", ".join("{" + name + "}" for name in sorted(_SLOTS.get(key, ())))
            problems.append(f"“{key}” must have {names or 'nothing'} in braces, each once, and nothing else")
    return problems


def _wrong_group(key: str, value: object, asked: Mapping[str, str]) -> list[str]:
    if not isinstance(value, dict):
        return [f"“{key}” must be lines of the form “key: words” below it"]
    problems = [f"“{key}” has “{one}”; known: {', '.join(asked)}" for one in value if one not in asked]
    return problems + [f"“{key}”, “{one}” must be words" for one, word in value.items() if not isinstance(word, str)]


def _slots_right(text: str, asked: set[str]) -> bool:
    try:
        slots = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return False
    return sorted(slots) == sorted(asked)


def _lacking(found: Labels, wanted: Labels) -> list[str]:
    lacking = [key for key in wanted if key not in found]
    for key, asked in wanted.items():
        given = found.get(key)
        if isinstance(asked, Mapping) and isinstance(given, Mapping):
            lacking += [f"{key}: {one}" for one in asked if one not in given]
    return lacking


def _spaced(value: str | Mapping[str, str], locale: str) -> str | Mapping[str, str]:
    if isinstance(value, str):
        return spaced(value, locale)
    return {key: spaced(word, locale) for key, word in value.items()}
