"""Drawing gives the very JSON that `slack_sdk.models` gives, and refuses what it refuses."""

from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.views import View

from bot.slack.views import blocks
from bot.slack.views.drawing import Drawn, to_json

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHOICES = [blocks.option("One", "1", "the first"), blocks.option("Two", "2")]
ASKED = blocks.confirm("Sure?", "It cannot be undone.", "Yes", danger=True)
SAMPLES: list[JsonObject] = [
    blocks.rich(
        blocks.line("words ", blocks.bold("bold"), blocks.italic("italic"), blocks.user("U1"), blocks.channel("C1")),
        blocks.line(),
        blocks.bullets(blocks.line(blocks.moment(NOON))),
        blocks.quote("quoted"),
        block_id="own",
    ),
    blocks.header("Header"),
    blocks.section("*words*", blocks.button("Press", "press", "v", style=blocks.DANGER, confirm=ASKED)),
    blocks.plain_section("words", blocks.select("menu", CHOICES, initial="2")),
    blocks.context("small"),
    blocks.divider(),
    Drawn(blocks.section("kept", block_id="own")),
    blocks.actions(blocks.button("Go", "go", url="https://example.com/"), blocks.users_select("who", initial="U1")),
    blocks.field("title", "Title", blocks.text_input("title", placeholder="p", multiline=True), hint="h"),
    blocks.field("rank", "Rank", blocks.radio("rank", CHOICES, initial="1"), optional=True),
    blocks.field("when", "When", blocks.moment_input("when", NOON)),
    View(type="modal", title=blocks.plain("T"), close=blocks.plain("C"), blocks=[blocks.divider()]),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)
def test_it_is_what_the_library_draws(sample: JsonObject) -> None:
    drawn = to_json(sample)
    assert drawn == sample.to_dict()
    assert list(drawn) == list(sample.to_dict())


@pytest.mark.parametrize("wrong", [blocks.plain_section("x" * 3_001), blocks.actions(*[blocks.button("b", "b")] * 26)])
def test_it_refuses_what_the_library_refuses(wrong: JsonObject) -> None:
    with pytest.raises(SlackObjectFormationError):
        wrong.to_dict()
    with pytest.raises(SlackObjectFormationError):
        to_json(wrong)
