"""The incident: one document with its roles, its channel and its updates.

Records and the questions that they answer from their own state. Changing one is the business of the modules
named after the verbs (`lifecycle`, `drafting`, `approval`, `delivery` and others).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.checklist import StepRequest, Tick
from bot.domain.facts import Stage
from bot.domain.party import PartyWord
from bot.domain.promise import Promise
from bot.domain.refusals import Refusal
from bot.domain.telling import Telling
from bot.domain.update import MessageRef, Update, UpdateState


class Severity(StrEnum):
    """Internal rank; SEV1 is the worst."""

    SEV1 = "SEV1"
    SEV2 = "SEV2"
    SEV3 = "SEV3"
    SEV4 = "SEV4"


def severities_in_words(severities: Collection[Severity]) -> str:
    """Return how a plan's severities read: "SEV1, SEV2", or "every severity"."""
    return "every severity" if set(severities) == set(Severity) else ", ".join(severities)


class Role(StrEnum):
    """Who does what; one person each."""

    COMMANDER = "commander"
    COMMUNICATIONS = "communications"
    SUPPORT = "support"
    SCRIBE = "scribe"


ROLE_NAMES: Mapping[Role, str] = {
    Role.COMMANDER: "Incident commander",
    Role.COMMUNICATIONS: "Communications lead",
    Role.SUPPORT: "Support lead",
    Role.SCRIBE: "Scribe",
}


class Step(StrEnum):
    """A step of opening the channel. Each may fail without stopping the others."""

    CREATE = "create"
    INVITE = "invite"
    TOPIC = "topic"
    BOOKMARK = "bookmark"
    CARD = "card"
    PIN = "pin"
    ANNOUNCE = "announce"
    STORY = "story"


class Listing(StrEnum):
    """A message below the card that is drawn again and again, and posted once in a channel."""

    RUNBOOK = "runbook"
    ROLL_CALL = "roll_call"


class Loss(StrEnum):
    """Why the incident's channel cannot be used."""

    ARCHIVED = "archived"
    DELETED = "deleted"
    REMOVED = "removed"  # the bot, from the channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The incident's own Slack channel, known by id, and how far opening it has come.

    Attributes:
        done: steps that need no further try.
        problems: what failed, by step, as a sentence that the card shows.
        story: how many timeline entries are told in one message because they are older than the channel; 0: none.
        lost: why it cannot be used just now, or None.
        former: ids of channels that it took the place of.
        private: it is a private channel in Slack, and stays one.
        members: user ids of those in it, as far as is known; kept for private channels only.
        veiled: what Clarion posted where others read it, and draws without saying what the incident is.
        ordered: lists whose one job has been added.
        runbook: the message with the steps to tick off.
        roll_call: the message in which parties say that they are told, ready, or standing by.
    """

    id: str = ""
    name: str = ""
    done: frozenset[Step] = frozenset()
    problems: Mapping[Step, str] = field(default_factory=dict)
    card: MessageRef | None = None
    announcement: MessageRef | None = None
    invited: frozenset[str] = frozenset()
    story: int = 0
    lost: Loss | None = None
    former: tuple[str, ...] = ()
    private: bool = False
    members: frozenset[str] = frozenset()
    veiled: tuple[MessageRef, ...] = ()
    ordered: frozenset[Listing] = frozenset()
    runbook: MessageRef | None = None
    roll_call: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A role that the severity asks for and that nobody has taken on yet: people are asked for it (R3, R9).

    Attributes:
        since: UTC; it tells this search from an earlier one for the same role.
        asked: user ids of those asked by direct message, in order; the holder, who was told, is none of them.
        asked_at: when the last of them was asked.
        declined: those of them who cannot, or cannot be reached, and whoever gave the role away.
    """

    since: datetime
    asked: tuple[str, ...] = ()
    asked_at: datetime | None = None
    declined: frozenset[str] = frozenset()


class EndKind(StrEnum):
    """How an incident ended."""

    RESTORED = "restored"  # the restored notice was published
    WAIVED = "waived"  # something was published, and the notice was waived with a reason
    QUIET = "quiet"  # nothing was ever published
    FALSE_ALARM = "false_alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Who ended the incident, when and how. `reason` is given when the notice is waived."""

    kind: EndKind
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A language in which customers heard and nobody can be told any more: who said so, when (UTC), and why."""

    locale: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An unplanned disruption with a declared start.

    `number` is given by the storage when it is created and counts up in a workspace; `version` is the
    storage's and grows by one with each commit. `private`: only who works on it knows of it, and nothing of it is
    published; `reclassified` counts how often that changed, and every approval is bound to it.
    `accepted`: the roles whose holder has said yes, or took them; `searches`: those that somebody is still asked for.
    `ticks` and `requests` are steps of runbooks that are done, or wait for somebody's approval; `parties` is what
    parties said last. `left_out`: the languages that neither the end nor a correction waits for, newest last.
    """

    id: str
    workspace: str
    title: str
    impact: str
    severity: Severity
    stage: Stage
    components: tuple[str, ...]
    declared_by: str
    declared_at: datetime
    declared_in: str = ""
    roles: Mapping[Role, str] = field(default_factory=dict)
    accepted: frozenset[Role] = frozenset()
    searches: Mapping[Role, Search] = field(default_factory=dict)
    channel: Channel = field(default_factory=Channel)
    updates: tuple[Update, ...] = ()
    tellings: tuple[Telling, ...] = ()
    tickets: tuple[str, ...] = ()
    ticks: tuple[Tick, ...] = ()
    requests: tuple[StepRequest, ...] = ()
    parties: tuple[PartyWord, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    drill: bool = False
    private: bool = False
    reclassified: int = 0
    ended: Ending | None = None
    number: int = 0
    version: int = 0

    @property
    def name(self) -> str:
        """How people call it, such as "INC-12"."""
        return f"INC-{self.number}"

    @property
    def marks(self) -> tuple[str, ...]:
        """What everybody must know of it wherever it is named: "PRIVATE", "DRILL", both or neither."""
        return tuple(word for word, so in (("PRIVATE", self.private), ("DRILL", self.drill)) if so)

    @property
    def called(self) -> str:
        """Its name with its marks: "PRIVATE INC-12", "DRILL INC-12"."""
        return " ".join((*self.marks, self.name))

    @property
    def open(self) -> bool:
        """Whether it still goes on."""
        return self.ended is None

    @property
    def told_customers(self) -> bool:
        """Whether something was published, or is on its way: then the end must be told too (R28)."""
        return any(u.live for u in self.updates)

    @property
    def standing(self) -> Update | None:
        """The approved update that customers were told last, or are being told now."""
        live = [u for u in self.updates if u.live and u.approved]
        return max(live, key=lambda u: (u.approved.at, u.number) if u.approved else (self.declared_at, 0), default=None)

    @property
    def told_stage(self) -> Stage:
        """The stage that customers were told last and are to believe: a restored notice that was stopped is none."""
        live = [u for u in self.updates if u.live and u.approved and not (u.stopped_by and u.stage is Stage.RESOLVED)]
        last = max(live, key=lambda u: (u.approved.at, u.number) if u.approved else (self.declared_at, 0), default=None)
        return last.stage if last else Stage.INVESTIGATING

    @property
    def left_current(self) -> bool:
        """Whether it is over, but what customers read last does not say so: the status page shows it as current."""
        told = self.standing
        return self.ended is not None and not self.private and told is not None and told.stage is not Stage.RESOLVED

    @property
    def promise(self) -> Promise | None:
        """What is owed to customers now: the standing update's next time. None once resolved or ended."""
        update = self.standing
        if update is None or update.approved is None or self.ended is not None:
            return None
        due = update.latest.facts.next_update_by
        return Promise(update_id=update.id, made=update.approved.at, due=due) if due else None

    def update(self, update_id: str) -> Update:
        """Return one update, or raise `Refusal` ``no_such_update``."""
        for update in self.updates:
            if update.id == update_id:
                return update
        raise Refusal("no_such_update", f"{self.name} has no such update. Open its card and try from there.")

    def with_update(self, changed: Update) -> "Incident":
        """Return the incident with one update put in place of its older self, or added at the end."""
        if all(u.id != changed.id for u in self.updates):
            return replace(self, updates=(*self.updates, changed))
        return replace(self, updates=tuple(changed if u.id == changed.id else u for u in self.updates))

    def holds(self, user: str, *roles: Role) -> bool:
        """Say whether `user` holds one of `roles`."""
        return any(self.roles.get(role) == user for role in roles)

    def age(self, now: datetime) -> timedelta:
        """Return how long it has gone on, or went on."""
        return (self.ended.at if self.ended else now) - self.declared_at

    def waiting(self) -> tuple[Update, ...]:
        """Return the updates that somebody has to approve or reject."""
        return tuple(u for u in self.updates if u.state is UpdateState.SUBMITTED)
