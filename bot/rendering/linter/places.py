"""Which places of a text are taken: asked and answered in the time that the asked words are long.

It refuses to remember by whom: whoever needs that keeps the findings.
"""

from collections.abc import Iterable

Span = tuple[int, int]


class Places:
    """The characters of a text, and whether something has been found there."""

    def __init__(self, text: str, taken: Iterable[Span] = ()) -> None:
        self._taken = bytearray(len(text))
        for span in taken:
            self.take(span)

    def take(self, span: Span) -> None:
        """Say that something stands here."""
        start, end = span
        self._taken[start:end] = b"\x01" * (end - start)

    def free(self, span: Span) -> bool:
        """Say whether nothing stands anywhere in it."""
        return self._taken.find(1, *span) < 0

    def full(self, span: Span) -> bool:
        """Say whether something stands everywhere in it."""
        return self._taken.find(0, *span) < 0
