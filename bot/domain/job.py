"""Jobs: work that a commit leaves behind, named but never carrying text.

A job says *what to look at again*; the worker loads the incident, judges anew and only then acts. It may
run twice, late, or never be needed any more; every kind is safe under all three.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class JobKind(StrEnum):
    """What a job asks for. The only table from kind to use case is `bot.usecases.jobs`."""

    OPEN_CHANNEL = "open_channel"  # create or resume the incident's channel and its card
    ANNOUNCE = "announce"  # say in the incidents channel that there is an incident
    REDRAW = "redraw"  # draw card, announcement and approval cards from state
    TELL_ROLE = "tell_role"  # mention in the channel and duties by DM
    ASK_APPROVAL = "ask_approval"  # new message in the channel and a DM to each approver
    READY = "ready"  # tell the declarer where the channel is
    INVITE = "invite"  # bring one person into the channel
    NUDGE = "nudge"  # one DM to one approver about one request
    NOTE = "note"  # say one line in the incident's channel
    RELEASE = "release"  # break-glass: the delay is over
    DELIVER = "deliver"  # one update at one outlet
    REMIND_PROMISE = "remind_promise"  # before "next update by"
    MISS_PROMISE = "miss_promise"  # after it
    LEAVE_CHANNEL = "leave_channel"  # take the title of a private incident off the public channel that it left
    TELL_LOST = "tell_lost"  # tell the lead that the channel is gone
    REJOIN = "rejoin"  # go back into a channel that the bot was removed from
    TELL_DEPARTURE = "tell_departure"  # ask the commander to pass on the role of somebody who is gone
    REDRAW_HOME = "redraw_home"  # draw one person's home tab
    NOTE_MARKED = "note_marked"  # read the message under a reaction into the timeline
    REFRESH_PERSON = "refresh_person"  # look a person up again
    SYNC_PEOPLE = "sync_people"  # look everybody up
    TELL_OWNER = "tell_owner"  # DM: what was done with one's secret
    TELL_FOLLOWERS = "tell_followers"  # one telling: the thread, and a DM to each follower
    SYNC_MEMBERS = "sync_members"  # ask Slack who is in a private channel
    POST_RUNBOOK = "post_runbook"  # the steps to tick off, in the channel
    POST_ROLL_CALL = "post_roll_call"  # the parties to be told, in the channel
    TELL_SUPPORT = "tell_support"  # the tickets to answer, to the support lead
    SEARCH_ROLE = "search_role"  # ask the next person for a role that nobody has taken on
    ASK_ROLE = "ask_role"  # one DM: can you take this role?
    REMIND_ROLES = "remind_roles"  # say in the channel which roles are still open


class JobPlace(StrEnum):
    """Where a job is. The words are those of `storage/scripts/settle.lua`."""

    LATER = "later"  # in the due set
    QUEUED = "queued"  # in its lane
    HELD = "held"  # in a worker's hands, under a lease
    DONE = "done"
    ASIDE = "aside"  # kept for a person to see


SLACK_LANE = "slack"
TIMER_LANE = "timers"
# A thousand followers take minutes within Slack's limits; nobody who must approve waits behind them.
FOLLOWER_LANE = "followers"
# Every announcement goes to one channel, a second apart: in a burst nobody's own channel waits behind them.
ANNOUNCEMENT_LANE = "announcements"
TIMERS = frozenset(
    {JobKind.RELEASE, JobKind.REMIND_PROMISE, JobKind.MISS_PROMISE, JobKind.SEARCH_ROLE, JobKind.REMIND_ROLES}
)


def outlet_lane(outlet: str) -> str:
    """Return the lane of one outlet: its trouble holds up nobody else."""
    return f"outlet:{outlet}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Named work.

    Attributes:
        id: unique; the same id that waits for the same time is one job (redraws coalesce).
        args: small strings only, such as ``{"update": "...", "outlet": "status"}``.
        due: UTC; None means at once.
        attempt: how often it asked to be tried again (not crashes; those are counted by the queue).
        faults: how often it raised something unforeseen.
    """

    id: str
    kind: JobKind
    incident_id: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    due: datetime | None = None
    attempt: int = 0
    faults: int = 0

    @property
    def lane(self) -> str:
        """The queue this job waits in."""
        if self.kind is JobKind.DELIVER:
            return outlet_lane(self.args["outlet"])
        if self.kind is JobKind.TELL_FOLLOWERS:
            return FOLLOWER_LANE
        if self.kind is JobKind.ANNOUNCE:
            return ANNOUNCEMENT_LANE
        return TIMER_LANE if self.kind in TIMERS else SLACK_LANE
