"""Names of channels and their topic: always what Slack takes, whatever people typed."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.naming import LONGEST_TOPIC, channel_name, topic
from tests.builders import incident


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout fails for EU cards", "inc-1-checkout-fails-for-eu-cards"),
        ("  Ünïcödé & Straße!! ", "inc-1-unicode-strasse"),
        ("Søk i Łódź nede", "inc-1-sok-i-lodz-nede"),
        ("Can't pay", "inc-1-cant-pay"),
        ("支付失败", "inc-1"),
        ("🔥🔥🔥", "inc-1"),
        ("<!channel> <@U1>", "inc-1-channel-u1"),
    ],
)
def test_the_channel_is_named_after_the_title(title: str, name: str) -> None:
    assert channel_name(incident(title=title)) == name


def test_a_taken_name_gets_a_number() -> None:
    assert channel_name(incident(), 2) == "inc-1-checkout-fails-for-eu-cards-2"
    assert channel_name(incident(title="x" * 120), 12) == "inc-1-" + "x" * 71 + "-12"


@given(st.text(max_size=300), st.integers(1, 99), st.integers(1, 10**9))
def test_slack_takes_every_name(title: str, attempt: int, number: int) -> None:
    name = channel_name(replace(incident(title=title), number=number), attempt)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", name)
    assert name.startswith(f"inc-{number}")
    assert attempt == 1 or name.endswith(f"-{attempt}")
    assert len({channel_name(replace(incident(title=title), number=number), a) for a in range(1, 10)}) == 9


@given(st.text(max_size=300), st.booleans())
def test_every_topic_fits_and_holds_nothing_live(title: str, drill: bool) -> None:
    made = topic(incident(title=title, drill=drill))
    assert len(made) <= LONGEST_TOPIC
    assert not set("<>&") & set(made)
    assert made.startswith("DRILL ") == drill
