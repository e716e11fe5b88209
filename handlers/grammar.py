"""What "/incident ..." means: text in, `Command` out. Pure and total: any text gives a command.

It refuses to guess where a guess would open an incident or change one: one word, a near miss of a command, or
a command whose arguments do not parse comes back as `Verb.ASK`, with what may have been meant.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.domain.facts import Stage
from bot.domain.incident import Severity
from bot.domain.text import clean_line
from handlers.as_typed import MENTION, as_read, no_group, who
from handlers.following_words import SEVERITY, connected, followed, ranks, removed, without_links
from handlers.incident_number import NAMED, NUMBER, number_behind
from handlers.meant import Command, Verb
from handlers.nearness import nearest
from handlers.other_words import asks, is_question, opens, plain, told, trimmed, turned, unasked, without_between
from handlers.private_words import declared_private, said_of_private
from handlers.synonyms import ROLE_FILLERS, ROLES, SYNONYMS, asked
from handlers.unread import BARE_NAME, why

__all__ = ["Command", "Verb", "parse"]

_COMMANDS = tuple(verb for verb in Verb if verb not in (Verb.FORM, Verb.DECLARE, Verb.ASK))
_HELP = frozenset({"help", "?", "-h", "--help", "usage"})
_FORM = frozenset({"declare", "new", "create", "open", "start"})
_NUMBERLESS = frozenset({Verb.HELP, Verb.LIST, Verb.SECRET, Verb.FOLLOWING, Verb.CHECK})
# With a question mark these are asked about: whether to do it may be what is asked.
_ACTS = (Verb.ROLE, Verb.STAGE, Verb.SEVERITY, Verb.FOLLOW, Verb.UNFOLLOW, Verb.TICKET, Verb.PRIVATE, Verb.PUBLIC)
_OF_TICKETS = (Verb.TICKET, Verb.TICKETS)
# Words of a declaration that is short enough to be a mistyped command.
_SHORT = 3

_BARE = re.compile(r"[0-9]{1,9}")

# A user group, with its handle if Slack sends one (Slack docs, "Formatting text").
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]{1,30})(?:\|([^<>]*))?>")


def parse(text: str) -> Command:
    """Return what `text` (the words after "/incident") asks for. Never raises."""
    hidden, raw = declared_private(clean_line(text))
    return _for_private(_parsed(raw)) if hidden else _parsed(raw)


def _parsed(raw: str) -> Command:
    if raw.lower() in _HELP or plain(raw).lower() in _HELP:
        return Command(verb=Verb.HELP)
    users = tuple(dict.fromkeys(MENTION.findall(raw)))
    bare = MENTION.sub(" ", raw)
    groups = _GROUP.findall(bare)
    words = as_read(_GROUP.sub(" ", bare))
    first, _, rest = number_behind(plain(words).rstrip("?! "), _COMMANDS).partition(" ")
    verb = next((v for v in _COMMANDS if v.value == first.lower().rstrip(":")), None)
    if groups and (verb is not Verb.FOLLOW or len(groups) > 1):
        return _or_declare(Command(verb=Verb.ASK, why=no_group(groups[0][1], verb.value if verb else "")), words, users)
    if verb is Verb.PRIVATE and (said := said_of_private(rest)):
        return _or_declare(Command(verb=Verb.ASK, guesses=(Command(verb=verb),), private=True), said, users)
    if verb and not (verb is Verb.PUBLIC and said_of_private(rest)):
        read = replace(_command(verb, rest, users), group=groups[0][0] if groups else "")
        if verb in _ACTS and read.verb is not Verb.ASK and is_question(words):
            read = Command(verb=Verb.ASK, guesses=(read,))
        return _or_declare(read, words, users)
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
    if NUMBER.fullmatch(plain(said.title)):
        number = int(NUMBER.findall(said.title)[0])
        ranked = (Command(verb=Verb.SEVERITY, number=number, severity=said.severity),) if said.severity else ()
        guesses = tuple(Command(verb=verb, number=number) for verb in (Verb.TIMELINE, Verb.UPDATE))
        return Command(verb=Verb.ASK, guesses=(*ranked, *guesses))
    if not said.title or said.title.lower() in _FORM or opens(words):
        return replace(said, verb=Verb.FORM, title="")
    if (sentence := told(words)) and said.severity is None:
        return replace(said, verb=Verb.ASK, why=sentence)
    guesses, certain = _meant(words, said, users)
    if not certain and (others := _in_other_words(words, said, users)) is not None:
        return replace(said, verb=Verb.ASK, guesses=others)
    alone = " " not in said.title and said.severity is None
    if certain or alone:
        return replace(said, verb=Verb.ASK, guesses=guesses)
    return said


def _titled(words: str, users: tuple[str, ...]) -> Command:
    """Return the declaration that the words would make. Two different severities are none: the picker asks."""
    words = unasked(words)
    first, _, rest = words.partition(" ")
    begins = first.lower() == "declare" or first.lower().removesuffix(":") in _FORM - {first.lower()}
    said = rest if begins and rest else words
    ranks = {f"SEV{digit}" for digit in SEVERITY.findall(said)}
    severity = Severity(ranks.pop()) if len(ranks) == 1 else None
    title = clean_line(SEVERITY.sub(" ", said)) if severity else said
    return Command(verb=Verb.DECLARE, title=trimmed(title), severity=severity, users=users)


def _meant(words: str, said: Command, users: tuple[str, ...]) -> tuple[tuple[Command, ...], bool]:
    """Return the commands that a declaration may be a slip for, and whether that is likely enough to ask."""
    first, _, rest = words.partition(" ")
    alone = " " not in said.title
    synonym = asked(said.title) or (SYNONYMS.get(first.lower(), "") if alone else "")
    near = "" if synonym else nearest(first, [v.value for v in _COMMANDS])
    near = "" if first.lower().startswith("un") and not near.startswith("un") else near  # its very opposite
    if not (near or synonym):
        return (), False
    verb = Verb(near or synonym)
    corrected = _command(verb, rest if near else words, users)
    corrected = Command(verb=verb) if synonym and corrected.verb in (Verb.ASK, Verb.CHECK) else corrected
    if synonym or corrected.verb not in (Verb.ASK, Verb.CHECK):  # a check takes any words, so they prove nothing
        return (corrected,), True
    # "Lost payments in EU sev1" is no slip for "list". Short and without a severity it may be one; asking then
    # costs nothing, because the severity has to be asked for anyway.
    guesses = corrected.guesses if corrected.verb is Verb.ASK else (corrected,)
    return guesses, alone or (said.severity is None and len(said.title.split()) <= _SHORT)


def _in_other_words(words: str, said: Command, users: tuple[str, ...]) -> tuple[Command, ...] | None:
    """Return the commands that these words may be in another order, and None if they are sure to be none.

    Words that name an incident, and questions, are asked about even if no command is found: who means INC-3, or asks,
    wants nothing declared before another click.
    """
    read = [_command(Verb(verb), rest, users) for verb, rest in turned(words, len(users))]
    found = tuple(dict.fromkeys(one for one in read if one.verb is not Verb.ASK))[:3]
    numbers = sorted({int(n) for n in NUMBER.findall(words)})[:2]
    if found:
        looks = tuple(Command(verb=Verb.TIMELINE, number=n) for n in numbers) if is_question(words) else ()
        return tuple(dict.fromkeys((*looks, *found)))
    if numbers := sorted({int(n) for n in NAMED.findall(words)})[:2]:  # an order may be #4711
        return tuple(Command(verb=v, number=n) for n in numbers for v in (Verb.TIMELINE, Verb.FOLLOW))
    if asks(words) if said.severity is None else said.title.endswith("?"):
        return tuple(Command(verb=verb) for verb in (Verb.LIST, Verb.CHECK, Verb.HELP))
    return None


# ---------------------------------------------------------------- commands


def _command(verb: Verb, rest: str, users: tuple[str, ...]) -> Command:
    """Return the command, or ASK with what of it could be read."""
    rest, links = without_links(rest) if verb in _OF_TICKETS else (rest, "")
    pattern = _numbers(verb)
    numbers = {int(n) for n in pattern.findall(rest)}
    takes_number = verb not in _NUMBERLESS and len(numbers) == 1
    number = numbers.pop() if takes_number else None
    left = pattern.sub(" ", rest) if takes_number else rest
    read, left = _ARGUMENTS[verb](replace(Command(verb=verb), number=number), f"{left} {links}".strip(), users)
    left = clean_line(left)
    if not without_between(left) and (verb is Verb.CHECK or len(users) <= (1 if verb is Verb.ROLE else 0)):
        return read
    choices = _choices(read, left)
    return Command(
        verb=Verb.ASK,
        guesses=tuple(choices.values()) or (read,),
        why=why(verb, without_between(left) if len(choices) > 1 else left, tuple(choices), read.stage or read.severity),
    )


def _choices(read: Command, left: str) -> dict[str, Command]:
    """Return what may be meant where a slip, or more than one, was named, by how it is called; nothing, if nothing."""
    named = list(dict.fromkeys(int(n) for n in _numbers(read.verb).findall(left)))
    if read.number is None and not named and read.severity is None and read.verb not in (*_NUMBERLESS, Verb.SEVERITY):
        bare = [word.strip("#,;") for word in without_between(left).split()]
        named = [int(word) for word in dict.fromkeys(bare)] if all(map(_BARE.fullmatch, bare)) else []
        named = named[:1] if read.verb is Verb.TICKET else named
        if len(named) == 1 and (read.verb is not Verb.TICKET or read.tickets):
            return {f"INC-{named[0]}": replace(read, number=named[0])}
    if len(named) > 1 and read.verb not in _NUMBERLESS:
        return {f"INC-{n}": replace(read, number=n) for n in named[:4]}  # buttons enough for a phone
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


def _numbers(verb: Verb) -> re.Pattern[str]:
    """Return how an incident is named behind this command: beside "ticket", "#3" may be the help desk's."""
    return NAMED if verb is Verb.TICKET else NUMBER


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
    gone, left = removed(left)
    tickets, others = connected(left)
    verb = Verb.TICKET if tickets else read.verb
    return replace(read, verb=verb, tickets=tickets, removed=gone and bool(tickets)), others


_ARGUMENTS: dict[Verb, Arguments] = {
    **dict.fromkeys(Verb, _nothing),
    **dict.fromkeys((Verb.FOLLOW, Verb.UNFOLLOW), _follow),
    Verb.CHECK: _check,
    Verb.STAGE: _stage,
    Verb.UPDATE: _stage,
    Verb.SEVERITY: _severity,
    Verb.ROLE: _role,
    **dict.fromkeys(_OF_TICKETS, _ticket),
}


def _or_declare(found: Command, words: str, users: tuple[str, ...]) -> Command:
    """Return the command; a question also gets the declaration that may have been meant."""
    if found.verb is not Verb.ASK:
        return found
    said = _titled(words, users)
    return replace(found, title=said.title, severity=said.severity, users=users)
