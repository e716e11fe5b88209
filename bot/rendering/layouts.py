"""Laying a story out for an outlet: the only place where markup is put around words.

`<stem>.<part>.j2` in `_layouts/` makes the part of that name; "html" is escaped as HTML, "json" is written as
JSON values, everything else is plain text. It refuses to guess: a layout that asks for something unknown fails,
and JSON is read back before anybody gets it. No part ends in a line break.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.rendering.labels import Labels
from bot.rendering.sandbox import Escaper, as_html, as_json, as_text, sandbox
from bot.rendering.shortening import SHORTER
from bot.rendering.words import one_line, sentence

# Parts that are one line wherever they are used: a line break there could forge an e-mail header.
LINES = frozenset({"subject", "headline"})
# Layouts that only our own people read. No other is ever given what is written for inside.
INSIDE = frozenset({"internal"})
_ORDER = ("subject", "headline", "text", "body", "html", "json")
_FILE = re.compile(r"([a-z0-9-]+)\.([a-z0-9]+)\.j2")


@dataclass(frozen=True, slots=True)
class _Writing:
    """How parts of one sort are written: each value's escaper, and the tidying of the whole."""

    escaper: Escaper
    tidy: Callable[[str], str]


def _tidy_text(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _tidy_line(text: str) -> str:
    return SHORTER.join(one_line(way) for way in text.split(SHORTER))


def _tidy_html(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def _tidy_json(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


_TEXT = _Writing(as_text, _tidy_text)
_LINE = _Writing(as_text, _tidy_line)
_HTML = _Writing(as_html, _tidy_html)
_JSON = _Writing(as_json, _tidy_json)


class Layouts:
    """The layouts found on a search path, an earlier place overriding a later one."""

    def __init__(self, search_path: tuple[Path, ...], labels: Labels) -> None:
        self._environments = {w.escaper: sandbox(search_path, w.escaper) for w in (_TEXT, _HTML, _JSON)}
        for environment in self._environments.values():
            environment.globals |= {"labels": labels, "shorter": SHORTER}
            environment.filters["sentence"] = sentence
        files = {path.name for place in search_path for path in (place / "_layouts").glob("*.j2")}
        found = sorted(match.groups() for name in files if (match := _FILE.fullmatch(name)))
        self._parts: dict[str, tuple[str, ...]] = {}
        for stem, part in sorted(found, key=lambda pair: _customary(pair[1])):
            self._parts[stem] = (*self._parts.get(stem, ()), part)

    @property
    def stems(self) -> tuple[str, ...]:
        """The outlets that there are layouts for."""
        return tuple(sorted(self._parts))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that a layout can include."""
        return tuple(self._environments[as_text].list_templates())

    def parts(self, stem: str) -> tuple[str, ...]:
        """Return the names of the parts of an outlet's rendition; empty if there is no layout `stem`."""
        return self._parts.get(stem, ())

    def lay_out(self, stem: str, values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        """Return every part of an outlet's rendition, by name. Raises jinja2.TemplateError, ValueError."""
        return tuple((part, self._write(f"{stem}.{part}.j2", _writing(part), values)) for part in self.parts(stem))

    def plain_text(self, values: Mapping[str, object]) -> str:
        """Return the whole update as plain text, the same for every outlet that needs it."""
        return self._write("_text.j2", _TEXT, values)

    def page(self, values: Mapping[str, object]) -> str:
        """Return the status page around the updates in it."""
        template = self._environments[as_html].get_template("_layouts/status.page.html.j2")
        return template.render(values)

    def _write(self, file: str, writing: _Writing, values: Mapping[str, object]) -> str:
        template = self._environments[writing.escaper].get_template(f"_layouts/{file}")
        return writing.tidy(template.render(values))


def _writing(part: str) -> _Writing:
    if part in LINES:
        return _LINE
    return {"html": _HTML, "json": _JSON}.get(part, _TEXT)


def _customary(part: str) -> tuple[int, str]:
    return (_ORDER.index(part) if part in _ORDER else len(_ORDER), part)
