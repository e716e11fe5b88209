"""What of a command could not be read, as sentences: each word is named, and what would be read in its place. Pure.

It refuses to leave a word out: whatever was typed and not understood is quoted.
"""

import re
from collections.abc import Sequence

from bot.domain.facts import Stage
from bot.domain.incident import Severity
from handlers.as_typed import who
from handlers.incident_number import NUMBER

# A name that Slack did not turn into a mention. Not the middle of an e-mail address, nor behind "&lt;".
BARE_NAME = re.compile(r"(?<![\w.@<|;])@\w[\w.\-]*")
_LONGEST = 60


def why(verb: str, left: str, choices: Sequence[str] = (), said: str | None = None) -> str:
    """Return what could not be read of a command. `choices`: what was named of which only one can be meant.

    `said`: the stage or the severity that could be read, if one could.
    """
    if names := BARE_NAME.findall(left):
        return who(names[0])
    if not left:
        return "A role takes one person." if verb == "role" else f"“{verb}” takes no person."
    sentences = []
    rest = left
    if len(choices) > 1:
        sentences.append(f"Only one at a time: {', '.join(choices[:-1])} or {choices[-1]}.")
        named = {choice.casefold() for choice in choices}
        rest = " ".join(word for word in NUMBER.sub(" ", left).split() if word.casefold() not in named)
    words = rest.split()
    if verb == "ticket" and (bare := [word for word in dict.fromkeys(words) if word.strip("#,").isdigit()]):
        sentences.append(
            f"{_quoted(', '.join(bare))} cannot be read as a ticket: write its key as your help desk does, such as "
            f"ZD-{bare[0].strip('#,')[:12]}, or paste its link."
        )
        rest = " ".join(word for word in words if word not in bare)
    if rest:
        sentences.append(f"{_quoted(rest)} does not belong to “{verb}”.{'' if choices or said else _known(verb)}")
    return " ".join(sentences)


def _known(verb: str) -> str:
    """Return what can stand there, where nothing that was said can."""
    known = {"stage": tuple(Stage), "severity": tuple(Severity)}.get(verb, ())
    return f" There are {', '.join(known[:-1])} and {known[-1]}." if known else ""


def _quoted(words: str) -> str:
    return f"“{words if len(words) <= _LONGEST else words[: _LONGEST - 1] + '…'}”"
