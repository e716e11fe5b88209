"""The three commands that look and do not touch: `check`, `release`, `aside`. Each returns its exit code."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from bot.checkup import page, trials
from bot.checkup.mail_list import mail_list
from bot.checkup.plan import Rehearse, judged
from bot.checkup.settings import abilities, described
from bot.checkup.verdict import Mark, Verdict
from bot.config import Settings
from bot.processes import redis_for


@dataclass(frozen=True, slots=True)
class Wanted:
    """How `clarion check` was asked. `plan`: judge this file alone; `strict`: what can go wrong fails as well."""

    plan: Path | None = None
    strict: bool = False
    as_json: bool = False
    rehearse: Rehearse | None = None


async def run(settings: Settings, console: Console | None = None, wanted: Wanted | None = None) -> int:
    """`clarion check`: every setting, what works with it, what happens when it is tried, and the plan."""
    out = console or Console(highlight=False)
    wanted = wanted or Wanted()
    if wanted.as_json:
        return await _as_json(settings, out, wanted)
    if wanted.plan is not None:
        found = (await judged(settings, wanted.plan, wanted.rehearse)).verdicts
        for verdict in found:
            page.verdict_line(out, verdict)
        return _code(found, wanted.strict)
    return await _whole(settings, out, wanted)


async def _whole(settings: Settings, out: Console, wanted: Wanted) -> int:
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
    page.heading(out, "Plan")
    planned = (await judged(settings, None, wanted.rehearse)).verdicts
    for verdict in planned:
        page.verdict_line(out, verdict)
    everything = [*able, *found, *planned]
    page.summary(out, everything)
    return _code(everything, wanted.strict)


async def _as_json(settings: Settings, out: Console, wanted: Wanted) -> int:
    """Print what was found for a machine: the same, with nothing left out."""
    verdicts = [] if wanted.plan else [*abilities(settings), *await _tries(settings)]
    plan = await judged(settings, wanted.plan, wanted.rehearse)
    code = _code([*verdicts, *plan.verdicts], wanted.strict)
    said = {
        "ready": code == 0,
        "plan": {
            "file": plan.file,
            "findings": [
                {"id": one.id, "severity": one.gravity, "file": one.file, "line": one.line, "field": one.field}
                | {"about": one.about, "reason": one.reason, "fix": one.fix}
                for one in plan.findings
            ],
            "not_judged": list(plan.left_out),
        },
        "tried": [asdict(one) for one in verdicts],
    }
    out.file.write(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    return code


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
        trials.tried("Socket Mode", partial(trials.socket_mode, settings)),
        trials.tried("Announcements", partial(trials.announcements, settings)),
        trials.tried("Redis", partial(trials.redis, settings)),
        trials.tried("Journal", partial(trials.journal, settings)),
        trials.tried("Outlets", partial(trials.outlets, settings)),
        trials.tried("Mailing list", partial(mail_list, settings)),
    )
    return [verdict for verdicts in found for verdict in verdicts]


def _code(verdicts: Iterable[Verdict], strict: bool = False) -> int:
    bad = {Mark.BAD, Mark.RISK} if strict else {Mark.BAD}
    return int(any(one.mark in bad for one in verdicts))
