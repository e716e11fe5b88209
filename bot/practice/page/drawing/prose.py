"""The `markdown` block: standard Markdown as HTML.

Source: Slack docs, "Markdown block". It refuses raw HTML, pictures and every address that is not live.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.practice.page.drawing.links import is_live


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is markdown-it's
        return is_live(url)


_READER = _Reader("commonmark", {"html": False, "breaks": True}).enable(["strikethrough", "table"]).disable("image")


def prose(text: str) -> Markup:
    """Return Markdown as HTML; what is no Markdown is escaped words."""
    return Markup(_READER.render(text))  # noqa: S704 - markdown-it escapes: its raw HTML is turned off above
