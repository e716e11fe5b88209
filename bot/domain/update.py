"""An update: one customer-facing message at one stage, from first draft to last delivery.

Records, and what can be told from one of them alone. What may happen is decided in `drafting`, `approval`, `delivery`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.asking import Ask as Ask
from bot.domain.asking import MessageRef as MessageRef
from bot.domain.facts import Facts, Stage
from bot.domain.wording import Kept

# Longer texts do not fit the card beside the others: the blocks of a message take about 13,200 characters (measured).
SHOWN_ON_CARD = 1_500


class UpdateState(StrEnum):
    """Where an update is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"  # held back by the break-glass delay
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class DeliveryState(StrEnum):
    """Where one outlet's share of an approved update is."""

    QUEUED = "queued"
    SENDING = "sending"
    SETTLED = "settled"


class Outcome(StrEnum):
    """How a delivery to one recipient ended (invariant I3). EXPIRED: it never left."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class OutletKind(StrEnum):
    """What may be done when it is not known whether something arrived (failure model, second table)."""

    IDEMPOTENT = "idempotent"
    SEARCHABLE = "searchable"
    BLIND = "blind"


def canonical(value: object) -> bytes:
    """Return the one JSON spelling of `value` that digests are taken over."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """The exact text for one outlet and locale. `parts` are named texts, such as subject, text and html."""

    outlet: str
    locale: str
    parts: tuple[tuple[str, str], ...]

    def part(self, name: str) -> str:
        """Return one part's text; raises KeyError if the rendition has none of that name."""
        return dict(self.parts)[name]

    def to_bytes(self) -> bytes:
        """Return the bytes that are stored and hashed."""
        return canonical({"outlet": self.outlet, "locale": self.locale, "parts": [list(p) for p in self.parts]})

    @property
    def sha256(self) -> str:
        """The name under which the bytes are kept, hex."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One address at one outlet. `id` is stable and carries no address; it keys the outcome.

    `locale`: the language that they asked for, "" if none; the list that is stored is in one language and has none.
    """

    id: str
    address: str
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One outlet's share of a revision in one language: exactly which text goes to exactly whom.

    Attributes:
        label: how the card names the outlet, such as "E-mail".
        destination: canonical and without secrets; part of the digest.
        envelope: names of the fields the outlet adds itself (Date, signature); never user text.
        rendition: SHA-256 of the stored rendition, hex.
        length: characters a person has to read.
        recipients: SHA-256 of the stored recipient list, hex.
    """

    outlet: str
    label: str
    kind: OutletKind
    destination: str
    envelope: tuple[str, ...]
    locale: str
    rendition: str
    length: int
    recipients: str
    recipient_count: int
    rehearsal: bool = False

    @property
    def clipped(self) -> bool:
        """Whether it must be opened before approving."""
        return self.length > SHOWN_ON_CARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One author's version of an update. `digest` covers the manifest in `manifest`.

    Authors, too: `quoted`, from whose message words are, and `borrowed`, whose earlier sentences stand in it unchanged.
    """

    number: int
    author: str
    at: datetime
    facts: Facts
    planned: tuple[Planned, ...]
    digest: str
    quoted: tuple[str, ...] = ()
    borrowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request for approval of one revision; it lapses at `lapses_at` (UTC)."""

    by: str
    at: datetime
    revision: int
    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A named person, a time, a digest. `reason` is set only when the glass was broken."""

    by: str
    at: datetime
    digest: str
    reason: str = ""

    @property
    def break_glass(self) -> bool:
        """Whether an author approved alone, with a reason and a delay."""
        return bool(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outlet's share of an approved update, as it goes.

    Attributes:
        expires_at: UTC; nothing leaves after it.
        cancelled: why what has not left stays here ("stopped by <@U1>"), or "".
        tally: number of recipients by outcome, final once settled.
        note: what the last try said, for people; never secrets or customer text.
        next_try: UTC, when a retry is scheduled.
        begun: whether a first try was made, so that something may have left.
        round: how often a person said "send again" to those of unknown outcome.
        heard: once settled, the languages in which somebody has it, or may have it.
    """

    outlet: str
    state: DeliveryState = DeliveryState.QUEUED
    expires_at: datetime
    cancelled: str = ""
    tally: Mapping[Outcome, int] = field(default_factory=dict)
    note: str = ""
    next_try: datetime | None = None
    begun: bool = False
    round: int = 0
    heard: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether every recipient has an outcome."""
        return self.state is DeliveryState.SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A named person's no, with the reason."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One customer-facing message at one stage, with all its revisions.

    Attributes:
        template: file in `message_templates/<locale>/` without the ending, such as "outage/investigating".
        corrects: id of the update that this one corrects, or "".
        readings: (user, rendition SHA-256) pairs: who opened which clipped text in full.
        release_at: UTC; set while the break-glass delay runs.
        asks: the approval cards in the channel, newest last.
        kept: why words stay; in no digest, but each names one.
    """

    id: str
    number: int
    stage: Stage
    template: str
    state: UpdateState
    revisions: tuple[Revision, ...]
    submission: Submission | None = None
    approvals: tuple[Approval, ...] = ()
    rejection: Rejection | None = None
    readings: frozenset[tuple[str, str]] = frozenset()
    release_at: datetime | None = None
    deliveries: tuple[Delivery, ...] = ()
    corrects: str = ""
    asks: tuple[Ask, ...] = ()
    stopped_by: str = ""
    kept: tuple[Kept, ...] = ()

    @property
    def latest(self) -> Revision:
        """The newest revision; the only one that can be approved."""
        return self.revisions[-1]

    @property
    def authors(self) -> frozenset[str]:
        """Everyone whose words are in any revision; none of them approves (failure model 4)."""
        return frozenset(who for r in self.revisions for who in (r.author, *r.quoted, *r.borrowed))

    @property
    def approved(self) -> Approval | None:
        """The approval that took effect, or None."""
        return self.approvals[-1] if self.approvals else None

    @property
    def live(self) -> bool:
        """Whether something of it may have left or may still leave."""
        return self.state in (UpdateState.APPROVED, UpdateState.PUBLISHING, UpdateState.PUBLISHED)

    @property
    def reached(self) -> int:
        """Recipients that got it, or may have."""
        return sum(d.tally.get(Outcome.DELIVERED, 0) + d.tally.get(Outcome.UNKNOWN, 0) for d in self.deliveries)

    def delivery(self, outlet: str) -> Delivery:
        """Return the delivery at `outlet`; raises KeyError if the update does not go there."""
        if found := next((d for d in self.deliveries if d.outlet == outlet), None):
            return found
        raise KeyError(outlet)

    def plan_for(self, outlet: str) -> Planned:
        """Return the latest revision's share for `outlet` in its first language; raises KeyError if there is none."""
        return self.plans_for(outlet)[0]

    def plans_for(self, outlet: str) -> tuple[Planned, ...]:
        """Return the latest revision's shares for `outlet`, one a language; raises KeyError if there is none."""
        if found := tuple(p for p in self.latest.planned if p.outlet == outlet):
            return found
        raise KeyError(outlet)

    def count_for(self, outlet: str) -> int:
        """Return how many recipients it has at `outlet`, in all languages; raises KeyError if there is none."""
        return sum(p.recipient_count for p in self.plans_for(outlet))

    def as_asked(self, revision: int) -> "Update":
        """Return the update with no revision newer than this: what a card that asked for it was about."""
        return replace(self, revisions=self.revisions[:revision])

    def revision_with(self, digest: str) -> Revision | None:
        """Return the revision that an approval button was drawn for, or None."""
        return next((r for r in self.revisions if r.digest == digest), None)

    def unread_by(self, user: str) -> tuple[Planned, ...]:
        """Return the clipped texts that `user` has not opened in full, in the languages that somebody reads."""
        spoken = {self.latest.facts.locale, *(p.locale for p in self.latest.planned if p.recipient_count)}
        there = (p for p in self.latest.planned if p.clipped and p.locale in spoken)
        return tuple(p for p in there if (user, p.rendition) not in self.readings)
