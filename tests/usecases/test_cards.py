"""Cards while a stored text is lost: they are drawn all the same, and nobody approves what is not shown."""

from dataclasses import replace

from bot.ports import Places
from bot.rendering.tongues import Tongues
from bot.slack.views.screens import SlackScreens
from bot.usecases.cards import approval_card
from tests.redis_server import RedisServer
from tests.usecases.conftest import Build
from tests.view_text import action_ids


async def test_a_text_that_is_lost_leaves_a_card_without_approve(build: Build, server: RedisServer) -> None:
    stage = build()
    update = await stage.submit()
    words = Tongues()
    services = replace(stage.services(), words=words, places=Places(), screens=SlackScreens(readable=words.readable))
    incident = await stage.memory.incidents.load("inc0001")
    assert incident is not None
    whole = await approval_card(services, incident, update)
    assert "update_approve" in action_ids(whole)
    for key in server.command("KEYS", f"*blob:{update.latest.planned[0].rendition}"):
        server.command("DEL", key)
    torn = await approval_card(services, incident, update)
    assert "update_approve" not in action_ids(torn)
    assert "update_reject" in action_ids(torn)
