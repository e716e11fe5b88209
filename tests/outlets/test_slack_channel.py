"""The Slack outlet against a small Slack of our own: posts with marks, and the troubles of the Web API."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.update import MessageRef, Rendition
from bot.outlets.slack_channel import SlackBroadcast, chunks, drawn
from bot.ports import (
    Chat,
    ChatRefused,
    ChatUnavailable,
    ChatUnknown,
    Mark,
    Message,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from tests.outlets.conformance import KEY, RETRY_AFTER, Arrived, OutletContract, Stage, Trouble

CHANNEL = "C0STATUS"


class SmallSlack:
    """As much of `ports.Chat` as an outlet uses; it does not inherit, so that anything else fails loudly."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, Message, Mark | None]] = []
        self.customer_facing: list[bool] = []
        self.trouble: Trouble | None = None
        self.calls = 0
        self.refuses_with = "restricted_action"

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        mark: Mark | None = None,
        thread: str = "",
        customer_facing: bool = False,
    ) -> MessageRef:
        self.calls += 1
        await asyncio.sleep(0)
        self._stumble()
        self.posts.append((channel, message, mark))
        self.customer_facing.append(customer_facing)
        if self.trouble is Trouble.CUT_AFTER:
            raise ChatUnknown
        return MessageRef(channel=channel, ts=f"1700000000.{len(self.posts):06d}")

    async def find_post(self, channel: str, mark: Mark) -> MessageRef | None:
        self._stumble()
        if self.trouble is Trouble.CUT_AFTER:
            raise ChatUnknown
        found = [n for n, (where, _, m) in enumerate(self.posts) if (where, m) == (channel, mark)]
        return MessageRef(channel=channel, ts=str(found[0])) if found else None

    def _stumble(self) -> None:
        if self.trouble is Trouble.REFUSES:
            raise ChatRefused(self.refuses_with, "Customer-Canary-Text")
        if self.trouble is Trouble.BUSY:
            raise ChatUnavailable(RETRY_AFTER)


class SlackStage(Stage):
    def __init__(self) -> None:
        self.slack = SmallSlack()
        self.outlet = SlackBroadcast(cast(Chat, self.slack), CHANNEL)

    def rendition(self, text: str) -> Rendition:
        line = " ".join(text.split())[:150]
        return Rendition(outlet="slack", locale="en", parts=(("headline", line), ("body", text[:3_500])))

    async def arrived(self) -> list[Arrived]:
        return [Arrived(key=mark.key if mark else "", parts=_read(message)) for _, message, mark in self.slack.posts]

    async def play(self, trouble: Trouble | None) -> None:
        self.slack.trouble = trouble

    def contacts(self) -> int:
        return self.slack.calls


def _read(message: Message) -> Mapping[str, str]:
    header, *sections = message.blocks
    return {"headline": header["text"]["text"], "body": "".join(s["text"]["text"] for s in sections)}


class TestSlackOutlet(OutletContract):
    troubles: ClassVar = {Trouble.REFUSES: Refused, Trouble.BUSY: Unavailable, Trouble.CUT_AFTER: OutcomeUnknown}
    tells_when_to_retry = True

    @pytest.fixture
    def stage(self) -> SlackStage:
        return SlackStage()

    async def test_posts_are_marked_and_customer_facing(self, stage: SlackStage) -> None:
        await stage.deliver()
        assert stage.slack.posts[0][2] == Mark(kind="clarion_delivery", key=KEY)
        assert stage.slack.customer_facing == [True]

    async def test_a_look_that_fails_is_unavailable_and_never_absent(self, stage: SlackStage) -> None:
        for trouble in self.troubles:
            await stage.play(trouble)
            with pytest.raises(Unavailable):
                await stage.outlet.find(stage.rendition("x"), await stage.recipient(), KEY)

    @pytest.mark.parametrize("code", ["token_revoked", "not_in_channel", "missing_scope"])
    async def test_what_an_operator_can_mend_is_tried_again_and_not_refused_for_good(
        self, stage: SlackStage, code: str
    ) -> None:
        stage.slack.trouble, stage.slack.refuses_with = Trouble.REFUSES, code
        with pytest.raises(Unavailable):
            await stage.deliver()
        stage.slack.trouble = None
        assert await stage.deliver()

    async def test_an_empty_text_is_refused_before_slack_is_asked(self, stage: SlackStage) -> None:
        with pytest.raises(Refused):
            await stage.deliver(" \n ")
        assert stage.slack.calls == 0


def test_the_fallback_text_is_inert() -> None:
    message = drawn("<!channel> & co", "see <https://evil.example|bank>")
    assert message.text == "&lt;!channel&gt; &amp; co\nsee &lt;https://evil.example|bank&gt;"


def test_every_block_is_plain_text_without_emoji_names() -> None:
    message = drawn("Down", "word " * 690)
    assert [b["type"] for b in message.blocks] == ["header", "section", "section"]
    assert all(b["text"]["type"] == "plain_text" and b["text"]["emoji"] is False for b in message.blocks)
    assert all(len(b["text"]["text"]) <= 3_000 for b in message.blocks)


def test_a_long_text_is_split_after_a_line_before_it_is_split_after_a_word() -> None:
    assert chunks("one two\nthree four", 12) == ["one two\n", "three four"]
    assert chunks("one two three four", 12) == ["one two ", "three four"]


def test_a_mark_stays_with_its_letter_when_there_is_no_place_to_split() -> None:
    assert chunks("abcde\u0301fgh", 5) == ["abcd", "e\u0301fgh"]


@given(st.text(alphabet="ab \n\u0301\u200d🎉", max_size=80), st.integers(min_value=4, max_value=30))
def test_pieces_joined_are_the_text_and_none_is_too_long(text: str, longest: int) -> None:
    pieces = chunks(text, longest)
    assert "".join(pieces) == text
    assert all(0 < len(p) <= longest for p in pieces) or text == ""


@given(st.lists(st.sampled_from(["word", "🎉", "línea\n", "x"]), min_size=1, max_size=80))
def test_no_piece_of_ordinary_text_is_blank(words: list[str]) -> None:
    assert all(p.strip() for p in chunks(" ".join(words), 40))
