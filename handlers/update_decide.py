"""Deciding about an update that waits: approve, reject, withdraw, or approve alone when nobody else can.

It refuses nothing itself: every decision carries the digest of what was seen, and the domain judges it.
"""

from bot.domain.refusals import Offer, Refusal, Way
from bot.ports import Services
from bot.slack.views import decisions, notice, passages
from bot.slack.views.choices import aimed
from bot.usecases import snapshots, updates
from bot.usecases.people import insider
from handlers.answer import Answer, Done, Say
from handlers.said import Said
from handlers.update_read import approved
from handlers.update_shown import shown


async def approve(services: Services, said: Said) -> Answer:
    """Approve what the card showed."""
    aim = aimed(said.value)
    incident = await updates.approve(services, aim.incident_id, aim.update_id, aim.digest, said.by, said.operation)
    return Say(notice.said(approved(incident, aim.update_id)))


async def ask_reason(services: Services, said: Said) -> Answer:
    """Ask why it is rejected."""
    await insider(services, said.by)
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    return shown(said, decisions.reject_form(incident, incident.update(aim.update_id), aim.digest))


async def reject(services: Services, said: Said) -> Answer:
    """Send it back to its author."""
    no = decisions.parse(said.view)
    await updates.reject(services, no.incident_id, no.update_id, no.digest, no.reason, said.by, said.operation)
    return Done()


async def withdraw(services: Services, said: Said) -> Answer:
    """Take it back."""
    aim = aimed(said.value)
    await updates.withdraw(services, aim.incident_id, aim.update_id, said.by, said.operation)
    return Done()


async def ask_alone(services: Services, said: Said) -> Answer:
    """Explain what approving alone means, and ask why; not before everything was read."""
    await insider(services, said.by)
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    update = incident.update(aim.update_id)
    if update.unread_by(said.by.user_id):
        sentence = "Not all of it fits on the card. Read everything to the end first, then come back to this button."
        raise Refusal("unread", sentence, way=Way(Offer.READ_EVERYTHING, incident.id, update.id))
    digest = aim.digest or update.latest.digest
    found = passages.passages(update, await snapshots.texts(services, update), services.words.readable) or ()
    delay = services.policy.at(incident.severity).break_glass_delay
    return shown(said, decisions.glass_form(incident, update, digest, delay, found))


async def approve_alone(services: Services, said: Said) -> Answer:
    """Approve alone; it is held back for a while."""
    yes = decisions.parse(said.view)
    incident = await updates.break_glass(
        services, yes.incident_id, yes.update_id, yes.digest, yes.reason, said.by, said.operation
    )
    return Say(decisions.held(incident, incident.update(yes.update_id)))


ACTIONS = {
    "update_approve": approve,
    "update_reject": ask_reason,
    "update_withdraw": withdraw,
    "update_glass": ask_alone,
    "offer:break_glass": ask_alone,
}
SUBMISSIONS = {decisions.REJECT: reject, decisions.GLASS: approve_alone}
