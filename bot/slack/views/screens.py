"""`ports.Screens`, as Slack shows it: each screen is drawn by the file of its noun.

It refuses to draw anything itself, and to know where texts come from: how a rendition is read is handed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.incident import Incident, Role, Severity
from bot.domain.plan import Audience, Value
from bot.domain.policy import Policy
from bot.domain.runbook import Runbook
from bot.domain.secret import Use
from bot.domain.telling import Telling
from bot.domain.timeline import Entry
from bot.domain.update import Rendition, Update
from bot.domain.wording import Finding
from bot.ports import Desk, Message, Standstill, View
from bot.slack.views import (
    announcement,
    approval,
    card,
    home,
    privacy,
    promise,
    role_search,
    roles,
    roll_call,
    room,
    runbook,
    secret,
    standstill,
    tellings,
    tickets,
    timeline,
)
from bot.slack.views import incident as declaring
from bot.slack.views.passages import Readable
from bot.slack.views.words import DUTIES, SEVERITY_MEANS


@dataclass(frozen=True, slots=True)
class SlackScreens:
    """Implements `ports.Screens`. `readable`: what an approver reads of a rendition (`ports.Words.readable`).

    `means`, `duties` and `values`: what the plan says of severities, of roles, and of what the team stands for.
    `policy`: who approves, and what.
    """

    readable: Readable
    means: Mapping[Severity, str] = field(default_factory=lambda: SEVERITY_MEANS)
    duties: Mapping[Role, tuple[str, ...]] = field(default_factory=lambda: DUTIES)
    values: Sequence[Value] = ()
    policy: Policy = field(default_factory=Policy)

    def card(self, incident: Incident, now: datetime) -> Message:
        """Draw the pinned card of an incident."""
        return card.card(incident, now, self.means, self.values)

    def announcement(self, incident: Incident, now: datetime) -> Message:
        """Draw the announcement in the incidents channel."""
        return announcement.announcement(incident, now, self.means)

    def on_hold(self, drawn: Message, still: Standstill) -> Message:
        """Put on a card that nothing is published."""
        return standstill.on_hold(drawn, still)

    def veiled(self) -> Message:
        """Draw what stands in place of an incident that is private now."""
        return privacy.VEILED

    def role_notice(self, incident: Incident, role: Role, user: str, name: str = "") -> Message:
        """Draw what tells the channel of a role, with a mention; without, if `name` says who it is."""
        return roles.role_notice(incident, role, user, name)

    def role_duties(self, incident: Incident, role: Role) -> Message:
        """Draw the DM with the duties of a role."""
        return roles.role_duties(incident, role, self.duties)

    def role_asked(self, incident: Incident, role: Role) -> Message:
        """Draw the DM that asks somebody to take a role."""
        return role_search.asked(incident, role, self.duties)

    def roles_open(self, incident: Incident, roles: Sequence[Role]) -> Message:
        """Draw what reminds the channel of open roles."""
        return role_search.reminder(incident, roles)

    def approval(
        self,
        incident: Incident,
        update: Update,
        texts: Mapping[str, Rendition],
        ask: Sequence[str],
        names: Mapping[str, str] | None = None,
        found: Sequence[Finding] = (),
    ) -> Message:
        """Draw the approval card."""
        return approval.approval(
            incident, update, texts, ask, readable=self.readable, names=names, found=found, policy=self.policy
        )

    def approval_notice(self, incident: Incident, update: Update, turn: int, link: str) -> Message:
        """Draw the DM to an approver."""
        return approval.approval_notice(incident, update, turn, link)

    def approval_silence(self, incident: Incident, update: Update, link: str, *, standby: bool = False) -> Message:
        """Draw the DM to the commander, or to the standby, when nobody has answered."""
        return approval.approval_silence(incident, update, link, standby=standby)

    def glass_notice(self, incident: Incident, update: Update, link: str) -> Message:
        """Draw the DM to every approver when the glass was broken."""
        return approval.glass_notice(incident, update, link)

    def note(self, entry: Entry, to: Sequence[str] = ()) -> Message:
        """Draw one line of the timeline for the channel; `to`: user ids of whom it concerns."""
        return timeline.note(entry, to)

    def promise_reminder(self, incident: Incident, missed: bool) -> Message:
        """Draw the reminder of the next update."""
        return promise.promise_reminder(incident, missed)

    def secret_notice(self, use: Use) -> Message:
        """Draw the DM that tells somebody what was done with their secret."""
        return secret.notice(use)

    def story(self, incident: Incident, entries: Sequence[Entry]) -> Message:
        """Draw what happened before there was a channel."""
        return timeline.story(incident, entries)

    def room_lost(self, incident: Incident) -> Message:
        """Draw the DM to the lead when the incident's channel is gone."""
        return room.room_lost(incident)

    def room_closed(self, incident: Incident, code: str) -> Message:
        """Draw the DM to whoever wanted Clarion back in a channel that Slack keeps closed."""
        return room.room_closed(incident, code)

    def departed(self, incident: Incident, user: str, held: tuple[Role, ...]) -> Message:
        """Draw the DM that asks to pass on what somebody held whose account is deactivated; nothing: they approved."""
        return roles.departed(incident, user, held)

    def home(
        self,
        user: str,
        incidents: Sequence[Incident],
        approvals: Sequence[tuple[Incident, Update]],
        now: datetime,
        desk: Desk,
    ) -> View:
        """Draw somebody's home tab."""
        return home.home(user, incidents, approvals, now, desk)

    def ready(self, incident: Incident) -> Message:
        """Draw the declarer's answer that ends with the link to the channel."""
        return declaring.ready(incident)

    def told_in_thread(self, incident: Incident, telling: Telling, words: str) -> Message:
        """Draw a telling for the announcement's thread."""
        return tellings.in_thread(incident, telling, words)

    def told_by_dm(self, incident: Incident, telling: Telling, words: str, since: Telling | None) -> Message:
        """Draw a telling for one follower."""
        return tellings.by_dm(incident, telling, words, since)

    def runbook(self, incident: Incident, books: Sequence[Runbook]) -> Message:
        """Draw the steps to tick off."""
        return runbook.posted(incident, books)

    def roll_call(self, incident: Incident, parties: Sequence[Audience]) -> Message:
        """Draw what each party says."""
        return roll_call.posted(incident, parties)

    def tickets_to_answer(self, incident: Incident, telling: Telling, words: str) -> Message:
        """Draw the DM with the tickets to answer."""
        return tickets.to_answer(incident, telling, words)
