"""Languages: what an update still lacks in each, and the form for the words of one.

After one language is saved the list is shown again, so that the next is one press away. It refuses to open a form for
words that are fixed.
"""

from bot.domain.incident import Incident
from bot.ports import Services, View
from bot.slack.views import languages
from bot.slack.views.choices import aimed
from bot.usecases import translations, updates
from bot.usecases.people import insider
from handlers.answer import Answer, Replace
from handlers.said import Said
from handlers.update_shown import shown


async def open_languages(services: Services, said: Said) -> Answer:
    """Show what there is in each language."""
    await insider(services, said.by)
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    return shown(said, overview(services, incident, aim.update_id))


async def open_form(services: Services, said: Said) -> Answer:
    """Open the form for one language, with the newest words."""
    await insider(services, said.by)
    aim = aimed(said.value)
    incident = await updates.loaded(services, aim.incident_id)
    translations.require_language(services, incident, aim.update_id, aim.locale)
    update = incident.update(aim.update_id)
    specs = services.words.template(update.template).fields
    return shown(said, languages.form(incident, update, aim.locale, specs))


async def save(services: Services, said: Said) -> Answer:
    """Put one language in place, and show what is left to do."""
    done = languages.parse(said.view)
    incident = await translations.translate(
        services, done.incident_id, done.update_id, done.base, done.typed, said.by, said.operation, done.keep
    )
    return Replace(overview(services, incident, done.update_id))


def overview(services: Services, incident: Incident, update_id: str) -> View:
    """Return what there is of an update in each language."""
    return languages.overview(incident, incident.update(update_id), services.policy)


ACTIONS = {
    "update_languages": open_languages,
    "offer:translate": open_languages,
    languages.OPEN: open_form,
}
SUBMISSIONS = {languages.CALLBACK: save}
