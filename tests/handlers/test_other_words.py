"""Commands as people say them at night: politely, in quotes, in another order, as a question; never the opposite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar import Verb, parse
from handlers.other_words import plain
from handlers.spelling import spell

POLITE = [
    ("help pls", "help"),
    ("List please.", "list"),
    ("list?", "list"),
    ("pls follow INC-1", "follow INC-1"),
    ("please follow inc-1 thanks!", "follow INC-1"),
    ("Follow INC–1.", "follow INC-1"),
    ("“unfollow INC-1”", "unfollow INC-1"),
    ("follow everything!", "follow everything"),
    ("–list", "list"),
    ("/incident list", "list"),
    ("@Clarion list", "list"),
    ("stage monitoring now", "stage monitoring"),
    ("severity 2 please", "severity SEV2"),
    ("ticket ZD-5 please", "ticket ZD-5"),
    ("ticket INC-1 JIRA-12, JIRA-13 and JIRA-14.", "ticket JIRA-12 JIRA-13 JIRA-14 INC-1"),
    ("tickets INC-1 ZD-1 ZD-2", "ticket ZD-1 ZD-2 INC-1"),
    ("ticket <https://help.example.com/4711>.", "ticket https://help.example.com/4711"),
    ("ticket remove ZD-4711 INC-1", "ticket remove ZD-4711 INC-1"),
    ("ticket INC-1 delete <https://help.example.com/4711>", "ticket remove https://help.example.com/4711 INC-1"),
]

OFFERED = [
    ("downgrade INC-1 to sev3", ("severity SEV3 INC-1",)),
    ("upgrade INC-1 to sev1", ("severity SEV1 INC-1",)),
    ("hand over comms to <@U2>", ("role communications <@U2>",)),
    ("can someone bump INC-1 to sev1", ("timeline INC-1", "follow INC-1")),
    ("INC-3 is back sev2", ("timeline INC-3", "follow INC-3")),
    ("INC-1 sev2", ("severity SEV2 INC-1", "timeline INC-1", "update INC-1")),
    ("lower to sev3", ("severity SEV3",)),
    ("should this be sev1?", ("severity SEV1",)),
    ("is it down for all? sev1?", ("list", "check", "help")),
    ("not sev2", ("severity",)),
    ("stage monitoring?", ("stage monitoring",)),
    ("follow INC-1?", ("follow INC-1",)),
    ("can i follow INC-1?", ("timeline INC-1", "follow INC-1")),
    ("keep me posted on INC-1", ("follow INC-1",)),
    ("subscribe me to INC-1", ("follow INC-1",)),
    ("follow 1", ("follow INC-1",)),
    ("resolve 1 2", ("resolve INC-1", "resolve INC-2")),
    ("close INC-1", ("resolve INC-1",)),
    ("is INC-1 resolved?", ("timeline INC-1", "resolve INC-1")),
    ("we are monitoring now", ("stage monitoring",)),
    ("Identified.", ("stage identified",)),
    ("commander INC-1 <@U2>", ("role commander <@U2> INC-1",)),
    ("i am commander", ("role commander me",)),
    ("make INC-1 private", ("private INC-1",)),
    ("draft update INC-1", ("update INC-1",)),
    ("what's open?", ("list",)),
    ("show open incidents", ("list",)),
    ("what do i follow", ("following",)),
    ("link ZD-4711 to INC-1", ("ticket ZD-4711 INC-1",)),
    ("ticket ZD-1 #3", ("ticket ZD-1 INC-3",)),
    ("ticket INC-1 #4711", ("ticket INC-1",)),
    ("ticket INC-1 INC-2 ZD-4711", ("ticket ZD-4711 INC-1", "ticket ZD-4711 INC-2")),
    ("thanks", ("help",)),
]

# What these are against is never offered, and nothing is declared.
AGAINST = [
    ("don’t follow INC-1", ("unfollow INC-1",)),
    ("stop following INC-1", ("unfollow INC-1",)),
    ("un follow INC-1", ("unfollow INC-1",)),
    ("INC-1 is not resolved", ("timeline INC-1", "follow INC-1")),
    ("INC-1 is not private", ("timeline INC-1", "follow INC-1")),
    ("remove ticket ZD-4711 INC-1", ("ticket remove ZD-4711 INC-1",)),
    ("unticket INC-1 ZD-4711", ("timeline INC-1", "follow INC-1")),
]


@pytest.mark.parametrize(("text", "meant"), POLITE)
def test_what_only_surrounds_a_command_does_not_keep_it_from_being_understood(text: str, meant: str) -> None:
    assert spell(parse(text)) == meant


@pytest.mark.parametrize(("text", "guesses"), [*OFFERED, *AGAINST])
def test_words_in_another_order_are_asked_about_and_declare_nothing(text: str, guesses: tuple[str, ...]) -> None:
    found = parse(text)
    assert found.verb is Verb.ASK
    assert tuple(map(spell, found.guesses)) == guesses


@pytest.mark.parametrize(
    "text", ["approve", "STOP", "stop the update!", "undo", "reject INC-1", "cancel the last post"]
)
def test_who_asks_for_what_only_a_button_does_is_told_where_it_is(text: str) -> None:
    found = parse(text)
    assert found.verb is Verb.ASK
    assert "with the buttons on its card" in found.why


def test_a_number_of_the_help_desk_is_no_incident() -> None:
    assert parse("ticket INC-1 #4711").why.startswith("“#4711” cannot be read as a ticket")
    assert parse("ticket #4711").number is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("order #4711 cannot be paid sev3", "order #4711 cannot be paid"),
        ("Can't pay sev1", "Can't pay"),
        ("Could not pay sev1", "Could not pay"),
        ("How-to pages are down sev3", "How-to pages are down"),
        ("What's New page is broken sev4", "What's New page is broken"),
        ("Do not follow links in mail: phishing sev2", "Do not follow links in mail: phishing"),
        ("Stop button does nothing sev2", "Stop button does nothing"),
        ("log in fails sev1", "log in fails"),
        ("Login fails for all sev1.", "Login fails for all"),
        ("please Checkout is down sev1", "Checkout is down"),
        ("Please declare Checkout is down sev1 thanks!", "Checkout is down"),
        ("The incident list is empty sev4", "The incident list is empty"),
    ],
)
def test_what_is_wrong_is_still_declared_in_one_line(text: str, title: str) -> None:
    found = parse(text)
    assert (found.verb, found.title) == (Verb.DECLARE, title)
    assert found.severity is not None


@pytest.mark.parametrize("text", ["new incident", "declare an incident", "we have an outage!", ".", "SEV-2!", "sev2?"])
def test_who_says_nothing_of_what_is_wrong_gets_the_form(text: str) -> None:
    assert parse(text).verb is Verb.FORM


@given(st.text())
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
