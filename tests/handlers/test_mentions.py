"""What is said to Clarion without a slash: the words that are left, and what is heard as said by people."""

from typing import Any

import pytest

from bot.domain.incident import Severity
from handlers.grammar import Verb, parse
from handlers.heard import read
from handlers.heard_event import said_in
from handlers.mentions import addressed

BOT = "U0BOT"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT> list", "list"),
        ("<@U0BOT|clarion>, stage identified", "stage identified"),
        ("hey <@U0BOT>", "hey"),
        ("<@U0BOT>: role comms <@U0BO>", "role comms <@U0BO>"),
        ("/incident list", "list"),
        ("<@U0BOT> /incident update INC-3", "update INC-3"),
        ("incidental damage sev1", "incidental damage sev1"),
        ("<@U0BOT>", ""),
    ],
)
def test_the_words_without_the_address(text: str, words: str) -> None:
    assert addressed(text, BOT) == words


def test_where_it_is_not_known_who_the_bot_is_the_first_mention_is_it() -> None:
    assert addressed("<@U0X> role comms <@U0BO>", "") == "role comms <@U0BO>"


@pytest.mark.parametrize("words", ["role comms <!subteam^S1|@oncall>", "role comms <!subteam^S1>"])
def test_a_group_is_no_person(words: str) -> None:
    found = parse(words)
    assert found.verb is Verb.ASK
    assert "is a group, and a role takes one person." in found.why


def test_a_declaration_that_mentions_a_group_asks_first() -> None:
    found = parse("Checkout fails sev1 <!subteam^S1|@oncall>")
    assert (found.verb, found.title, found.severity) == (Verb.ASK, "Checkout fails", Severity.SEV1)


def _event(**event: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel_type": "im", "channel": "D1", "bot_id": "B1", "text": "x"},
        {"type": "message", "channel_type": "im", "channel": "D1", "subtype": "message_changed"},
        {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "subtype": "message_deleted"},
        {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "subtype": "channel_join"},
        {"type": "app_mention", "channel": "C1", "user": "U1", "text": "x", "edited": {"user": "U1", "ts": "1.1"}},
    ],
)
def test_machines_and_edits_are_automatic(event: dict[str, Any]) -> None:
    heard = read(_event(**event))
    assert heard is not None
    assert heard.automatic


def test_a_direct_message_a_reaction_a_new_name_and_a_member_are_read() -> None:
    said, _ = said_in(_event(type="message", channel_type="im", channel="D1", user="U1", text="list", ts="1.1"))
    assert (said.name, said.channel, said.text) == ("message.im", "D1", "list")
    item = {"type": "message", "channel": "C1", "ts": "2.2"}
    said, _ = said_in(_event(type="reaction_added", user="U1", reaction="pushpin", item=item))
    assert (said.channel, said.text, said.message["ts"]) == ("C1", "pushpin", "2.2")
    said, _ = said_in(_event(type="channel_rename", channel={"id": "C1", "name": "new"}))
    assert (said.channel, said.text) == ("C1", "new")
    said, _ = said_in(_event(type="member_left_channel", channel="C1", user=BOT))
    assert (said.by.user_id, said.text) == ("", BOT)
