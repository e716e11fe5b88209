"""The screens of followers and tickets: as reviewed, as Slack takes them, and inert whatever people typed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, delivery, lifecycle
from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Severity
from bot.domain.subscription import Following
from bot.domain.update import Outcome, UpdateState
from bot.ports import Message, View
from bot.slack.views import following, tellings, tickets
from tests.builders import ANA, NOON, approved, facts, incident, person, rendered
from tests.gallery_check import check as reviewed
from tests.slack.test_views_incident import accepted_by_slack, stands_alone
from tests.view_text import describe

LATER = NOON + timedelta(minutes=30)
WORDS = "Card payments fail in the EU\nPay by bank transfer <!channel>."
ONE = rendered(outlets=("status",))
TWO = rendered(facts(LATER, headline="Most cards work again", meanwhile="Try again."), outlets=("status",))
TOLD = delivery.settle(approved(content=ONE), "upd1", "status", {Outcome.DELIVERED: 1}, "", NOON).incident
STAGED = lifecycle.set_stage(TOLD, Stage.IDENTIFIED, person(ANA), LATER).incident
AGAIN = delivery.settle(
    approved(STAGED, "upd2", now=LATER, content=TWO), "upd2", "status", {Outcome.DELIVERED: 1}, "", LATER
).incident
OVER = lifecycle.end(AGAIN, EndKind.WAIVED, person(ANA), LATER, "Nobody was left.").incident
FIRST, STAGE, SECOND, END = OVER.tellings
UNTOLD = lifecycle.set_stage(incident(), Stage.IDENTIFIED, person(ANA), LATER).incident
SENDING = delivery.begin(approved(AGAIN, "upd3", now=LATER, content=rendered()), "upd3", "email", LATER).incident
HALF = delivery.settle(SENDING, "upd3", "status", {Outcome.DELIVERED: 1}, "", LATER).incident
STOPPED = approval.stop(HALF, "upd3", person(ANA), LATER).incident
MOVED = lifecycle.set_stage(STOPPED, Stage.MONITORING, person(ANA), LATER).incident
SAME = delivery.settle(
    approved(STAGED, "upd2", now=LATER, content=ONE), "upd2", "status", {Outcome.DELIVERED: 1}, "", LATER
).incident
NEXT = SAME.with_update(replace(SAME.updates[-1], stage=Stage.IDENTIFIED))
FULL = replace(OVER, tickets=tuple(f"https://help.example.com/{n:04}/{'x' * 160}" for n in range(200)))
FEW = replace(OVER, tickets=("ZD-4711", "https://help.example.com/t/9"))
EVERY = Following(user=ANA, everything=True, severities=frozenset({Severity.SEV1}), left=frozenset({"inc0009"}))

LAST = AGAIN.updates[-1]
CORRECTING = replace(
    AGAIN, updates=(*AGAIN.updates, replace(LAST, id="upd3", state=UpdateState.SUBMITTED, corrects="upd2"))
)
IN_FRENCH = replace(LAST.latest, planned=(*LAST.latest.planned, replace(LAST.latest.planned[0], locale="fr")))
ABROAD = AGAIN.with_update(replace(LAST, revisions=(IN_FRENCH,)))

SCREENS: dict[str, Message | View] = {
    "thread_update": tellings.in_thread(TOLD, FIRST, WORDS),
    "thread_stage": tellings.in_thread(STAGED, STAGE, WORDS),
    "dm_first": tellings.by_dm(TOLD, FIRST, WORDS, None),
    "dm_stage": tellings.by_dm(STAGED, STAGE, WORDS, FIRST),
    "dm_second": tellings.by_dm(AGAIN, SECOND, WORDS, FIRST),
    "dm_other_stage": tellings.by_dm(NEXT, replace(SAME.tellings[-1], stage=Stage.IDENTIFIED), WORDS, STAGE),
    "dm_same_facts": tellings.by_dm(SAME, SAME.tellings[-1], WORDS, FIRST),
    "dm_end": tellings.by_dm(OVER, END, WORDS, SECOND),
    "thread_stopped": tellings.in_thread(STOPPED, STOPPED.tellings[-1], ""),
    "dm_stopped": tellings.by_dm(STOPPED, STOPPED.tellings[-1], "", STOPPED.tellings[-2]),
    "dm_stage_after_stop": tellings.by_dm(MOVED, MOVED.tellings[-1], "", MOVED.tellings[-2]),
    "dm_nothing_published": tellings.by_dm(UNTOLD, UNTOLD.tellings[0], "", None),
    "dm_drill": tellings.by_dm(replace(TOLD, drill=True), FIRST, WORDS, None),
    "followed": following.followed(TOLD),
    "left": following.left(TOLD),
    "group_followed": following.group_followed(TOLD, [f"U0{n:02}" for n in range(23)], ["U0GUEST"]),
    "group_followed_by_severity": following.group_followed(Severity.SEV1, [ANA], []),
    "group_followed_by_nobody": following.group_followed(None, [], ["U0GUEST"]),
    "listed": following.listed(EVERY, [TOLD]),
    "listed_nothing": following.listed(Following(user=ANA), []),
    "tickets_connected": tickets.connected(FEW),
    "tickets_to_answer": tickets.to_answer(replace(AGAIN, tickets=FEW.tickets), SECOND, WORDS),
    "tickets_nothing_published": tickets.to_answer(replace(UNTOLD, tickets=FEW.tickets), UNTOLD.tellings[0], ""),
    "tickets_over": tickets.to_answer(FEW, END, WORDS),
    "tickets_late": tickets.all_of(replace(AGAIN, tickets=FEW.tickets), WORDS, NOON + timedelta(days=1)),
    "tickets_stopped": tickets.to_answer(replace(STOPPED, tickets=FEW.tickets), STOPPED.tellings[-1], ""),
    "tickets_corrected": tickets.all_of(CORRECTING, WORDS, LATER),
    "tickets_abroad": tickets.all_of(ABROAD, WORDS, LATER),
    "tickets_removed": tickets.disconnected(FEW, ["ZD-9"]),
    "tickets_all": tickets.all_of(replace(AGAIN, tickets=FEW.tickets), WORDS, LATER),
    "tickets_none": tickets.all_of(OVER, "", LATER),
}
LARGE: dict[str, Message | View] = {
    "wording": tellings.by_dm(TOLD, FIRST, "word " * 6_000, None),
    "emoji": tellings.by_dm(TOLD, FIRST, "🙂" * 9_000, None),
    "tickets": tickets.to_answer(replace(AGAIN, tickets=FULL.tickets), SECOND, "word " * 2_000),
    "all tickets": tickets.all_of(replace(AGAIN, tickets=FULL.tickets), "word " * 2_000, LATER),
    "following": following.listed(EVERY, [replace(TOLD, id=f"inc{n}", number=n) for n in range(150)]),
}


@pytest.mark.parametrize("name", SCREENS)
def test_screens_read_as_reviewed(name: str) -> None:
    reviewed(f"views/followers/{name}.txt", describe(SCREENS[name]))
    stands_alone(SCREENS[name])


@pytest.mark.parametrize("name", [*SCREENS, *LARGE])
def test_slack_takes_every_screen(name: str) -> None:
    accepted_by_slack((SCREENS | LARGE)[name])


def test_what_has_no_row_in_the_list_is_there_by_name() -> None:
    shown = describe(LARGE["following"])
    assert all(f"INC-{n} " in shown for n in range(150)), "30 in rows, 120 by name"
    assert "/incident unfollow" in shown


def test_a_text_that_does_not_fit_is_said_to_go_on() -> None:
    assert "The text goes on: press Read" in describe(LARGE["wording"])
