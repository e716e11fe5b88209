"""Where templates run: sandboxed, strict about what is undefined, and with exactly one escaper.

Templates cannot turn escaping off or do it twice: the filters for that are taken away, and a value that went
through the escaper is marked (`__html__`) and left alone. Files are read once, so that what was checked at the
start is what is used all night.

A file of a company's own can neither run without end nor make a text that fills the memory, and says the same each
time: loops are short and at most two deep, nothing pads or multiplies words, and nothing is drawn at random.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

Escaper = Callable[[object], Markup]
_ESCAPING = ("safe", "e", "escape", "forceescape", "tojson", "xmlattr", "urlize")
# What makes words longer than they are, and what says something else each time.
_GROWING = ("center", "indent", "format", "random")
_GROWING_METHODS = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})
_LONGEST_LOOP = 1_000  # ours: a page has a few dozen passages
_DEEPEST_LOOP = 2


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


class _Bounded(ImmutableSandboxedEnvironment):
    """A sandbox in which no file runs for long."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out numbers; words are not multiplied, nor numbers raised."""
        if operator == "**" or not all(isinstance(one, int | float) for one in (left, right)):
            raise SecurityError(f"“{operator}” is for small numbers alone")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Say whether a template may ask for it."""
        if isinstance(obj, str) and attr in _GROWING_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _bind_loops(tree, 0, name, filename)
        return tree


def _bind_loops(node: nodes.Node, depth: int, name: str | None, filename: str | None) -> None:
    for child in node.iter_child_nodes():
        inside = depth + isinstance(child, nodes.For)
        if isinstance(child, nodes.For):
            if inside > _DEEPEST_LOOP or child.recursive:
                raise jinja2.TemplateSyntaxError("too many loops", child.lineno, name, filename)
            child.iter = nodes.Filter(child.iter, "_bounded", [], [], None, None, lineno=child.lineno)
        _bind_loops(child, inside, name, filename)


def _bounded(values: Iterable[Any]) -> Iterator[Any]:
    turns = iter(values)
    yield from islice(turns, _LONGEST_LOOP)
    if next(turns, None) is not None:
        raise SecurityError(f"a loop has more than {_LONGEST_LOOP:,} turns")


def sandbox(search_path: Sequence[Path], escaper: Escaper) -> jinja2.Environment:
    """Return an environment that reads templates from `search_path` and passes every value through `escaper`."""
    environment = _Bounded(
        loader=jinja2.FileSystemLoader([str(p) for p in search_path]),
        autoescape=True,
        finalize=escaper,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in (*_ESCAPING, *_GROWING):
        del environment.filters[name]
    for name in ("lipsum", "cycler"):
        del environment.globals[name]
    environment.filters["_bounded"] = _bounded
    return environment
