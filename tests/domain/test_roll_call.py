"""The roll-call: who is called, and what was said of whom."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import roll_call
from bot.domain.incident import Channel, Role, Severity
from bot.domain.party import PartyState
from bot.domain.plan import Audience
from bot.domain.refusals import Refusal
from tests.builders import ANA, BO, CY, NOON, PLAN, incident, person

LATER = NOON + timedelta(minutes=5)
SALES = Audience(name="sales", who="Whoever sells", severities=(Severity.SEV1,), contacts=(CY, BO))


def test_the_shipped_plan_calls_every_party_inside_and_no_customer() -> None:
    called = [party.name for party in roll_call.called(incident(), PLAN)]
    assert called == [
        *("launch team", "support", "network", "security", "marketing", "social media", "sales", "customer success"),
    ]


def test_a_party_is_called_for_its_severities_and_stays_once_it_has_spoken() -> None:
    plan = replace(PLAN, audiences=(SALES,))
    spoken = roll_call.say(incident(), plan, "sales", PartyState.TOLD, person(CY), NOON).incident
    assert roll_call.called(incident(severity=Severity.SEV3), plan) == ()
    assert roll_call.called(replace(spoken, severity=Severity.SEV3), plan) == (SALES,)


def test_what_was_said_last_counts_and_each_word_is_in_the_timeline_once() -> None:
    told = roll_call.say(incident(), PLAN, "support", PartyState.TOLD, person(BO), NOON)
    assert [(e.actor, e.text) for e in told.entries] == [(BO, "support: told")]
    again = roll_call.say(told.incident, PLAN, "support", PartyState.TOLD, person(CY), LATER)
    assert again.incident is told.incident
    ready = roll_call.say(told.incident, PLAN, "support", PartyState.READY, person(CY), LATER).incident
    word = roll_call.word_of(ready, "support")
    assert word is not None
    assert (word.state, word.by, word.at, len(ready.parties)) == (PartyState.READY, CY, LATER, 1)


def test_customers_strangers_and_guests_say_nothing() -> None:
    for name in ("customers", "neighbours"):
        with pytest.raises(Refusal, match="not called"):
            roll_call.say(incident(), PLAN, name, PartyState.TOLD, person(), NOON)
    with pytest.raises(Refusal):
        roll_call.say(incident(), PLAN, "support", PartyState.TOLD, person(guest=True), NOON)


def test_of_a_private_incident_only_contacts_who_may_know_of_it_are_named() -> None:
    hidden = incident(private=True, roles={Role.COMMANDER: ANA}, channel=Channel(private=True, members=frozenset({BO})))
    assert roll_call.contacts(hidden, SALES) == (BO,)
    assert roll_call.contacts(incident(), SALES) == (CY, BO)
