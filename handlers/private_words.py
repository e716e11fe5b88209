"""How "private" is said: as a flag of a declaration, as a command, or in front of a title. Pure.

It refuses to take the first word of a title for a wish: "Private messages are lost" is asked about.
"""

import re

from handlers.incident_number import NUMBER

# Phones and macOS make one long dash of two hyphens.
_FLAG = re.compile(r"(?<!\S)(?:--|[\u2013\u2014])private(?!\S)", re.IGNORECASE)


def declared_private(text: str) -> tuple[bool, str]:
    """Return whether the flag was given, and the text without it."""
    found = _FLAG.search(text)
    return (True, " ".join(_FLAG.sub(" ", text).split())) if found else (False, text)


def said_of_private(rest: str) -> str:
    """Return what stands behind the command besides the number of an incident: the words of a title, or ""."""
    return " ".join(rest.split()) if NUMBER.sub(" ", rest).strip() else ""
