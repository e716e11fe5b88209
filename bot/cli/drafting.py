"""Drafting and editing: the facts, every text as it will leave, and then the question whether to ask for approval."""

from pathlib import Path

from bot.cli import page, writing
from bot.cli.session import Desk
from bot.cli.words import name
from bot.cli.writing import Given
from bot.domain.approvers import askable
from bot.domain.coverage import blocking
from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.languages import names_of
from bot.domain.lifecycle import require_news
from bot.domain.refusals import Refusal
from bot.domain.translating import lags
from bot.domain.update import Update, UpdateState
from bot.domain.wording import require_clean
from bot.usecases import prefilling, scenarios, snapshots, updates

KEPT = "update-{name}.yaml"


async def draft(
    desk: Desk, which: str, said: Given, *, corrects: int | None, out: Path | None, yes: bool, ask: bool = True
) -> Update | None:
    """Draft an update and return it once its author has agreed that it waits; None: it is kept in a file."""
    services, incident = desk.services, await desk.incident(which)
    by = await desk.verified(f"draft an update of {incident.name}", incident)
    corrected = desk.update(incident, corrects) if corrects else None
    template = said.texts.get("template") or _template(desk, incident, corrected)
    start = await prefilling.prefill(services, incident, template, by, corrected.id if corrected else "")
    stage = updates.stage_of(services, incident, template, start.corrects)
    if corrected is None:
        require_news(incident, stage)
    now, because = services.clock.now(), said.texts.get("keep", "")
    desk.keyboard.somebody = desk.keyboard.somebody and ask
    facts = writing.written(start, said, desk.keyboard, now, stage)
    try:
        facts = await _preview(desk, incident, services.ids.new(), start.template.name, stage, facts, because)
    except Refusal:
        _keep(desk, out or Path(KEPT.format(name=incident.name)), template, facts, because)
        raise
    if out is not None or not (yes or desk.keyboard.agreed("Ask for approval of exactly this")):
        file = _keep(desk, out or Path(KEPT.format(name=incident.name)), template, facts, because)
        desk.say(f"Nobody was asked. Later: clarion update submit {incident.name} {file}")
        return None
    fresh = corrected.id if corrected else ""
    done = await updates.draft(services, incident.id, template, facts, by, desk.operation(), fresh, keep=because)
    await _asked(desk, done, done.updates[-1])
    return done.updates[-1]


async def edit(desk: Desk, which: str, number: int | None, said: Given, *, yes: bool) -> None:
    """Put a new revision in place of the newest one."""
    services, incident = desk.services, await desk.incident(which)
    update = desk.update(incident, number)
    by = await desk.verified(f"edit update #{update.number} of {incident.name}", incident)
    start = await prefilling.prefill_edit(services, incident, update.id)
    facts = writing.written(start, said, desk.keyboard, services.clock.now(), update.stage)
    because = said.texts.get("keep", "")
    facts = await _preview(desk, incident, update.id, update.template, update.stage, facts, because)
    if not (yes or desk.keyboard.agreed("Ask for approval of exactly this")):
        desk.say("Nothing was changed.")
        return
    done = await updates.revise(services, incident.id, update.id, start.base, facts, by, desk.operation(), because)
    await _asked(desk, done, done.update(update.id))


async def _preview(
    desk: Desk, incident: Incident, update_id: str, template: str, stage: Stage, facts: Facts, because: str
) -> Facts:
    """Show every text as it will be, after asking for what its languages lack, and what a reader would say.

    Returns the facts as they will be asked about. Raises Refusal where it cannot be.
    """
    now = desk.services.clock.now()
    made = await updates.judged(desk.services, incident, update_id, template, stage, facts, now, because)
    missing = lags(made.facts, dict.fromkeys(one.locale for one in made.planned))
    if missing and desk.keyboard.somebody:
        facts = writing.in_words(made.facts, missing, desk.keyboard)
        made = await updates.judged(desk.services, incident, update_id, template, stage, facts, now, because)
        missing = lags(made.facts, dict.fromkeys(one.locale for one in made.planned))
    by_name = {blob.sha256: blob.data for blob in made.blobs}
    texts = {one.rendition: snapshots.rendition_from(by_name[one.rendition]) for one in made.planned}
    desk.say(page.texts_in_full(desk.services, made.planned, texts))
    desk.say(page.facts(made.facts, now))
    if missing:
        desk.say(page.languages(missing))
    if made.found:
        desk.say(page.findings(made.found))
    try:
        require_clean(made.found, because)
    except Refusal as refusal:
        raise Refusal(refusal.code, f"{refusal.sentence} If it must stay: --keep “why”.") from None
    return made.facts


async def _asked(desk: Desk, incident: Incident, update: Update) -> None:
    desk.say(f"Update #{update.number} of {incident.name} waits for approval, digest {page.short(update)}.")
    if missing := blocking(incident, update, desk.services.policy):
        names = names_of(one.locale for one in missing)
        desk.say(f"It can be approved once {names} is done: clarion update edit, with “languages” in a file.")
    people = [await name(desk.services, user) for user in askable(incident, update, desk.services.policy)]
    if update.state is UpdateState.SUBMITTED and not people:
        desk.say("Nobody can approve it: everybody who may has words in it.")
        return
    desk.say(f"Approvers: {', '.join(people)}. clarion update approve {incident.name} {update.number} --as ...")


def _keep(desk: Desk, file: Path, template: str, facts: Facts, because: str) -> Path:
    try:
        writing.keep(file, template, facts, because)
    except OSError as error:
        raise Refusal("file", f"{file} cannot be written: {error.strerror}.") from None
    desk.say(f"What you wrote is in {file}.")
    return file


def _template(desk: Desk, incident: Incident, corrected: Update | None) -> str:
    if corrected:
        return f"{corrected.template.partition('/')[0]}/correction"
    return scenarios.fitting(desk.services, incident, incident.stage)
