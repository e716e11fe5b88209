"""The catalogue: which story files there are, read and judged once at the start.

Folders are looked through in order, so a company's own folder before the shipped one overrides it file by file.
It refuses to begin with a broken file: the list of what is wrong, with file and line, is for whoever changed
it, in the daytime, and not for the person writing to customers at three in the morning.
"""

import os
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bot.domain.facts import Stage
from bot.domain.maintenance import PlannedStage
from bot.domain.refusals import Refusal
from bot.ports import FieldSpec, Template
from bot.rendering import faults
from bot.rendering.front_matter import Trouble, read, read_fields
from bot.rendering.labels import Labels, read_labels

SHIPPED = Path(__file__).resolve().parents[2] / "message_templates"
BASE = "en"  # the language whose heads say what all languages share
# The order in which an incident needs them; a correction has no stage of its own. Planned work comes after it.
_NIGHT = (*Stage, None, *PlannedStage)
# What we ship, from the most usual on; a company's own come after it, by name.
_SCENARIOS = ("outage", "degraded", "partial", "security", "data", "third-party", "maintenance", "disaster-recovery")

# Where a company's own files are read from, below its folder.
_PLACES = ("_partials/*.j2", "_layouts/*.j2", "*/_partials/*.j2", "*/_layouts/*.j2", "*/*/*.j2", "*/*.yaml")
# What folders of languages and scenarios, and stories, are called: as the plan and the forms name them.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_CALLED = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# Endings that words are given by mistake.
_MISNAMED = (".txt", ".jinja", ".jinja2", ".yml", ".html")


_CLOSED = "Clarion may not look into this folder. Let the user that runs it read it, or mend TEMPLATES_DIR"


class BrokenTemplates(Exception):
    """Templates that cannot be used, each with file, line and what is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("Message templates need attention:\n" + "\n".join(f"- {p}" for p in problems))
        self.problems = tuple(problems)


def folders(own: Path | None) -> tuple[Path, ...]:
    """Return where templates are looked for: a company's own folder, if it has one, before the shipped one.

    Raises BrokenTemplates if nothing in `own` would ever be read: its words must not be missed in silence.
    """
    if own is None:
        return (SHIPPED,)
    try:
        there = own.is_dir()
    except OSError as fault:
        raise BrokenTemplates([f"{own}: {_CLOSED} ({fault.strerror})."]) from None
    if not there:
        raise BrokenTemplates([f"there is no folder {own}; mend TEMPLATES_DIR, or leave it out."])
    if shut := [one for one in (own, *own.rglob("*/")) if not os.access(one, os.R_OK | os.X_OK)]:
        raise BrokenTemplates([f"{one}: {_CLOSED}." for one in shut])
    read = {path for place in _PLACES for path in own.glob(place)}
    strays = _strays(own, read)
    problems = [
        f"{path}: nothing is read from this place. Stories belong into {own / 'en'}/<scenario>/, pieces into "
        f"{own / '_partials'}/, layouts into {own / '_layouts'}/. "
        "Names have small letters, digits, - and _, and end in .j2; labels and fields end in .yaml."
        for path in strays
    ]
    problems += [
        f"{path}: nothing is read from this place. Its words are those of one language: move it to "
        f"{own / BASE / '_partials' / path.name}."
        for path in sorted(own.glob("_partials/*.j2"))
        if (SHIPPED / BASE / "_partials" / path.name).is_file()
    ]
    if not read and not strays:
        problems = [f"there is no template in {own}; see message_templates/README.md for the names of folders."]
    if problems:
        raise BrokenTemplates(problems)
    return own, SHIPPED


def _strays(own: Path, read: Set[Path]) -> list[Path]:
    unread = {path for path in own.rglob("*.j2") if path not in read or _unread(path.relative_to(own))}
    within = (path for path in own.glob("*/**/*") if path.suffix in _MISNAMED)
    return sorted(unread | {path for path in within if _LANGUAGE.fullmatch(path.parts[len(own.parts)])})


def search_path(folders: Sequence[Path], locale: str) -> tuple[Path, ...]:
    """Return where pieces and layouts are looked for: those of a language go before those of all languages.

    So a company's common piece never puts one language's words into another.
    """
    return (*(folder / locale for folder in folders), *folders)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFile:
    """One story: its head, the Jinja source of its blocks, and where it was found."""

    template: Template
    source: str
    path: Path


class Catalogue:
    """The stories and labels of one locale. Raises `BrokenTemplates` if any head is unreadable."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,), locale: str = BASE) -> None:
        self.folders = tuple(folders)
        self.locale = locale
        self._base = {} if locale == BASE else _heads(self.folders)
        self.labels: Labels
        self.labels, problems = read_labels(self.folders, locale)
        stories = self._read_all([*problems, *self._pieces()])
        self._stories = {s.template.name: s for s in sorted(stories, key=_night)}

    @property
    def search_path(self) -> tuple[Path, ...]:
        """Where partials and layouts are looked for."""
        return search_path(self.folders, self.locale)

    @property
    def stories(self) -> tuple[StoryFile, ...]:
        """All stories, in the order of the night."""
        return tuple(self._stories.values())

    def story(self, name: str) -> StoryFile:
        """Return one story, or raise `Refusal` ``no_such_template``."""
        if name not in self._stories:
            usable = ", ".join(one.template.name for one in self.stories if one.template.planned is None)
            raise Refusal(
                "no_such_template",
                f"There is no template “{name}”. There are: {usable}.",
                field="template",
            )
        return self._stories[name]

    def _read_all(self, problems: list[str]) -> list[StoryFile]:
        found: dict[str, StoryFile] = {}
        shared = self._fields(problems)
        for folder in reversed(self.folders):
            for path in sorted((folder / self.locale).glob("*/*.j2")):
                if path.parent.name.startswith("_"):
                    continue
                name = f"{path.parent.name}/{path.stem}"
                try:
                    text = path.read_text(encoding="utf-8")
                    template, source = read(name, text, shared, self._base.get(name))
                    if wrong := faults.hidden(text):
                        problems.append(f"{path}, {wrong}")
                except Trouble as trouble:
                    problems.append(f"{path}, {trouble}")
                    continue
                except (UnicodeDecodeError, OSError) as fault:
                    problems.append(f"{path}, {faults.unreadable(fault)}")
                    continue
                found[name] = StoryFile(template=template, source=source, path=path)
        if not any(path for folder in self.folders for path in (folder / self.locale).glob("*/*.j2")):
            searched = " and ".join(str(f / self.locale) for f in self.folders)
            problems = [
                f"there are no words in “{self.locale}”: {searched} holds none. Write them in a folder of your own "
                "(TEMPLATES_DIR), or take the language out where it is asked for."
            ]
        if problems:
            raise BrokenTemplates(problems)
        return list(found.values())

    def _fields(self, problems: list[str]) -> Mapping[str, FieldSpec]:
        """Return the questions that heads may name: the language's own before those of the base language."""
        found: dict[str, FieldSpec] = {}
        for path in (
            f / locale / "fields.yaml" for locale in dict.fromkeys((BASE, self.locale)) for f in reversed(self.folders)
        ):
            if not path.is_file():
                continue
            try:
                found |= read_fields(path.read_text(encoding="utf-8"))
            except Trouble as trouble:
                problems.append(f"{path}, {trouble}")
            except (UnicodeDecodeError, OSError) as fault:
                problems.append(f"{path}, {faults.unreadable(fault)}")
        return found

    def _pieces(self) -> list[str]:
        """Return what is wrong with pieces and layouts that nobody could read: Jinja would not say which file it is."""
        problems = []
        for folder, kind in product(self.search_path, ("_partials", "_layouts")):
            for path in sorted((folder / kind).glob("*.j2")):
                try:
                    if wrong := faults.hidden(path.read_text(encoding="utf-8")):
                        problems.append(f"{path}, {wrong}")
                except (UnicodeDecodeError, OSError) as fault:
                    problems.append(f"{path}, {faults.unreadable(fault)}")
        return problems


def _unread(path: Path) -> bool:
    """Say whether a file stands where stories do, under a name by which nobody asks for it."""
    if len(path.parts) != 3 or path.parts[1].startswith("_"):
        return False
    language, scenario, _ = path.parts
    return not (_LANGUAGE.fullmatch(language) and _CALLED.fullmatch(scenario) and _CALLED.fullmatch(path.stem))


def _heads(folders: Sequence[Path]) -> Mapping[str, Template]:
    return {story.template.name: story.template for story in Catalogue(folders).stories}


def _night(story: StoryFile) -> tuple[int, str, int, str]:
    template = story.template
    scenario = template.scenario
    place = _SCENARIOS.index(scenario) if scenario in _SCENARIOS else len(_SCENARIOS)
    return place, scenario, _NIGHT.index(template.planned or template.stage), template.name
