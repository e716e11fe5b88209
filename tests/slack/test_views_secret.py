"""The screens of a secret, and the story so far: as reviewed, and as Slack takes them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import secret as rules
from bot.domain.secret import Use, UseKind
from bot.domain.timeline import Entry, EntryKind
from bot.ports import Message, View
from bot.practice.slack_standin.blocks import check_message_blocks, check_view
from bot.slack.views import secret, timeline
from bot.slack.views.blocks import check
from tests.builders import ANA, BO, NOON, incident
from tests.gallery_check import check as reviewed
from tests.view_text import describe

KEPT = rules.enrolled(ANA, "k7m2p9qrst01234vwxyz", b"salt", "op1", NOON)
RIGHT = Use(at=NOON, kind=UseKind.RIGHT, doing="declare an incident", machine="ops@bastion")
WRONG = Use(at=NOON, kind=UseKind.WRONG, doing="approve update #1 of INC-1", machine="www@web-3")
MADE = Use(at=NOON, kind=UseKind.MADE)
SAID = Entry(at=NOON, kind=EntryKind.DECLARED, actor=ANA, text="Declared SEV1: <!channel> pays", machine="ops@bastion")
STORY = (
    SAID,
    Entry(at=NOON, kind=EntryKind.ROLE, actor=ANA, text="Scribe: <@U0BO>", machine="ops@bastion"),
    Entry(
        at=NOON,
        kind=EntryKind.SECURITY,
        actor="",
        text="A wrong secret was given for bo, to approve update #1 of INC-1. Nothing was done.",
        machine="www@web-3",
    ),
    Entry(at=NOON, kind=EntryKind.BREAK_GLASS, actor=BO, text="Update #1 approved alone", machine="ops@bastion"),
)
LONG = tuple(replace(SAID, text="x" * 5_000, at=NOON + timedelta(minutes=n)) for n in range(100))

SCREENS: dict[str, Message | View] = {
    "none": secret.standing(None, []),
    "standing": secret.standing(KEPT, [MADE, RIGHT, WRONG]),
    "shown_once": secret.shown_once("k7m2p-9qrst-01234-vwxyz"),
    "notice_made": secret.notice(MADE),
    "notice_wrong": secret.notice(WRONG),
    "notice_locked": secret.notice(replace(WRONG, kind=UseKind.LOCKED)),
    "notice_revoked": secret.notice(replace(MADE, kind=UseKind.REVOKED)),
    "story": timeline.story(incident(), STORY),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_as_it_was_reviewed(name: str) -> None:
    reviewed(f"views/secret/{name}.txt", describe(SCREENS[name]))


@pytest.mark.parametrize("name", [*SCREENS, "long"])
def test_slack_takes_it(name: str) -> None:
    drawn = SCREENS.get(name) or timeline.story(incident(), LONG)
    check(drawn)
    if isinstance(drawn, Message):
        check_message_blocks(list(drawn.blocks))
    else:
        check_view(dict(drawn.payload))


def test_a_very_long_story_counts_what_it_leaves_to_the_timeline() -> None:
    shown = describe(timeline.story(incident(), LONG))
    assert "60 earlier ones are in the timeline" in shown
    assert len(shown) < 13_000
