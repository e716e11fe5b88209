"""The whole status page: current and past incidents, each update exactly as it was approved.

It adds times, names and headings, and refuses to touch an update's own HTML: those bytes were approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from bot.domain.facts import Stage
from bot.domain.maintenance import PlannedStage
from bot.rendering.catalogue import BASE, SHIPPED, BrokenTemplates, search_path
from bot.rendering.labels import read_labels
from bot.rendering.layouts import Layouts
from bot.rendering.times import iso, moment

Entry = Mapping[str, Any]
_OVER = frozenset({Stage.RESOLVED, *(stage for stage in PlannedStage if stage.over)})


@dataclass(frozen=True, slots=True)
class _Shown:
    """One published update. `html` is the approved fragment, byte for byte."""

    html: Markup
    published_at: str
    published: str


@dataclass(frozen=True, slots=True)
class _Group:
    """One incident on the page, its newest update first."""

    anchor: str
    name: str
    over: bool
    entries: tuple[_Shown, ...]


class StatusPage:
    """Draws the page with the frame found in `folders`. Raises `BrokenTemplates`."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,), locale: str = BASE) -> None:
        self._locale = locale
        labels, problems = read_labels(folders, locale)
        if problems:
            raise BrokenTemplates(problems)
        self._moment = str(labels["moment"])
        self._layouts = Layouts(search_path(folders, locale), labels)

    def __call__(self, entries: Sequence[Entry], tongues: Sequence["Tongue"] = ()) -> str:
        """Return the page for entries with the keys incident_id, name, number, update_id, stage, headline,
        html and published_at (ISO, UTC). `tongues`: the same page in each language, if there are several."""
        newest = sorted(entries, key=_age, reverse=True)
        place = {e["incident_id"]: n for n, e in reversed(tuple(enumerate(newest)))}
        by_incident = sorted(newest, key=lambda e: place[e["incident_id"]])
        groups = [self._group(tuple(g)) for _, g in groupby(by_incident, key=lambda e: e["incident_id"])]
        return self._layouts.page(
            {
                "language": self._locale,
                "tongues": tongues,
                "current": [g for g in groups if not g.over],
                "past": [g for g in groups if g.over],
            }
        )

    def _group(self, entries: tuple[Entry, ...]) -> _Group:
        newest = entries[0]
        return _Group(
            anchor=f"incident-{newest['incident_id']}",
            name=newest["name"],
            over=newest["stage"] in _OVER,
            entries=tuple(self._shown(e) for e in entries),
        )

    def _shown(self, entry: Entry) -> _Shown:
        when = _when(entry)
        return _Shown(
            html=Markup(entry["html"]),  # noqa: S704 - the approved fragment, escaped when it was rendered
            published_at=iso(when),
            published=moment(when, ZoneInfo("UTC"), self._locale, self._moment),
        )


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the page: its code, its own name for itself, and where the page is in it."""

    code: str
    name: str
    href: str


class PageFrames:
    """Draws the page in any language, with a way to the others. A language without a frame has the common one."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._folders = tuple(folders)
        self._frames: dict[str, StatusPage] = {}

    def __call__(self, entries: Sequence[Entry], language: str, links: Sequence[tuple[str, str]] = ()) -> str:
        """Return the page; `links`: each language that there is and where the page is in it."""
        if language not in self._frames:
            self._frames[language] = self._frame(language)
        return self._frames[language](entries, [Tongue(code, own_name(code), href) for code, href in links])

    def _frame(self, language: str) -> StatusPage:
        try:
            return StatusPage(self._folders, language)
        except BrokenTemplates:  # a language that is told in no more: what was published in it stays readable
            return StatusPage(self._folders)


def own_name(code: str) -> str:
    """Return what a language calls itself: "Français". One that CLDR does not know is its code."""
    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


def _when(entry: Entry) -> datetime:
    when = datetime.fromisoformat(entry["published_at"])
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _age(entry: Entry) -> tuple[datetime, int, str]:
    return _when(entry), int(entry["number"]), str(entry["update_id"])
