"""The screens of an incident: as reviewed, as Slack takes them, and inert whatever people typed."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, classifying, drafting, lifecycle
from bot.domain.delivery import begin, settle
from bot.domain.facts import Stage
from bot.domain.incident import Channel, EndKind, Incident, Loss, Role, Search, Severity, Step
from bot.domain.noting import Quote, entry_of
from bot.domain.subscription import Following
from bot.domain.timeline import Entry, EntryKind
from bot.domain.triage import Reply
from bot.domain.update import MessageRef, Outcome
from bot.ports import Desk, Message, View
from bot.practice.slack_standin.blocks import check_message_blocks, check_view
from bot.slack.views import (
    announcement,
    card,
    home,
    incident_ask,
    incident_change,
    notice,
    privacy,
    quoting,
    role_search,
    roles,
    room,
    timeline,
)
from bot.slack.views import incident as declaring
from bot.slack.views import triage as triage_views
from bot.slack.views.blocks import check
from bot.slack.views.incident import Intent
from bot.slack.views.incident_ask import Guess
from bot.slack.views.quoting import Then
from tests.builders import (
    ANA,
    BO,
    CY,
    DEE,
    NOON,
    PLAN,
    POLICY,
    approved,
    facts,
    incident,
    person,
    rendered,
    restored,
    submitted,
)
from tests.gallery_check import check as reviewed
from tests.standing_alone import faults
from tests.view_text import describe

OPENED = Channel(id="C0INC1", name="inc-1-checkout", done=frozenset(Step))
TROUBLED = replace(
    OPENED,
    problems={
        Step.TOPIC: "The topic could not be set (missing_scope).",
        Step.INVITE: "Not invited: <@U0CY> (cant_invite). Invite them by hand.",
    },
)
HERE = incident(channel=OPENED)
OTHER = replace(incident(title="Emails arrive late", severity=Severity.SEV3), id="inc0002", number=2, roles={})
SEARCHED = replace(HERE, roles={Role.COMMANDER: ANA}, searches={Role.COMMUNICATIONS: Search(since=NOON)})
LATER = NOON + timedelta(hours=1, minutes=20)
CHANNELLESS = Channel(problems={Step.CREATE: "The channel could not be created (restricted_action)."})
WAITING = Intent(title="Checkout fails", severity=None, users=(BO,), operation="T1:command:1.2")

SEARCH = Search(since=NOON)
SOUGHT = replace(
    HERE,
    searches={
        Role.COMMUNICATIONS: SEARCH,
        Role.SUPPORT: replace(SEARCH, asked=(CY, DEE), asked_at=NOON),
        Role.SCRIBE: replace(SEARCH, asked=(CY,), asked_at=NOON),
    },
)
YES, NO, UNSURE = Reply


def check_screen(replies: tuple[Reply, ...]) -> View:
    return triage_views.screen(triage_views.asked(PLAN.criteria, replies), {}, ended=False)


def check_form(replies: tuple[Reply, ...]) -> View:
    return declaring.declare_form([], said_in="C1", asked=triage_views.asked(PLAN.criteria, replies))


def ended(kind: EndKind, base: Incident = HERE, reason: str = "") -> Incident:
    return lifecycle.end(base, kind, person(ANA), LATER, reason).incident


def everywhere(night: Incident, update_id: str) -> Incident:
    """An incident with one approved update published everywhere."""
    for outlet in ("status", "email"):
        left = begin(night, update_id, outlet, NOON).incident
        night = settle(left, update_id, outlet, {Outcome.DELIVERED: 1}, "", NOON).incident
    return night


def told_all() -> Incident:
    """INC-1 with its first update published everywhere."""
    return everywhere(approved(HERE), "upd1")


def corrected_after_the_end() -> Incident:
    """INC-1, ended by its restored notice, whose first update was then corrected."""
    over = approved(told_all(), "upd2", content=rendered(restored()), stage=Stage.RESOLVED)
    night, content = everywhere(over, "upd2"), rendered(facts())
    night = drafting.draft(
        night, "upd3", "outage/correction", Stage.INVESTIGATING, content, person(BO), NOON, POLICY, "upd1"
    ).incident
    digest = night.update("upd3").latest.digest
    return everywhere(approval.approve(night, "upd3", digest, person(DEE), NOON, POLICY).incident, "upd3")


def entries(count: int = 3) -> list[Entry]:
    first = [
        Entry(at=NOON, kind=EntryKind.DECLARED, actor=ANA, text="Declared SEV1: <@U0CY> *cannot* pay <!channel>"),
        Entry(at=NOON, kind=EntryKind.ROLE, actor=ANA, text="Communications lead: <@U0BO>"),
        Entry(at=LATER, kind=EntryKind.CHANNEL, actor="", text="Channel #inc-1-checkout opened"),
    ]
    more = [Entry(at=LATER, kind=EntryKind.NOTE, actor=BO, text=f"Note {n}") for n in range(count - 3)]
    return (first + more)[:count]


QUOTE = Quote(
    message=MessageRef(channel="C0GENERAL", ts="1795316400.000100"),
    author=BO,
    text="Checkout fails <!channel>\nsince 03:00, for cards from Spain",
    link="https://clarion.slack.com/archives/C0GENERAL/p1795316400000100",
)
LOST = {why: replace(HERE, channel=replace(OPENED, lost=why)) for why in Loss}
LIVE = approved(HERE)
BUSY = Desk(
    following=Following(user=BO, severities=frozenset({Severity.SEV1}), incidents=frozenset({OTHER.id})),
    followed=(OTHER,),
    secretless=True,
)
HIDDEN = replace(HERE, private=True, channel=replace(OPENED, private=True, members=frozenset({ANA, BO})))
MOVED = classifying.make_private(approved(HERE), person(ANA), NOON, POLICY).incident
SHOWN = classifying.make_public(HIDDEN, person(ANA), NOON, POLICY).incident
SECRETLY = replace(WAITING, private=True)
SCREENS: dict[str, Message | View] = {
    "private_card": card.card(HIDDEN, LATER),
    "private_card_moved": card.card(replace(MOVED, channel=replace(MOVED.channel, id="C0INC2")), LATER),
    "private_card_made_public": card.card(SHOWN, LATER),
    "private_announcement_made_public": announcement.announcement(SHOWN, LATER),
    "private_veiled": privacy.VEILED,
    "private_made": privacy.made_private(MOVED),
    "private_public_question": privacy.public_question(HIDDEN),
    "private_made_public": privacy.made_public(SHOWN),
    "private_public_question_over": privacy.public_question(ended(EndKind.QUIET, HIDDEN)),
    "private_made_public_over": privacy.made_public(ended(EndKind.QUIET, SHOWN)),
    "private_already": privacy.already(HIDDEN),
    "did_you_mean_private": incident_ask.did_you_mean([Guess("private", "private")], "", SECRETLY, []),
    "severity_question_private": declaring.severity_question(SECRETLY, []),
    "private_declared": declaring.declared(replace(HIDDEN, channel=Channel(private=True))),
    "private_ready": declaring.ready(HIDDEN),
    "private_duties": roles.role_duties(HIDDEN, Role.COMMANDER),
    "room_archived": room.room_lost(LOST[Loss.ARCHIVED]),
    "room_removed": room.room_lost(LOST[Loss.REMOVED]),
    "room_deleted": room.room_lost(LOST[Loss.DELETED]),
    "room_closed": room.room_closed(LOST[Loss.REMOVED], "method_not_supported_for_channel_type"),
    "room_reopening": room.reopening(HERE),
    "room_rejoining": room.rejoining(HERE),
    "departed_lead": roles.departed(HERE, BO, (Role.COMMUNICATIONS,)),
    "departed_lead_searched_for": roles.departed(SEARCHED, BO, (Role.COMMUNICATIONS,)),
    "departed_approver": roles.departed(HERE, DEE, ()),
    "declare_form_from_message": declaring.declare_form([], said_in="C0GENERAL", quoted=QUOTE),
    "message_which_incident": quoting.which_incident([HERE, OTHER], QUOTE, Then.NOTE),
    "message_noted": quoting.noted(HERE, repeated=False),
    "message_noted_before": quoting.noted(HERE, repeated=True),
    "timeline_with_message": timeline.timeline(HERE, [entry_of(QUOTE, ANA, LATER)]),
    "opener": notice.opener(declaring.declare_form([], said_in="C1"), "declare"),
    "home_nothing": home.home(CY, [], [], NOON, Desk(following=Following(user=CY))),
    "home_busy": home.home(
        BO, [LIVE, OTHER], [(submitted(HERE, by=CY), submitted(HERE, by=CY).updates[-1])], NOON, BUSY
    ),
    "declare_form": declaring.declare_form([], said_in="C1"),
    "declare_form_prefilled": declaring.declare_form(
        [HERE, OTHER], said_in="C1", severity=Severity.SEV2, users=(BO, CY)
    ),
    "severity_question": declaring.severity_question(WAITING, [HERE]),
    "declared": declaring.declared(incident()),
    "declared_beside_others": declaring.declared(incident(), [OTHER], (DEE,)),
    "ready": declaring.ready(HERE),
    "ready_without_channel": declaring.ready(incident(channel=CHANNELLESS)),
    "joined": declaring.joined(HERE),
    "joined_early": declaring.joined(incident()),
    "did_you_mean": incident_ask.did_you_mean([Guess("list", "list")], "", replace(WAITING, title="lst"), [HERE]),
    "did_you_mean_arguments": incident_ask.did_you_mean(
        [Guess("update", "update")],
        "“the cart page” does not belong to “update”.",
        replace(WAITING, title="update the cart page"),
        [],
    ),
    "did_you_mean_nothing": incident_ask.did_you_mean(
        [], "", replace(WAITING, title="checkout", severity=Severity.SEV1), []
    ),
    "did_you_mean_too_long": incident_ask.did_you_mean([], "", replace(WAITING, title="x" * 130), []),
    "which": incident_ask.which([(OTHER, "stage INC-2"), (HERE, "stage INC-1")], "change the stage"),
    "which_only": incident_ask.which([(HERE, "stage INC-1")], "change the stage"),
    "which_many": incident_ask.which(
        [(replace(HERE, number=n), f"stage INC-{n}") for n in range(14, 1, -1)], "change the stage"
    ),
    "listed": incident_ask.listed([OTHER, HERE], LATER),
    "listed_none": incident_ask.listed([], LATER),
    "listed_many": incident_ask.listed([replace(HERE, number=n) for n in range(60, 0, -1)], LATER),
    "help": incident_ask.HELP,
    "stage_form": incident_change.stage_form(HERE),
    "stage_changed": incident_change.stage_changed(replace(HERE, stage=Stage.IDENTIFIED)),
    "severity_form": incident_change.severity_form(HERE),
    "severity_changed": incident_change.severity_changed(replace(HERE, severity=Severity.SEV2)),
    "end_question": incident_change.end_question(HERE),
    "end_form": incident_change.end_form(approved(HERE)),
    "end_form_notice_waiting": incident_change.end_form(
        submitted(approved(HERE), "upd2", content=rendered(restored()), stage=Stage.RESOLVED)
    ),
    "ended_and_customers_not_told": incident_change.ended(ended(EndKind.WAIVED, told_all(), "Support called.")),
    "card_waived_and_not_told": card.card(ended(EndKind.WAIVED, told_all(), "Support called."), LATER),
    "card_restored_then_corrected": card.card(corrected_after_the_end(), LATER),
    "ended": incident_change.ended(ended(EndKind.FALSE_ALARM)),
    "role_notice": roles.role_notice(HERE, Role.COMMUNICATIONS, BO),
    **{f"role_duties_{role}": roles.role_duties(HERE, role) for role in Role},
    "role_form": roles.role_form(HERE, Role.SUPPORT, CY),
    "role_asked": role_search.asked(SOUGHT, Role.SUPPORT),
    "role_asked_for_a_silent_holder": role_search.asked(SOUGHT, Role.COMMUNICATIONS),
    "role_reminder": role_search.reminder(SOUGHT, [Role.COMMUNICATIONS, Role.SUPPORT, Role.SCRIBE]),
    "role_table": role_search.everybody(SOUGHT, BO),
    "role_table_ended": role_search.everybody(ended(EndKind.QUIET), BO),
    "role_pass_form": role_search.pass_form(HERE, Role.COMMUNICATIONS),
    "role_passed_on": role_search.passed_on(HERE, Role.COMMUNICATIONS, CY),
    "role_handed_back": role_search.passed_on(SOUGHT, Role.SUPPORT, ""),
    "role_handed_back_and_not_needed": role_search.passed_on(HERE, Role.SCRIBE, ""),
    "role_declined": role_search.declined(SOUGHT, Role.SUPPORT),
    "role_duties_not_accepted": roles.role_duties(SOUGHT, Role.COMMUNICATIONS),
    "card_with_open_roles": card.card(SOUGHT, LATER),
    "check_first_question": check_screen(()),
    "check_second_question": check_screen((NO,)),
    "check_questions_changed": triage_views.screen(triage_views.asked(PLAN.criteria, (), anew=True), {}, ended=False),
    "check_no_incident": triage_views.screen(triage_views.asked(PLAN.criteria, (NO,) * 5), {}, ended=True),
    "check_incident": check_form((NO, YES)),
    "check_incident_and_may_be_worse": check_form((UNSURE, NO, YES)),
    "check_nobody_knows": check_form((UNSURE, NO, NO, UNSURE, NO)),
    "check_beside_what_was_typed": declaring.declare_form(
        [], said_in="C1", asked=triage_views.asked(PLAN.criteria, (NO,)), kept={"title": "Sign-in is slow"}
    ),
    "timeline": timeline.timeline(HERE, entries()),
    "timeline_empty": timeline.timeline(HERE, []),
    "timeline_middle": timeline.timeline(HERE, entries(80), 50),
    "note": timeline.note(Entry(at=NOON, kind=EntryKind.STAGE, actor=ANA, text="Stage: investigating → identified")),
    "note_asking": timeline.note(
        Entry(at=NOON, kind=EntryKind.NOTE, actor=ANA, text="Asks somebody else to approve the step: Fail over"),
        (BO, DEE),
    ),
    "note_loud": timeline.note(
        Entry(at=NOON, kind=EntryKind.ENDED, actor=ANA, text="Resolved. Waived: <@U0CY> <!here>")
    ),
    "note_role": timeline.note(
        Entry(at=NOON, kind=EntryKind.ROLE, actor=CY, text="Scribe: <@U0CY> hands it back, so nobody has it")
    ),
    "announcement": announcement.announcement(HERE, LATER),
    "announcement_early_drill": announcement.announcement(incident(drill=True, roles={}), LATER),
    "announcement_ended": announcement.announcement(ended(EndKind.QUIET), LATER),
    "card": card.card(HERE, LATER),
    "card_troubled": card.card(incident(channel=TROUBLED, roles={Role.COMMANDER: ANA}, drill=True), LATER),
    "card_waiting": card.card(submitted(HERE), LATER),
    "card_publishing": card.card(approved(HERE), LATER),
    "card_ended": card.card(ended(EndKind.FALSE_ALARM), LATER),
    "card_waived": card.card(ended(EndKind.WAIVED, approved(HERE), "Support called the only customer."), LATER),
}


@pytest.mark.parametrize("name", SCREENS)
def test_screens_read_as_reviewed(name: str) -> None:
    reviewed(f"views/incident/{name}.txt", describe(SCREENS[name]))
    stands_alone(SCREENS[name])


def stands_alone(drawn: Message | View) -> None:
    if isinstance(drawn, Message):
        # An answer that one person asked for just now may leave the incident's number to its list.
        assert set(faults(drawn.text, drawn.blocks)) <= {"the notification does not say which incident"}


# They are said into the incident's channel by a use case that puts its name in front, or are about no incident yet.
_NAMELESS = (
    "note",
    "help",
    "did_you_mean",
    "which",
    "list",
    "severity_question",
    "opener",
    "none_open",
    "private_veiled",
)


@pytest.mark.parametrize("name", [n for n, s in SCREENS.items() if isinstance(s, Message)])
def test_a_notification_stands_alone(name: str) -> None:
    drawn = SCREENS[name]
    assert isinstance(drawn, Message)
    assert len(drawn.text) > 15
    assert "INC-" in drawn.text or name.startswith(_NAMELESS)


def test_a_phones_first_screen_of_the_card_ends_with_the_button_that_matters_now() -> None:
    """Header, severity and stage, next promise, one button: before anything that grows."""
    for about, label in ((HERE, "Draft an update"), (submitted(HERE), "Read and approve #1"), (LIVE, "Stop")):
        blocks = card.card(about, NOON).blocks
        assert [b["type"] for b in blocks[:4]] == ["header", "rich_text", "rich_text", "actions"]
        assert [e["text"]["text"] for e in blocks[3]["elements"]] == [label]


@pytest.mark.parametrize("name", SCREENS)
def test_slack_takes_every_screen(name: str) -> None:
    accepted_by_slack(SCREENS[name])


def accepted_by_slack(drawn: Message | View) -> None:
    check(drawn)
    if isinstance(drawn, View):
        check_view(dict(drawn.payload))
    else:
        check_message_blocks(list(drawn.blocks))


def test_an_outage_is_listed_before_many_minor_incidents_and_none_is_left_out() -> None:
    outage = replace(HERE, number=1, severity=Severity.SEV1)
    many = [replace(HERE, number=n, severity=Severity.SEV4) for n in range(60, 1, -1)]
    said = describe(incident_ask.listed([*many, outage], LATER))
    assert said.index("INC-1 · SEV1") < said.index("INC-60 · SEV4")
    assert [n for n in range(1, 61) if not re.search(rf"INC-{n}\b", said)] == []
