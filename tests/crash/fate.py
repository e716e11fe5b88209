"""Where processes are to die: one history's way through a tree of deaths.

Histories with the same seed and plot are the same until the first of them has a death that the others have not. So
they are played together: a tree says at which n-th time of which point somebody dies, and which histories end there.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.crash.points import Name, Point

# A point, and at which n-th time (from 0, counted since the death before) it strikes.
Place = tuple[Point, int]


@dataclass
class Ahead:
    """What is still to come. `names`: histories that have no more deaths. `further`: where others have another one."""

    names: list[Name] = field(default_factory=list)
    further: dict[Place, "Ahead"] = field(default_factory=dict)

    def plant(self, name: Name, places: Sequence[Place]) -> "Ahead":
        """Add a history that has deaths at these places, one after the other; return this."""
        here = self
        for place in places:
            here = here.further.setdefault(place, Ahead())
        here.names.append(name)
        return self

    def all(self) -> Iterator[Name]:
        """Every history that still goes this way."""
        yield from self.names
        for ahead in self.further.values():
            yield from ahead.all()


@dataclass
class Fate:
    """What is to happen, and what did. `split`: asked at each death whether it is to be followed here.

    Without it every death that comes is followed, so only one history is played.
    """

    ahead: Ahead
    split: Callable[[], bool] = lambda: True
    met: list[Point] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    haunted: str = ""
    deaths: int = 0
    _come: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def over(self) -> bool:
        """Whether nobody wants to know how this goes on."""
        return not self.ahead.names and not self.ahead.further

    def haunt(self, jobs: str, times: int) -> None:
        """The first job whose id begins so takes down whoever takes it, so many times."""
        self.ghosts = [jobs] * times

    def takes_down(self, job_id: str) -> bool:
        """Say whether taking this job is the end of a process."""
        if not self.ghosts or not job_id.startswith(self.haunted or self.ghosts[0]):
            return False
        self.haunted = job_id
        self.deaths += 1
        self.ghosts.pop()
        return True

    def strikes(self, effect: str, moment: str) -> bool:
        """Say whether whoever is here now dies."""
        point, times = Point(effect, moment), self._come[effect, moment]
        self._come[effect, moment] += 1
        ahead = self.ahead.further.pop((point, times), None)
        if ahead is None or not self.split():
            return False
        self.ahead = ahead
        self._come.clear()
        self.deaths += 1
        self.met.append(point)
        return True
