"""Ports: what use cases need from the world, as Protocols, and the frozen `Services` record that carries them.

Adapters in `storage`, `slack`, `rendering` and `outlets` implement these; `wiring` puts them together once.
Nothing here does anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.change import Change
from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident, Role
from bot.domain.job import Job
from bot.domain.people import Person
from bot.domain.policy import Policy
from bot.domain.timeline import Entry
from bot.domain.update import MessageRef, Outcome, OutletKind, Recipient, Rendition, Update

# ---------------------------------------------------------------- time and names


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...


class Ids(Protocol):
    """Source of ids that nobody can guess or meet twice."""

    def new(self) -> str:
        """Return a fresh id of 26 lower-case letters and digits, sortable by time."""
        ...


# ---------------------------------------------------------------- what is remembered


class StorageDown(Exception):
    """Redis did not answer, and nothing was written."""


class StorageFull(Exception):
    """Redis is at its memory limit and takes no new work; results of sends are still recorded."""


class NotKnownYet(Exception):
    """Redis did not say whether the commit of `operation` happened (failure model 16)."""

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit that is durable. `repeated`: this operation had been committed before; nothing was done again."""

    incident: Incident
    repeated: bool = False


Decide = Callable[[Incident], Change]


class Incidents(Protocol):
    """Incidents, each one document, changed only by pure decisions committed in one script."""

    async def create(self, operation: str, change: Change) -> Committed:
        """Commit a new incident and give it the next number. Raises StorageDown, StorageFull, NotKnownYet."""
        ...

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """Load, decide, commit; on a lost race load and decide again.

        An `operation` that was committed before changes nothing and returns the incident as it is now; "" is
        for decisions that are safe to repeat by themselves. A change whose incident equals the loaded one and
        that has no entries, jobs, blobs or hurry is not written. Raises what `decide` raises, Refusal
        ``no_such_incident``, StorageDown, StorageFull, NotKnownYet.
        """
        ...

    async def load(self, incident_id: str) -> Incident | None:
        """Return the newest committed document, or None."""
        ...

    async def find(self, number: int) -> Incident | None:
        """Return the incident with this number, or None."""
        ...

    async def in_channel(self, channel_id: str) -> Incident | None:
        """Return the incident whose own channel this is, or None."""
        ...

    async def open(self) -> tuple[Incident, ...]:
        """Return the open incidents, newest first."""
        ...

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """Return what happened, oldest first."""
        ...

    async def blob(self, sha256: str) -> bytes:
        """Return stored bytes, checked against their name. Raises LookupError if missing or damaged."""
        ...

    async def committed(self, operation: str) -> bool | None:
        """Say whether an operation was committed: True, False (it is certain that it never will be), None (unknown)."""
        ...


class Held(Protocol):
    """A job in a worker's hands. The lease is renewed while it is held."""

    job: Job
    deliveries: int  # how often the queue has handed it out, this time included; counted by Redis

    async def still_mine(self) -> bool:
        """Say whether the lease still holds; false once another worker has taken the job."""
        ...

    async def done(self) -> None:
        """Settle: the job is gone."""
        ...

    async def again(self, due: datetime) -> None:
        """Put the same job back for `due` (UTC), its attempt counted up, in one step."""
        ...

    async def put_aside(self, reason: str) -> None:
        """Take the job out of the queue and keep it, shown, for a person."""
        ...

    async def release(self) -> None:
        """Let go without settling: the lease ends and the job is handed out again."""
        ...


class Jobs(Protocol):
    """The queues. Producers never use this: jobs are queued by the commit that needs them."""

    async def take(self, lane: str, wait: float) -> Held | None:
        """Take the next job of a lane, waiting up to `wait` seconds; first those whose lease has ended."""
        ...

    async def promote(self, now: datetime) -> int:
        """Move the jobs that are due at `now` to their lanes; return how many."""
        ...

    async def add(self, job: Job) -> None:
        """Queue a job that belongs to no commit (looking people up again)."""
        ...

    async def aside(self) -> tuple[tuple[Job, str], ...]:
        """Return the jobs that were put aside, with the reason."""
        ...


class Begun(StrEnum):
    """Answer to the question whether a recipient may be sent to now."""

    YES = "yes"
    STALE = "stale"  # the document has changed since it was judged: judge again
    LOST = "lost"  # the lease has gone to another worker


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is recorded of one recipient at one outlet. `outcome` None: begun, and not known how it ended."""

    outcome: Outcome | None
    round: int
    detail: str = ""


class Attempts(Protocol):
    """The ledger of who was sent what: an intention before each send, an outcome after it (I2, I3)."""

    async def begin(
        self, held: Held, incident: Incident, update_id: str, outlet: str, recipient: str, round_: int
    ) -> Begun:
        """Record the intention to send, unless the lease or the judged version of the document is gone."""
        ...

    async def record(self, update_id: str, outlet: str, recipient: str, attempt: Attempt) -> None:
        """Record how it ended; works even when Redis is full."""
        ...

    async def retract(self, update_id: str, outlet: str, recipient: str) -> None:
        """Take an intention back, when it is certain that nothing left. Works even when Redis is full."""
        ...

    async def read(self, update_id: str, outlet: str) -> Mapping[str, Attempt]:
        """Return what is recorded, by recipient id."""
        ...


class People(Protocol):
    """Who is who, as last looked up."""

    async def get(self, user_id: str) -> Person | None:
        """Return the profile as last stored, or None."""
        ...

    async def put(self, people: Sequence[Person]) -> None:
        """Store profiles."""
        ...


# ---------------------------------------------------------------- Slack


class ChatRefused(Exception):
    """Slack said no, with its error code; trying again would say the same."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class ChatUnavailable(Exception):
    """Slack did nothing this time; `retry_after` is in seconds, None if it did not say."""

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(f"retry after {retry_after}")
        self.retry_after = retry_after


class ChatUnknown(Exception):
    """The reply was lost: what was asked may have happened."""


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is to show. `text` stands alone: it is the notification, and what a screen reader reads."""

    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A modal, as `views.open` takes it."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FoundChannel:
    """A Slack channel as listed. `created` is UTC."""

    id: str
    name: str
    creator: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """Message metadata by which a post is found again after a lost reply. `key` is unique to the post."""

    kind: str
    key: str


class Chat(Protocol):
    """Slack's Web API, as far as Clarion uses it. Every method raises ChatRefused, ChatUnavailable, ChatUnknown."""

    async def create_channel(self, name: str) -> str:
        """Create a public channel and return its id."""
        ...

    async def find_own_channel(self, name: str, since: datetime) -> FoundChannel | None:
        """Return the unarchived channel with this name that this bot created after `since`, or None."""
        ...

    async def invite(self, channel: str, users: Sequence[str]) -> Mapping[str, str]:
        """Invite; return the error code of each user that could not be. Already being in is no error."""
        ...

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set the topic (at most 250 characters)."""
        ...

    async def add_bookmark(self, channel: str, title: str, link: str) -> None:
        """Add a bookmark, unless one with this title is there."""
        ...

    async def pin(self, message: MessageRef) -> None:
        """Pin a message. Being pinned already is no error."""
        ...

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        mark: Mark | None = None,
        thread: str = "",
        customer_facing: bool = False,
    ) -> MessageRef:
        """Post; never repeated by itself. `customer_facing` turns link unfurling and markup off."""
        ...

    async def find_post(self, channel: str, mark: Mark) -> MessageRef | None:
        """Look in the channel's recent history for a post of this bot with this mark."""
        ...

    async def amend(self, ref: MessageRef, message: Message) -> None:
        """Edit a post (at most 4,000 characters of text)."""
        ...

    async def direct(self, user: str, message: Message, *, mark: Mark | None = None) -> MessageRef:
        """Send a direct message."""
        ...

    async def open_view(self, trigger: str, view: View) -> str:
        """Open a modal within 2 s, or raise; return the view's id."""
        ...

    async def push_view(self, trigger: str, view: View) -> str:
        """Open a modal on top of the one in which something was pressed, within 2 s, or raise; return its id."""
        ...

    async def update_view(self, view_id: str, view: View) -> None:
        """Replace an open modal."""
        ...

    async def respond(self, response_url: str, message: Message, *, replace: bool = False) -> None:
        """Answer a command or click later, through its response_url (5 uses, 30 min)."""
        ...

    async def person(self, user_id: str, within: float) -> Person | None:
        """Look a person up within `within` seconds; None if Slack knows nobody of this id."""
        ...

    async def everybody(self) -> tuple[Person, ...]:
        """Look up the whole workspace."""
        ...

    async def permalink(self, ref: MessageRef) -> str:
        """Return the message's address."""
        ...


class Screens(Protocol):
    """What Slack shows: pure drawing, implemented by `bot.slack.views`. Use cases say *what*, views say *how*."""

    def card(self, incident: Incident, now: datetime) -> Message:
        """Draw the pinned card of an incident."""
        ...

    def announcement(self, incident: Incident, now: datetime) -> Message:
        """Draw the announcement in the incidents channel."""
        ...

    def role_notice(self, incident: Incident, role: Role, user: str) -> Message:
        """Draw the mention in the channel that tells of a role."""
        ...

    def role_duties(self, incident: Incident, role: Role) -> Message:
        """Draw the DM with the duties of a role."""
        ...

    def approval(
        self, incident: Incident, update: Update, texts: Mapping[str, Rendition], ask: Sequence[str]
    ) -> Message:
        """Draw the approval card; `texts` by SHA-256; `ask`: user ids to mention, empty when it is redrawn."""
        ...

    def approval_notice(self, incident: Incident, update: Update, turn: int, link: str) -> Message:
        """Draw the DM to an approver; `turn` counts reminders from 0."""
        ...

    def approval_silence(self, incident: Incident, update: Update, link: str) -> Message:
        """Draw the DM to the commander when nobody has answered."""
        ...

    def glass_notice(self, incident: Incident, update: Update, link: str) -> Message:
        """Draw the DM to every approver when the glass was broken, with Stop."""
        ...

    def note(self, entry: Entry) -> Message:
        """Draw one line of the timeline for the channel."""
        ...

    def promise_reminder(self, incident: Incident, missed: bool) -> Message:
        """Draw the reminder of the next update, with a draft one click away."""
        ...

    def ready(self, incident: Incident) -> Message:
        """Draw the declarer's answer that ends with the link to the channel."""
        ...


# ---------------------------------------------------------------- ways out


class Refused(Exception):
    """The outlet said no to this recipient or text; trying again would say the same. The message is for people."""


class Unavailable(Exception):
    """Certainly nothing left; try again, not before `retry_after` seconds if it is given."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class OutcomeUnknown(Exception):
    """It may have arrived: the reply was lost, or took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The outlet's own word that it took the delivery. `reference` is its id for it, shown to people."""

    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The longest text the outlet takes, in characters by part, and how many sends run side by side."""

    parts: Mapping[str, int]
    parallel: int = 1


class Outlet(Protocol):
    """A public way out. How to add one: `bot/outlets/README.md`.

    Attributes:
        name: lower-case letters, digits and dashes; keys queues and records.
        label: how people call it, such as "E-mail".
        layout: stem of its layouts in `message_templates/_layouts/`, such as "email".
        kind: what may be done when an outcome is unknown.
        destination: canonical, without secrets; part of what is approved.
        envelope: names of fields it adds itself at the moment of sending.
        rehearsal: it records instead of sending.
    """

    name: str
    label: str
    layout: str
    kind: OutletKind
    destination: str
    envelope: tuple[str, ...]
    limits: Limits
    rehearsal: bool

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return who hears through this outlet now. Raises Refused with a sentence if the list is unreadable."""
        ...

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Deliver to one recipient under an idempotency key. Raises Refused, Unavailable, OutcomeUnknown only."""
        ...

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        """Say whether a delivery under `key` arrived; only for SEARCHABLE. Raises Unavailable."""
        ...

    async def check(self) -> str:
        """Try a test send or connection that reaches no customer; return a sentence. Raises Refused, Unavailable."""
        ...

    async def aclose(self) -> None:
        """Let connections go."""
        ...


# ---------------------------------------------------------------- words


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One extra field that a template asks for in its front matter."""

    name: str
    label: str
    hint: str = ""
    placeholder: str = ""
    multiline: bool = False
    required: bool = True
    longest: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as the drafting modal needs it. `name` is "<scenario>/<stage>"."""

    name: str
    title: str
    stage: Stage | None  # None: a correction, which keeps the stage of what it corrects
    when_to_use: str
    severities: tuple[str, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)  # prefill: headline, impact, meanwhile


class Words(Protocol):
    """Templates: which there are, and the exact text they give for an outlet."""

    def templates(self) -> tuple[Template, ...]:
        """Return all templates of the default locale, in the order of the night."""
        ...

    def template(self, name: str) -> Template:
        """Return one template. Raises Refusal ``no_such_template``."""
        ...

    def render(
        self,
        template: str,
        facts: Facts,
        incident: Incident,
        update_id: str,
        stage: Stage,
        outlets: Sequence[Outlet],
        now: datetime,
    ) -> tuple[Rendition, ...]:
        """Render for every outlet and locale. Raises Refusal: a missing field by name, a text too long by count."""
        ...

    def readable(self, rendition: Rendition) -> str:
        """Return the part of a rendition that an approver reads: everything a customer sees, as plain text."""
        ...


# ---------------------------------------------------------------- all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things are in Slack and on the web. Empty where not set up."""

    incidents_channel: str = ""
    broadcast_channel: str = ""
    status_url: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a use case may reach. Built once, by `wiring`, for web, worker and command line alike."""

    clock: Clock
    ids: Ids
    incidents: Incidents
    jobs: Jobs
    attempts: Attempts
    people: People
    chat: Chat
    screens: Screens
    words: Words
    outlets: Mapping[str, Outlet]
    policy: Policy
    places: Places
