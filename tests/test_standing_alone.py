"""The judge of messages finds what it is there to find, so that its silence means something."""

from datetime import timedelta

import pytest

from bot.slack.views import card
from bot.slack.views.blocks import moment, said
from bot.slack.views.drawing import to_json
from tests.builders import NOON, approved, incident, submitted
from tests.standing_alone import faults, of_the_card

CARDS = {"new": incident(), "waiting": submitted(), "approved": approved()}


def block(*parts: object) -> dict[str, object]:
    return dict(to_json(said(*parts)))  # type: ignore[arg-type] # a test's parts


@pytest.mark.parametrize(
    ("text", "parts", "wrong"),
    [
        ("", ["Nothing"], "says nothing"),
        ("New message", ["INC-1 is down"], "says nothing"),
        ("It is monitoring now", ["INC-1 is monitoring now"], "which incident"),
        ("Approve INC-1 by 03:20 UTC", ["INC-1"], "reader's zone"),
        ("Approve INC-1 now, please", ["by 03:20 UTC"], "reader's zone"),
    ],
)
def test_what_does_not_stand_alone_is_found(text: str, parts: list[object], wrong: str) -> None:
    assert any(wrong in found for found in faults(text, [block(*parts)]))


def test_times_that_each_reader_sees_in_their_own_zone_are_fine() -> None:
    text = "Approve update #1 for INC-1 by <!date^1795317600^{time}|03:20 UTC>"
    assert faults(text, [block("INC-1, by ", moment(NOON))]) == []


@pytest.mark.parametrize("name", CARDS)
def test_the_first_screen_of_a_card_has_severity_stage_promise_and_one_button(name: str) -> None:
    assert of_the_card(card.card(CARDS[name], NOON + timedelta(minutes=5)).blocks) == []


def test_a_card_that_begins_with_something_else_is_found() -> None:
    drawn = list(card.card(incident(), NOON).blocks)
    found = " ".join(of_the_card([block("word " * 99), *drawn[4:], *drawn[:4]]))
    for missing in ("the severity", "the stage", "the next promise", "lines long"):
        assert missing in found
