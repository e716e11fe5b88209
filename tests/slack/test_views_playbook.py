"""The screens of the plan, the runbook and the roll-call: as reviewed, as Slack takes them, inert, and paged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import roll_call as calling
from bot.domain import ticking
from bot.domain.incident import Channel, Incident, Role, Severity, Step
from bot.domain.party import PartyState
from bot.domain.plan import Audience, OutletPlan, Plan, Risk, RolePlan, Through, Value
from bot.domain.runbook import How, Runbook, RunbookStep
from bot.ports import Message, View
from bot.practice.slack_standin.blocks import check_message_blocks, check_view
from bot.slack.views import card, roll_call, runbook
from bot.slack.views import plan as plans
from bot.slack.views.blocks import check
from tests.builders import ANA, BO, CY, DEE, NOON, PLAN, POLICY, incident, person
from tests.gallery_check import check as reviewed
from tests.standing_alone import faults
from tests.view_text import buttons, describe

LATER = NOON + timedelta(minutes=9)
HERE = incident(channel=Channel(id="C0INC1", name="inc-1-checkout", done=frozenset(Step)))
OVER = RunbookStep(id="over", do="Fail over to the second region", how=How.APPROVAL)
PAGER = RunbookStep(id="pager", do="Wake the on-call of payments", how=How.HAND, role=Role.COMMANDER)
CHECKOUT = Runbook(name="Checkout", steps=(PAGER, OVER), components=("Checkout",))
OURS = replace(
    PLAN,
    runbooks=(*PLAN.runbooks, CHECKOUT),
    roles={**PLAN.roles, Role.COMMANDER: replace(PLAN.roles[Role.COMMANDER], contacts=(ANA,), standby=(BO, CY))},
    audiences=tuple(replace(a, contacts=(CY,)) if a.name == "support" else a for a in PLAN.audiences),
)
SEEN = ticking.notice(HERE, OURS, NOON).incident
TICKED = ticking.tick(SEEN, OURS, "Checkout", "pager", person(CY), LATER).incident
ASKED = ticking.ask(TICKED, OURS, "Checkout", "over", person(ANA), LATER, POLICY).incident
APPROVED = ticking.approve(ASKED, OURS, "Checkout", "over", person(DEE), LATER, POLICY).incident
SPOKEN = calling.say(HERE, OURS, "support", PartyState.READY, person(CY), LATER).incident


def posted(here: Incident, plan: Plan = OURS) -> Message:
    return runbook.posted(here, ticking.books_of(here, plan))


def every(here: Incident, plan: Plan = OURS, chosen: int = 0) -> View:
    return runbook.all_steps(here, ticking.books_of(here, plan), chosen)


def page(part: str, number: int = 0, here: Incident | None = HERE) -> View:
    return plans.plan(OURS, here, part, number)


SCREENS: dict[str, Message | View] = {
    "runbook_at_first": posted(ticking.notice(HERE, PLAN, NOON).incident, PLAN),
    "runbook_two_books_asked": posted(ASKED),
    "runbook_approved": posted(APPROVED),
    "runbook_private": posted(replace(SEEN, private=True)),
    "card_with_values": card.card(HERE, NOON, values=PLAN.values),
    "runbook_all": every(ASKED),
    "runbook_all_second": every(APPROVED, chosen=1),
    "runbook_none": every(HERE, replace(PLAN, runbooks=())),
    "runbook_not_done": runbook.untick_form(
        TICKED, runbook.Aim(incident_id=TICKED.id, book="Checkout", step="pager"), PAGER.do
    ),
    "parties": roll_call.posted(SPOKEN, calling.called(SPOKEN, OURS)),
    "parties_all": roll_call.everyone(SPOKEN, calling.called(SPOKEN, OURS)),
    "parties_all_second_page": roll_call.everyone(
        HERE, [replace(OURS.audiences[0], name=f"Party {n}") for n in range(1, 23)], 1
    ),
    "parties_none": roll_call.everyone(HERE, ()),
    "plan": plans.plan(OURS, None),
    "plan_criteria": page("criteria"),
    "plan_roles": page("roles"),
    "plan_approval": page("approval"),
    "plan_audiences": page("audiences"),
    "plan_audiences_2": page("audiences", 1),
    "plan_outlets": page("outlets"),
    "plan_scenarios": page("scenarios"),
    "plan_components": page("components"),
    "plan_risks": page("risks"),
    "plan_risks_elsewhere": page("risks", here=None),
    "plan_values": page("values"),
    "plan_runbooks": page("runbooks"),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_as_it_was_reviewed(name: str) -> None:
    reviewed(f"views/playbook/{name}.txt", describe(SCREENS[name]))


# ---------------------------------------------------------------- at the limits of the file

WIDE = "&<!channel>" * 18  # 198 characters, of 200
PEOPLE = tuple(f"U0{n:08}" for n in range(400))
STEPS = tuple(RunbookStep(id=f"step-{n}", do=WIDE, how=list(How)[n % 3]) for n in range(40))
FULL = replace(
    PLAN,
    company=WIDE,
    runbooks=tuple(Runbook(name=f"{n}{WIDE}", steps=STEPS) for n in range(50)),
    values=tuple(Value(name=WIDE, live_it=WIDE * 3) for _ in range(12)),
    risks=tuple(Risk(name=WIDE, mitigation=WIDE * 3, template="outage/investigating") for _ in range(100)),
    roles=dict.fromkeys(Role, RolePlan(duties=(WIDE,) * 12, contacts=PEOPLE, standby=PEOPLE)),
    audiences=tuple(Audience(name=f"{n}{WIDE}"[:200], who=WIDE, contacts=PEOPLE) for n in range(49)),
    outlets=tuple(
        OutletPlan(
            name=f"{n}{WIDE}"[:200],
            through=Through.HAND,
            audiences=tuple(f"{m}{WIDE}"[:200] for m in range(49)),
            department=WIDE,
            service=WIDE,
            access=WIDE * 3,
        )
        for n in range(100)
    ),
    approval=tuple(replace(PLAN.approval[0], approvers=PEOPLE, standby=PEOPLE) for _ in range(50)),
)
BUSY = replace(HERE, title=WIDE[:120], ticks=())
PARTS = tuple(plans._PARTS)


def walked(part: str) -> list[View]:
    """Every page of one part, by pressing More."""
    pages = [plans.plan(FULL, BUSY, part)]
    while more := [b for b in buttons(pages[-1]) if b["text"]["text"] == "More"]:
        pages.append(plans.plan(FULL, BUSY, *plans.turned(more[0]["value"])))
    return pages


@pytest.mark.parametrize("part", PARTS)
def test_every_page_of_the_longest_plan_is_one_that_slack_takes(part: str) -> None:
    pages = walked(part)
    for drawn in pages:
        check(drawn)
        check_view(drawn.payload)
    assert len({str(drawn.payload["blocks"]) for drawn in pages}) == len(pages)
    back = [b["text"]["text"] for b in buttons(pages[-1])]
    assert len(pages) == 1 or ("Back" in back and "More" not in back)


def test_a_page_of_long_steps_is_few_screens_of_a_phone_and_every_step_is_on_one() -> None:
    step = "Look at the queue of the second region until it is empty. " * 3
    steps = tuple(RunbookStep(id=f"s{n}", do=f"{step}({n})", how=How.HAND) for n in range(40))
    ours = replace(PLAN, runbooks=tuple(Runbook(name=f"Book {n}", steps=steps) for n in range(3)))
    pages = [plans.plan(ours, None, "runbooks")]
    while more := [b for b in buttons(pages[-1]) if b["text"]["text"] == "More"]:
        pages.append(plans.plan(ours, None, *plans.turned(more[0]["value"])))
    shown = [describe(drawn) for drawn in pages]
    assert max(map(len, shown)) < 4_000, "about a hundred lines of 40 characters"
    assert sum(text.count(f"{step}(") for text in shown) == 120
    assert "Book 2, continued" in shown[-1]


def test_an_owner_in_capitals_is_no_mention_and_a_user_id_is() -> None:
    [first, *others] = PLAN.components
    for owner, live in (("WEB", False), ("US SALES", False), ("U0123456789", True)):
        drawn = plans.plan(replace(PLAN, components=(replace(first, owner=owner), *others)), None, "components")
        assert (f"'user_id': '{owner}'" in str(drawn.payload)) is live, owner


def test_every_party_and_every_outlet_is_on_some_page() -> None:
    shown = "".join(describe(drawn) for drawn in walked("outlets"))
    assert all(one.name[:60] in shown for one in FULL.outlets)
    assert shown.count("How do I get access?") == len(FULL.outlets)
    called = calling.called(BUSY, FULL)
    for count in (len(called), 20, 21, 60):
        some = [replace(called[n % len(called)], name=f"Party {n} {WIDE}"[:80]) for n in range(count)]
        pages = [roll_call.everyone(BUSY, some)]
        while more := [b for b in buttons(pages[-1]) if b["text"]["text"] == "More"]:
            pages.append(roll_call.everyone(BUSY, some, roll_call.turned(more[0]["value"], {})[1]))
        for drawn in pages:
            check(drawn)
            check_view(drawn.payload)
        assert len(pages) == -(-count // roll_call.PAGE)
        parties = "".join(map(describe, pages))
        assert all(parties.count(f"Party {n} ") == 1 for n in range(count))
    assert roll_call.turned("", pages[1].payload)[1] == 1, "what is pressed there is drawn on the same page"
    assert describe(roll_call.everyone(BUSY, some, 99)) == describe(pages[-1])


def test_a_page_that_is_not_there_and_a_part_that_is_not_there_show_one_that_is() -> None:
    assert describe(plans.plan(OURS, None, "nonsense")) == describe(plans.plan(OURS, None))
    assert describe(plans.plan(OURS, None, "values", 99)) == describe(plans.plan(OURS, None, "values"))
    for value in ("", "[]", '{"page":"9999999999"}', '{"page":"-1"}', '{"page":"²"}'):
        assert plans.turned(value) == ("", 0)
    assert runbook.chosen_book("²") == 0


def test_the_message_of_the_longest_runbooks_is_one_that_slack_takes_and_says_how_many_are_left() -> None:
    ticked = replace(
        BUSY,
        ticks=tuple(
            ticking.tick(BUSY, FULL, book.name, "step-0", person(CY), LATER).incident.ticks[0] for book in FULL.runbooks
        ),
    )
    for here in (BUSY, ticked):
        drawn = posted(here, FULL)
        check(drawn)
        check_message_blocks(list(drawn.blocks))
        assert "more steps: press All steps." in describe(drawn)
        assert faults(drawn.text, drawn.blocks) == []
    for chosen in (0, 49):
        whole = every(ticked, FULL, chosen)
        check(whole)
        check_view(whole.payload)
    called = roll_call.posted(BUSY, calling.called(BUSY, FULL))
    check(called)
    check_message_blocks(list(called.blocks))


def test_nothing_of_the_plan_is_live_in_any_of_them() -> None:
    drawn: list[Message | View] = [
        posted(BUSY, FULL),
        every(BUSY, FULL),
        *(page for part in PARTS for page in walked(part)[:2]),
    ]
    for screen in drawn:
        blocks = screen.blocks if isinstance(screen, Message) else screen.payload["blocks"]
        for block in blocks:
            live = [block.get("text", {}), *block.get("elements", ())]
            mrkdwn = [part["text"] for part in live if part.get("type") == "mrkdwn"]
            assert not any("<!channel>" in text for text in mrkdwn)


def test_every_message_stands_alone() -> None:
    for name, drawn in SCREENS.items():
        if isinstance(drawn, Message):
            check_message_blocks(list(drawn.blocks))
            assert faults(drawn.text, drawn.blocks) == [], name


def test_a_private_or_ended_incident_offers_no_draft_from_runbook_or_risks() -> None:
    hidden = replace(SEEN, private=True)
    for screen in (posted(hidden), every(hidden), page("risks", here=hidden)):
        assert not {"Draft", "Begin with these words"} & {b["text"]["text"] for b in buttons(screen)}


def test_a_severity_that_the_party_does_not_hear_of_is_not_called() -> None:
    quiet = replace(OURS, audiences=tuple(replace(a, severities=(Severity.SEV1,)) for a in OURS.audiences))
    assert calling.called(replace(HERE, severity=Severity.SEV3), quiet) == ()
