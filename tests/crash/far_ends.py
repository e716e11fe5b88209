"""The far ends of the outlets, which survive every death, and their troubles, which the seed plans.

Each keeps what it took, in order. `End` is the far end; `Way` is the outlet as one process has it.
"""

import random
from dataclasses import dataclass, field

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.ports import Limits, OutcomeUnknown, Receipt, Refused, Speaks, Unavailable
from tests.crash.history import Arrival, History

# How one attempt may go wrong. "late" arrives only when the next one asks: replies and requests overtake each other.
_ANYWHERE = ("429", "down", "lost before", "lost after", "hang")
_IDEMPOTENT = ("twice", "late")


@dataclass
class End:
    """Where one outlet leads. `troubles`: number of the attempt -> what goes wrong with it."""

    name: str
    label: str
    kind: OutletKind
    count: int
    history: History
    troubles: dict[int, str] = field(default_factory=dict)
    refuses: str = ""
    taken: list[Arrival] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    asked: int = 0
    late: list[tuple[Recipient, str, str]] = field(default_factory=list)

    @property
    def rehearsal(self) -> bool:
        """Whether it takes drills alone, and reaches no customer."""
        return self.name.startswith(REHEARSAL)

    @property
    def of(self) -> str:
        """The outlet that it is, or that it stands in for in drills: "email"."""
        return self.name.removeprefix(REHEARSAL)

    def plan(self, rng: random.Random, most: int) -> None:
        """Plan at most so many troubles among the first attempts."""
        kinds = _ANYWHERE + (_IDEMPOTENT if self.kind is OutletKind.IDEMPOTENT else ())
        for _ in range(rng.randrange(most + 1)):
            self.troubles[rng.randrange(self.count * 4)] = rng.choice(kinds)

    def take(self, recipient: Recipient, key: str, rendition: str) -> None:
        """Accept a text."""
        again = self.kind is OutletKind.IDEMPOTENT and key in self.keys
        self.keys.add(key)
        arrival = Arrival(self.name, self.kind, recipient.id, key, rendition, again, self.rehearsal)
        self.taken.append(arrival)
        self.history.add(arrival)

    async def deliver(self, recipient: Recipient, key: str, rendition: str) -> Receipt:
        """Take it, or be in trouble."""
        for late in self.late:
            self.take(*late)
        self.late.clear()
        trouble = self.troubles.pop(self.asked, "")
        self.asked += 1
        if recipient.id == self.refuses:
            raise Refused("nobody of this name")
        if trouble in ("429", "down"):
            raise Unavailable("it asks to come later", 20.0 if trouble == "429" else None)
        if trouble == "late":
            self.late.append((recipient, key, rendition))
        if trouble in ("lost before", "hang", "late"):
            raise OutcomeUnknown("the reply was lost")
        self.take(recipient, key, rendition)
        if trouble == "twice":
            self.take(recipient, key, rendition)
        if trouble == "lost after":
            raise OutcomeUnknown("the reply was lost")
        return Receipt(reference="taken")


REHEARSAL = "rehearsal-"
# As the real ones do.
_SPEAK = {"email": Speaks.OWN, "status": Speaks.EACH}


class Way:
    """An outlet of one process, to an end. Implements `ports.Outlet`."""

    envelope: tuple[str, ...] = ()

    def __init__(self, end: End) -> None:
        self._end = end
        self.name, self.label, self.layout, self.kind = end.name, end.label, end.of, end.kind
        self.destination, self.rehearsal = f"{end.name}:here", end.rehearsal
        self.speaks = _SPEAK.get(end.of, Speaks.BASE)
        self.limits = Limits(parts={}, parallel=2)

    async def recipients(self) -> tuple[Recipient, ...]:
        """The list as it is now: every other one asked for French."""
        return tuple(
            Recipient(id=f"{self.name}-{n}", address=f"{n}@example.com", locale="fr" if n % 2 else "")
            for n in range(self._end.count)
        )

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Deliver to one recipient."""
        return await self._end.deliver(recipient, key, rendition.sha256)

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        """Look among what arrived."""
        return key in self._end.keys

    async def check(self) -> str:
        """Nobody asks."""
        raise AssertionError

    async def aclose(self) -> None:
        """Nothing is open."""
