"""Reading everything: page by page through each outlet's text, and approving at its end.

Opening the last page of a text that the card could not show is recorded, because approving needs it. It refuses to
go on in a text that was edited meanwhile: the reader starts again with the newest; and to show drafts to guests.
"""

from collections.abc import Sequence

from bot.domain.approvers import approvers
from bot.domain.coverage import blocking, missing
from bot.domain.incident import Incident
from bot.domain.keeping import stopping
from bot.domain.languages import called, names_of
from bot.domain.update import Update, UpdateState
from bot.domain.wording import Finding
from bot.ports import Services
from bot.slack.views import notice, passages, reading
from bot.slack.views.choices import aimed
from bot.slack.views.reading import Place
from bot.usecases import judging, snapshots, updates
from bot.usecases.people import insider
from handlers.answer import Answer, Say
from handlers.said import Said
from handlers.update_shown import shown

_EDITED = "This update was edited while you read. Here is the newest text, from its beginning."


async def open_reading(services: Services, said: Said) -> Answer:
    """Open the first page."""
    await insider(services, said.by)
    aim = aimed(said.value)
    return await _page(services, said, Place(aim.incident_id, aim.update_id))


async def turn(services: Services, said: Said) -> Answer:
    """Go one page on or back."""
    await insider(services, said.by)
    at = reading.place(said.view)
    step = 1 if said.name == reading.NEXT else -1
    return await _page(services, said, Place(at.incident_id, at.update_id, at.digest, max(at.page + step, 0)))


async def approve_read(services: Services, said: Said) -> Answer:
    """Approve exactly what was read."""
    at = reading.place(said.view)
    incident = await updates.approve(services, at.incident_id, at.update_id, at.digest, said.by, said.operation)
    return Say(notice.said(approved(incident, at.update_id)))


async def show_update(services: Services, said: Said) -> Answer:
    """Show an update as it stands now: its card, to this person; inside a modal its texts."""
    await insider(services, said.by)
    aim = aimed(said.value)
    if said.view:
        return await _page(services, said, Place(aim.incident_id, aim.update_id))
    incident = await updates.loaded(services, aim.incident_id)
    update = incident.update(aim.update_id)
    return Say(services.screens.approval(incident, update, await snapshots.texts(services, update), ()))


def approved(incident: Incident, update_id: str) -> str:
    """Return what an approver reads after approving."""
    update = incident.update(update_id)
    if update.state is UpdateState.SUBMITTED:
        return f"Your approval of update #{update.number} is recorded. It needs another one before it leaves."
    return f"Update #{update.number} is approved and on its way. The request shows how each outlet takes it."


def why_not(services: Services, incident: Incident, update: Update, user: str, found: Sequence[Finding] = ()) -> str:
    """Return why this reader cannot approve, for the last page, or "". The decision itself judges again.

    `found`: what is to be told of the newest words.
    """
    if update.state is not UpdateState.SUBMITTED:
        return "This update does not wait for approval any more."
    if user in update.authors:
        return "Your words are in this update, so somebody else must approve it."
    if user not in approvers(incident, services.policy):
        return "You are not an approver here. The request in the incident's channel names who was asked."
    if wanting := blocking(incident, update, services.policy):
        return (
            f"It can be approved once {names_of(one.locale for one in wanting)} is done. Press Languages on the card."
        )
    if gone := missing(incident, update):
        return f"It is not told in {names_of(gone)}, where customers read of this. The request says what to do."
    if stopping(update, found):
        return "It can be approved once the words are changed, or somebody says why they stay. Both are on the request."
    unread = ", ".join(called(p, update.latest.planned) for p in update.unread_by(user))
    return f"Read {unread} to the end first: press Back." if unread else ""


async def _page(services: Services, said: Said, at: Place) -> Answer:
    incident = await updates.loaded(services, at.incident_id)
    update = incident.update(at.update_id)
    texts = await snapshots.texts(services, update)
    found = passages.pages(update, texts, services.words.readable)
    edited = bool(at.digest) and at.digest != update.latest.digest
    number = 0 if edited else min(at.page, len(found) - 1)
    incident = await _opened(services, said, incident, update, found[number])
    now = incident.update(update.id)
    if now.latest.digest != update.latest.digest:  # edited just now: the pages in hand are old
        return await _page(services, said, Place(at.incident_id, at.update_id, update.latest.digest))
    words = judging.of_update(services, incident, now, texts)
    barred = why_not(services, incident, now, said.by.user_id, words)
    return shown(said, reading.reading(incident, now, found, number, why_not=barred, note=_EDITED if edited else ""))


async def _opened(services: Services, said: Said, incident: Incident, update: Update, page: passages.Page) -> Incident:
    if not (page.closes and page.planned.clipped):
        return incident
    return await updates.record_reading(
        services, incident.id, update.id, page.planned.rendition, said.by, said.operation
    )


ACTIONS = {
    "update_read": open_reading,
    "offer:read_everything": open_reading,
    "offer:show_update": show_update,
    reading.NEXT: turn,
    reading.BACK: turn,
}
SUBMISSIONS = {reading.CALLBACK: approve_read}
