"""The `markdown` block: standard Markdown as HTML.

Source: Slack docs, "Markdown block". It refuses raw HTML, pictures and every address that is not live.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from bot.practice.page.drawing.links import is_live


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is markdown-it's
        return is_live(url)


def _outside(reader: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """Links leave the page where it is."""
    tokens[at].attrs.update({"target": "_blank", "rel": "noopener noreferrer"})
    return str(reader.renderToken(tokens, at, options, env))


_READER = _Reader("commonmark", {"html": False, "breaks": True}).enable(["strikethrough", "table"]).disable("image")
_READER.add_render_rule("link_open", _outside)


def prose(text: str) -> Markup:
    """Return Markdown as HTML; what is no Markdown is escaped words."""
    return Markup(_READER.render(text))  # noqa: S704 - markdown-it escapes: its raw HTML is turned off above
