"""What can be asked for in words: the verbs, and a command taken apart. Pure data; it refuses to read any text."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.facts import Stage
from bot.domain.incident import Role, Severity


class Verb(StrEnum):
    """What is asked for. FORM: the declaration's form; ASK: nothing yet, ask what was meant."""

    FORM = "form"
    DECLARE = "declare"
    ASK = "ask"
    HELP = "help"
    LIST = "list"
    CHECK = "check"
    ROLE = "role"
    ROLES = "roles"
    STAGE = "stage"
    SEVERITY = "severity"
    UPDATE = "update"
    TIMELINE = "timeline"
    RESOLVE = "resolve"
    SECRET = "secret"  # noqa: S105 - the word of the command, not one
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    FOLLOWING = "following"
    TICKET = "ticket"
    TICKETS = "tickets"
    PRIVATE = "private"
    PUBLIC = "public"
    RUNBOOK = "runbook"
    PLAN = "plan"
    OUTLETS = "outlets"
    PARTIES = "parties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What was said, taken apart.

    Attributes:
        number: of the incident named ("INC-12"), or None.
        title: of the incident to declare; also with ASK, if declaring is what was meant, and with CHECK.
        users: Slack user ids mentioned, in order, each once; "me" stands for the caller.
        group: id of the user group whose members are to follow, or "".
        guesses: with ASK: commands that may have been meant.
        removed: the tickets named are to go.
        private: of the incident to declare.
        why: with ASK: what could not be understood, as a sentence.
    """

    verb: Verb
    number: int | None = None
    title: str = ""
    severity: Severity | None = None
    stage: Stage | None = None
    role: Role | None = None
    users: tuple[str, ...] = ()
    everything: bool = False
    group: str = ""
    tickets: tuple[str, ...] = ()
    removed: bool = False
    private: bool = False
    guesses: tuple["Command", ...] = ()
    why: str = ""
