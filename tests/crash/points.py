"""Where a process may die: before and after each effect, as the code lists them; and what a history is called."""

from dataclasses import dataclass

from bot.ports import effects

MOMENTS = ("before", "after")


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """Death `moment` ("before" or "after") the effect, such as "attempts.record"."""

    effect: str
    moment: str

    def __str__(self) -> str:
        """The name that is printed, and read by `named`."""
        return f"{self.moment}:{self.effect}"


def named(text: str) -> Point:
    """Read a point's name. Raises ValueError for one that the code does not list."""
    moment, _, effect = text.partition(":")
    point = Point(effect, moment)
    if point not in POINTS:
        raise ValueError(f"{text!r} is no point; there are: {', '.join(map(str, POINTS))}")
    return point


POINTS: tuple[Point, ...] = tuple(Point(effect, moment) for effect in effects.names() for moment in MOMENTS)


@dataclass(frozen=True, slots=True)
class Name:
    """What a history is called: "17/before:attempts.record+after:held.done"."""

    seed: int
    points: tuple[Point, ...]

    def __str__(self) -> str:
        """For the command line."""
        return f"{self.seed}/{'+'.join(map(str, self.points))}"

    @classmethod
    def read(cls, text: str) -> "Name":
        """Read it back. Raises ValueError."""
        seed, _, points = text.partition("/")
        return cls(int(seed), tuple(named(one) for one in points.split("+") if one))
