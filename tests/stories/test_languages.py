"""Nights whose customers read French and Polish: one draft, every language approved with it, each told in one."""

import json
import sys

from bot.domain.incident import EndKind
from bot.domain.update import Outcome
from bot.practice.slack_standin import Answer, OpenView, visible_text
from tests import abroad
from tests.stories.night import Night, buttons
from tests.stories.terminal import Terminal

TONGUES = ("en", "fr", "pl")
READERS = ("anna@example.com", "francois@example.fr fr", "piotr@example.pl pl", "kasia@example.pl  pl # Warsaw")
FRENCH = {
    "Headline": "Le paiement par carte échoue dans l'UE",
    "What customers see": "Le paiement par carte échoue pour nos clients dans l'UE.",
    "What customers can do meanwhile": "Payez par virement, ou réessayez plus tard.",
}
POLISH = {
    "Headline": "Płatności kartą nie działają w UE",
    "What customers see": "Płatności kartą nie działają u klientów w UE.",
    "What customers can do meanwhile": "Zapłać przelewem albo spróbuj później.",
}


def night(**changes: object) -> Night:
    """A night with a status page and a mailing list on which four people read three languages."""
    return Night(recipients=0, outlets=("slack", "email"), languages=TONGUES, readers=READERS, **changes)  # type: ignore[arg-type]


async def translate(one: Night, view: OpenView, language: str, words: dict[str, str], by: str = "cleo") -> OpenView:
    """Write one language from the list of languages; return the list as it is then."""
    label = next(label for label in labels(view) if label.endswith(language))
    form = (await one.click(by, view, label)).view
    assert form is not None
    await one.person(by).fill(form, words)
    return after(await one.person(by).submit(form))


def labels(view: OpenView) -> list[str]:
    """The buttons of a modal."""
    found = (e for block in view.blocks for e in block.get("elements", ()) if e["type"] == "button")
    return [str(e["text"]["text"]) for e in found]


def after(answer: Answer) -> OpenView:
    """The modal that an answer shows."""
    assert answer.status == 200, answer
    assert answer.view is not None, answer
    return answer.view


async def _asks(one: Night, number: int, revision: int) -> bool:
    """Whether approval of a revision of an update was asked for."""
    return any(ask.revision == revision for ask in (await one.update(number)).asks)


async def _ended(one: Night) -> bool:
    return not (await one.incident()).open


async def published(one: Night, number: int = 1) -> None:
    """Translate an update that was drafted into both languages, and have it approved."""
    view = after(await one.press("cleo", lambda: one.ask(number), "Languages"))
    view = await translate(one, view, "French", FRENCH)
    await translate(one, view, "Polish", POLISH)
    await one.approve(number)
    await one.published(number)


async def test_a_draft_is_approved_in_three_languages_and_everybody_reads_it_once_in_their_own() -> None:
    async with night().begin() as one:
        await one.declare()
        answer = await one.draft()
        view = after(answer)
        assert "French: not translated yet: Headline, What customers see" in visible_text(view.blocks)
        ask = await one.ask()
        assert "Approve" not in buttons(ask)
        assert "It can be approved once every language is done" in visible_text(ask.blocks)
        view = await translate(one, view, "French", FRENCH)
        assert "French: done." in visible_text(view.blocks)
        assert "Polish: not translated yet" in visible_text(view.blocks)
        view = await translate(one, view, "Polish", POLISH)
        assert "Every language is done" in visible_text(view.blocks)
        await one.approve()
        await one.published()

        told = {letter.to: letter.subject for letter in one.mail.letters}
        assert set(told) == {"anna@example.com", "francois@example.fr", "piotr@example.pl", "kasia@example.pl"}
        assert "Card payments" in told["anna@example.com"] or "Checkout" in told["anna@example.com"]
        assert FRENCH["Headline"] in told["francois@example.fr"]
        assert POLISH["Headline"] in told["piotr@example.pl"]
        assert len(one.mail.letters) == 4
        assert await one.outcomes() == {
            "status": {Outcome.DELIVERED: 3},
            "slack": {Outcome.DELIVERED: 1},
            "email": {Outcome.DELIVERED: 4},
        }
        page = one.home / "status"
        entries = json.loads((page / "status.json").read_text())["entries"]
        assert [entry["language"] for entry in entries] == ["pl", "fr", "en"]
        assert FRENCH["What customers see"].replace("'", "&#39;") in (page / "index.fr.html").read_text()
        assert POLISH["What customers see"] in (page / "index.pl.html").read_text()
        english = (page / "index.html").read_text()
        assert 'href="index.fr.html" lang="fr"' in english
        assert POLISH["What customers see"] not in english


async def test_the_restored_notice_is_refused_while_french_lags_and_ends_the_incident_with_it() -> None:
    async with night().begin() as one:
        await one.declare()
        await one.draft()
        await published(one)
        await one.draft(text="update resolved", words={"summary@outage/resolved": "A fault in one part."})
        view = after(await one.press("cleo", lambda: one.ask(2), "Languages"))
        view = await translate(one, view, "Polish", {**POLISH, "summary@pl": "Usterka jednej części."})
        await one.until(lambda: _asks(one, 2, 2), say="the request for the newest words")
        ask = await one.ask(2)
        assert "Approve" not in buttons(ask)
        alone = (await one.click("ben", ask, "Nobody else can approve")).view
        assert alone is not None
        await one.person("ben").fill(alone, {"Why can nobody else approve?": "I am alone."})
        refused = after(await one.person("ben").submit(alone))
        assert "It cannot be approved before French is done" in visible_text(refused.blocks)
        assert (await one.incident()).open
        await translate(one, view, "French", {**FRENCH, "summary@fr": "Une panne d'une pièce."})
        await one.approve(2)
        await one.published(2)
        await one.until(lambda: _ended(one), say="the incident ends")
        ended = (await one.incident()).ended
        assert ended is not None
        assert ended.kind is EndKind.RESTORED


async def test_english_that_changes_after_it_was_translated_is_said_and_blocks() -> None:
    async with night().begin() as one:
        await one.declare()
        view = after(await one.draft())
        view = await translate(one, view, "French", FRENCH)
        await translate(one, view, "Polish", POLISH)
        form = (await one.press("cleo", one.ask, "Edit")).view
        assert form is not None
        changed = await one.draft({"What customers see": "Paying by card fails everywhere."}, view=form)
        words = visible_text(after(changed).blocks)
        assert "English changed after this was translated: What customers see." in words
        await one.until(lambda: _asks(one, 1, 4), say="the request for the newest words")
        assert "Approve" not in buttons(await one.ask())
        view = await translate(one, after(changed), "French", {"What customers see": "Le paiement échoue partout."})
        await translate(one, view, "Polish", {"What customers see": "Płatności nie działają nigdzie."})
        await one.approve()
        await one.published()


async def test_the_plan_may_let_what_is_missing_leave_in_english_and_the_approver_reads_so() -> None:
    async with night(untranslated="warn").begin() as one:
        await one.declare()
        view = after(await one.draft())
        await translate(one, view, "French", FRENCH)
        await one.until(lambda: _asks(one, 1, 2), say="the request for the newest words")
        await one.shows(one.ask, "Polish: not translated yet")
        await one.approve()
        await one.published()
        polish = (one.home / "status" / "index.pl.html").read_text()
        assert abroad.MEANWHILE["pl"] not in polish
        assert "Paying by card fails for customers in the EU." in polish
        assert "Co można zauważyć" in polish


async def test_the_command_line_shows_every_language_and_publishes_none_before_all_are_done() -> None:
    async with night().begin() as one:
        await one.declare()
        terminal = Terminal(one)
        for name in ("ben", "cleo"):
            await terminal.enrol(name)
        facts = {"impact": "Paying by card fails.", "meanwhile": "Pay by bank transfer.", "next": "in 45 min"}
        file = one.home / "update.yaml"
        french = {"headline": "Panne", "impact": "Le paiement échoue.", "meanwhile": "Payez par virement."}
        file.write_text(json.dumps({**facts, "languages": {"fr": french}}))
        drafted = await terminal.run("cleo", "update", "draft", "INC-1", "--file", str(file), "--yes")
        assert drafted.code == 0, drafted
        assert "Le paiement échoue." in drafted.out
        assert (
            "Polish: not translated yet (Headline, What customers see, What customers can do meanwhile)." in drafted.out
        )
        assert "It can be approved once Polish is done" in drafted.out
        refused = await terminal.run("ben", "update", "approve", "INC-1", answers=(drafted.digest,))
        assert refused.code != 0
        assert "It cannot be approved before Polish is done" in refused.err + refused.out
        assert one.arrived("email") == []
        polish = {"headline": "Awaria", "impact": "Płatność nie działa.", "confirmed": "yes"}
        file.write_text(json.dumps({"languages": {"pl": polish}}))
        edited = await terminal.run("cleo", "update", "edit", "INC-1", "--file", str(file), "--yes")
        assert edited.code == 0, edited
        assert "Le paiement échoue." in edited.out, "what was translated before stays"
        shown = await terminal.run("cleo", "update", "show", "INC-1")
        assert "E-mail, Polish" in shown.out
        approved = await terminal.run("ben", "update", "approve", "INC-1", answers=(shown.digest,))
        assert approved.code == 0, approved
        await one.published()
        subjects = {letter.to: letter.subject for letter in one.mail.letters}
        assert "Panne" in subjects["francois@example.fr"]
        assert "Awaria" in subjects["piotr@example.pl"]


async def test_an_emergency_publishes_nothing_while_a_language_lags_and_says_which() -> None:
    async with Night(
        recipients=1, outlets=("email",), languages=("en", "fr"), readers=("f@example.fr fr",), lease=1.0
    ).begin() as one:
        terminal = Terminal(one)
        for name in ("ada", "ben", "cleo"):
            await terminal.enrol(name)
        await one.declare()
        await one.written_down()
        one.redis.kill()
        words = ("--impact", "Paying by card fails.", "--meanwhile", "Pay by bank transfer.", "--next", "in 45 min")
        command = (sys.executable, "-m", "bot", "publish", "INC-1", *words, "--emergency", "--author", "cleo")
        typed = (terminal.secrets["cleo"], terminal.secrets["ben"], "yes")
        done = await terminal.started((*command, "--approver", "ben", "--secret-stdin"), typed)
        assert done.code != 0
        assert "It cannot be approved before French is done" in done.err + done.out
        assert one.arrived() == []
        one.redis.start()


async def test_a_reader_who_asks_for_another_language_gets_each_update_once_and_hears_the_end() -> None:
    readers = ("anna@example.com", "francois@example.fr fr-CA")
    async with Night(recipients=0, outlets=("email",), languages=("en", "fr"), readers=readers).begin() as one:
        await one.declare()
        view = after(await one.draft())
        await translate(one, view, "French", FRENCH)
        listed = one.home / "recipients.txt"
        await one.until(lambda: _asks(one, 1, 2), say="the request for the newest words")
        listed.write_text(listed.read_text().replace("fr-CA", "en"))  # between the draft and the approval
        await one.approve()
        await one.published()
        assert {m.to: FRENCH["Headline"] in m.subject for m in one.mail.letters} == {
            "anna@example.com": False,
            "francois@example.fr": True,
        }, "what was approved goes to whom it was approved for"
        answer = await one.draft(text="update resolved", words={"summary@outage/resolved": "A fault in one part."})
        if answer.view is not None:
            french = {**FRENCH, "summary@fr": "Une panne d'une pièce."}
            await translate(one, answer.view, "French", french)  # the status page has it
        await one.approve(2)
        await one.published(2)
        await one.until(lambda: _ended(one), say="the incident ends")
        ends = [m for m in one.mail.letters if m.to == "francois@example.fr"]
        assert len(ends) == 2
        assert FRENCH["Headline"] not in ends[-1].subject
