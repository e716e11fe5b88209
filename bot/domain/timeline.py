"""The timeline: what happened, append-only, in words that a person can read later.

Entries are written by the same commit as the change they describe; nothing here edits or removes one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What sort of thing happened; the export groups and marks by it."""

    DECLARED = "declared"
    ROLE = "role"
    STAGE = "stage"
    SEVERITY = "severity"
    CHANNEL = "channel"
    DRAFT = "draft"
    APPROVAL = "approval"
    BREAK_GLASS = "break_glass"
    DELIVERY = "delivery"
    PROMISE = "promise"
    NOTE = "note"
    ENDED = "ended"
    SECURITY = "security"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened.

    `at` is UTC. `actor` is a Slack user id, or "" for Clarion itself. `key` is set when the entry is also said
    in the channel: the job names it by this key, so that it is said once. `machine` is set when it was done on a
    command line: the operating system's user and host, such as "ops@bastion". `author`, `written_at` (UTC) and `link`
    are set when the words are somebody's message in Slack.
    """

    at: datetime
    kind: EntryKind
    actor: str
    text: str
    key: str = ""
    machine: str = ""
    author: str = ""
    written_at: datetime | None = None
    link: str = ""
