"""Every way in as every kind of person, compared with the one table of permissions (rows 24 and 33)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.permissions import PERMISSIONS, Act, Standing
from bot.domain.refusals import Refusal
from bot.slack.views.forms import pack
from handlers import refusals
from handlers.dispatch import CONVERSATIONS, gather
from handlers.doors import DOORS, VERBS, guarded
from handlers.grammar import Verb, parse
from handlers.heard import Kind
from tests.gate.crowd import CROWD, TEAMS, Crowd, with_a_step_to_approve
from tests.gate.permission_table import drawn
from tests.stories.night import Night

README = Path(__file__).resolve().parents[2] / "bot" / "domain" / "README.md"
NOT_THEIRS = frozenset({"not_an_insider", "deactivated", "not_an_approver", "own_words", "not_allowed", "who_are_you"})
# What is typed, for each verb that changes something or shows something.
SAID = {
    Verb.FORM: "declare",
    Verb.DECLARE: "Payments fail for everybody in the EU sev3",
    Verb.ASK: "resolv",
    Verb.HELP: "help",
    Verb.LIST: "list",
    Verb.CHECK: "check Logins fail",
    Verb.ROLE: "role scribe me",
    Verb.ROLES: "roles",
    Verb.STAGE: "stage identified",
    Verb.SEVERITY: "severity 2",
    Verb.UPDATE: "update identified",
    Verb.TIMELINE: "timeline",
    Verb.RESOLVE: "resolve",
    Verb.SECRET: "secret",
    Verb.FOLLOW: "follow",
    Verb.UNFOLLOW: "unfollow",
    Verb.FOLLOWING: "following",
    Verb.TICKET: "ticket ABC-4711",
    Verb.TICKETS: "tickets",
    Verb.PRIVATE: "private",
    Verb.PUBLIC: "public",
    Verb.RUNBOOK: "runbook",
    Verb.PLAN: "plan",
    Verb.OUTLETS: "outlets",
    Verb.PARTIES: "parties",
}
# What Slack itself tells of: nobody asks for anything.
TOLD_BY_SLACK = {n for n, act in DOORS[Kind.EVENT].items() if act is None} - {"app_mention", "message.im"}
# Ways in that only make sense once an update is on its way.
LEAVING = {"update_stop", "unknown_arrived", "unknown_again", "update_correct", "resolve_waive"}
# Who opens a form has changed nothing yet; an act that nobody can be seen to do would prove nothing.
CHANGING = frozenset(Act) - {
    Act.ASK_FOR_HELP,
    Act.LOOK,
    Act.READ,  # recorded only of a text that the card could not show
    Act.DECIDE_UNKNOWN,  # nothing is unknown here; who may is judged before that
    Act.REOPEN_CHANNEL,
    Act.MAKE_PUBLIC,  # it is public already
    Act.REVOKE,  # nobody has a secret here
    Act.HOLD_ROLE,
    Act.PROVE,
}


def test_every_way_in_has_its_row_and_every_row_its_way_in() -> None:
    tables = gather(CONVERSATIONS).by_kind
    assert {kind: set(table) for kind, table in tables.items()} == {kind: set(doors) for kind, doors in DOORS.items()}
    assert set(VERBS) == set(Verb)
    assert {verb: parse(text).verb for verb, text in SAID.items()} == {verb: verb for verb in Verb}
    assert set(PERMISSIONS) == set(Act)
    led_to = {act for doors in DOORS.values() for act in doors.values()} | set(VERBS.values())
    assert set(Act) - led_to == {Act.HOLD_ROLE, Act.PROVE}
    assert set(Standing) == frozenset().union(*CROWD.values())


def test_a_way_in_without_a_row_stops_clarion_from_starting() -> None:
    tables = {kind: dict(table) for kind, table in gather(CONVERSATIONS).by_kind.items()}
    tables[Kind.ACTION]["open_sesame"] = tables[Kind.ACTION]["update_stop"]
    with pytest.raises(ValueError, match="open_sesame"):
        guarded(tables)


def test_the_table_that_people_read_is_the_one_that_is_asked() -> None:
    assert drawn() in README.read_text(), "write tests.gate.permission_table.drawn() into bot/domain/README.md"


async def test_everybody_may_what_the_table_says_and_nothing_else() -> None:
    async with Night(recipients=1, outlets=("slack",), change=with_a_step_to_approve).begin() as night:
        crowd = Crowd(night)
        await crowd.gather()
        wrong, tried, worked = [], 0, set()
        with _refused() as codes:
            for kind, name, value, act in _ways(crowd):
                scene = crowd.leaving if name in LEAVING else crowd.waiting
                for who in CROWD:
                    crowd.put_back(scene)
                    codes.clear()
                    before = crowd.changes()
                    await crowd.fire(who, kind, name, value, scene)
                    tried += 1
                    changed, refused = crowd.changes() != before, bool(NOT_THEIRS & set(codes))
                    if refused == _allowed(who, kind, act) or (refused and changed):
                        wrong.append(f"{who} {kind} {name} {value!r}: {codes}, changed {changed}")
                    worked |= {act} if changed and not refused else set()
            crowd.put_back(crowd.waiting)
        crowd.close()
        night.slack.calls.clear()  # what is said to those who press what is on nobody's screen is no copy to judge
        print(f"{tried:,} tries, {len(wrong)} not as the table says")
        assert wrong == [], "\n".join(wrong)
        assert worked >= CHANGING, CHANGING - worked


def _ways(crowd: Crowd) -> Iterator[tuple[Kind, str, str, Act]]:
    aim = crowd.aim()
    carried = {
        "incident_declare_as": '{"title":"Logins fail","severity":"SEV3","operation":"op"}',
        "incident_declare_ask": '{"title":"Logins fail","operation":"op"}',
        "draft_template": "outage/identified",
        "following_stop": pack(severity="SEV1"),
        "runbook_tick": crowd.step("size"),
        "runbook_ask": crowd.step("over"),
        "runbook_approve": crowd.step("over"),
        "runbook_untick": crowd.step("watch"),
        "party_say": crowd.party("support"),
    }
    for verb, text in SAID.items():
        yield Kind.COMMAND, "/incident", text, VERBS[verb]
        yield Kind.ACTION, "incident_meant", text, VERBS[verb]
    for name in ("app_mention", "message.im"):
        yield Kind.EVENT, name, "list", Act.LOOK
    for kind, doors in DOORS.items():
        for name, act in doors.items():
            if act is not None and name != "app_home_opened":  # drawn by a job; it asks the table when it draws
                pressed = f"{name}:scribe" if name.startswith("role_") and kind is Kind.ACTION else name
                pressed = {"party_say": "party_say:told"}.get(pressed, pressed)
                yield kind, pressed, carried.get(name, aim if kind is Kind.ACTION else ""), act


def _allowed(who: str, kind: Kind, act: Act) -> bool:
    """Say what the table says. People of another workspace do not even come in, except to be told so."""
    if who in TEAMS and kind is not Kind.EVENT:
        return False
    return PERMISSIONS[act].allows(CROWD[who])


@contextmanager
def _refused() -> Iterator[list[str]]:
    """Collect the codes of the refusals that people are answered with."""
    codes: list[str] = []
    real: Any = refusals._refused

    def noted(refusal: Refusal, *rest: Any) -> Any:
        codes.append(refusal.code)
        return real(refusal, *rest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(refusals, "_refused", noted)
        yield codes
