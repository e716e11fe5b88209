"""How people write an incident's number: INC-3, inc 3, #3, and INC–3 as phones correct it.

Pure; it refuses what is part of a longer word.
"""

import re
from collections.abc import Collection

# As a ticket's words have it: "#3" may be the help desk's number there.
NAMED = re.compile(r"(?<![\w#-])inc[\s\u2010-\u2015\u2212-]?([0-9]{1,9})(?![\w-])", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w#-])(?:inc[\s\u2010-\u2015\u2212-]?|#)([0-9]{1,9})(?![\w-])", re.IGNORECASE)


def number_behind(words: str, commands: Collection[str]) -> str:
    """Return "INC-3 resolve" as "resolve INC-3": people say first which incident they mean.

    What follows the number must be one of `commands`, else the words are a title and stay as they are.
    """
    found = NUMBER.match(words)
    rest = words[found.end() :].lstrip(" :,–—-") if found else ""
    if found is None or rest.partition(" ")[0].lower() not in commands:
        return words
    return f"{rest} {found[0]}"
