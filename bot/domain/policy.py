"""Policy: who may approve, and the times that bind approval and delivery.

Numbers are those of the failure model and of issue 2; a plan file may set others later.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the company decided in peacetime.

    Attributes:
        approvers: Slack user ids that may approve in any incident, besides its commander and
            communications lead.
        quorum: how many different approvers an update needs.
        submission_ttl: a request for approval, and an approval counted towards a quorum, lapse after this.
        break_glass_delay: how long a lone approval waits, with a Stop button (failure model 5).
        delivery_ttl: nothing leaves later than this after approval (failure model 20).
        reminders: when an unanswered request is repeated, counted from the submission.
        escalation: when the commander is told that nobody has answered.
    """

    approvers: frozenset[str] = frozenset()
    quorum: int = 1
    submission_ttl: timedelta = timedelta(minutes=30)
    break_glass_delay: timedelta = timedelta(seconds=60)
    delivery_ttl: timedelta = timedelta(hours=1)
    reminders: tuple[timedelta, ...] = (timedelta(minutes=3), timedelta(minutes=6))
    escalation: timedelta = timedelta(minutes=9)
