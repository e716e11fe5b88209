"""The mailing list, looked at before it is needed: lines that cannot be read, the same address again, and languages
that nobody writes in.

It refuses to show an address: a line is named by its number.
"""

import asyncio
from collections.abc import Iterable, Sequence

from bot.checkup.verdict import Mark, Verdict
from bot.config import Settings
from bot.domain.incident import Severity
from bot.domain.languages import among, base_of, carried, name_of, names_of
from bot.domain.plan import Plan, Through
from bot.outlets.address_list import Line, inspected
from bot.plan import BrokenPlan, load
from bot.ports import Refused

_SUBJECT = "Mailing list"
# So many lines are named by number, and the rest is counted.
_MOST_NAMED = 5


async def mail_list(settings: Settings) -> list[Verdict]:
    """Say what of the list cannot be read or is there twice, and who asks for a language that e-mail does not have.

    A list that is not there is said with the settings.
    """
    if not settings.mail_recipients:
        return []
    try:
        lines = await asyncio.to_thread(lambda path: tuple(inspected(path)), settings.mail_recipients)
    except Refused:
        return []
    try:
        plan = load(settings.clarion_plan).plan
    except BrokenPlan:  # said elsewhere
        plan = None
    name = settings.mail_recipients.name
    return [*_unreadable(lines, name), *_again(lines, name), *(_unspoken(lines, name, plan) if plan else ())]


def _unreadable(lines: Sequence[Line], name: str) -> list[Verdict]:
    by_kind: dict[str, list[int]] = {}
    for line in lines:
        if line.wrong:
            by_kind.setdefault(line.wrong, []).append(line.number)
    return [
        Verdict(
            Mark.BAD,
            _SUBJECT,
            f"{_named(numbers, name)} {wrong}. While it stands there, no update can be drafted.",
            "Write one address a line, its language after it (anna@example.com fr), and # before a comment.",
        )
        for wrong, numbers in by_kind.items()
    ]


def _again(lines: Sequence[Line], name: str) -> list[Verdict]:
    """One verdict for all of them: a list of thousands may hold hundreds."""
    first: dict[str, Line] = {}
    again, apart = list[str](), list[str]()
    for line in lines:
        if line.recipient is None:
            continue
        before = first.setdefault(line.spelt, line)
        if before is not line:
            spoken = {one.recipient.locale for one in (before, line) if one.recipient}
            (again if len(spoken) == 1 else apart).append(f"{line.number} is line {before.number} again")
    found = []
    if again:
        found.append(_twice(Mark.GOOD, again, name, "Each gets one mail all the same."))
    if apart:
        which = "Each gets one mail, in the first language that is given."
        found.append(_twice(Mark.RISK, apart, name, which, "Leave the line with the language that they read."))
    return found


def _twice(mark: Mark, pairs: Sequence[str], name: str, what: str, mend: str = "") -> Verdict:
    return Verdict(mark, _SUBJECT, f"{name} holds the same address twice: line {_some(pairs)}. {what}", mend)


def _unspoken(lines: Sequence[Line], name: str, plan: Plan) -> list[Verdict]:
    """Whoever asks for a language that no e-mail is written in gets the base language, and nobody would know."""
    there = tuple(dict.fromkeys(one for s in Severity for one in carried(plan, s, Through.EMAIL)))
    asked: dict[str, list[int]] = {}
    for line in lines:
        wanted = line.recipient.locale if line.recipient else ""
        if wanted and not among(wanted, there):
            asked.setdefault(wanted, []).append(line.number)
    return [
        Verdict(
            Mark.RISK,
            _SUBJECT,
            f"{_named(numbers, name)} asks for {name_of(wanted)}, which the plan does not have for e-mail: they get "
            f"{name_of(base_of(plan))}.",
            f"Add {wanted} to `languages` of an audience that the plan reaches by e-mail, with its templates, or give "
            f"the line a language that is there ({names_of(there)}).",
        )
        for wanted, numbers in asked.items()
    ]


def _named(numbers: Iterable[int], name: str) -> str:
    """Return where it is: "Line 3 of customers.txt", with the first others."""
    first, *rest = numbers
    others = f" (and {_some([str(number) for number in rest], _MOST_NAMED - 1)})" if rest else ""
    return f"Line {first} of {name}{others}"


def _some(told: Sequence[str], most: int = _MOST_NAMED) -> str:
    """Return the first of them in a line, and how many more there are."""
    more = len(told) - most
    return ", ".join(told[:most]) + (f", and {more} more" if more > 0 else "")
