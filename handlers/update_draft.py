"""Drafting: the form opens filled in, another template may be chosen, and what is sent in asks for approval.

It refuses to start from nothing: there is always a template, and the words of the last update or the declaration.
"""

from dataclasses import replace

from bot.domain.approvers import askable
from bot.domain.coverage import lagging
from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.domain.lifecycle import require_news
from bot.domain.noting import Quote
from bot.domain.refusals import Refusal
from bot.domain.update import UpdateState
from bot.ports import Services
from bot.slack.views import draft, notice, template_menu, wording
from bot.slack.views.choices import aimed
from bot.usecases import judging, prefilling, scenarios, snapshots, updates
from bot.usecases.people import insider, present
from bot.usecases.prefilling import Prefill
from handlers.answer import Answer, Done, Replace
from handlers.said import Said
from handlers.update_language import overview
from handlers.update_shown import shown

_WORDS_ONLY = (UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.REJECTED)
_NOBODY = (
    "Update #{number} waits for approval, but nobody can give it: everybody who may approve has words in it. "
    "Give somebody else the communications lead, or press “Nobody else can approve” on the request."
)


async def open_draft(services: Services, said: Said, incident: Incident, stage_or_template: str | None) -> Answer:
    """Open the form for a stage ("identified"), a template ("outage/identified"), "correction", or what fits now."""
    name = _template(services, incident, (stage_or_template or "").strip().lower())
    template = services.words.template(name)
    corrects = _standing(incident) if template.stage is None else ""
    start = await prefilling.prefill(services, incident, name, said.by, corrects)
    return await _form(services, said, incident, start)


async def open_quoting(services: Services, said: Said, incident: Incident, quoted: Quote) -> Answer:
    """Open the form for what fits now, with a message as what customers see; its author counts as an author."""
    start = await prefilling.prefill(services, incident, _template(services, incident, ""), said.by)
    facts = replace(start.facts, impact=quoted.text or start.facts.impact)
    whose = (quoted.author,) if quoted.author else ()
    return await _form(services, said, incident, replace(start, facts=facts, quoted=whose))


async def press_draft(services: Services, said: Said) -> Answer:
    """Open the form from a button."""
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    return await open_draft(services, said, incident, aim.template or None)


async def choose_template(services: Services, said: Said) -> Answer:
    """Draw the form anew for another template; what was typed stays."""
    written = draft.parse(said.view)
    incident = await updates.loaded(services, written.incident_id)
    before = await prefilling.prefill(services, incident, written.template, said.by)
    start = await prefilling.prefill(services, incident, said.value, said.by)
    kept = draft.keep_typed(start.facts, before.facts, written.facts)
    return await _form(services, said, incident, replace(start, facts=kept, quoted=written.quoted))


async def submit(services: Services, said: Said) -> Answer:
    """Ask for approval of what was written."""
    written = draft.parse(said.view)
    if written.update_id:
        incident = await updates.revise(
            services,
            written.incident_id,
            written.update_id,
            written.base,
            written.facts,
            said.by,
            said.operation,
            written.keep,
        )
        return await _asked(services, incident, written.update_id)
    incident = await updates.draft(
        services,
        written.incident_id,
        written.template,
        written.facts,
        said.by,
        said.operation,
        written.corrects,
        written.quoted,
        written.keep,
    )
    return await _asked(services, incident, incident.updates[-1].id)


async def edit(services: Services, said: Said) -> Answer:
    """Open the form with the newest words of an update that waits."""
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    return await _form(services, said, incident, await prefilling.prefill_edit(services, incident, aim.update_id))


async def correct(services: Services, said: Said) -> Answer:
    """Open the correction of an update that was published."""
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    name = _correction(incident.update(aim.update_id).template)
    return await _form(
        services, said, incident, await prefilling.prefill(services, incident, name, said.by, aim.update_id)
    )


async def redraft(services: Services, said: Said) -> Answer:
    """Open the same words with new times: as an edit while they wait, as a new update once they were approved."""
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    if incident.update(aim.update_id).state in _WORDS_ONLY:
        return await _form(services, said, incident, await prefilling.prefill_edit(services, incident, aim.update_id))
    return await _form(
        services, said, incident, await prefilling.prefill_again(services, incident, aim.update_id, said.by)
    )


async def _form(services: Services, said: Said, incident: Incident, start: Prefill) -> Answer:
    stage = start.template.stage or incident.stage
    if not start.corrects:
        require_news(incident, stage)
    offered = () if start.corrects or start.update_id else services.words.templates()
    choices = tuple(t for t in offered if t.stage and (incident.open or t.stage is stage))
    form = draft.Form(
        incident=incident,
        template=start.template,
        facts=start.facts,
        templates=choices,
        zones=((await insider(services, said.by)).zone,),
        corrects=start.corrects,
        update_id=start.update_id,
        base=start.base,
        quoted=start.quoted,
        borrowed=prefilling.lenders(services, incident, start, said.by),
    )
    return shown(said, draft.draft_form(form))


async def _asked(services: Services, incident: Incident, update_id: str) -> Answer:
    update = incident.update(update_id)
    askables = await present(services, askable(incident, update, services.policy))
    if update.state is UpdateState.SUBMITTED and not askables:
        return Replace(notice.shown("Nobody can approve", _NOBODY.format(number=update.number)))
    if lagging(update):
        return Replace(overview(services, incident, update_id))
    found = judging.of_update(services, incident, update, await snapshots.texts(services, update))
    return Replace(wording.advice(incident, update, found)) if wording.open_remarks(update, found) else Done()


def _template(services: Services, incident: Incident, asked: str) -> str:
    if asked == "correction":
        return scenarios.correcting(services, incident)
    wanted = asked or incident.stage.value
    return scenarios.fitting(services, incident, Stage(wanted)) if wanted in list(Stage) else wanted


def _correction(template: str) -> str:
    return f"{template.partition('/')[0]}/correction"


def _standing(incident: Incident) -> str:
    if incident.standing is None:
        raise Refusal("nothing_to_correct", "Nothing has been published yet, so there is nothing to correct.")
    return incident.standing.id


ACTIONS = {
    "update_draft": press_draft,
    template_menu.CHOOSE: choose_template,
    "update_edit": edit,
    "update_correct": correct,
    "offer:redraft": redraft,
}
SUBMISSIONS = {draft.CALLBACK: submit}
