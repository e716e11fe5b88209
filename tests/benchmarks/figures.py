"""What was measured, and the table it is shown in."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line. `ratio` is value / floor; `met` None: there is no target, it is for the record.

    `problems` are wrong answers, not slow ones: with any of them the figure counts for nothing.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    target: str = ""
    met: bool | None = None
    problems: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def verdict(self) -> str:
        if self.problems:
            return "WRONG"
        return {None: "", True: "met", False: "NOT MET"}[self.met]

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "verdict": self.verdict}


@dataclass(frozen=True)
class Limit:
    """A target: `most` or `least`, of the ratio to the floor or of the value itself."""

    most: float | None = None
    least: float | None = None
    of_ratio: bool = True

    def met(self, value: float, floor: float | None) -> bool:
        measured = value / floor if self.of_ratio and floor else value
        return (self.most is None or measured <= self.most) and (self.least is None or measured >= self.least)

    def __str__(self) -> str:
        bound = f"at most {self.most:g}" if self.most is not None else f"at least {self.least:g}"
        return f"{bound} × floor" if self.of_ratio else bound


def judged(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    limit: Limit | None = None,
    problems: Sequence[str] = (),
) -> Figure:
    """Return a figure with its verdict."""
    met = None if limit is None else limit.met(value, floor) and not problems
    target = f"{limit}" if limit is None or limit.of_ratio else f"{limit} {unit}"
    return Figure(
        name=name,
        value=value,
        unit=unit,
        floor=floor,
        target=target if limit else "",
        met=met,
        problems=tuple(problems),
    )


def show(figures: Sequence[Figure]) -> None:
    """Print the table, then what was wrong and which targets were missed."""
    table = Table("name", "value", "floor", "ratio", "target", "met or not", box=None, pad_edge=False)
    for figure in figures:
        floor = "" if figure.floor is None else f"{figure.floor:,.1f}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        table.add_row(figure.name, f"{figure.value:,.1f} {figure.unit}", floor, ratio, figure.target, figure.verdict)
    # Wide enough for the longest name, also where the output is a file.
    console = Console(width=150, highlight=False)
    console.print(table)
    for figure in figures:
        for problem in figure.problems:
            console.print(f"WRONG: {figure.name}: {problem}", markup=False)
    missed = [figure.name for figure in figures if figure.met is False]
    met = sum(figure.met is True for figure in figures)
    verdict = f"NOT MET: {'; '.join(missed)}" if missed else f"All {met} targets are met."
    console.print(verdict if figures else "Nothing was measured.", markup=False)
