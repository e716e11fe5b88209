"""What a process of `tests.forks` has loaded and read when it begins; see there."""

import bot.checkup
import bot.web.serving
import bot.worker
from bot import wiring
from bot.cli import alone
from bot.domain.languages import spoken
from bot.plan import load
from bot.rendering.catalogue import SHIPPED
from bot.rendering.linter.lists import LOCALES, lists
from tests import ready_words

for room in (wiring, alone):
    setattr(room, "Tongues", ready_words.tongues)  # noqa: B010 - a class's place
ready_words.tongues((SHIPPED,), spoken(load(None).plan))
for locale in LOCALES:
    lists(locale)

__all__ = ["bot"]
