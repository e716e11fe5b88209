"""The plan, judged against what is set up: templates, outlets, approvers, and the people in Slack.

It refuses to guess: what cannot be asked just now is not judged, and that is said.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot import wiring
from bot.checkup.verdict import Mark, Verdict
from bot.config import Settings
from bot.domain.maintenance import PlannedStage
from bot.domain.plan import Plan, Through
from bot.plan import BrokenPlan, load
from bot.plan.lint import Finding, Gravity, Said, Surroundings, judge
from bot.plan.lint.often import promises_in
from bot.plan.lint.working import people_named
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown
from bot.rendering.catalogue import BrokenTemplates, folders
from bot.rendering.front_matter import Gist, Trouble, gist
from bot.slack.gateway import SlackChat

_PATIENCE = 5.0
_AT_ONCE = 5  # questions to Slack side by side; users.info takes about 100 a minute (Slack docs, tier 4)

# What stands in a template beside its words.
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{3,}")

# Plays a scenario against the plan in a file (None: the shipped one); returns what went wrong, "" if nothing did.
Rehearse = Callable[[Path | None], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and what was not judged and why."""

    file: str
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The findings as lines of the page."""
        found = tuple(
            Verdict(
                Mark.BAD if one.gravity is Gravity.ERROR else Mark.RISK,
                f"Plan {one.id}",
                f"{one.where}: {one.reason}",
                one.fix,
            )
            for one in self.findings
        )
        left = tuple(Verdict(Mark.OFF, "Plan", sentence) for sentence in self.left_out)
        name = self.file[:1].upper() + self.file[1:]
        return found + left if found else (Verdict(Mark.GOOD, "Plan", f"{name}: no findings."), *left)


async def judged(settings: Settings, file: Path | None, rehearse: Rehearse | None = None) -> Judged:
    """Judge the plan in a file; without one, that of the settings, else the shipped one."""
    file = file or settings.clarion_plan
    try:
        loaded = load(file)
    except BrokenPlan as broken:
        return Judged(broken.file, tuple(_unusable(broken)))
    people, unasked = await _people(settings, loaded.plan)
    templates, said, ordinary = _templates(settings)
    around = Surroundings(
        today=_today(),
        templates=templates,
        said=said,
        ordinary=ordinary,
        set_up=frozenset(_set_up(settings)),
        approvers=frozenset(settings.clarion_approvers),
        people=people,
        failed=await rehearse(file) if rehearse else {},
    )
    left = ("--rehearse sev1-outage plays a scenario against it; none was played now.",) if rehearse is None else ()
    return Judged(loaded.source.file, judge(loaded, around), (*unasked, *left))


def _unusable(broken: BrokenPlan) -> Sequence[Finding]:
    return [
        Finding(
            id="P000",
            file=broken.file,
            line=one.line,
            field=one.field,
            about="",
            reason=f"{one.field}: {one.sentence}" if one.field else one.sentence,
            fix="",
        )
        for one in broken.mistakes
    ]


def _today() -> date:
    return wiring.WallClock().now().date()


def _set_up(settings: Settings) -> list[Through]:
    """Return what an outlet of the plan may use with these settings. The status page needs none."""
    needs = {
        Through.PAGE: True,
        Through.FOLLOWERS: True,
        Through.HAND: True,
        Through.BROADCAST: bool(settings.broadcast_channel),
        Through.EMAIL: bool(settings.smtp_url and settings.mail_recipients),
        Through.WEBHOOK: bool(settings.webhooks),
        Through.ANNOUNCEMENT: bool(settings.incidents_channel),
    }
    return [through for through, ready in needs.items() if ready]


_Prepared = tuple[dict[str, frozenset[str]] | None, tuple[Said, ...], frozenset[str]]


def _templates(settings: Settings) -> _Prepared:
    """Return which templates there are by language, what they promise, and their words. None: they cannot be read."""
    found: dict[str, set[str]] = {}
    ordinary: set[str] = set()
    said: dict[str, tuple[Said, ...]] = {}
    try:
        places = folders(settings.templates_dir)
    except BrokenTemplates:
        return None, (), frozenset()
    for folder in reversed(places):
        for path in sorted(folder.glob("*/*/*.j2")):
            locale, scenario, name = path.parts[-3], path.parts[-2], f"{path.parts[-2]}/{path.stem}"
            if scenario.startswith("_") or locale.startswith("_"):
                continue
            head, words = _read(path)
            if (head.stage or path.stem) in list(PlannedStage):
                continue  # no incident is written about in these words
            found.setdefault(locale, set()).add(name)
            ordinary.update(word.casefold() for word in _WORD.findall(_CODE.sub(" ", words)))
            where = f"{locale}/{name}"
            said[where] = tuple(Said(where, told, every, head.severities) for told, every in promises_in(words))
    promises = tuple(s for all_ in said.values() for s in all_)
    return {locale: frozenset(names) for locale, names in found.items()}, promises, frozenset(ordinary)


def _read(path: Path) -> tuple[Gist, str]:
    try:
        words = path.read_text(encoding="utf-8")
        return gist(words), words
    except (Trouble, OSError, UnicodeDecodeError):
        return Gist(), ""  # the trial of the templates says what is wrong


async def _people(settings: Settings, plan: Plan) -> tuple[dict[str, str] | None, tuple[str, ...]]:
    """Ask Slack for everybody in the plan; return what is wrong with whom, or that it could not be asked."""
    users = sorted({user for _, user in people_named(plan)})
    if not users:
        return {}, ()
    if settings.slack_bot_token is None:
        return None, ("Slack was not asked for the people in it: SLACK_BOT_TOKEN is not set.",)
    chat = SlackChat(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        now=wiring.WallClock().now,
    )
    turn = asyncio.Semaphore(_AT_ONCE)
    try:
        found = await asyncio.gather(*(_wrong(chat, user, turn) for user in users))
    except (ChatRefused, ChatUnavailable, ChatUnknown):
        return None, ("Slack did not answer for the people in it, so they were not judged.",)
    finally:
        await chat.aclose()
    return {user: wrong for user, wrong in zip(users, found, strict=True) if wrong}, ()


async def _wrong(chat: SlackChat, user: str, turn: asyncio.Semaphore) -> str:
    async with turn:
        person = await chat.person(user, _PATIENCE)
    if person is None:
        return "Slack knows nobody of this id"
    if person.deactivated:
        return "this Slack account is deactivated"
    if person.bot or person.guest or person.outside:
        who = "an app" if person.bot else "a guest" if person.guest else "from another company"
        return f"this is {who}, and cannot act in an incident"
    return ""
