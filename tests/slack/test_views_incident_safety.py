"""Whatever people typed: nothing of it is live on a screen of an incident, and no screen outgrows Slack."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.facts import Stage
from bot.domain.incident import Channel, Ending, EndKind, Incident, Role, Search, Severity, Step
from bot.domain.plan import Criteria, Question
from bot.domain.timeline import Entry, EntryKind
from bot.domain.triage import Reply
from bot.domain.update import Delivery, DeliveryState, Outcome, OutletKind, Update, UpdateState
from bot.ports import Message, View
from bot.slack.views import announcement, card, incident_ask, incident_change, role_search, roles, timeline
from bot.slack.views import incident as declaring
from bot.slack.views import triage as triage_views
from bot.slack.views.incident import Intent
from tests.builders import ANA, BO, DEE, NOON, approved, facts, incident, rendered
from tests.slack.test_views_incident import accepted_by_slack

NASTY = (
    "<!channel> <!here>",
    "<@U0EVIL> look",
    "<https://evil.example|status page>",
    "*bold* _it_ `code` ~no~",
    "&lt;!channel&gt; &amp;",
    ":fire: 🔥👩‍👩‍👧‍👦" * 8,
    "مرحبا بالعالم ‮evil",
    "\"quotes\" 'and' \\backslashes\\",
)
LIVE = re.compile(r"<([!@#][^>]*|[a-z]+:[^>]*)>")
OURS = {ANA, BO, DEE, "C0INC1"}


def stretched(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def full_of(text: str) -> Incident:
    """An incident in which everything that people type is `text`, as long as the rules allow."""
    title = stretched(text, 120)
    channel = Channel(id="C0INC1", problems={step: stretched(text, 5_000) for step in Step})
    told = approved(content=rendered(facts(headline=title)))
    return replace(
        told,
        title=title,
        impact=stretched(text, 2_000),
        components=tuple(stretched(text, 80) for _ in range(10)),
        channel=channel,
        ended=Ending(kind=EndKind.WAIVED, by=ANA, at=NOON, reason=stretched(text, 500)),
    )


def screens(text: str) -> Iterator[Message | View]:
    ended = full_of(text)
    here = replace(ended, ended=None, channel=replace(ended.channel, problems={}))
    title = here.title
    asked = Intent(title=title, severity=Severity.SEV1, users=(BO,), operation="T1:command:1.2")
    yield from (card.card(here, NOON), announcement.announcement(here, NOON), announcement.announcement(ended, NOON))
    yield from (declaring.declare_form([here] * 5, said_in="C1"), declaring.severity_question(asked, [here] * 5))
    yield from (declaring.declared(here, [here] * 5), declaring.ready(here), declaring.joined(here))
    yield incident_ask.did_you_mean([], text, asked, [here] * 5)
    yield incident_ask.did_you_mean([], text, replace(asked, title=stretched(text, 5_000)), [])
    yield incident_ask.which([(here, "stage INC-1")] * 30, "change the stage")
    yield incident_ask.listed([here] * 60, NOON)
    yield from (incident_change.stage_form(here), incident_change.severity_form(here), incident_change.end_form(here))
    yield from (incident_change.end_question(here), incident_change.ended(ended), incident_change.stage_changed(here))
    yield from (roles.role_duties(here, role) for role in Role)
    yield from (roles.role_form(here), roles.role_notice(here, Role.SCRIBE, BO))
    sought = replace(here, searches={role: Search(since=NOON, asked=(BO,)) for role in Role})
    yield from (card.card(sought, NOON), role_search.asked(sought, Role.SCRIBE), role_search.everybody(sought, BO))
    yield from (role_search.reminder(sought, list(Role)), role_search.pass_form(sought, Role.SCRIBE))
    questions = (Question(ask=text, severity=Severity.SEV1, why=text, then=text),) * 2
    criteria = Criteria(questions=questions, otherwise=text)
    for replies in ((), (Reply.NO,), (Reply.UNSURE, Reply.YES), (Reply.NO, Reply.NO), (Reply.UNSURE, Reply.UNSURE)):
        shown = triage_views.asked(criteria, replies)
        yield triage_views.screen(shown, {"title": title}, ended=False)
        yield declaring.declare_form([here] * 5, said_in="C1", asked=shown, kept={"title": title, "impact": title})
    entries = [Entry(at=NOON, kind=k, actor=ANA, text=stretched(text, 3_000)) for k in EntryKind if k != EntryKind.ROLE]
    yield timeline.timeline(here, entries * 20)
    yield from (timeline.note(replace(e, text=e.text[:2_000])) for e in entries)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_people_typed_is_live(text: str) -> None:
    for drawn in screens(text):
        accepted_by_slack(drawn)
        assert not list(live(drawn)), drawn


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_no_text_breaks_a_screen(text: str) -> None:
    for drawn in screens(text):
        accepted_by_slack(drawn)
        assert not list(live(drawn))


@pytest.mark.parametrize("count", [1, 4, 12, 60])
@pytest.mark.parametrize("outlets", [1, 4, 9, 30])
def test_the_card_fits_however_many_updates_there_are(count: int, outlets: int) -> None:
    problems = Channel(id="C0INC1", problems=dict.fromkeys(Step, "p" * 5000))
    searches = {role: Search(since=NOON, asked=(BO, DEE)) for role in Role}
    about = incident(
        title="x" * 120, searches=searches, impact="y" * 2_000, components=("z" * 80,) * 10, channel=problems
    )
    many = replace(about, updates=tuple(troubled(n, outlets) for n in range(1, count + 1)))
    drawn = card.card(many, NOON)
    accepted_by_slack(drawn)
    assert f"Update #{count} " in str(drawn.blocks)
    if count > 5:
        assert "older updates" in str(drawn.blocks)


def test_the_card_shows_an_older_update_that_waits_for_a_person() -> None:
    quiet = [replace(troubled(n, 1), deliveries=(), state=UpdateState.PUBLISHED) for n in range(2, 8)]
    drawn = str(card.card(incident(updates=(troubled(1, 1), *quiet)), NOON).blocks)
    assert "Update #1 " in drawn
    assert "Update #2 " not in drawn


def troubled(number: int, outlets: int) -> Update:
    """An update of which every outlet does not know whether it arrived."""
    names = tuple(f"outlet-{n}" for n in range(outlets))
    base = approved(content=rendered(facts(), names, kind=OutletKind.BLIND)).updates[0]
    deliveries = tuple(
        Delivery(
            outlet=name,
            state=DeliveryState.SETTLED,
            expires_at=NOON,
            tally={Outcome.DELIVERED: 1_204, Outcome.UNKNOWN: 3},
            note="n" * 500,
        )
        for name in names
    )
    state = UpdateState.PUBLISHED
    update_id = f"01jqzxk5v8w3n2m4p6r7s9{number:04}"
    return replace(base, id=update_id, number=number, stage=Stage.MONITORING, state=state, deliveries=deliveries)


def live(drawn: Message | View) -> Iterator[str]:
    """Yield what is live on the screen and not ours."""
    if isinstance(drawn, Message):
        yield from _in_mrkdwn(drawn.text)
        yield from _in_tree(drawn.blocks)
    else:
        yield from _in_tree(drawn.payload)


def _in_tree(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        kind = node.get("type")
        if kind == "mrkdwn":
            yield from _in_mrkdwn(node["text"])
        elif kind in ("broadcast", "link", "usergroup"):
            yield str(kind)
        elif kind in ("user", "channel"):
            yield from {node.get("user_id", node.get("channel_id"))} - OURS
        for value in node.values():
            yield from _in_tree(value)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            yield from _in_tree(value)


def _in_mrkdwn(text: str) -> Iterator[str]:
    for token in LIVE.findall(text):
        if token[1:] not in OURS and not token.startswith("!date^"):
            yield token
