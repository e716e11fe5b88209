"""The three commands that look and do not touch: `check`, `release`, `aside`. Each returns its exit code."""

import asyncio
from collections.abc import Iterable
from functools import partial

from rich.console import Console

from bot.checkup import page, trials
from bot.checkup.settings import abilities, described
from bot.checkup.verdict import Mark, Verdict
from bot.config import Settings
from bot.processes import redis_for


async def run(settings: Settings, console: Console | None = None) -> int:
    """`clarion check`: every setting, what works with it, and what happens when it is tried."""
    out = console or Console(highlight=False)
    if not settings.model_fields_set:
        out.print(page.NOTHING_SET)
    page.settings_part(out, described(settings))
    page.heading(out, "What works with this")
    able = abilities(settings)
    for verdict in able:
        page.verdict_line(out, verdict)
    page.heading(out, "Tried")
    found = await _tries(settings)
    for verdict in found:
        page.verdict_line(out, verdict)
    page.summary(out, [*able, *found])
    return _code([*able, *found])


async def release(settings: Settings, console: Console | None = None) -> int:
    """`clarion release`: the settings are whole, and Redis is one that Clarion can run on."""
    out = console or Console(highlight=False)
    found = await trials.tried("Redis", partial(trials.redis, settings))
    for verdict in found:
        page.verdict_line(out, verdict)
    page.summary(out, found)
    return _code(found)


async def show_aside(settings: Settings, console: Console | None = None) -> int:
    """`clarion aside`: the jobs that were put aside, for a person to look at. 1 if there are any."""
    from bot import wiring

    out = console or Console(highlight=False)
    async with redis_for(settings) as url, wiring.build(settings, url) as built:
        kept = await built.services.jobs.aside()
    if not kept:
        out.print("No job was put aside.")
        return 0
    for job, reason in kept:
        incident = f" of incident {job.incident_id}" if job.incident_id else ""
        page.verdict_line(out, Verdict(Mark.BAD, job.kind, f"{reason}{incident} (job {job.id})."))
    return 1


async def _tries(settings: Settings) -> list[Verdict]:
    found = await asyncio.gather(
        trials.tried("Templates", partial(trials.templates, settings)),
        trials.tried("Slack token", partial(trials.slack, settings)),
        trials.tried("Announcements", partial(trials.announcements, settings)),
        trials.tried("Redis", partial(trials.redis, settings)),
        trials.tried("Journal", partial(trials.journal, settings)),
        trials.tried("Outlets", partial(trials.outlets, settings)),
    )
    return [verdict for verdicts in found for verdict in verdicts]


def _code(verdicts: Iterable[Verdict]) -> int:
    return int(any(one.mark is Mark.BAD for one in verdicts))
