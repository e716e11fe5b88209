"""A corpus of hurtful texts through every outlet, view and page: nothing live, nothing cut silently (27, 29, 30).

What is live is judged by parsers, each compared with the same screen or text about something harmless.
"""

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.cli import page
from bot.domain import lifecycle
from bot.domain.facts import accept
from bot.domain.incident import Role, Severity
from bot.domain.lifecycle import Declaration
from bot.domain.refusals import Refusal
from bot.domain.text import clean
from bot.domain.update import Rendition
from bot.outlets.letter import addressed, letter_for, sender_from
from bot.outlets.slack_channel import SlackBroadcast
from bot.outlets.slack_channel import drawn as broadcast
from bot.outlets.smtp import Smtp
from bot.outlets.status_page import StatusPage
from bot.outlets.webhook import Webhook
from bot.ports import Message, View
from bot.slack.views import incident_ask, notice, timeline
from bot.slack.views.incident import declare_form
from bot.usecases.snapshots import rendition_from
from tests.builders import ANA, BO, CY, NOON, person
from tests.gate.corpus import Hurtful, built, stored
from tests.handlers.incident_world import OPENED, empty_room, screen
from tests.handlers.update_world import World, buttons, card, draft_by, modal_of, world
from tests.rendering.paper import STAGES, Paper, facts_for, render, render_page

TEMPLATE = "outage/identified"
HARMLESS = "Cards fail"
CORPUS = stored()
ALL = "CLARION_FUZZ" in os.environ
FAMILIES = sorted({one.family for one in CORPUS})
LIMITS = {
    "status": StatusPage.limits.parts,
    "email": Smtp.limits.parts,
    "slack": SlackBroadcast.limits.parts,
    "webhook": Webhook.limits.parts,
}
SENDER = sender_from("Status <status@shop.example>")
_BIDI = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


def test_the_corpus_is_what_its_families_make_and_large_enough() -> None:
    assert stored() == built(), "write it again: python -m tests.gate.corpus"
    assert len(CORPUS) == len({one.text for one in CORPUS}) >= 1_000
    assert all(one.why for one in CORPUS)
    assert min(Counter(one.family for one in CORPUS).values()) >= 15


# ---------------------------------------------------------------- outlets


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_live_or_cut_at_any_outlet(family: str) -> None:
    whole = 0
    for one in _of(family):
        made = _rendered(one.text)
        if made is None:
            continue
        whole += 1
        wanted = _words(clean(one.text))
        for name, shown in _shown(made).items():
            assert wanted in _words(shown), (one, name)
            assert not [c for c in shown if _dangerous(c)], (one, name)
    assert whole, f"every text of {family} was refused"


def _rendered(text: str) -> dict[str, Rendition] | None:
    """Render as drafting does; None if it was refused in a sentence that says what to do."""
    try:
        about = facts_for(TEMPLATE, headline=text, impact=text, meanwhile=text, fields=(("cause", text),))
        return render(TEMPLATE, accept(about, STAGES[TEMPLATE], NOON), [Paper(n, LIMITS[n]) for n in LIMITS])
    except Refusal as refusal:
        _require_sentence(refusal)
        return None


def _require_sentence(refusal: Refusal) -> None:
    """What is too long or empty is refused, at the field, in a sentence that says so."""
    assert refusal.code in ("empty", "too_long"), refusal.code
    assert refusal.field
    assert len(refusal.sentence) > 20


def _shown(made: Mapping[str, Rendition]) -> dict[str, str]:
    """Return what a reader sees at each outlet, having checked that nothing else is there."""
    calm = _calm()
    found = {**_mail(made["email"]), **_page(made["status"])}
    for name in ("status", "webhook"):
        said, was = json.loads(made[name].part("json")), json.loads(calm[name].part("json"))
        assert said.keys() == was.keys()
        codes = ("incident_id", "update_id", "number", "stage", "next_update_by", "drill", "correction", "language")
        assert all(said[code] == was[code] for code in codes if code in was), said
        found[f"{name} JSON"] = said["impact"]
        found[f"{name} headline"] = said["headline"]
    post = broadcast(made["slack"].part("headline"), made["slack"].part("body"))
    assert _live(post.text) == []
    texts = [block["text"] for block in post.blocks]
    assert all(t["type"] == "plain_text" for t in texts), texts
    return {**found, "Slack": "".join(str(t["text"]) for t in texts[1:]), "Slack headline": str(texts[0]["text"])}


def _mail(rendition: Rendition) -> dict[str, str]:
    letter = letter_for(rendition)
    raw = addressed(letter, SENDER, "customer@example.com", "<1@shop.example>", NOON)
    mail = message_from_bytes(raw, policy=default)
    assert mail.keys() == [
        *("From", "To", "Date", "Message-ID", "Auto-Submitted", "Subject", "MIME-Version", "Content-Type")
    ], mail.keys()
    assert (mail["From"], mail["To"]) == ("Status <status@shop.example>", "customer@example.com")
    assert not mail.defects
    parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    assert set(parts) == {"text/plain", "text/html"}
    html = str(parts["text/html"].get_content()).replace("\r\n", "\n")
    assert _outline(html) == _outline(_calm()["email"].part("html"))
    return {
        "subject": str(mail["Subject"]),
        "mail": str(parts["text/plain"].get_content()).replace("\r\n", "\n"),
        "mail HTML": _text(html),
    }


def _page(rendition: Rendition) -> dict[str, str]:
    whole, calm = (_status_page(each.part("html")) for each in (rendition, _calm()["status"]))
    assert _outline(whole) == _outline(calm)
    return {"status page": _text(whole)}


def _status_page(html: str) -> str:
    about = {"incident_id": "inc0001", "name": "INC-1", "number": 1, "update_id": "u1", "stage": "identified"}
    return render_page([{**about, "headline": "x", "html": html, "published_at": NOON.isoformat()}])


@cache
def _calm() -> dict[str, Rendition]:
    made = _rendered(HARMLESS)
    assert made is not None
    return made


# ---------------------------------------------------------------- screens and pages


SAID = ("{}", "declare {} sev1", "role {}", "stage {}", "severity {}", "ticket {}", "update {}", "help")


async def _answered(text: str) -> Message | View:
    """Return what somebody reads who says this to a Clarion that knows of no incident, or of one."""
    try:
        return screen(await empty_room().say(text))
    except Refusal as refusal:
        return notice.said(refusal.sentence, refusal.way)


def _own(text: str) -> Iterator[str]:
    """People whom the speaker mentioned, in Slack's own spelling, may be mentioned back."""
    for user in re.findall(r"<@([UW][A-Z0-9]{1,30})(?:\\|[^<>]*)?>", text):
        yield f"<@{user}>"
        yield json.dumps({"type": "user", "user_id": user}, sort_keys=True)


@pytest.mark.parametrize("family", FAMILIES)
async def test_nothing_is_live_in_any_answer(family: str) -> None:
    allowed = {token for each in SAID for token in _tokens(await _answered(each.replace("{}", HARMLESS)))}
    for number, one in enumerate(_of(family)):
        for say in ("{}", SAID[number % len(SAID)]):
            _require_inert(await _answered(say.replace("{}", one.text)), one, say, allowed | set(_own(one.text)))


@pytest.mark.parametrize("family", FAMILIES)
async def test_nothing_is_live_on_any_screen_or_terminal_about_an_incident(family: str) -> None:
    harmless = await _screens(HARMLESS, await _drafted(HARMLESS))
    calm = {name: set(_tokens(drawn)) for name, drawn in harmless.items()}
    for number, one in enumerate(_of(family)):
        if number % 3 == 2 and not ALL:  # two of three are more than a thousand, and half a minute
            continue
        held = await _drafted(one.text)
        for name, drawn in (await _screens(one.text, held)).items():
            _require_inert(drawn, one, name, calm[name])
        if held is not None:
            await _require_read_in_full(held, one)


async def _require_read_in_full(held: World, one: Hurtful) -> None:
    """Nothing moves the terminal, and an approver reads everything there."""
    update, incident = held.update, held.incident
    texts = {p.rendition: rendition_from(held.memory.blobs[p.rendition]) for p in update.latest.planned}
    shown = page.texts_in_full(held.services, update.latest.planned, texts)
    listed = f"{shown}\n{page.row(incident)}\n{await page.incident(held.services, incident, ())}"
    assert not [c for c in listed if _dangerous(c)], one
    assert _words(shown).count(_words(clean(one.text))) >= len(update.latest.planned), one


async def _drafted(text: str) -> World | None:
    """Draft an update of this text through the form; None if it was refused."""
    held = world()
    try:
        # Kept whatever is found in it: what is said of the words repeats them, and must be inert as well.
        await draft_by(held, BO, headline=text, impact=text, keep_because="It is what we try.")
    except Refusal as refusal:
        _require_sentence(refusal)
        return None
    return held


async def _screens(text: str, held: World | None) -> dict[str, Message | View]:
    """Return what is drawn of an incident called so, and of an update that says so."""
    found: dict[str, Message | View] = {}
    try:
        said = Declaration(title=text, severity=Severity.SEV1, impact=text, components=(text,))
        change = lifecycle.declare(said, person(ANA), "inc0001", NOON)
    except Refusal as refusal:
        _require_sentence(refusal)
    else:
        incident = replace(change.incident, number=1, channel=OPENED)
        entries = (*change.entries, replace(change.entries[0], text=clean(text), author=BO))
        screens = world().services.screens
        found |= {
            "card": screens.card(incident, NOON),
            "announcement": screens.announcement(incident, NOON),
            "note": screens.note(entries[-1]),
            "story": screens.story(incident, entries),
            "timeline": timeline.timeline(incident, entries),
            "list": incident_ask.listed((incident,), NOON),
            "form": declare_form((incident,), said_in="C0GENERAL"),
            "duties": screens.role_duties(incident, Role.COMMANDER),
        }
    if held is not None:
        update, services, request = held.update, held.services, await card(held, (CY,))
        found |= {
            "request": request,
            "again": services.screens.approval_notice(held.incident, update, 1, "https://x.slack.com/archives/C1/p1"),
            "update's card": services.screens.card(held.incident, NOON),
            "form of the update": modal_of(await held.press(ANA, buttons(request)["update_edit"])),
            "reading": modal_of(await held.press(CY, buttons(request)["update_read"])),
            "rejecting": modal_of(await held.press(CY, buttons(request)["update_reject"])),
        }
    return found


# ---------------------------------------------------------------- parsers


def _of(family: str) -> list[Hurtful]:
    return [one for one in CORPUS if one.family == family]


def _words(text: str) -> str:
    """Return a text with every run of white space as one space: layouts may break lines, and nothing else."""
    return " ".join(text.split())


def _dangerous(character: str) -> bool:
    """Say whether a character has no business in any text of ours: by the Unicode database, not by our own cleaning."""
    bad = unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co")
    return (bad and character not in "\n\t") or character in _BIDI


class _Reader(HTMLParser):
    """Reads HTML as a browser would: its elements, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline: Counter[tuple[Any, ...]] = Counter()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Our own times differ from text to text in nothing; a longer text may have more paragraphs and lines.
        self.outline[(tag, *attrs)] += tag not in ("p", "br") or not self.outline[(tag, *attrs)]
        self.text.append(" " if tag in ("br", "p") else "")

    def handle_endtag(self, tag: str) -> None:
        self.text.append(" " if tag == "p" else "")

    def handle_comment(self, data: str) -> None:
        self.outline[("comment", data)] += 1

    def handle_decl(self, decl: str) -> None:
        self.outline[("declaration", decl)] += 1

    def unknown_decl(self, data: str) -> None:
        self.outline[("unknown", data)] += 1

    def handle_pi(self, data: str) -> None:
        self.outline[("instruction", data)] += 1

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _outline(html: str) -> Counter[tuple[Any, ...]]:
    return Counter({what: count for what, count in _read(html).outline.items() if what[0] != "br"})


def _text(html: str) -> str:
    return "".join(_read(html).text)


def _live(mrkdwn: str) -> list[str]:
    """Return what Slack would act on: everything between < and > (Slack docs, "Formatting text")."""
    return re.findall(r"<[^<>]*>|<|>", mrkdwn)


def _tokens(node: object) -> Iterator[str]:
    """Return every live thing of a screen, wherever it sits: in mrkdwn, rich text, or an address of a button."""
    if isinstance(node, Message):
        yield from _live(node.text)
        yield from _tokens(list(node.blocks))
    elif isinstance(node, View):
        yield from _tokens(dict(node.payload))
    elif isinstance(node, Mapping):
        yield from _here(node)
        for value in node.values():
            yield from _tokens(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _tokens(value)


def _here(node: Mapping[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if kind == "mrkdwn":
        yield from _live(str(node["text"]))
    if kind in ("user", "usergroup", "channel", "broadcast", "link", "emoji", "date"):
        yield json.dumps({k: v for k, v in node.items() if k not in ("style", "text")}, sort_keys=True)
    if "url" in node:
        yield str(node["url"])
    if kind == "plain_text" and node.get("emoji"):
        yield from re.findall(r":[a-z_+\-0-9]+:", str(node["text"]))


def _require_inert(drawn: Message | View, one: Hurtful, where: str, allowed: set[str] | None = None) -> None:
    raw = json.dumps([*drawn.blocks, drawn.text] if isinstance(drawn, Message) else dict(drawn.payload))
    try:
        json.dumps(json.loads(raw), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise AssertionError(f"{where}: a lone surrogate goes to Slack: {one}") from None
    if allowed is not None:
        extra = [token for token in _tokens(drawn) if token not in allowed]
        assert not extra, (where, one, extra)
