"""What Slack shows, drawn by `bot.slack.views` for use cases that may not import it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.incident import Incident, Role
from bot.domain.plan import Audience
from bot.domain.runbook import Runbook
from bot.domain.secret import Use
from bot.domain.subscription import Following
from bot.domain.telling import Telling
from bot.domain.timeline import Entry
from bot.domain.update import Rendition, Update
from bot.domain.wording import Finding
from bot.ports.chat import Message, View
from bot.ports.standstill import Standstill


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is one person's own on their home tab.

    Attributes:
        followed: the open incidents that they follow one by one, newest first.
        secretless: they may need a secret for the command line (they approve, or hold a role) and have none.
    """

    following: Following
    followed: tuple[Incident, ...] = ()
    secretless: bool = False


class Screens(Protocol):
    """What Slack shows: pure drawing, implemented by `bot.slack.views`. Use cases say *what*, views say *how*."""

    def card(self, incident: Incident, now: datetime) -> Message:
        """Draw the pinned card of an incident."""
        ...

    def announcement(self, incident: Incident, now: datetime) -> Message:
        """Draw the announcement in the incidents channel."""
        ...

    def veiled(self) -> Message:
        """Draw what stands where others read of an incident that is private now: nothing of it."""
        ...

    def role_notice(self, incident: Incident, role: Role, user: str, name: str = "") -> Message:
        """Draw what tells the channel of a role, with a mention; without, if `name` says who it is."""
        ...

    def role_duties(self, incident: Incident, role: Role) -> Message:
        """Draw the DM with the duties of a role."""
        ...

    def role_asked(self, incident: Incident, role: Role) -> Message:
        """Draw the DM that asks somebody to take a role that nobody has taken on."""
        ...

    def roles_open(self, incident: Incident, roles: Sequence[Role]) -> Message:
        """Draw what reminds the channel of roles that nobody has taken on, each one click away."""
        ...

    def approval(
        self,
        incident: Incident,
        update: Update,
        texts: Mapping[str, Rendition],
        ask: Sequence[str],
        names: Mapping[str, str] | None = None,
        found: Sequence[Finding] = (),
    ) -> Message:
        """Draw the approval card; `texts` by SHA-256; `ask`: user ids to mention; `names` by user id: of authors;
        `found`: what a reader would say of the words."""
        ...

    def approval_notice(self, incident: Incident, update: Update, turn: int, link: str) -> Message:
        """Draw the DM to an approver; `turn` counts reminders from 0."""
        ...

    def approval_silence(self, incident: Incident, update: Update, link: str, *, standby: bool = False) -> Message:
        """Draw the DM to the commander when nobody has answered; `standby`: to who is asked in their place."""
        ...

    def glass_notice(self, incident: Incident, update: Update, link: str) -> Message:
        """Draw the DM to every approver when the glass was broken, with Stop."""
        ...

    def note(self, entry: Entry, to: Sequence[str] = ()) -> Message:
        """Draw one line of the timeline for the channel; `to`: user ids of whom it concerns."""
        ...

    def promise_reminder(self, incident: Incident, missed: bool) -> Message:
        """Draw the reminder of the next update, with a draft one click away."""
        ...

    def on_hold(self, drawn: Message, still: Standstill) -> Message:
        """Return a card that says that nothing is published, and who can end that."""
        ...

    def secret_notice(self, use: Use) -> Message:
        """Draw the DM that tells somebody what was done with their secret."""
        ...

    def story(self, incident: Incident, entries: Sequence[Entry]) -> Message:
        """Draw what happened before there was a channel, as one message."""
        ...

    def room_lost(self, incident: Incident) -> Message:
        """Draw the DM to the lead when the incident's channel is gone, with the ways back."""
        ...

    def room_closed(self, incident: Incident, code: str) -> Message:
        """Draw the DM to whoever wanted Clarion back in a channel that Slack keeps closed."""
        ...

    def departed(self, incident: Incident, user: str, held: tuple[Role, ...]) -> Message:
        """Draw the DM that asks to pass on what somebody held whose account is deactivated; nothing: they approved."""
        ...

    def home(
        self,
        user: str,
        incidents: Sequence[Incident],
        approvals: Sequence[tuple[Incident, Update]],
        now: datetime,
        desk: Desk,
    ) -> View:
        """Draw somebody's home tab; `approvals`: what they may approve."""
        ...

    def ready(self, incident: Incident) -> Message:
        """Draw the declarer's answer that ends with the link to the channel."""
        ...

    def told_in_thread(self, incident: Incident, telling: Telling, words: str) -> Message:
        """Draw a telling for the announcement's thread; `words`: the approved wording, "" if none was published."""
        ...

    def told_by_dm(self, incident: Incident, telling: Telling, words: str, since: Telling | None) -> Message:
        """Draw a telling for one follower; `since`: the last one that this follower heard."""
        ...

    def runbook(self, incident: Incident, books: Sequence[Runbook]) -> Message:
        """Draw the steps to tick off."""
        ...

    def roll_call(self, incident: Incident, parties: Sequence[Audience]) -> Message:
        """Draw what each party says: told, ready, or standing by."""
        ...

    def tickets_to_answer(self, incident: Incident, telling: Telling, words: str) -> Message:
        """Draw the DM that gives the support lead the tickets to answer."""
        ...
