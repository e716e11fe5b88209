"""The channel's life and departures, as pure decisions."""

from dataclasses import replace

import pytest

from bot.domain import rooms
from bot.domain.classifying import make_private
from bot.domain.departures import depart, whom_to_tell
from bot.domain.incident import Channel, EndKind, Listing, Loss, Role, Step
from bot.domain.job import JobKind
from bot.domain.lifecycle import end
from bot.domain.refusals import Refusal
from bot.domain.update import MessageRef
from tests.builders import ANA, BO, CY, DEE, NOON, POLICY, incident, person, submitted

OPENED = Channel(id="C0INC1", name="inc-1", done=frozenset(Step))


def test_a_lost_channel_tells_the_lead_once_and_asks_again_for_what_waits() -> None:
    here = submitted(incident(channel=OPENED))
    lost = rooms.lose(here, Loss.ARCHIVED, NOON)
    assert [j.kind for j in lost.jobs] == [JobKind.TELL_LOST, JobKind.ASK_APPROVAL, JobKind.REDRAW]
    assert "Publishing goes on" in lost.entries[0].text
    again = rooms.lose(lost.incident, Loss.ARCHIVED, NOON)
    assert (again.incident, again.jobs, again.entries) == (lost.incident, (), ())


def test_archiving_the_channel_of_an_ended_incident_tells_nobody() -> None:
    over = end(incident(channel=OPENED), EndKind.QUIET, person(ANA), NOON).incident
    change = rooms.lose(over, Loss.ARCHIVED, NOON)
    assert change.incident.channel.lost is Loss.ARCHIVED
    assert change.jobs == ()


def test_losing_a_channel_touches_no_update() -> None:
    here = submitted(incident(channel=OPENED))
    assert rooms.lose(here, Loss.REMOVED, NOON).incident.updates == here.updates


def test_a_new_channel_only_takes_the_place_of_a_lost_one() -> None:
    with pytest.raises(Refusal) as refused:
        rooms.reopen(incident(channel=OPENED), person(ANA), NOON)
    assert refused.value.code == "channel_there"
    lost = rooms.lose(incident(channel=OPENED), Loss.DELETED, NOON).incident
    fresh = rooms.reopen(lost, person(ANA), NOON)
    assert (fresh.incident.channel.id, fresh.incident.channel.former) == ("", ("C0INC1",))
    assert fresh.incident.channel.done == {Step.ANNOUNCE}
    assert fresh.jobs[0].kind is JobKind.OPEN_CHANNEL
    with pytest.raises(Refusal):
        rooms.reopen(fresh.incident, person(ANA), NOON)


def test_nobody_is_brought_into_a_channel_that_is_not_there() -> None:
    here = incident(channel=OPENED)
    rooms.require_there(here)
    rooms.require_there(incident(channel=Channel()))  # it is on its way
    with pytest.raises(Refusal, match=f"was deleted, so you cannot.*Ask <@{BO}>"):
        rooms.require_there(rooms.lose(here, Loss.DELETED, NOON).incident)
    with pytest.raises(Refusal, match="could not be opened"):
        rooms.require_there(incident(channel=Channel(done=frozenset({Step.CREATE}))))
    over = end(here, EndKind.QUIET, person(ANA), NOON).incident
    with pytest.raises(Refusal, match=r"brought into it\.$"):
        rooms.require_there(rooms.lose(over, Loss.ARCHIVED, NOON).incident)


def test_a_guest_opens_no_channel() -> None:
    lost = rooms.lose(incident(channel=OPENED), Loss.DELETED, NOON).incident
    with pytest.raises(Refusal):
        rooms.reopen(lost, person(CY, guest=True), NOON)


def test_a_name_is_followed_and_a_channel_found_again_is_told_once() -> None:
    named = rooms.rename(incident(channel=OPENED), "inc-1-payments", NOON).incident
    assert named.channel.name == "inc-1-payments"
    assert rooms.rename(named, "inc-1-payments", NOON).entries == ()
    lost = rooms.lose(named, Loss.REMOVED, NOON).incident
    assert rooms.regain(lost, NOON).incident == named
    assert rooms.regain(named, NOON).entries == ()


def test_a_departure_is_noted_where_somebody_is_missed() -> None:
    here = incident(channel=OPENED)
    for user, was in ((BO, "communications lead"), (DEE, "approver")):
        change = depart(here, user, POLICY, NOON)
        assert was in change.entries[0].text
        assert change.jobs[0].kind is JobKind.TELL_DEPARTURE
    assert depart(here, CY, POLICY, NOON).entries == ()
    over = end(here, EndKind.QUIET, person(ANA), NOON).incident
    assert depart(over, BO, POLICY, NOON).entries == ()


def test_of_a_commander_who_is_gone_the_next_lead_is_told() -> None:
    assert whom_to_tell(incident(), BO, POLICY)[0] == ANA
    assert whom_to_tell(incident(), ANA, POLICY) == (BO, DEE)
    alone = replace(incident(), roles={Role.COMMANDER: ANA})
    assert whom_to_tell(alone, ANA, POLICY) == (DEE,)


def test_a_list_is_ordered_once_in_a_channel_and_again_in_the_next() -> None:
    here = incident(channel=Channel(id="C0INC1"))
    ordered = rooms.with_list(here, Listing.RUNBOOK)
    assert [job.kind for job in ordered.jobs] == [JobKind.POST_RUNBOOK]
    again = rooms.with_list(ordered.incident, Listing.RUNBOOK)
    assert (again.incident, again.jobs) == (ordered.incident, ())
    lost = rooms.lose(ordered.incident, Loss.ARCHIVED, NOON).incident
    assert rooms.with_list(lost, Listing.ROLL_CALL).jobs == ()
    fresh = rooms.reopen(lost, person(ANA), NOON).incident
    assert rooms.with_list(fresh, Listing.RUNBOOK).jobs == ()  # there is no channel yet
    opened = replace(fresh, channel=replace(fresh.channel, id="C0INC2"))
    assert rooms.with_list(opened, Listing.RUNBOOK).jobs[0].id != ordered.jobs[0].id


def test_lists_in_a_public_channel_are_veiled_when_the_incident_is_made_private() -> None:
    steps, called = MessageRef(channel="C0INC1", ts="1.1"), MessageRef(channel="C0INC1", ts="1.2")
    here = incident(channel=replace(OPENED, runbook=steps, roll_call=called))
    hidden = make_private(here, person(ANA), NOON, POLICY).incident
    assert {steps, called} <= set(hidden.channel.veiled)
    assert (hidden.channel.runbook, hidden.channel.roll_call) == (None, None)
