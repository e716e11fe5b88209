"""A card at a standstill, as reviewed."""

import pytest

from bot.ports import Cause, Message, Standstill
from bot.slack.views import card, standstill
from tests.builders import NOON, approved
from tests.gallery_check import check as reviewed
from tests.view_text import describe


@pytest.mark.parametrize("cause", list(Cause))
def test_a_card_says_why_nothing_is_published_below_its_first_button(cause: Cause) -> None:
    still = Standstill(cause=cause, at=NOON, machine="web-1")
    drawn = standstill.on_hold(card.card(approved(), NOON), still)
    kinds = [block["type"] for block in drawn.blocks]
    place = next(n for n, block in enumerate(drawn.blocks) if "on hold" in str(block))
    assert kinds.index("actions") == place - 1
    reviewed(f"views/standstill_{cause}.txt", describe(drawn))


def test_a_full_card_stays_as_it_is() -> None:
    full = Message("x", tuple({"type": "divider"} for _ in range(50)))
    assert standstill.on_hold(full, Standstill(cause=Cause.EMERGENCY, at=NOON, machine="web-1")) == full
