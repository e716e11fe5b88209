"""The services of an emergency publication: the same as ever, with this machine's files in place of Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot import wiring
from bot.config import Settings
from bot.domain.languages import spoken
from bot.domain.policy import policy_of
from bot.journal.lines import Lines
from bot.journal.local import Local, LocalAttempts, LocalIncidents, LocalJobs
from bot.journal.recovery import ACTS
from bot.journal.vault import VAULT, LocalPeople, LocalSecrets, Vault
from bot.plan import load as load_plan
from bot.ports import Clock, Services
from bot.rendering.catalogue import folders
from bot.rendering.tongues import Tongues
from bot.slack.gateway import SlackChat
from bot.slack.views.screens import SlackScreens
from bot.storage.store import Storage


@asynccontextmanager
async def build_without_redis(
    settings: Settings, identity: wiring.Identity, *, clock: Clock | None = None
) -> AsyncIterator[Services]:
    """Build the services for an emergency publication: the same, on this machine's files in place of Redis.

    Raises BrokenPlan, BrokenTemplates, ValueError with a sentence, JournalDamaged, OSError.
    """
    clock = clock or wiring.WallClock()
    plan = load_plan(settings.clarion_plan).plan
    folder = wiring.journal_folder(settings, identity)
    vault, acts, local = Vault.read(folder / VAULT), Lines(folder / ACTS), Local.opened(folder)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    chat = SlackChat(token=token, base_url=settings.slack_api_url, now=clock.now)
    chat.known_as(identity.workspace, identity.bot_user)
    outlets = wiring.build_outlets(settings, chat, clock, plan)
    words, policy = Tongues(folders(settings.templates_dir), spoken(plan)), policy_of(plan, settings.clarion_approvers)
    # Nothing asks it anything: whoever follows hears of it when Redis is back.
    nobody = Storage("unix:///nowhere", identity.workspace)
    try:
        yield Services(
            clock=clock,
            ids=wiring.SortableIds(),
            incidents=LocalIncidents(local),
            jobs=LocalJobs(acts),
            attempts=LocalAttempts(local),
            people=LocalPeople(vault),
            secrets=LocalSecrets(vault, acts),
            subscriptions=nobody.subscriptions,
            chat=chat,
            screens=SlackScreens(words.readable, plan.means(), plan.duties(), plan.values, policy),
            words=words,
            outlets=outlets,
            policy=policy,
            plan=plan,
            places=wiring.places(settings, identity),
        )
    finally:
        local.close()
        await asyncio.gather(*(outlet.aclose() for outlet in outlets.values()), return_exceptions=True)
        await chat.aclose()
