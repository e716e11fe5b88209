"""Draws a pane from the template in its own room. Everything in a value is escaped; a missing one is an error."""

from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


class Paper:
    """The template `<room>/<room>.html.j2` beside this file."""

    def __init__(self, room: str) -> None:
        pages = Environment(
            loader=PackageLoader("bot.practice.page", room),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        pages.filters["clock"] = clock
        pages.filters["iso"] = iso
        self._template = pages.get_template(f"{room}.html.j2")

    def draw(self, **values: Any) -> Markup:
        """Return the HTML."""
        return Markup(self._template.render(**values))  # noqa: S704 - every value in it was escaped by the template


def clock(at: float) -> str:
    """Return a time of day in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"


def iso(at: float) -> str:
    """Return the whole moment, for machines."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
