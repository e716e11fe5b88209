"""Leaving out a language in which nobody can be told any more: the form that asks why, and the record of it.

It refuses nothing itself: what can be told is not left out, and the domain judges that.
"""

from bot.domain.leaving_out import require_gone
from bot.ports import Services
from bot.slack.views import leaving_out as views
from bot.slack.views.choices import aimed
from bot.usecases import sharing, translations, updates
from bot.usecases.people import insider
from handlers.answer import Answer, Say
from handlers.said import Said
from handlers.update_shown import shown


async def ask(services: Services, said: Said) -> Answer:
    """Say which language and outlet it is, and ask why it is left out."""
    await insider(services, said.by)
    incident = await updates.loaded(services, aimed(said.value).incident_id)
    return shown(said, views.form(incident, require_gone(incident, sharing.told_now(services, incident))))


async def leave(services: Services, said: Said) -> Answer:
    """Put the reason on record."""
    incident_id, reason = views.parse(said.view)
    incident = await translations.leave_out(services, incident_id, reason, said.by, said.operation)
    return Say(views.left(incident))


ACTIONS = {views.LEAVE: ask, "offer:leave_out": ask}
SUBMISSIONS = {views.CALLBACK: leave}
