"""Keeping words that were found fault with: the form that asks why, and the record of it.

It refuses nothing itself: the domain judges the digest that was looked at, and wants a reason.
"""

from bot.ports import Services
from bot.slack.views import notice, wording
from bot.slack.views.choices import aimed
from bot.usecases import judging, snapshots, updates
from bot.usecases.people import insider
from handlers.answer import Answer, Done, Say
from handlers.said import Said
from handlers.update_shown import shown

_NOTHING = "There is nothing to answer any more: the words were changed, or somebody has said why they stay."


async def ask(services: Services, said: Said) -> Answer:
    """Show what was found, and ask why it stays."""
    await insider(services, said.by)
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    update = incident.update(aim.update_id)
    found = judging.of_update(services, incident, update, await snapshots.texts(services, update))
    if aim.digest not in ("", update.latest.digest) or not wording.open_remarks(update, found):
        return Say(notice.said(_NOTHING))
    return shown(said, wording.advice(incident, update, found))


async def keep(services: Services, said: Said) -> Answer:
    """Put the reason on record."""
    kept = wording.parse(said.view)
    incident = await updates.loaded(services, kept.incident_id)
    await judging.keep(services, incident, kept.update_id, kept.digest, kept.reason, said.by, said.operation)
    return Done()


ACTIONS = {wording.KEEP: ask, "offer:words": ask}
SUBMISSIONS = {wording.CALLBACK: keep}
