"""Searching for somebody who takes a role on: who is asked, when, in which order, and when it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import departures, lifecycle, searching
from bot.domain.change import Change
from bot.domain.incident import Channel, EndKind, Incident, Role, Search, Severity
from bot.domain.job import JobKind
from bot.domain.plan import Plan, RolePlan
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind
from tests.builders import ANA, BO, CY, DEE, NOON, PLAN, POLICY, incident, person

MINUTE = timedelta(minutes=1)
EVE = "U0EVE"
SUPPORT, COMMS, SCRIBE, COMMANDER = Role.SUPPORT, Role.COMMUNICATIONS, Role.SCRIBE, Role.COMMANDER


def plan(contacts: tuple[str, ...] = (CY,), standby: tuple[str, ...] = (DEE, EVE)) -> Plan:
    """The shipped plan, with people to ask for the support lead."""
    named = RolePlan(duties=("Answer.",), contacts=contacts, standby=standby)
    return replace(PLAN, roles={**PLAN.roles, SUPPORT: named})


def begun(severity: Severity = Severity.SEV2, **changes: object) -> Change:
    """INC-1 as it was declared, with its searches."""
    return searching.after(Change(replace(incident(severity=severity), **changes)), plan(), NOON)  # type: ignore[arg-type] # fields by name


def sought(**changes: object) -> Incident:
    return begun(**changes).incident  # type: ignore[arg-type] # fields by name


def asked(*users: str, minutes: int = 0) -> Incident:
    """INC-1 with these asked for the support lead, the last after so many minutes."""
    search = Search(since=NOON, asked=users, asked_at=NOON + minutes * MINUTE)
    return replace(sought(), searches={SUPPORT: search})


# severity -> roles that are searched for, when Ana commands (her own doing) and Bo was given the communications
@pytest.mark.parametrize(
    ("severity", "roles"),
    [
        (Severity.SEV1, [COMMS, SUPPORT, SCRIBE]),
        (Severity.SEV2, [COMMS, SUPPORT]),
        (Severity.SEV3, [COMMS]),
        (Severity.SEV4, []),
    ],
)
def test_the_severity_says_which_roles_are_searched_for(severity: Severity, roles: list[Role]) -> None:
    change = begun(severity)
    assert list(change.incident.searches) == roles
    reminders = [job for job in change.jobs if job.kind is JobKind.REMIND_ROLES]
    assert len(reminders) == bool(roles)
    searches = [job for job in change.jobs if job.kind is JobKind.SEARCH_ROLE]
    assert [job.args["role"] for job in searches] == [r for r in roles if r is SUPPORT], "whom nobody is listed for"


def test_what_is_searched_for_already_is_not_begun_again() -> None:
    once = sought()
    again = searching.after(Change(once), plan(), NOON + MINUTE)
    assert again == Change(once)


def test_a_lower_severity_ends_what_it_does_not_ask_for_and_a_higher_one_begins_it_anew() -> None:
    worst = sought(severity=Severity.SEV1)
    milder = searching.after(Change(replace(worst, severity=Severity.SEV3)), plan(), NOON + MINUTE)
    assert set(milder.incident.searches) == {COMMS}
    assert searching.running(milder.incident, SUPPORT, NOON, plan()) is None
    back = searching.after(Change(replace(milder.incident, severity=Severity.SEV1)), plan(), NOON + 2 * MINUTE)
    assert back.incident.searches[SUPPORT].since == NOON + 2 * MINUTE
    assert searching.running(back.incident, SUPPORT, NOON, plan()) is None, "the older job finds nothing to do"


def test_the_end_ends_every_search() -> None:
    over = lifecycle.end(sought(), EndKind.QUIET, person(), NOON + MINUTE).incident
    assert over.searches == {}
    assert searching.needed(over, plan()) == ()


# who was asked, who said no, whether somebody holds it -> how long after the beginning the next is asked, in minutes
@pytest.mark.parametrize(
    ("search", "held", "minutes"),
    [
        (Search(since=NOON), False, 0),
        (Search(since=NOON), True, 3),
        (Search(since=NOON, asked=(CY,), asked_at=NOON + 2 * MINUTE), False, 5),
        (Search(since=NOON, asked=(CY,), asked_at=NOON + 2 * MINUTE, declined=frozenset({CY})), False, 0),
        (Search(since=NOON, asked=(CY, DEE), asked_at=NOON + 4 * MINUTE, declined=frozenset({CY})), False, 7),
    ],
)
def test_each_has_three_minutes_and_whoever_says_no_is_not_waited_for(search: Search, held: bool, minutes: int) -> None:
    roles = {COMMANDER: ANA, **({SUPPORT: BO} if held else {})}
    assert searching.due(incident(roles=roles), SUPPORT, search) == NOON + minutes * MINUTE


def test_contacts_come_first_then_the_standby_and_nobody_twice() -> None:
    here, order = asked(), []
    while left := searching.candidates(here, SUPPORT, here.searches[SUPPORT], plan()):
        order.append(left[0])
        here = searching.ask(here, SUPPORT, left[0], NOON).incident
    assert order == [CY, DEE, EVE]


def test_whoever_holds_a_role_is_not_asked_for_another() -> None:
    here = asked()
    assert searching.candidates(here, SUPPORT, here.searches[SUPPORT], plan((ANA, BO, CY), (CY,))) == (CY,)


def test_of_a_private_incident_only_members_are_asked() -> None:
    secret = replace(asked(), private=True, channel=Channel(private=True, members=frozenset({ANA, DEE})))
    assert searching.candidates(secret, SUPPORT, secret.searches[SUPPORT], plan()) == (DEE,)


def test_asking_writes_it_down_and_leaves_one_message_to_send() -> None:
    change = searching.ask(asked(), SUPPORT, CY, NOON + MINUTE)
    assert change.incident.searches[SUPPORT].asked == (CY,)
    assert [entry.text for entry in change.entries] == [f"Support lead: <@{CY}> is asked to take it"]
    assert [job.kind for job in change.jobs] == [JobKind.ASK_ROLE, JobKind.REDRAW]


def test_whoever_was_asked_takes_it_and_nobody_else_is_asked() -> None:
    done = searching.after(searching.accept(asked(CY), SUPPORT, person(CY), NOON), plan(), NOON).incident
    assert done.roles[SUPPORT] == CY
    assert SUPPORT in done.accepted
    assert SUPPORT not in done.searches


def test_two_who_were_asked_and_say_yes_are_one_lead() -> None:
    first = searching.accept(asked(CY, DEE), SUPPORT, person(CY), NOON).incident
    with pytest.raises(Refusal, match=f"<@{CY}> is the support lead") as refused:
        searching.accept(first, SUPPORT, person(DEE), NOON)
    assert refused.value.code == "not_asked"


def test_a_holder_accepts_once() -> None:
    here = sought()
    done = searching.accept(here, COMMS, person(BO), NOON)
    assert done.incident.accepted == {COMMANDER, COMMS}
    assert COMMS not in done.incident.searches
    assert [entry.text for entry in done.entries] == [f"Communications lead: <@{BO}> accepts"]
    assert searching.accept(done.incident, COMMS, person(BO), NOON) == Change(done.incident)


def test_whoever_was_not_asked_cannot_accept_and_is_told_how_to_take_it() -> None:
    with pytest.raises(Refusal, match="press Take over"):
        searching.accept(asked(CY), SUPPORT, person(DEE), NOON)


def test_a_guest_who_was_asked_does_not_take_it() -> None:
    with pytest.raises(Refusal) as refused:
        searching.accept(asked(CY), SUPPORT, person(CY, guest=True), NOON)
    assert refused.value.code == "not_an_insider"


def test_whoever_says_no_lets_the_next_be_asked_at_once() -> None:
    change = searching.decline(asked(CY, minutes=1), SUPPORT, person(CY), NOON + MINUTE)
    assert change.hurry == (searching.search_id("inc0001", SUPPORT, NOON),)
    assert searching.due(change.incident, SUPPORT, change.incident.searches[SUPPORT]) == NOON
    again = searching.decline(change.incident, SUPPORT, person(CY), NOON + MINUTE)
    assert again == Change(change.incident)


def test_a_late_no_takes_no_time_from_whoever_was_asked_since() -> None:
    change = searching.decline(asked(CY, DEE, minutes=3), SUPPORT, person(CY), NOON + 4 * MINUTE)
    assert change.hurry == ()
    assert searching.due(change.incident, SUPPORT, change.incident.searches[SUPPORT]) == NOON + 6 * MINUTE


def test_a_no_after_it_was_filled_changes_nothing() -> None:
    filled = lifecycle.assign(asked(CY), SUPPORT, person(DEE), person(DEE), NOON).incident
    with pytest.raises(Refusal, match="Nothing was changed"):
        searching.decline(filled, SUPPORT, person(CY), NOON)


def test_a_role_is_passed_on_to_somebody_who_is_asked_to_accept_it() -> None:
    here = searching.accept(sought(), COMMS, person(BO), NOON).incident
    change = searching.after(searching.pass_on(here, COMMS, person(BO), person(CY), NOON), plan(), NOON)
    assert change.incident.roles[COMMS] == CY
    assert COMMS not in change.incident.accepted
    assert change.incident.searches[COMMS].since == NOON
    assert [entry.text for entry in change.entries] == [f"Communications lead: <@{CY}> takes over from <@{BO}>"]


def test_a_role_that_is_handed_back_is_nobodys_and_searched_for_anew() -> None:
    later = NOON + 9 * MINUTE
    held = lifecycle.assign(asked(CY), SUPPORT, person(CY), person(CY), NOON).incident
    change = searching.after(searching.pass_on(held, SUPPORT, person(CY), None, later), plan(), later)
    assert SUPPORT not in change.incident.roles
    assert change.incident.searches[SUPPORT].since == later
    assert JobKind.NOTE in [job.kind for job in change.jobs], "the channel hears of it"


@pytest.mark.parametrize("to", [None, DEE])
def test_whoever_gave_a_role_away_is_not_asked_to_take_it_again(to: str | None) -> None:
    held = lifecycle.assign(asked(CY), SUPPORT, person(CY), person(CY), NOON).incident
    passed = searching.pass_on(held, SUPPORT, person(CY), person(to) if to else None, NOON)
    here = searching.after(passed, plan(), NOON, without=CY).incident
    left = searching.candidates(here, SUPPORT, here.searches[SUPPORT], plan())
    assert left == tuple(user for user in (DEE, EVE) if user != to)


@pytest.mark.parametrize("to", [None, CY])
def test_nobody_passes_on_what_they_do_not_hold(to: str | None) -> None:
    with pytest.raises(Refusal, match=f"<@{BO}> is the communications lead") as refused:
        searching.pass_on(sought(), COMMS, person(DEE), person(to) if to else None, NOON)
    assert refused.value.code == "not_holder"


def test_a_role_is_not_passed_on_to_oneself_nor_to_a_guest() -> None:
    for to in (person(BO), person(CY, guest=True)):
        with pytest.raises(Refusal) as refused:
            searching.pass_on(sought(), COMMS, person(BO), to, NOON)
        assert refused.value.field == "user"


def test_what_somebody_held_whose_account_is_closed_is_searched_for_at_once_and_not_with_them() -> None:
    here = replace(incident(severity=Severity.SEV2), roles={COMMANDER: ANA, SUPPORT: CY}, accepted=frozenset(Role))
    gone = searching.after(departures.depart(here, CY, POLICY, NOON), plan(), NOON, without=CY)
    assert SUPPORT not in gone.incident.roles
    search = gone.incident.searches[SUPPORT]
    (job,) = [job for job in gone.jobs if job.kind is JobKind.SEARCH_ROLE]
    assert (search.since, job.due) == (NOON, NOON)
    assert searching.candidates(gone.incident, SUPPORT, search, plan()) == (DEE, EVE)


def test_a_search_that_waited_for_somebody_whose_account_is_closed_goes_on_at_once_and_asks_nobody_again() -> None:
    waiting = asked(DEE)
    gone = searching.after(
        departures.depart(replace(waiting, roles={**waiting.roles, SUPPORT: CY}), CY, POLICY, NOON), plan(), NOON
    )
    assert gone.incident.searches[SUPPORT].asked == (DEE,)
    assert gone.hurry == (searching.search_id("inc0001", SUPPORT, NOON),)


def test_who_only_approves_leaves_no_role_open_and_a_role_that_is_not_needed_is_not_searched_for() -> None:
    only = departures.depart(incident(severity=Severity.SEV4), DEE, POLICY, NOON)
    assert only.incident == incident(severity=Severity.SEV4)
    lead = departures.depart(incident(severity=Severity.SEV4), BO, POLICY, NOON)
    after = searching.after(lead, plan(), NOON, without=BO)
    assert (after.incident.roles, after.incident.searches) == ({COMMANDER: ANA}, {})


def test_a_holder_who_is_at_work_has_accepted() -> None:
    here = sought()
    idle = [Entry(at=NOON - MINUTE, kind=EntryKind.NOTE, actor=BO, text="before"), _by(ANA), _by("")]
    assert searching.at_work(here, idle) == ()
    assert searching.at_work(here, [*idle, _by(BO)]) == (COMMS,)
    noticed = searching.noticed(here, [(COMMS, BO)], NOON).incident
    assert COMMS in noticed.accepted
    assert COMMS not in noticed.searches
    assert searching.noticed(here, [(COMMS, CY)], NOON) == Change(here), "somebody else holds it by now"


def _by(actor: str) -> Entry:
    return Entry(at=NOON + MINUTE, kind=EntryKind.DRAFT, actor=actor, text="drafts")


@pytest.mark.parametrize(
    ("minutes", "turns"), [(0, 0), (4, 0), (5, 1), (14, 1), (15, 2), (30, 3), (59, 3), (60, 4), (90, 5), (600, 22)]
)
def test_the_channel_is_reminded_after_5_15_and_30_minutes_and_then_every_30(minutes: int, turns: int) -> None:
    assert searching.reminders_due(NOON, NOON + minutes * MINUTE) == turns


@given(st.integers(1, 500))
def test_a_reminder_is_due_at_its_time_and_not_before(turn: int) -> None:
    at = searching.reminder_at(NOON, turn)
    assert searching.reminders_due(NOON, at) == turn
    assert searching.reminders_due(NOON, at - MINUTE / 60) == turn - 1


def test_giving_oneself_a_role_accepts_it_and_being_given_one_does_not() -> None:
    own = lifecycle.assign(incident(), SUPPORT, person(CY), person(CY), NOON).incident
    given_ = lifecycle.assign(incident(), SUPPORT, person(CY), person(ANA), NOON).incident
    assert SUPPORT in own.accepted
    assert SUPPORT not in given_.accepted
    assert SUPPORT not in lifecycle.assign(own, SUPPORT, person(DEE), person(ANA), NOON).incident.accepted
