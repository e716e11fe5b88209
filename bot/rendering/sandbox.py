"""Where templates run: sandboxed, strict about what is undefined, and with exactly one escaper.

Templates cannot turn escaping off or do it twice: the filters for that are taken away, and a value that went
through the escaper is marked (`__html__`) and left alone. Files are read once, so that what was checked at the
start is what is used all night.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

Escaper = Callable[[object], Markup]
_ESCAPING = ("safe", "e", "escape", "forceescape", "tojson", "xmlattr", "urlize")


def as_text(value: object) -> Markup:
    """Escape for plain text, where nothing is live: the text itself."""
    return value if isinstance(value, Markup) else Markup(str(value))  # noqa: S704 - plain text, not HTML


def as_html(value: object) -> Markup:
    """Escape for HTML, between tags and inside quoted attributes."""
    return escape(value if isinstance(value, Markup) else str(value))


def as_json(value: object) -> Markup:
    """Write a value as JSON."""
    if isinstance(value, Markup):
        return value
    return Markup(json.dumps(value, ensure_ascii=False, default=str))  # noqa: S704 - JSON, not HTML


def sandbox(search_path: Sequence[Path], escaper: Escaper) -> jinja2.Environment:
    """Return an environment that reads templates from `search_path` and passes every value through `escaper`."""
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([str(p) for p in search_path]),
        autoescape=True,
        finalize=escaper,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in _ESCAPING:
        del environment.filters[name]
    return environment
