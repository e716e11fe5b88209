"""The screens of an update: nothing lost, nothing live, nothing that Slack would refuse."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.facts import Confidence, Estimate, EstimateKind, Facts, Stage, accept
from bot.domain.incident import Incident
from bot.domain.refusals import Refusal
from bot.domain.update import SHOWN_ON_CARD, Delivery, DeliveryState, Outcome, Planned, Rendition, UpdateState
from bot.ports import FieldSpec, Message, Template, View
from bot.slack.views import draft
from bot.slack.views.approval import approval, approval_notice, glass_notice
from bot.slack.views.blocks import check
from bot.slack.views.body import weight
from bot.slack.views.choices import where_to
from bot.slack.views.decisions import glass_form, reject_form, stopped
from bot.slack.views.passages import PIECE, pages, passages, split
from bot.slack.views.promise import promise_reminder
from bot.slack.views.reading import reading
from bot.usecases.snapshots import texts
from tests import builders
from tests.builders import BO, DEE, NOON
from tests.handlers.update_world import (
    Shop,
    World,
    blocks_of,
    buttons,
    card,
    draft_by,
    filled,
    live_text,
    modal_of,
    shown_text,
    world,
)
from tests.rendering.paper import WORDS
from tests.view_text import describe

NASTY = [
    "<!channel>",
    "<@U0EVIL>",
    "<https://evil.example|your bank>",
    "&lt;!here&gt;",
    "*bold* _it_ ~no~ `code`",
    "{{ 7*7 }}{% raw %}",
    "<script>alert(1)</script>",
    "\r\nBcc: x@example.com",
    "=HYPERLINK(1)",
    "👩‍👩‍👧‍👦" * 5,
    "مرحبا",
    "a\u0301\u0301\u0301\u0301\u0301\u0301",
    "\u202egnp.exe",
    "\x00\x07",
    ":smile:",
    "<!date^0^{date}|x>",
]
WORDSY = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=60)), min_size=1, max_size=12).map(" ".join)


def plain_pieces(view: View) -> list[str]:
    """The plain sections of a modal."""
    found = [b["text"] for b in view.payload["blocks"] if b["type"] == "section"]
    return [t["text"] for t in found if t["type"] == "plain_text"]


async def everything(night: World, by: str = DEE) -> list[View]:
    """Every page of the reading modal."""
    view = modal_of(await night.press(by, buttons(await card(night))["update_read"]))
    found = [view]
    while "reading_next" in buttons(view):
        view = modal_of(await night.press(by, buttons(view)["reading_next"], view.payload))
        found.append(view)
    return found


def lines_of(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


# ---------------------------------------------------------------- nothing live, nothing refused


@settings(max_examples=60, deadline=None)
@given(headline=WORDSY, impact=WORDSY, meanwhile=WORDSY, reason=WORDSY)
def test_nasty_words_are_inert_on_every_screen(headline: str, impact: str, meanwhile: str, reason: str) -> None:
    asyncio.run(_draw_all(headline[:120], impact, meanwhile, reason[:400]))


async def _draw_all(headline: str, impact: str, meanwhile: str, reason: str) -> None:
    night = world()
    night.memory.put(replace(night.incident, title=_cleaned(headline)))
    try:
        await draft_by(night, BO, headline=headline, impact=impact, meanwhile=meanwhile)
    except Refusal:
        return  # nothing but blanks and controls
    incident, update = night.incident, night.update
    found = passages(update, await texts(night.services, update), WORDS.readable) or ()
    drawn: list[Message | View] = [
        await card(night, (DEE,)),
        approval_notice(incident, update, 0, "https://x.example"),
        promise_reminder(incident, False),
        reject_form(incident, update, "d"),
        glass_form(incident, update, update.latest.digest, timedelta(seconds=60), found),
        *await everything(night),
        modal_of(await night.press(BO, buttons(await card(night))["update_edit"])),
    ]
    await night.submit(DEE, drawn[4], {"reason": f"x{reason}"})  # type: ignore[arg-type]
    drawn += [await card(night), glass_notice(night.incident, night.update, "")]
    for screen in drawn:
        check(screen)
        for nasty in ("<!channel>", "<@U0EVIL>", "<https://evil", "<!date^0", "<script>"):
            assert nasty not in live_text(screen)


def _cleaned(text: str) -> str:
    try:
        return accept(builders.facts(headline=text), Stage.INVESTIGATING, NOON).headline
    except Refusal:
        return "Checkout fails"


# ---------------------------------------------------------------- nothing lost


@given(st.text(max_size=400), st.integers(min_value=4, max_value=50))
def test_pieces_put_together_are_the_text(text: str, longest: int) -> None:
    pieces = split(text, longest)
    assert "".join(pieces) == text
    assert all(len(piece) <= longest for piece in pieces)


def test_pieces_end_where_a_line_or_a_word_ends() -> None:
    text = "one two three four\n" * 200
    assert all(piece.endswith("\n") for piece in split(text, 100))
    assert all(piece.endswith(" ") for piece in split("word " * 200, 99)[:-1])


async def test_the_longest_text_is_read_to_the_last_character() -> None:
    night = world()
    long = "é" * 1_999 + "!"
    lines = "\n".join(f"Line {n}, and some more words." for n in range(66))
    await draft_by(night, BO, impact=long, meanwhile=lines)
    assert all(p.clipped for p in night.update.latest.planned)
    seen = await everything(night)
    stored = await texts(night.services, night.update)
    together = "".join(piece for view in seen for piece in plain_pieces(view))
    for planned in night.update.latest.planned:
        assert WORDS.readable(stored[planned.rendition]).strip() in together
    drawn = await card(night)
    assert "update_approve" not in buttons(drawn)
    assert night.update.latest.facts.headline in shown_text(drawn)


async def test_a_text_of_many_pages_is_read_to_the_end() -> None:
    text = "".join(f"{n}: something that customers read, in one long line of words. " for n in range(1_000))
    night = await _with_text(text.strip())
    view = modal_of(await night.press(DEE, buttons(await card(night))["update_read"]))
    pieces = plain_pieces(view)
    while "reading_next" in buttons(view):
        assert "submit" not in view.payload
        assert not night.update.readings
        view = modal_of(await night.press(DEE, buttons(view)["reading_next"], view.payload))
        pieces += plain_pieces(view)
    assert text.strip() in "".join(pieces)
    assert night.update.readings
    assert "submit" in view.payload


async def _with_text(text: str) -> World:
    night = world()
    rendition = Rendition(outlet="email", locale="en", parts=(("text", text),))
    content = builders.rendered(outlets=("email",), text=text)
    assert content.planned[0].rendition == rendition.sha256
    night.memory.put(builders.submitted(content=content))
    night.memory.blobs[rendition.sha256] = rendition.to_bytes()
    return night


async def test_a_very_long_gap_and_an_empty_text_are_said() -> None:
    night = await _with_text("a" + "\n" * (3 * PIECE) + "b")
    views = await everything(night)
    assert "empty lines)" in shown_text(views[0])
    for view in views:
        check(view)


async def test_with_approve_on_the_card_every_line_of_every_text_is_on_it() -> None:
    night = world()
    await draft_by(night, BO)
    drawn = await card(night)
    assert "update_approve" in buttons(drawn)
    stored = await texts(night.services, night.update)
    shown = lines_of(shown_text(drawn))
    for rendition in stored.values():
        assert lines_of(WORDS.readable(rendition)) <= shown


async def test_a_missing_text_takes_approve_away() -> None:
    night = world()
    await draft_by(night, BO)
    drawn = night.services.screens.approval(night.incident, night.update, {}, ())
    assert "update_approve" not in buttons(drawn)


# ---------------------------------------------------------------- room


@pytest.mark.parametrize("count", [1, 5, 12, 30, 80])
@pytest.mark.parametrize("same", [True, False])
def test_many_outlets_fit_and_approve_is_there_only_if_all_was_shown(count: int, same: bool) -> None:
    incident, stored = _crowd(count, same)
    update = incident.updates[-1]
    drawn = approval(incident, update, stored, (DEE,), readable=WORDS.readable)
    check(drawn)
    assert weight(list(drawn.blocks)) < 13_200
    whole = all(WORDS.readable(r) in shown_text(drawn) for r in stored.values())
    assert ("update_approve" in buttons(drawn)) == whole


@pytest.mark.parametrize("outcome", list(Outcome))
def test_many_outcomes_fit(outcome: Outcome) -> None:
    incident, stored = _crowd(80, False)
    waiting = incident.updates[-1]
    deliveries = tuple(
        Delivery(
            outlet=p.outlet,
            expires_at=NOON,
            state=DeliveryState.SETTLED,
            tally={outcome: 1},
            note="<!channel> 550 no <@U1> " * 20,
            begun=True,
        )
        for p in waiting.latest.planned
    )
    approval_ = builders.approved().updates[-1].approvals
    done = replace(waiting, state=UpdateState.PUBLISHED, submission=None, approvals=approval_, deliveries=deliveries)
    incident = incident.with_update(done)
    for drawn in (
        approval(incident, done, stored, (), readable=WORDS.readable),
        stopped(incident, replace(done, stopped_by=BO)),
    ):
        check(drawn)
        assert weight(list(drawn.blocks)) < 13_200
        assert "<!channel>" not in live_text(drawn)


def test_where_not_every_outlet_has_room_what_went_wrong_and_what_has_left_come_first() -> None:
    incident, stored = _crowd(60, True)
    waiting = incident.updates[-1]
    deliveries = tuple(
        Delivery(
            outlet=p.outlet,
            expires_at=NOON,
            state=DeliveryState.SETTLED,
            tally={Outcome.REFUSED if n >= 58 else Outcome.DELIVERED: 1},
            begun=n >= 50,
        )
        for n, p in enumerate(waiting.latest.planned)
    )
    approvals = builders.approved().updates[-1].approvals
    done = replace(waiting, state=UpdateState.PUBLISHED, submission=None, approvals=approvals, deliveries=deliveries)
    drawn = describe(approval(incident.with_update(done), done, stored, (), readable=WORDS.readable))
    assert all(f"Hook {n}" in drawn for n in (58, 59))
    assert "and 35 more outlets" in drawn
    said = describe(stopped(incident, replace(done, stopped_by=BO)))
    assert all(f"Hook {n}" in said for n in range(50, 60))
    assert "and 20 more outlets" in said


TONGUES = ("en", "fr", "it", "pl", "de", "es", "pt", "nl", "sv", "da", "fi", "cs", "sk", "hu", "ro", "bg", "el", "hr")


@pytest.mark.parametrize(("tongues", "outlets", "length"), [(3, 1, 80), (3, 4, 1_300), (18, 4, 60), (18, 2, 5_000)])
def test_of_many_languages_the_first_is_on_the_card_and_every_word_of_all_is_on_a_page(
    tongues: int, outlets: int, length: int
) -> None:
    incident, stored = _tongues(TONGUES[:tongues], outlets, length)
    update = incident.updates[-1]
    drawn = approval(incident, update, stored, (), readable=WORDS.readable)
    check(drawn)
    assert weight(list(drawn.blocks)) < 13_200
    assert "update_approve" not in buttons(drawn)
    assert "Approve is at its end" in describe(drawn)
    assert not any(f"{locale}-word" in describe(drawn) for locale in TONGUES[1:tongues])
    found = pages(update, stored, WORDS.readable)
    views = [reading(incident, update, found, n, why_not="") for n in range(len(found))]
    for view in views:
        check(view)
    assert ["submit" in view.payload for view in views] == [False] * (len(views) - 1) + [True]
    shown = "".join(describe(view) for view in views)
    for locale in TONGUES[:tongues]:
        assert all(shown.count(f"{locale}-word{n} ") >= 1 for n in range(length // 10))
        for n in range(outlets):
            assert f"{locale}-only-{n}" in shown
    assert sum(page.planned.recipient_count for page in found) > 0


def _tongues(locales: tuple[str, ...], outlets: int, length: int) -> tuple[Incident, dict[str, Rendition]]:
    """An update in these languages, whose outlets say nearly the same."""
    stored: dict[str, Rendition] = {}
    planned: list[Planned] = []
    for n, locale in product(range(outlets), locales):
        words = "\n".join(f"{locale}-word{k} " for k in range(length // 10))
        text = f"{words}\n{locale}-only-{n}"
        rendition = Rendition(outlet=f"hook{n}", locale=locale, parts=(("text", text),))
        stored[rendition.sha256] = rendition
        base = builders.rendered(outlets=(f"hook{n}",), text=text).planned[0]
        planned.append(
            replace(
                base,
                rendition=rendition.sha256,
                locale=locale,
                length=len(text),
                label=f"Hook {n}",
            )
        )
    return builders.submitted(content=replace(builders.rendered(), planned=tuple(planned))), stored


def _crowd(count: int, same: bool) -> tuple[Incident, dict[str, Rendition]]:
    stored: dict[str, Rendition] = {}
    planned: list[Planned] = []
    for n in range(count):
        text = "🔥 Cards fail. " * 60 if same else f"🔥{n} cards fail {n}. " * 60
        text = text.strip()
        rendition = Rendition(outlet=f"hook{n}", locale="en", parts=(("text", text),))
        stored[rendition.sha256] = rendition
        base = builders.rendered(outlets=(f"hook{n}",), text=text).planned[0]
        planned.append(replace(base, rendition=rendition.sha256, length=len(text), label=f"Hook {n} " * 9))
        assert len(text) <= SHOWN_ON_CARD
    content = replace(builders.rendered(), planned=tuple(planned))
    return builders.submitted(content=content), stored


def test_where_it_goes_fits_a_confirmation() -> None:
    incident, _ = _crowd(80, True)
    sentence = where_to(incident.updates[-1].latest.planned)
    assert len(sentence) < 270
    assert sentence.startswith("80 outlets, 80 recipients: ")
    assert "more" in sentence


def test_the_same_text_is_shown_once_with_its_outlets() -> None:
    incident, stored = _crowd(3, True)
    found = passages(incident.updates[-1], stored, WORDS.readable)
    assert found is not None
    assert [len(p.planned) for p in found] == [3]


def test_what_one_outlet_adds_is_shown_beside_the_common_text() -> None:
    common = "\n".join(f"A line that all outlets carry, number {n}." for n in range(8))
    incident, stored = _two(common, f"Subject: Cards fail\n{common}")
    found = passages(incident.updates[-1], stored, WORDS.readable)
    assert found is not None
    differences = {(p.adds, p.lacks) for p in found} - {("", "")}
    assert len(found) == 2
    assert differences in ({("Subject: Cards fail", "")}, {("", "Subject: Cards fail")})


def _two(first: str, second: str) -> tuple[Incident, dict[str, Rendition]]:
    made = {
        n: Rendition(outlet=n, locale="en", parts=(("text", t),)) for n, t in (("status", first), ("email", second))
    }
    base = builders.rendered()
    planned = tuple(
        replace(p, rendition=made[p.outlet].sha256, length=len(made[p.outlet].part("text"))) for p in base.planned
    )
    incident = builders.submitted(content=replace(base, planned=planned))
    return incident, {r.sha256: r for r in made.values()}


# ---------------------------------------------------------------- draw, fill in, parse


MOMENTS = st.integers(min_value=1_700_000_000, max_value=4_000_000_000).map(lambda s: datetime.fromtimestamp(s, tz=UTC))
TYPED = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)
ESTIMATES = st.one_of(
    st.just(Estimate(kind=EstimateKind.UNKNOWN)),
    st.builds(
        Estimate,
        kind=st.just(EstimateKind.RANGE),
        earliest=st.one_of(st.none(), MOMENTS),
        latest=MOMENTS,
        confidence=st.sampled_from(Confidence),
    ),
)
SPEC = FieldSpec(
    name="cause", label="Cause", hint="One sentence.", placeholder="A part.", multiline=True, required=False
)
TEMPLATE = Template(
    name="outage/identified", title="Cause known", stage=Stage.IDENTIFIED, when_to_use="", fields=(SPEC,)
)


@given(
    headline=TYPED,
    impact=TYPED,
    cause=st.one_of(st.just(""), TYPED),
    estimate=ESTIMATES,
    due=st.one_of(st.none(), MOMENTS),
)
def test_what_was_drawn_is_read_back(
    headline: str, impact: str, cause: str, estimate: Estimate, due: datetime | None
) -> None:
    facts = Facts(
        headline=headline,
        impact=impact,
        meanwhile="Wait.",
        estimate=estimate,
        next_update_by=due,
        zone="Europe/Berlin",
        fields=(("cause", cause),),
    )
    form = draft.Form(incident=builders.submitted(), template=TEMPLATE, facts=facts, update_id="upd1", base="abc")
    view = draft.draft_form(form)
    check(view)
    written = draft.parse(filled(view))
    assert written.facts == facts
    assert (written.incident_id, written.update_id, written.base) == ("inc0001", "upd1", "abc")
    assert written.template == TEMPLATE.name


def test_another_template_keeps_only_what_was_changed_by_hand() -> None:
    before = builders.facts(headline="Old headline", impact="Old impact")
    fresh = builders.facts(headline="Template's headline", impact="Template's impact", zone="UTC")
    typed = replace(before, impact="Typed by hand", zone="Asia/Tokyo")
    kept = draft.keep_typed(fresh, before, typed)
    assert (kept.headline, kept.impact, kept.zone) == ("Template's headline", "Typed by hand", "Asia/Tokyo")


def test_state_of_another_shape_is_read_as_empty() -> None:
    with pytest.raises(Refusal):
        draft.parse({"state": {"values": {"zone": {"zone": {"selected_option": 3}}}}, "private_metadata": "[]"})


def test_inputs_are_named_after_the_fields_of_refusals() -> None:
    form = draft.Form(incident=builders.incident(), template=TEMPLATE, facts=builders.facts())
    inputs = {b["block_id"] for b in blocks_of(draft.draft_form(form)) if b["type"] == "input"}
    assert inputs == {
        "headline",
        "impact",
        "meanwhile",
        "cause",
        "estimate",
        "estimate_earliest",
        "estimate_latest",
        "estimate_confidence",
        "next_update_by",
        "zone",
        "keep_because",
    }


def test_buttons_carry_ids_and_the_digest_and_nothing_else() -> None:
    incident, stored = _two("Cards fail.", "Cards fail.")
    drawn = approval(incident, incident.updates[-1], stored, (), readable=WORDS.readable)
    for button in buttons(drawn).values():
        assert "Cards fail" not in button.get("value", "")
    assert incident.updates[-1].latest.digest in buttons(drawn)["update_approve"]["value"]


async def test_envelope_and_parts_that_are_not_spelled_out_are_named() -> None:
    night = world(email=Shop("email", 2, "list"))
    await draft_by(night, BO)
    update = night.update
    found = pages(update, await texts(night.services, update), WORDS.readable)
    view = reading(night.incident, update, found, len(found) - 1, why_not="")
    assert "Date, Message-ID" in shown_text(view)
    assert "html (" in shown_text(view)
