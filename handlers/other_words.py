"""A command said in other words: politely, in quotes, in another order, or as a question. Pure.

It refuses to act on them: what it finds is offered, and only what surrounds a command (a thank you, a full stop) is
left out. Words that say "not" never lead to what they are against.
"""

import re

from bot.domain.facts import Stage
from handlers.following_words import SEVERITY
from handlers.incident_number import NUMBER
from handlers.synonyms import ROLES, SYNONYMS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POLITE = r"(?:please|pls|plz|bitte|thanks|thank you|thx|ty|danke|merci|now)"
_AHEAD = re.compile(rf"^(?:(?:{_POLITE}|hey|hi|hello|ok|okay|@clarion|/incident)\b[\s,;:.!–—-]*)+", re.IGNORECASE)
_BEHIND = re.compile(rf"(?:[\s,;:.!–—-]+{_POLITE}\b)+[\s,;:.!]*$", re.IGNORECASE)
_ROUND = " \t“”„‟‘’‚«»\"'`´*_–—-"
_POINTS = re.compile(r"\s+[.,;:!?]+$")
_EMOJI = re.compile(r"(?:^|\s):[\w+-]+:$")
_END = ".,;:!…"
_QUESTION = re.compile(
    r"^(?:(?:what|what['’]?s|who|how|where)\s+(?:is|are|was|do|does|did|can|should|could|to|has|have|i|we|you|open|going|up)"
    r"|(?:can|could)\s+(?:i|you|we|some(?:one|body)|any(?:one|body)))\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^(?:please|pls|plz)\b[\s,:]*|[\s,]+(?:please|pls|plz|thanks|thx)[.!]*$", re.IGNORECASE)
# "Declare an incident", and nothing about which.
_OPENING = re.compile(
    r"(?:declare|new|start|open|create|report|we have|there is)\s+(?:an?\s+)?(?:new\s+)?(?:incident|outage)",
    re.IGNORECASE,
)
# What says nothing by itself, between the words of a command.
_BETWEEN = _words(
    "a an the this that it its it's is are be am i im i'm i'd we us me my our you your in on of to for from at as by "
    "with about and & + or so now please pls plz thanks thx then there just still really actually only can could "
    "would should shall may do does did want need make set change mark put move go going give let lets let's "
    "call lower raise raised downgrade upgrade escalate bump drop hand over take takes incident what whats what's "
    "where how any yet"
)
_AGAINST = _words(
    "not no never don't dont doesn't doesnt isn't isnt aren't arent cannot can't cant won't wont stop un remove delete "
    "cancel undo"
)
_BETWEEN |= _AGAINST
_JOINING = _words("and & + please pls plz the to for on from about")
_FOLLOW = _words("follow following subscribe watch notify keep posted updates")
_LISTED = _words("show list ls open current active ongoing all any incident incidents status going happening")
_NAMED = _words(
    "follow unfollow resolve stage severity timeline update tickets ticket private public runbook role roles parties "
    "secret help list plan outlets"
)
_ME = _words("i i'm im me")
_TAKEN = _words("remove delete")
_BUTTONS = _words("approve approved reject stop undo cancel withdraw revert recall retract unpublish")
_OF_BUTTONS = _words("update updates message messages post publishing publication last sending")
_PRESSED = (
    "An update is approved, rejected, stopped or corrected with the buttons on its card in the incident's channel. "
    "What waits for you is also on Clarion's Home tab."
)
_NOTED = "To add a message to the timeline, use “Add to timeline” in its menu."


def plain(words: str) -> str:
    """Return the words without quotes around them, a thank you, or the point at their end; a question mark stays."""
    before = ""
    while words != before:
        before = words
        words = words.strip(_ROUND).rstrip(_END).strip()
        words = _BEHIND.sub("", _AHEAD.sub("", words))
    return words or before


def unasked(words: str) -> str:
    """Return the words of a declaration without "please" before them and "thanks" behind."""
    return _ASKED.sub("", words)


def opens(words: str) -> bool:
    """Say whether somebody only says that there is an incident, and not what is wrong."""
    return _OPENING.fullmatch(plain(words)) is not None


def trimmed(title: str) -> str:
    """Return a title without the points that a severity left at its ends; an emoji (:fire:) keeps its own.

    What has neither letter nor digit is none.
    """
    if title.isascii() and not any(map(str.isalnum, title)):
        return ""
    bare = _POINTS.sub("", title.strip(" ,;:–—-"))
    return bare + ":" if _EMOJI.search(bare + ":") and title.rstrip().endswith(":") else bare


def is_question(words: str) -> bool:
    """Say whether the words end as a question, or begin as one."""
    return words.rstrip(" .!”\"'").endswith("?") or asks(words)


def asks(words: str) -> bool:
    """Say whether the words begin as a question, as what is broken does not: not “Is …”, not “When …”."""
    return _QUESTION.match(words) is not None


def without_between(left: str) -> str:
    """Return what is left of a command's words without those that say nothing there: "INC-1 and INC-2, please"."""
    words = (word.strip(",;") for word in left.split())
    return " ".join(word for word in words if word and word.lower() not in _JOINING)


def told(words: str) -> str:
    """Return the sentence for whoever asks for what only a button does, or a message's menu; "" for all others."""
    said = _said(words)
    if said[:1] == ["note"] and len(said) > 1:
        return _NOTED
    left = [word for word in said if word not in _BETWEEN or word in _BUTTONS]
    asked = [word for word in left if word in _BUTTONS]
    return _PRESSED if asked and all(word in _BUTTONS | _OF_BUTTONS for word in left) else ""


def turned(words: str, mentions: int) -> tuple[tuple[str, str], ...]:
    """Return the commands that these words may be, as verb and arguments; whether they are is the grammar's to say.

    `mentions`: how many people were named.
    """
    numbers = [f"INC-{int(number)}" for number in NUMBER.findall(words)]
    ranks = [f"SEV{digit}" for digit in SEVERITY.findall(words)]
    said = _said(words)
    named = " ".join(numbers + ranks)
    left = [word for word in said if word not in _BETWEEN]
    if _AGAINST & set(said):
        return _against(said, left, " ".join(numbers), ranks)
    if _FOLLOW & set(left) and said[:1] in (["what"], ["whats"], ["what's"]) and not named:
        return (("following", ""),)
    if left and set(left) <= _LISTED and not ranks:
        return (("timeline", named),) if numbers else (("list", ""),)
    if "who" in left and not ranks:
        return (("roles", named),)
    if not left:
        return (("severity", named),) if ranks else ()
    me = "me" if not mentions and _ME & set(said) else ""
    verbs = [verb for word in left if (verb := _verb(word)) and (verb != "role" or mentions or me)]
    return tuple((verb, _without(left, verb, me if verb == "role" else "", named)) for verb in dict.fromkeys(verbs))


def _against(said: list[str], left: list[str], numbers: str, ranks: list[str]) -> tuple[tuple[str, str], ...]:
    """Return what may be meant by words that say "not", "stop" or "remove": never what they are against."""
    if _FOLLOW & set(said):
        return (("unfollow", f"{numbers} {' '.join(ranks)}"),) if (numbers or ranks) and set(left) <= _FOLLOW else ()
    if _TAKEN & set(said) and {"ticket", "tickets"} & set(left):
        tickets = " ".join(word for word in left if word not in ("ticket", "tickets"))
        return (("ticket", f"remove {tickets} {numbers}"),)
    return (("severity", numbers),) if ranks and not left else ()


def _verb(word: str) -> str:
    """Return the command that a word stands for, "" if none."""
    if word in _FOLLOW:
        return "follow"
    if word in tuple(Stage):
        return "stage"
    if word in ROLES:
        return "role"
    return word if word in _NAMED else SYNONYMS.get(word, "") if SYNONYMS.get(word) in _NAMED else ""


def _without(left: list[str], verb: str, me: str, named: str) -> str:
    """Return the arguments: a stage and a role are said by the very word that stands for the command."""
    kept = [word for word in left if _verb(word) != verb or word in tuple(Stage) or word in ROLES]
    return " ".join(word for word in (*kept, me, named) if word)


def _said(words: str) -> list[str]:
    """Return the words in lower case, without numbers, severities and points."""
    rest = SEVERITY.sub(" ", NUMBER.sub(" ", words)).lower().replace("’", "'")
    return [word for word in (one.strip(_ROUND + _END + "?&+,") for one in rest.split()) if word]
