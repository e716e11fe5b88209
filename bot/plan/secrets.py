"""What looks like a secret in a plan. A plan is read by everybody, so it is refused, and never quoted."""

import re

from bot.plan.mistakes import Mistake
from bot.plan.sentences import called
from bot.plan.source import Place, Source

_SHAPES = (
    re.compile(r"xox[a-z]-|xapp-|whsec_|-----BEGIN|AKIA[0-9A-Z]{12}|gh[pousr]_\w{20}|sk_live_|eyJ[\w-]{10,}\."),
    re.compile(r"://[^/\s:@]+:[^/\s@]+@"),
    re.compile(r"\b(?:pass(?:word|wort|wd|code)?|pwd|secret|token|api[ _-]?key|pin)\s*[:=]\s*\S", re.IGNORECASE),
)
# Long runs of letters of both cases with digits between are keys, not words.
_RUN = re.compile(r"[A-Za-z0-9+=_-]{20,}")


def looks_secret(text: str) -> bool:
    """Say whether a text holds what looks like a password, a token or a key."""
    return any(shape.search(text) for shape in _SHAPES) or any(_mixed(run) for run in _RUN.findall(text))


def secrets_in(source: Source) -> list[Mistake]:
    """Return a mistake for each place that holds what looks like a secret. The text is not in it."""
    return [
        Mistake(
            source.line(place),
            called(place),
            "this looks like a password, a token or a key. Remove it, and change it where it belongs: a plan is read "
            "by everybody. Say whom to ask for access instead.",
        )
        for place, text in _texts(source.values, ())
        if looks_secret(text)
    ]


def _mixed(run: str) -> bool:
    return all(re.search(kind, run) for kind in ("[a-z]", "[A-Z]", "[0-9].*[0-9]"))


def _texts(value: object, place: Place) -> list[tuple[Place, str]]:
    if isinstance(value, dict):
        return [found for key, one in value.items() for found in _texts(one, (*place, str(key)))]
    if isinstance(value, list):
        return [found for number, one in enumerate(value) for found in _texts(one, (*place, number))]
    return [(place, value)] if isinstance(value, str) else []
