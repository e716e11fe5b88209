"""Pydantic's complaints as sentences: what is wrong, where it stands, and how to mend it. Best first."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.plan.mistakes import Mistake
from bot.plan.schema import PlanShape
from bot.plan.source import Place, Source

# What Pydantic adds to a place where one of several shapes may stand, such as "literal['rest']".
_SHAPES = ("literal[", "list[", "function-", "constrained-")


def called(place: Place) -> str:
    """Return how a place is named: "approval, item 1, quorum"."""
    place = tuple(part for part in place if isinstance(part, int) or not part.startswith(_SHAPES))
    return ", ".join(f"item {part + 1}" if isinstance(part, int) else part for part in place)


def mistakes_of(error: ValidationError, source: Source) -> list[Mistake]:
    """Return one mistake for each complaint. Unknown fields come first: they are why others seem to be missing."""
    complaints = error.errors(include_url=False, include_input=True)
    meant: set[Place] = set()
    first: list[Mistake] = []
    rest: list[Mistake] = []
    for one in complaints:
        if one["type"] == "extra_forbidden":
            sentence, close = _unknown(one["loc"])
            if close:
                meant.add((*one["loc"][:-1], close))
            first.append(Mistake(source.line(one["loc"]), called(one["loc"]), sentence))
    for one in complaints:
        said = any(called(one["loc"]) == before.field for before in rest)  # one of several shapes: told once
        if one["type"] != "extra_forbidden" and one["loc"] not in meant and not said:
            rest.append(Mistake(source.line(one["loc"]), called(one["loc"]), _sentence(one)))
    return [*sorted(first, key=_by_line), *sorted(rest, key=_by_line)]


def _by_line(mistake: Mistake) -> int:
    return mistake.line


def _unknown(place: Sequence[str | int]) -> tuple[str, str]:
    word, known = str(place[-1]), _known(place[:-1])
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"there is no such field. Did you mean {close[0]}?", close[0]
    return f"there is no such field here. There are: {', '.join(known)}.", ""


def _known(place: Sequence[str | int]) -> tuple[str, ...]:
    """Return the fields that a place has."""
    shape: Any = PlanShape
    for part in place:
        if isinstance(part, str) and isinstance(shape, type) and issubclass(shape, BaseModel):
            shape = _inside(shape.model_fields[part].annotation)
    return tuple(shape.model_fields) if isinstance(shape, type) and issubclass(shape, BaseModel) else ()


def _inside(annotation: Any) -> Any:
    """Return the shape in a list of shapes."""
    return next(iter(getattr(annotation, "__args__", ())), annotation)


def _sentence(one: ErrorDetails) -> str:
    about: Mapping[str, Any] = one.get("ctx", {})
    cause = about.get("error")
    if isinstance(cause, ValueError):
        return f"{cause}."
    kind = one["type"]
    if kind == "missing":
        return "this is missing. Add it; the plan that `clarion plan init` writes has one to copy."
    if kind == "enum":
        return _choice(str(one["input"]), str(about.get("expected", "")))
    return _shaped(kind, about)


def _choice(given: str, expected: str) -> str:
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    same = {word.lower(): word for word in words}
    close = get_close_matches(given.lower(), same, n=1, cutoff=0.6)
    meant = f" Did you mean {same[close[0]]}?" if close else ""
    return f"should be one of: {', '.join(words)}.{meant}"


def _shaped(kind: str, about: Mapping[str, Any]) -> str:
    sentences = {
        "string_too_short": "this is too short. Say it in words.",
        "string_too_long": f"this is too long: at most {about.get('max_length', 0):,} characters fit. Shorten it.",
        "string_type": "should be words. Put them in “double quotes”.",
        "string_pattern_mismatch": _pattern(str(about.get("pattern", ""))),
        "list_type": "should be a list: one item a line, each with “- ” in front.",
        "literal_error": f"should be {about.get('expected', '')}, or a list: one item a line, each with “- ” in front.",
        "too_short": "this list is empty. Name at least one.",
        "too_long": f"this list has too many items: at most {about.get('max_length', 0):,} fit.",
        "model_type": "should be lines of the form “key: value”, each further to the right than this one.",
        "bool_type": "should be true or false.",
        "bool_parsing": "should be true or false.",
        "int_type": "should be a whole number.",
        "int_parsing": "should be a whole number.",
        "greater_than_equal": f"should be at least {about.get('ge')}.",
        "less_than_equal": f"should be at most {about.get('le')}.",
    }
    return sentences.get(kind, "this cannot be used. The plan that `clarion plan init` writes has one to copy.")


def _pattern(pattern: str) -> str:
    if pattern.startswith(r"^P\d"):
        return "should be the id of a finding, such as P012."
    return "should be a language such as en, fr, it or pl."
