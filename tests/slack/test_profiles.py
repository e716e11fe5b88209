"""Profiles: everybody chooses their own name, and it moves no terminal and turns no line around."""

import pytest

from bot.slack.profiles import person
from tests.builders import NOON, WORKSPACE


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"display_name": "Ana"}, "Ana"),
        ({"display_name": "\x1b[2J\x1b[31mAna\nApproved by Dee"}, "[2J[31mAna Approved by Dee"),
        ({"display_name": "\u202eanA"}, "anA"),
        ({"display_name": " \u200b\u2060 ", "real_name": "Ana Lima"}, "Ana Lima"),
        ({"display_name": "A" * 500}, "A" * 80),
        ({}, "ana.lima"),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(profile: dict[str, str], name: str) -> None:
    found = person({"id": "U0ANA", "team_id": WORKSPACE, "name": "ana.lima", "profile": profile}, WORKSPACE, NOON)
    assert found.name == name
