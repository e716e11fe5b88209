"""Reads a scenario: which people there are, and its steps in the words of the file.

It refuses whatever it does not fully understand, with file, step and line and what could have been meant: a step
that is silently left out would make a play pass that should not.
"""

import re
import shlex
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from bot.practice.scenario import befalling, expectations, paper
from bot.practice.scenario.paper import Spot
from bot.practice.scenario.script import Act, Player, ScenarioMistake, Script, Step, Verb

FIRST = "sev1-outage"  # to begin with: a whole night
SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"
# Long enough for a loaded machine in a company's CI, short enough to wait for.
WITHIN = 15.0
LONGEST = 600.0

_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_TAKEN = ("clarion", "slackbot", "expect")  # an app, Slack itself, and the word that begins what is expected
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_HEADS = ("title", "people", "guests", "outsiders", "approvers", "languages", "e-mail recipients", "steps")
_BESIDES = ("in", "beside", "within")
_PEOPLES = tuple(verb for verb in Verb if verb not in befalling.VERBS)
_FILLING = (Verb.FILLS, Verb.CHOOSES)
_EMPTY_ALLOWED = (Verb.SUBMITS, Verb.CLOSES)


@dataclass(frozen=True, slots=True)
class _Known:
    """What steps may name: who is there, who gets letters, and what customers read."""

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    languages: tuple[str, ...]


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that are shipped."""
    return tuple(sorted(one.stem for one in SHIPPED.glob("*.yaml")))


def find(scenario: str | Path) -> Path:
    """Return the file of a scenario: one that is named by its path, else a shipped one. Raises ScenarioMistake."""
    path = Path(scenario)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if not path.is_file():
            raise ScenarioMistake(f"There is no file {path}.")
        return path
    if str(scenario) not in shipped():
        raise ScenarioMistake(
            f"There is no scenario “{scenario}”. There are: {', '.join(shipped())}. A file of your own: its path, "
            "ending in .yaml."
        )
    return SHIPPED / f"{scenario}.yaml"


def read(path: Path) -> Script:
    """Read a scenario. Raises ScenarioMistake."""
    whole = paper.read(path)
    heads = {key.text: value for key, value in whole.pairs}
    for key, _ in whole.pairs:
        if key.text not in _HEADS:
            raise key.wrong(f"“{key.text}” is not part of a scenario.{_near(key.text, _HEADS)}")
    for needed in ("people", "steps"):
        if needed not in heads:
            raise whole.wrong(f"“{needed}:” is missing.")
    guests, outsiders = _named(heads.get("guests")), _named(heads.get("outsiders"))
    people = tuple(_player(key, value, guests, outsiders) for key, value in heads["people"].pairs)
    names = tuple(one.name for one in people)
    if not names:
        raise heads["people"].wrong("nobody is there. Write a person a line, such as “ada: declares the incident”.")
    for listed in ("guests", "outsiders", "approvers"):
        for spot in heads[listed].items if listed in heads else ():
            _require_known(spot, spot.text, names)
    languages = _languages(heads.get("languages"))
    recipients = _recipients(heads.get("e-mail recipients"), languages)
    addresses = tuple(one.partition(" ")[0] for one in recipients)
    if not heads["steps"].items:  # said last: it would hide what else is wrong
        raise heads["steps"].wrong("there is no step, so nothing would be tried. Begin each step with a dash.")
    known = _Known(names, addresses, languages)
    return Script(
        path=path,
        title=heads["title"].text if "title" in heads else path.stem,
        people=people,
        approvers=_named(heads.get("approvers")),
        recipients=recipients,
        languages=languages,
        steps=tuple(_step(n, spot, known) for n, spot in enumerate(heads["steps"].items, start=1)),
    )


def _named(spot: Spot | None) -> tuple[str, ...]:
    return tuple(one.text for one in spot.items) if spot else ()


def _player(key: Spot, value: Spot, guests: tuple[str, ...], outsiders: tuple[str, ...]) -> Player:
    if not _NAME.fullmatch(key.text):
        raise key.wrong(f"“{key.text}” cannot be a person's name here: lower-case letters and digits, at most 20.")
    if key.text in _TAKEN:
        raise key.wrong(f"“{key.text}” is there already, and is no person. Take another name.")
    return Player(name=key.text, about=value.text, guest=key.text in guests, outsider=key.text in outsiders)


def _languages(spot: Spot | None) -> tuple[str, ...]:
    for one in spot.items if spot else ():
        if not _LANGUAGE.fullmatch(one.text):
            raise one.wrong(f"“{one.text}” is not a language here. Write its code, such as fr or pt-BR.")
    return tuple(dict.fromkeys(_named(spot)))


def _recipients(spot: Spot | None, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of the mailing list: addresses, a language after those who have one."""
    for one in spot.items if spot else ():
        address, _, language = one.text.partition(" ")
        try:
            validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise one.wrong(f"“{address}” is not an e-mail address.") from None
        if language and language not in languages:
            raise one.wrong(
                f"“{language}” is not among the languages of this scenario. Write above the steps what its customers "
                f"read, such as “languages: [en, fr]”."
            )
    return _named(spot)


# ---------------------------------------------------------------- steps


def _step(number: int, spot: Spot, known: _Known) -> Step:
    try:
        pairs = spot.pairs
        if not pairs:
            raise spot.wrong("this step says nothing.")
        (key, value), *others = pairs
        beside = _besides(others, expecting=key.text == "expect")
        within = _seconds(beside["within"]) if "within" in beside else WITHIN
        if key.text == "expect":
            listed = (known.names, known.addresses, known.languages)
            found = tuple(expectations.read(k, v, *listed) for k, v in _expected(value))
            return Step(number, spot.line, _words(key, value), within, expectations=found)
        act = _act(key, value, beside, known.names)
        return Step(number, spot.line, _words(key, value), within, act=act)
    except ScenarioMistake as mistake:
        raise ScenarioMistake(_with_step(str(mistake), number)) from None


def _with_step(sentence: str, number: int) -> str:
    return re.sub(r", line (\d+): ", rf", step {number} (line \1): ", sentence, count=1)


def _words(key: Spot, value: Spot) -> str:
    """Return a step in one line, as it was written."""
    if value.kind == "mapping":
        return f"{key.text}: " + ", ".join(f"{k.text}: {_flat(v)}" for k, v in value.pairs)
    if value.kind == "list" and any(one.kind == "mapping" for one in value.items):
        return f"{key.text}: " + "; ".join(f"{k.text}: {_flat(v)}" for one in value.items for k, v in one.pairs)
    return f"{key.text}: {_flat(value)}".rstrip(": ")


def _flat(spot: Spot) -> str:
    if spot.kind == "mapping":
        return ", ".join(f"{k.text}: {_flat(v)}" for k, v in spot.pairs)
    return " ".join(" + ".join(_flat(one) for one in spot.items).split()) if spot.kind == "list" else spot.text.strip()


def _besides(others: list[tuple[Spot, Spot]], *, expecting: bool) -> dict[str, Spot]:
    allowed = ("within",) if expecting else _BESIDES
    for key, _ in others:
        if key.text not in allowed:
            raise key.wrong(
                f"“{key.text}” does not belong to this step.{_near(key.text, allowed)} "
                "Begin each step with a dash of its own."
            )
    return {key.text: value for key, value in others}


def _seconds(spot: Spot) -> float:
    found = re.fullmatch(r"(\d{1,4}) ?(?:s|seconds?)?", spot.text)
    if not found or not 0 < float(found[1]) <= LONGEST:
        raise spot.wrong(f"“{spot.text}” is not a time here. Write seconds, such as “30 seconds”, at most 600.")
    return float(found[1])


def _expected(value: Spot) -> tuple[tuple[Spot, Spot], ...]:
    if value.kind == "mapping":
        return value.pairs
    pairs = tuple(pair for one in value.items for pair in one.pairs)
    if not pairs:
        raise value.wrong("nothing is expected here. Write for example “ben sees: ...”.")
    return pairs


def _act(key: Spot, value: Spot, beside: dict[str, Spot], names: tuple[str, ...]) -> Act:
    befallen = befalling.read(key, value)
    if befallen is not None:
        return befallen
    who, _, said = key.text.partition(" ")
    if who not in names and said and said not in _PEOPLES:
        raise key.wrong(
            f"“{key.text}” is nothing that a person does or that can go wrong here. A person's step begins with one of "
            f"{', '.join(names)}; what else can happen is in the table of bot/practice/README.md."
        )
    _require_known(key, who, names)
    if said and said not in _PEOPLES:
        raise key.wrong(f"“{said}” is not something that people can do.{_near(said, _PEOPLES)}")
    verb = Verb(said) if said else Verb.TYPES
    where, next_to = (beside[name].text if name in beside else "" for name in ("in", "beside"))
    if verb in _FILLING:
        values = tuple((k.text, v.text) for k, v in value.pairs)
        return Act(who, verb, values=values, where=where, beside=next_to)
    text = " ".join(value.text.split()) if verb is not Verb.TYPES else value.text.strip()
    if not text and verb not in _EMPTY_ALLOWED:
        raise key.wrong("something is missing after the colon.")
    if verb is Verb.ADDS:
        _require_known(value, text, names)
    if verb is Verb.TYPES and not text.startswith("/"):
        raise value.wrong("people type commands here: begin with /incident.")
    if verb is Verb.RUNS and not text.startswith("clarion "):
        raise value.wrong("people run the command line here: begin with clarion.")
    if verb is Verb.RUNS:
        _require_closed(value, text)
    return Act(who, verb, text=text, where=where, beside=next_to)


def _require_closed(spot: Spot, command: str) -> None:
    try:
        shlex.split(command)
    except ValueError:
        raise spot.wrong("a quotation mark is opened in this command and not closed.") from None


def _require_known(spot: Spot, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise spot.wrong(f"there is nobody called “{name}”; the people are {', '.join(names)}.")


def _near(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean “{close[0]}”?" if close else f" There is: {', '.join(known)}."
