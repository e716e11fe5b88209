"""Letters: whatever was approved is what a mail program shows, and nothing in it becomes a header."""

from email import message_from_bytes
from email.policy import default
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import clean, clean_line
from bot.domain.update import Rendition
from bot.outlets.letter import addressed, letter_for, message_id, sender_from
from bot.ports import Refused
from tests.outlets.conformance import NOW

SENDER = sender_from("Status, Inc. <status@example.org>")


@settings(max_examples=300)
@given(st.text(max_size=250), st.text(max_size=3_000), st.text(max_size=200))
def test_any_cleaned_text_is_read_as_it_was_written(subject: str, text: str, html: str) -> None:
    wanted = (clean_line(subject) or "-", clean(text), clean(html))
    parts = tuple(zip(("subject", "text", "html"), wanted, strict=True))
    rendition = Rendition(outlet="email", locale="en", parts=parts)
    name = message_id("key", "id", SENDER.domain)
    mail = message_from_bytes(addressed(letter_for(rendition), SENDER, "a@example.com", name, NOW), policy=default)
    assert mail["Subject"] == wanted[0]
    bodies = [cast(bytes, p.get_payload(decode=True)).decode() for p in mail.iter_parts()]
    assert [b.replace("\r\n", "\n") for b in bodies] == [f"{w}\n" for w in wanted[1:]]


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb"])
def test_a_text_that_a_mail_would_change_is_refused(text: str) -> None:
    parts = (("subject", "s"), ("text", text), ("html", "h"))
    with pytest.raises(Refused, match="without changing"):
        letter_for(Rendition(outlet="email", locale="en", parts=parts))


def test_a_sender_with_a_comma_is_one_sender() -> None:
    assert SENDER.header == '"Status, Inc." <status@example.org>'
    assert SENDER.domain == "example.org"


def test_the_same_text_gives_the_same_bytes() -> None:
    rendition = Rendition(outlet="email", locale="en", parts=(("subject", "s"), ("text", "t"), ("html", "h")))
    letter = letter_for(rendition)
    letter_for.cache_clear()
    assert letter_for(rendition) == letter
