"""What "/incident ..." means: text in, `Command` out. Pure and total: any text gives a command.

It refuses to guess where a guess would open an incident or change one: one word, a near miss of a command, or
a command whose arguments do not parse comes back as `Verb.ASK`, with what may have been meant.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.facts import Stage
from bot.domain.incident import Role, Severity
from bot.domain.text import clean_line
from handlers.as_typed import as_read, no_group, who
from handlers.following_words import SEVERITY, connected, followed, ranks, without_links
from handlers.incident_number import NUMBER, number_behind
from handlers.nearness import nearest
from handlers.private_words import declared_private, said_of_private
from handlers.synonyms import ROLE_FILLERS, ROLES, SYNONYMS, asked
from handlers.unread import BARE_NAME, why


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
    private: bool = False
    guesses: tuple["Command", ...] = ()
    why: str = ""


_COMMANDS = tuple(verb for verb in Verb if verb not in (Verb.FORM, Verb.DECLARE, Verb.ASK))
_HELP = frozenset({"help", "?", "-h", "--help", "usage"})
_FORM = frozenset({"declare", "new", "create", "open", "start"})
_NUMBERLESS = frozenset({Verb.HELP, Verb.LIST, Verb.SECRET, Verb.FOLLOWING, Verb.CHECK})
# Words of a declaration that is short enough to be a mistyped command.
_SHORT = 3

# Both forms that Slack sends (slack_facts): <@U1> and <@U1|name>.
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")
# A user group, with its handle if Slack sends one (Slack docs, "Formatting text").
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]{1,30})(?:\|([^<>]*))?>")


def parse(text: str) -> Command:
    """Return what `text` (the words after "/incident") asks for. Never raises."""
    hidden, raw = declared_private(clean_line(text))
    return _for_private(_parsed(raw)) if hidden else _parsed(raw)


def _parsed(raw: str) -> Command:
    if raw.lower() in _HELP:
        return Command(verb=Verb.HELP)
    users = tuple(dict.fromkeys(_MENTION.findall(raw)))
    bare = _MENTION.sub(" ", raw)
    groups = _GROUP.findall(bare)
    words = as_read(_GROUP.sub(" ", bare))
    first, _, rest = number_behind(words, _COMMANDS).partition(" ")
    verb = next((v for v in _COMMANDS if v.value == first.lower()), None)
    if groups and (verb is not Verb.FOLLOW or len(groups) > 1):
        return _or_declare(Command(verb=Verb.ASK, why=no_group(groups[0][1])), words, users)
    if verb is Verb.PRIVATE and (said := said_of_private(rest)):
        return _or_declare(Command(verb=Verb.ASK, guesses=(Command(verb=verb),), private=True), said, users)
    if verb and not (verb is Verb.PUBLIC and said_of_private(rest)):
        read = _command(verb, rest, users)
        return _or_declare(replace(read, group=groups[0][0]) if groups else read, words, users)
    if names := BARE_NAME.findall(bare):
        guesses, likely = _meant(words, _titled(words, users), users)
        unread = Command(verb=Verb.ASK, why=who(names[0]), guesses=guesses if likely else ())
        return _or_declare(unread, words, users)
    return _declaration(words, users)


# ---------------------------------------------------------------- declaring


def _for_private(read: Command) -> Command:
    """Return the command as one of a private incident; else the flag makes no sense."""
    if read.verb in (Verb.FORM, Verb.DECLARE, Verb.ASK, Verb.CHECK):
        return replace(read, private=True)
    return Command(verb=Verb.ASK, guesses=(read,), why=f"“--private” does not belong to “{read.verb}”.", private=True)


def _declaration(words: str, users: tuple[str, ...]) -> Command:
    said = _titled(words, users)
    if NUMBER.fullmatch(said.title):
        number = int(NUMBER.findall(said.title)[0])
        guesses = tuple(Command(verb=verb, number=number) for verb in (Verb.TIMELINE, Verb.UPDATE))
        return Command(verb=Verb.ASK, guesses=guesses)
    if not said.title or said.title.lower() in _FORM:
        return replace(said, verb=Verb.FORM, title="")
    guesses, certain = _meant(words, said, users)
    alone = " " not in said.title and said.severity is None
    if certain or alone:
        return replace(said, verb=Verb.ASK, guesses=guesses)
    return said


def _titled(words: str, users: tuple[str, ...]) -> Command:
    """Return the declaration that the words would make. Two different severities are none: the picker asks."""
    first, _, rest = words.partition(" ")
    said = rest if first.lower() == "declare" and rest else words
    ranks = {f"SEV{digit}" for digit in SEVERITY.findall(said)}
    severity = Severity(ranks.pop()) if len(ranks) == 1 else None
    title = clean_line(SEVERITY.sub(" ", said)) if severity else said
    return Command(verb=Verb.DECLARE, title=title.strip(" ,;:–—-"), severity=severity, users=users)


def _meant(words: str, said: Command, users: tuple[str, ...]) -> tuple[tuple[Command, ...], bool]:
    """Return the commands that a declaration may be a slip for, and whether that is likely enough to ask."""
    first, _, rest = words.partition(" ")
    alone = " " not in said.title
    synonym = asked(said.title) or (SYNONYMS.get(first.lower(), "") if alone else "")
    near = "" if synonym else nearest(first, [v.value for v in _COMMANDS])
    if not (near or synonym):
        return (), False
    verb = Verb(near or synonym)
    corrected = _command(verb, rest, users) if near else Command(verb=verb)
    if synonym or corrected.verb not in (Verb.ASK, Verb.CHECK):  # a check takes any words, so they prove nothing
        return (corrected,), True
    # "Lost payments in EU sev1" is no slip for "list". Short and without a severity it may be one; asking then
    # costs nothing, because the severity has to be asked for anyway.
    guesses = corrected.guesses if corrected.verb is Verb.ASK else (corrected,)
    return guesses, alone or (said.severity is None and len(said.title.split()) <= _SHORT)


# ---------------------------------------------------------------- commands


def _command(verb: Verb, rest: str, users: tuple[str, ...]) -> Command:
    """Return the command, or ASK with what of it could be read."""
    rest, links = without_links(rest) if verb is Verb.TICKET else (rest, "")
    numbers = {int(n) for n in NUMBER.findall(rest)}
    takes_number = verb not in _NUMBERLESS and len(numbers) == 1
    number = numbers.pop() if takes_number else None
    left = NUMBER.sub(" ", rest) if takes_number else rest
    read, left = _ARGUMENTS[verb](replace(Command(verb=verb), number=number), f"{left} {links}".strip(), users)
    left = clean_line(left)
    if not left and (verb is Verb.CHECK or len(users) <= (1 if verb is Verb.ROLE else 0)):
        return read
    choices = _choices(read, left)
    return Command(
        verb=Verb.ASK,
        guesses=tuple(choices.values()) or (read,),
        why=why(verb, left, tuple(choices), read.stage or read.severity),
    )


def _choices(read: Command, left: str) -> dict[str, Command]:
    """Return what may be meant where a slip, or more than one, was named, by how it is called; nothing, if nothing."""
    named = dict.fromkeys(int(n) for n in NUMBER.findall(left))
    if len(named) > 1 and read.verb not in _NUMBERLESS:
        return {f"INC-{n}": replace(read, number=n) for n in list(named)[:4]}  # buttons enough for a phone
    if read.verb in (Verb.STAGE, Verb.UPDATE) and read.stage is None:
        stages = dict.fromkeys(filter(None, (nearest(word, tuple(Stage)) for word in left.split())))
        return {one: _stage_or_end(replace(read, stage=Stage(one))) for one in stages}
    severity = read.verb is Verb.SEVERITY or (read.verb in (Verb.FOLLOW, Verb.UNFOLLOW) and read.number is None)
    if severity and read.severity is None:
        digits = sorted(ranks(left, bare=read.verb is Verb.SEVERITY))
        return {f"SEV{n}": replace(read, severity=Severity(f"SEV{n}")) for n in digits}
    if read.verb is Verb.ROLE and read.role is None:
        words = {ROLES[word]: word for word in left.lower().split()[::-1] if word in ROLES}
        return {word: replace(read, role=role) for role, word in list(words.items())[::-1]}
    return {}


Arguments = Callable[[Command, str, tuple[str, ...]], tuple[Command, str]]


def _nothing(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    del users
    return read, left


def _stage(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    del users
    stages = {w.lower() for w in left.split() if w.lower() in tuple(Stage)}
    if len(stages) != 1:
        return read, left
    others = " ".join(w for w in left.split() if w.lower() not in stages)
    return _stage_or_end(replace(read, stage=Stage(stages.pop()))), others


def _stage_or_end(read: Command) -> Command:
    ends = read.verb is Verb.STAGE and read.stage is Stage.RESOLVED
    return replace(read, verb=Verb.RESOLVE, stage=None) if ends else read


def _severity(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    del users
    digits = ranks(left, bare=True)
    if len(digits) != 1:
        return read, left
    bare = SEVERITY.search(left) is None
    others = " ".join(word for word in SEVERITY.sub(" ", left).split() if not (bare and word in digits))
    return replace(read, severity=Severity(f"SEV{digits.pop()}")), others


def _role(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    words = [w for w in left.split() if w.lower() not in ROLE_FILLERS]
    roles = {ROLES[w.lower()] for w in words if w.lower() in ROLES}
    words = [w for w in words if w.lower() not in ROLES] if len(roles) == 1 else words
    me = not users and "me" in [w.lower() for w in words]
    words = [w for w in words if w.lower() != "me"] if me else words
    named = ("me",) if me else users[:1]
    return replace(read, role=roles.pop() if len(roles) == 1 else None, users=named), " ".join(words)


def _check(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    """Return the title to go on with. Whoever names a severity is sure already: that is asked about."""
    said = _titled(left, users)
    return replace(read, title=said.title, users=users), said.severity or ""


def _follow(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    del users
    if read.number is not None or NUMBER.search(left):
        return read, left
    severity, everything, others = followed(left)
    return replace(read, severity=severity, everything=everything), others


def _ticket(read: Command, left: str, users: tuple[str, ...]) -> tuple[Command, str]:
    del users
    tickets, others = connected(left)
    return replace(read, tickets=tickets), others


_ARGUMENTS: dict[Verb, Arguments] = {
    **dict.fromkeys(Verb, _nothing),
    **dict.fromkeys((Verb.FOLLOW, Verb.UNFOLLOW), _follow),
    Verb.CHECK: _check,
    Verb.STAGE: _stage,
    Verb.UPDATE: _stage,
    Verb.SEVERITY: _severity,
    Verb.ROLE: _role,
    Verb.TICKET: _ticket,
}


def _or_declare(found: Command, words: str, users: tuple[str, ...]) -> Command:
    """Return the command; a question also gets the declaration that may have been meant."""
    if found.verb is not Verb.ASK:
        return found
    said = _titled(words, users)
    return replace(found, title=said.title, severity=said.severity, users=users)
