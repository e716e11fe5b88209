"""What stands beside the chat on the practice page: panes, each a small room of its own.

A pane draws itself as HTML and says when that HTML has changed; the shell of the page places it and keeps it fresh. It
refuses to reach into another pane or into the chat.
"""

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup
from starlette.routing import BaseRoute


class Pane(Protocol):
    """One pane beside the chat. `name` is part of addresses (`/pane/<name>`); `title` is for people."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def routes(self) -> Sequence[BaseRoute]:
        """Return what else it answers, below `/pane/<name>/`. Posts are JSON, as those of the whole page are."""
        ...

    async def version(self) -> str:
        """Return something cheap that is another word whenever `draw` would give another text. Asked often."""
        ...

    async def draw(self) -> Markup:
        """Return the inside of the pane, escaped and ready."""
        ...
