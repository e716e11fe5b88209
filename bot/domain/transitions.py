"""The tables of moves: from where to where an update, a delivery, an incident and a job may go, and by what.

Each rule decides by itself whether it may happen now; whoever then writes a new state asks here for it. It refuses
to be a second opinion on permissions, times or digests: a move that no table has is a fault of the rules, not of a
person. The diagrams in `README.md` are drawn from these tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bot.domain.facts import Stage
from bot.domain.incident import EndKind
from bot.domain.job import JobPlace
from bot.domain.update import DeliveryState, UpdateState

State = TypeVar("State", bound=StrEnum)
# One of the states, by its own type: an incident goes through stages to an end of another kind.
Target = TypeVar("Target", bound=StrEnum)


class NoSuchMove(Exception):
    """A rule wanted to go where its table does not lead. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Move(Generic[State]):
    """One arrow: from, to, and what makes it happen, in words."""

    before: State
    after: State
    by: str


@dataclass(frozen=True, slots=True)
class Table(Generic[State]):
    """All moves of one kind of thing, and where it begins."""

    begins: tuple[State, ...]
    moves: tuple[Move[State], ...]

    def to(self, before: State, after: Target) -> Target:
        """Return `after`. Raises NoSuchMove if there is no arrow to it."""
        if not self.leads(before, after):
            raise NoSuchMove(f"{before} -> {after}")
        return after

    def leads(self, before: State, after: StrEnum) -> bool:
        """Say whether there is an arrow."""
        return any(move.before is before and move.after is after for move in self.moves)

    @property
    def ends(self) -> tuple[State, ...]:
        """The states that nothing leads out of, in order of appearance."""
        left = {move.before for move in self.moves}
        return tuple(dict.fromkeys(move.after for move in self.moves if move.after not in left))


UPDATES: Table[UpdateState] = Table(
    (UpdateState.DRAFT,),
    (
        Move(UpdateState.DRAFT, UpdateState.SUBMITTED, "submitted"),
        Move(UpdateState.DRAFT, UpdateState.WITHDRAWN, "the incident became private"),
        Move(UpdateState.SUBMITTED, UpdateState.SUBMITTED, "edited"),
        Move(UpdateState.SUBMITTED, UpdateState.REJECTED, "rejected, with a reason"),
        Move(UpdateState.REJECTED, UpdateState.SUBMITTED, "edited"),
        Move(UpdateState.SUBMITTED, UpdateState.PUBLISHING, "approved"),
        Move(UpdateState.SUBMITTED, UpdateState.APPROVED, "approved alone"),
        Move(UpdateState.APPROVED, UpdateState.PUBLISHING, "the delay is over"),
        Move(UpdateState.APPROVED, UpdateState.WITHDRAWN, "stopped, or the incident ended or became private"),
        Move(UpdateState.APPROVED, UpdateState.SUPERSEDED, "a newer one was approved"),
        Move(UpdateState.SUBMITTED, UpdateState.WITHDRAWN, "taken back, or the incident ended or became private"),
        Move(UpdateState.REJECTED, UpdateState.WITHDRAWN, "taken back"),
        Move(UpdateState.PUBLISHING, UpdateState.PUBLISHED, "ended, and somebody may have it"),
        Move(UpdateState.PUBLISHING, UpdateState.WITHDRAWN, "ended, and nobody has it"),
        Move(UpdateState.PUBLISHING, UpdateState.SUPERSEDED, "overtaken before anybody had it"),
        Move(UpdateState.PUBLISHED, UpdateState.PUBLISHING, "sent again to the unknown"),
        Move(UpdateState.PUBLISHING, UpdateState.PUBLISHING, "sent again to the unknown"),
    ),
)

DELIVERIES: Table[DeliveryState] = Table(
    (DeliveryState.QUEUED,),
    (
        Move(DeliveryState.QUEUED, DeliveryState.SENDING, "a worker begins"),
        Move(DeliveryState.SENDING, DeliveryState.QUEUED, "to be tried again"),
        Move(DeliveryState.QUEUED, DeliveryState.QUEUED, "to be tried again"),
        Move(DeliveryState.SENDING, DeliveryState.SETTLED, "every recipient has an outcome"),
        Move(DeliveryState.QUEUED, DeliveryState.SETTLED, "stopped, overtaken or too late"),
        Move(DeliveryState.SETTLED, DeliveryState.QUEUED, "sent again to the unknown"),
    ),
)


def _incidents() -> tuple[Move[Stage | EndKind], ...]:
    """Return the moves of an incident: between stages as people say, and from every stage to each end."""
    told: list[Move[Stage | EndKind]] = []
    for before in Stage:
        for after in Stage:
            by = "set, or approved with an update"
            if after is Stage.RESOLVED:
                by = "the restored notice is approved"
            elif after is before:
                by = "an update is approved"
            told.append(Move(before, after, by))
    ends = {
        EndKind.QUIET: "resolved, and nothing was published",
        EndKind.FALSE_ALARM: "closed, and nothing was published",
        EndKind.WAIVED: "the restored notice is waived, with a reason",
        EndKind.RESTORED: "the restored notice is delivered",
    }
    told += [Move(before, after, by) for after, by in ends.items() for before in Stage]
    return tuple(told)


INCIDENTS: Table[Stage | EndKind] = Table((Stage.INVESTIGATING,), _incidents())

JOBS: Table[JobPlace] = Table(
    (JobPlace.LATER, JobPlace.QUEUED),
    (
        Move(JobPlace.LATER, JobPlace.QUEUED, "its time has come, or it is wanted at once"),
        Move(JobPlace.QUEUED, JobPlace.HELD, "a worker takes it"),
        Move(JobPlace.HELD, JobPlace.HELD, "its holder fell silent, and another takes it"),
        Move(JobPlace.HELD, JobPlace.LATER, "to be looked at again"),
        Move(JobPlace.HELD, JobPlace.DONE, "done"),
        Move(JobPlace.HELD, JobPlace.ASIDE, "it took three workers down, or failed three times"),
    ),
)


def drawn(table: Table[State], together: Sequence[State] = (), name: str = "") -> str:
    """Return the table as a Mermaid state diagram; `together` are drawn inside one box called `name`.

    What leads out of all of them with the same words is one arrow out of the box.
    """
    arrows: dict[tuple[str, str, str], None] = {}
    for move in table.moves:
        alike = {m.before for m in table.moves if (m.after, m.by) == (move.after, move.by)}
        outward = bool(together) and move.after not in together and set(together) <= alike
        arrows[name if outward else move.before.value, move.after.value, move.by] = None
    inside = {state.value for state in together}
    lines = ["stateDiagram-v2", *(f"    [*] --> {begin}" for begin in table.begins)]
    if together:
        lines += [f"    state {name} {{", *(f"        {_arrow(*a)}" for a in arrows if {a[0], a[1]} <= inside), "    }"]
    lines += [f"    {_arrow(*a)}" for a in arrows if not {a[0], a[1]} <= inside]
    return "\n".join([*lines, *(f"    {end} --> [*]" for end in table.ends)])


def _arrow(before: str, after: str, by: str) -> str:
    return f"{before} --> {after}: {by}"
