"""What was counted while a block ran: the registry is the process's, so tests look at differences."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.metrics.instruments import REGISTRY


class Counted:
    """The difference that a block made."""

    def __init__(self) -> None:
        self._before = self._all()

    def of(self, name: str, **labels: str) -> float:
        """By how much a sample grew since the block began."""
        key = (name, tuple(sorted(labels.items())))
        return self._all().get(key, 0.0) - self._before.get(key, 0.0)

    @staticmethod
    def _all() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        families = REGISTRY.collect()
        return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}


@contextmanager
def counting() -> Iterator[Counted]:
    """Count from here."""
    yield Counted()
