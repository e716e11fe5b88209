"""What stands behind "follow" and "ticket": a severity or everything; keys and links of tickets. Pure.

It refuses to guess: words that are neither are given back, and the grammar asks about them.
"""

import re

from bot.domain.incident import Severity
from bot.domain.tickets import ticket
from handlers.incident_number import NUMBER

SEVERITY = re.compile(r"(?<![\w-])sev[\s-]?([1-4])(?![\w-])", re.IGNORECASE)
_REMOVED = frozenset({"remove", "delete", "disconnect", "unlink"})
_ADDED = frozenset({"add", "connect", "link"})
# A link as Slack shows it that was pasted without its scheme: a host with a dot, and a path behind it.
_SHORT_LINK = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}/\S+")
_EVERYTHING = frozenset({"everything", "all"})


def ranks(left: str, *, bare: bool = False) -> set[str]:
    """Return the digits of the severities named; where none is, and `bare`, the digits that stand alone."""
    return set(SEVERITY.findall(left)) or ({word for word in left.split() if word in "1234"} if bare else set())


def followed(left: str) -> tuple[Severity | None, bool, str]:
    """Return the severity named, whether everything was, and what could not be read."""
    digits = set(SEVERITY.findall(left))
    if len(digits) == 1:
        return Severity(f"SEV{digits.pop()}"), False, SEVERITY.sub(" ", left)
    words = {word.lower() for word in left.split()}
    if words and words <= _EVERYTHING:
        return None, True, ""
    return None, False, left


def connected(left: str) -> tuple[tuple[str, ...], str]:
    """Return the tickets named, each once, and the words that are none; an incident's number, as INC-3, is none."""
    words = [w.strip("()") if w.startswith("(") else w for w in left.replace(",http", " http").split()]
    read = [
        (word, None if NUMBER.match(word) else ticket(_whole(word.strip("“”\"'").rstrip(".,;:!?")))) for word in words
    ]
    found = tuple(dict.fromkeys(one for _, one in read if one is not None))
    return found, " ".join(word for word, one in read if one is None)


def removed(left: str) -> tuple[bool, str]:
    """Return whether the words begin by saying that tickets are to go, and the words behind that."""
    first, _, rest = left.partition(" ")
    if first.lower() in _ADDED and rest:
        return False, rest
    return (True, rest) if first.lower() in _REMOVED else (False, left)


def without_links(rest: str) -> tuple[str, str]:
    """Return the words without the links, and the links: a number inside a link names no incident."""
    words = rest.split()
    links = [w for w in words if "://" in w or _SHORT_LINK.match(w)]
    return " ".join(w for w in words if w not in links), " ".join(links)


def _whole(link: str) -> str:
    """Return a link with its scheme; any other word as it is."""
    return f"https://{link}" if _SHORT_LINK.fullmatch(link) else link
