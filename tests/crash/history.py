"""What happened, in order: the only thing that the checker reads besides what is recorded at the end."""

from dataclasses import dataclass, field

from bot.domain.incident import Incident
from bot.domain.update import OutletKind


@dataclass(frozen=True, slots=True)
class Commit:
    """An incident as a commit left it (or as it was found, by a commit that changed nothing)."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class Begin:
    """The answer of the ledger to "may I send?"."""

    update: str
    outlet: str
    recipient: str
    round: int
    answer: str
    version: int
    by: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text that a far end took. `rendition` is the SHA-256 of the bytes that came, hex."""

    outlet: str
    kind: OutletKind
    recipient: str
    key: str
    rendition: str
    again: bool  # an idempotent end has had this key before: it changes nothing there
    rehearsal: bool = False  # the end reaches no customer


@dataclass(frozen=True, slots=True)
class Pressed:
    """A person's decision, as they made it. `digest` is what the button they pressed carried."""

    who: str
    what: str
    update: str
    digest: str
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A person has had the answer to `pressed`. `refused`: it said no, or that it is not known yet."""

    pressed: Pressed
    refused: bool


@dataclass(frozen=True, slots=True)
class Died:
    """A process died, "before" or "after" it had this effect."""

    who: str
    effect: str
    moment: str


Event = Commit | Begin | Arrival | Pressed | Answered | Died


@dataclass
class History:
    """`events` are for the checker; `trace` names every effect and death, to compare two runs of one history."""

    events: list[Event] = field(default_factory=list)
    trace: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Write down what happened just now."""
        self.events.append(event)
