"""Talking to Clarion: "@Clarion ..." in a channel or thread, and direct messages, in the words of the slash command.

Slash commands cannot be used inside threads (slack_facts). Only the person who asked sees the answer, where they
asked. It refuses guests and people from other companies before it understands a word, and it opens no form by itself:
there is no trigger for one, so a button offers it.
"""

import re
from dataclasses import replace

from bot.ports import Services
from bot.slack.views import notice
from bot.usecases.people import insider
from handlers import command
from handlers.answer import Answer, Open, Say
from handlers.as_typed import MENTION
from handlers.said import Said

_CALLED = re.compile(r"^[\s,:]*/?incident\b", re.IGNORECASE)


async def asked(services: Services, said: Said) -> Answer:
    """Answer what was said to Clarion."""
    await insider(services, said.by)
    meant = replace(said, text=addressed(said.text, services.places.bot_user) or "help", message={})
    answer = await command.incident(services, meant)
    return Say(notice.opener(answer.view, meant.text)) if isinstance(answer, Open) else answer


def addressed(text: str, bot_user: str) -> str:
    """Return the words without the mention of the bot (the first one, if it is not known who that is)."""
    first = MENTION.search(text)
    own = bot_user or (first.group(1) if first else "")
    words = MENTION.sub(lambda found: " " if found.group(1) == own else found.group(), text)
    return _CALLED.sub("", words).strip(" ,:\n\t")


EVENTS = {"app_mention": asked, "message.im": asked}
