"""What is wrong with a plan's file, so that it cannot be used: line, field, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing. `line` counts from 1; `field` is where it stands, such as "approval, item 1, quorum"; "" for none."""

    line: int
    field: str
    sentence: str

    def placed(self, file: str) -> str:
        """Return it in one line, as an editor understands it."""
        where = f"{self.field}: " if self.field else ""
        return f"{file}, line {self.line}: {where}{self.sentence}"


class BrokenPlan(ValueError):
    """The plan cannot be used. Carries every mistake, what causes others before them."""

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        super().__init__("The plan needs attention:\n" + "\n".join(f"- {one.placed(file)}" for one in mistakes))
        self.file = file
        self.mistakes = tuple(mistakes)
