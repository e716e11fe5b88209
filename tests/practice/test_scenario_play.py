"""The engine against a workspace without a bot: acts, expectations, and what is said when one fails."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.practice.outside import Approved, Arrival, Outside
from bot.practice.readable import Reader
from bot.practice.scenario import junit, reading
from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge
from bot.practice.scenario.play import Played, Stage, play
from bot.practice.scenario.screens import Screens
from bot.practice.scenario.script import Script, Step
from bot.practice.slack_standin import Message, SlackStandIn
from bot.practice.slack_standin.methods.views import judged, show
from tests.practice.scripted_bot import ScriptedBot

HEAD = "people: {ada: declares, ben: approves}\ne-mail recipients: [anna@shop.example, ben@shop.example]\nsteps:\n"
APPROVED = Approved(1, 1, "e-mail", ("subject", "text\n", "<p>text</p>\n"), frozenset({"anna@shop.example"}))
LETTERS = (("anna@shop.example", "Hello"), ("ben@shop.example", "Cześć"), ("ben@shop.example", "Witaj"))
LETTER = Arrival("e-mail", "anna@shop.example", APPROVED.parts)


class FakeOutside(Outside):
    """What is told to be outside."""

    def __init__(self, approved: tuple[Approved, ...] = (), arrived: tuple[Arrival, ...] = ()) -> None:
        self.texts, self.arrived, self.page = approved, arrived, ""
        self.pages: dict[str, str] = {}

    @property
    def refused_posts(self) -> tuple[str, ...]:
        return ()

    async def arrivals(self) -> tuple[Arrival, ...]:
        return self.arrived

    async def approved(self) -> tuple[Approved, ...]:
        return self.texts

    async def status_page(self, name: str = "") -> str:
        return self.pages.get(name, "") if name else self.page


@dataclass
class Quiet:
    """Tells nobody, and remembers."""

    failures: list[str] = field(default_factory=list)

    def step(self, step: Step) -> None:
        """Say nothing."""

    async def expected(self, step: Step) -> None:
        """Say nothing."""

    def failed(self, step: Step, expected: str, seen: str) -> None:
        self.failures.append(f"step {step.number} (line {step.line}): expected {expected}; seen {seen}")


class Night:
    """A workspace, a scripted bot, and a play in it."""

    def __init__(self, folder: Path, slack: SlackStandIn, bot: ScriptedBot) -> None:
        self.folder, self.slack, self.bot = folder, slack, bot
        self.outside, self.telling = FakeOutside(), Quiet()

    def script(self, steps: str) -> Script:
        path = self.folder / "night.yaml"
        path.write_text(HEAD + steps)
        return reading.read(path)

    async def play(self, steps: str) -> tuple[Played, ...]:
        reader = Reader(self.slack.workspace)
        screens = Screens(self.slack, reader)
        actors = Actors(screens, self.slack.stage.now, lambda: None)
        judge = Judge(
            standin=self.slack,
            reader=reader,
            screens=screens,
            outside=self.outside,
            since=actors.since,
            alive=lambda: None,
        )
        async with asyncio.timeout(20):
            return await play(self.script(steps), Stage(actors, judge, self.telling, self.outside.unapproved))

    def say(self, text: str, *, only: str = "", blocks: list[dict[str, Any]] | None = None) -> None:
        workspace = self.slack.workspace
        general, who = workspace.general.id, workspace.user(only).id if only else None
        message = Message(general, workspace.next_ts(), workspace.bot.id, text, blocks or [], ephemeral_for=who)
        (workspace.ephemeral_posts if only else workspace.posts[general]).append(message)


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    slack, bot = SlackStandIn(people=("ada", "ben")), ScriptedBot()
    slack.deliver_to(bot)
    async with slack.serve():
        yield Night(tmp_path, slack, bot)


async def test_people_type_with_real_mentions_and_are_told_the_answer(night: Night) -> None:
    ben = night.slack.person("ben")
    night.bot.next_body = {"text": f"Declared for {ben.mention} &amp; co"}
    played = await night.play("  - ada: /incident Off sev1 @ben\n  - expect: {ada is told: for @ben & co}\n")
    assert night.telling.failures == []
    assert not any(one.failed for one in played)
    assert night.bot.heard[0]["text"] == f"Off sev1 <@{ben.id}|ben>"


async def test_words_from_before_the_act_do_not_count_as_an_answer(night: Night) -> None:
    night.say("Nobody else can", only="ada")
    await night.play("  - ada: /incident\n  - expect: {ada is refused: nobody else}\n    within: 1 second\n")
    assert night.telling.failures == [
        "step 2 (line 5): expected ada is refused “nobody else”; seen nothing (after 1 s)"
    ]


async def test_what_is_for_one_person_is_not_seen_by_another(night: Night) -> None:
    night.say("only for ada", only="ada")
    played = await night.play("  - expect: {ada sees: only for ada, ben does not see: only for ada}\n")
    assert not any(one.failed for one in played)
    await night.play("  - expect: {ada does not see: only for ada}\n")
    assert "expected ada does not see “only for ada”; seen #general, only for @ada" in night.telling.failures[0]


async def test_nothing_is_seen_in_a_place_that_is_not_there_and_that_is_no_proof(night: Night) -> None:
    await night.play("  - expect: {ada does not see in genral: x}\n    within: 1 second\n")
    assert "seen there is no channel “genral”; there are #general" in night.telling.failures[0]


async def test_what_is_not_in_the_list_that_at_opens_stays_as_it_was_typed(night: Night) -> None:
    played = await night.play("  - ada: /incident Off sev1 @Ben @zed @here\n")
    assert not any(one.failed for one in played)
    ben = night.slack.person("ben")
    assert night.bot.heard[0]["text"] == f"Off sev1 <@{ben.id}|ben> @zed @here"


async def test_with_slack_down_nobody_does_anything_in_it(night: Night) -> None:
    night.slack.trouble.take_down()
    await night.play("  - ada: /incident Off sev1\n")
    assert night.telling.failures == [
        "step 1 (line 4): expected ada can reach Slack; seen Slack is down: only the command line takes anything"
    ]
    assert night.bot.heard == []


async def test_a_form_that_is_sent_back_fails_its_own_step_unless_that_is_expected(night: Night) -> None:
    field = {"type": "plain_text_input", "action_id": "what"}
    what = {"type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What"}, "element": field}
    content = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": [what]}
    content["submit"] = {"type": "plain_text", "text": "Save"}
    show(night.slack.stage, night.slack.person("ada").id, judged(night.slack.stage, content), on_top_of=None)
    night.bot.next_body = {"response_action": "errors", "errors": {"what": "Too vague."}}
    typed = "  - ada fills: {What: it}\n  - ada submits: Save\n"
    played = await night.play(typed + "  - expect: {ada is refused: Too vague}\n")
    assert not any(one.failed for one in played)
    played = await night.play(typed + "  - expect: {ada sees: Form}\n  - ada closes:\n")
    assert (
        "step 2 (line 5): expected what ada did to be taken; seen it was refused: Too vague."
        in (night.telling.failures[0])
    )
    assert [one.seconds is None for one in played] == [False, False, True, True, True]


async def test_all_texts_must_be_in_one_place(night: Night) -> None:
    night.say("one")
    night.say("two")
    await night.play("  - expect: {ben sees: [one, two]}\n    within: 1 second\n")
    assert "expected ben sees “one” and “two”; seen #general: one\n#general: two" in night.telling.failures[0]


async def test_a_button_that_nobody_sees_cannot_be_pressed(night: Night) -> None:
    await night.play("  - ben clicks: Approve\n    within: 1 second\n")
    assert "expected ben clicks Approve; seen nothing in front of ben shows “Approve”" in night.telling.failures[0]


async def test_a_name_that_is_nearly_there_is_asked_back(night: Night) -> None:
    approve = {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}}
    night.say("please", blocks=[{"type": "actions", "block_id": "a", "elements": [approve]}])
    await night.play("  - ben clicks: Aprove\n    within: 1 second\n")
    assert "shows “Aprove”. Did you mean “Approve”?" in night.telling.failures[0]


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        ("  - ada: /incidet Logins fail\n", "expected “/incidet” to be a command; seen there is: /incident"),
        (
            "  - ada: /incident x\n    in: nowhere\n    within: 1 s\n",
            "there is no channel “nowhere”; there are",
        ),
        (
            "  - ada fills: {Wehn: in 40 minutes}\n    within: 1 s\n",
            "ada fills Wehn; seen nothing is called “Wehn”",
        ),
        ("  - ada fills: {When: yesterday}\n", "seen a time is written here as “in 40 minutes” or “in 2 hours”"),
    ],
)
async def test_what_cannot_be_done_is_a_failed_step_and_says_what_can(night: Night, steps: str, seen: str) -> None:
    when = {
        "type": "input",
        "block_id": "when",
        "label": {"type": "plain_text", "text": "When"},
        "element": {"type": "datetimepicker", "action_id": "when"},
    }
    content = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": [when]}
    content["submit"] = {"type": "plain_text", "text": "Save"}
    show(night.slack.stage, night.slack.person("ada").id, judged(night.slack.stage, content), on_top_of=None)
    await night.play(steps)
    assert seen in night.telling.failures[0]


async def test_equal_buttons_are_told_apart_by_what_stands_beside_them(night: Night) -> None:
    rows = [
        {
            "type": "section",
            "block_id": role,
            "text": {"type": "mrkdwn", "text": f"*{role}*"},
            "accessory": {
                "type": "button",
                "action_id": f"take:{role}",
                "text": {"type": "plain_text", "text": "Take over"},
            },
        }
        for role in ("Scribe", "Commander")
    ]
    night.say("roles", blocks=rows)
    await night.play("  - ben clicks: Take over\n    beside: Scribe\n")
    assert [one["actions"][0]["action_id"] for one in night.bot.heard] == ["take:Scribe"]
    await night.play("  - ben clicks: Take over\n    within: 1 second\n")
    assert "2 things are called “Take over” here" in night.telling.failures[0]


async def test_a_bot_that_does_not_answer_fails_the_step(night: Night) -> None:
    night.bot.status = 500
    await night.play("  - ada: /incident\n")
    assert "expected Clarion answers ada in time; seen Slack showed" in night.telling.failures[0]


async def test_the_steps_behind_one_that_failed_are_not_played(night: Night) -> None:
    played = await night.play("  - expect: {status page shows: x}\n    within: 1 second\n  - ada: /incident\n")
    assert [(one.failed, one.seconds is None) for one in played] == [(True, False), (False, True), (False, True)]
    assert night.bot.heard == []
    junit.write(night.folder / "deep" / "r.xml", [junit.suite("night", played)])
    suite = ElementTree.parse(night.folder / "deep" / "r.xml").getroot()
    _keeps_to_the_schemas(suite)
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "2")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "the status page shows “x”" in str(failure.text)


def test_a_report_of_several_plays_or_of_a_mistake_keeps_to_the_schemas(tmp_path: Path) -> None:
    suites = [junit.suite("one", (), "It is \x01 <broken>."), junit.suite("two", ())]
    junit.write(tmp_path / "r.xml", suites)
    root = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert (root.tag, root.attrib) == ("testsuites", {})
    for number, suite in enumerate(root):
        assert (suite.attrib.pop("id"), suite.attrib.pop("package")) == (str(number), "practice")
        _keeps_to_the_schemas(suite)


def _keeps_to_the_schemas(suite: ElementTree.Element) -> None:
    """What windyroad/JUnit-Schema (Ant) asks for, and no more than junit-10.xsd (Jenkins) allows beside it."""
    counts = {"tests", "failures", "errors", "skipped"}
    assert set(suite.attrib) == {"name", "timestamp", "hostname", "time"} | counts
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    cases = suite.findall("testcase")
    assert [one.tag for one in suite] == ["properties", *(["testcase"] * len(cases)), "system-out", "system-err"]
    assert int(suite.attrib["tests"]) == len(cases)
    for case in cases:
        assert set(case.attrib) == {"classname", "name", "time"}
        assert len(case) <= 1
        for one in case:
            assert set(one.attrib) == (set() if one.tag == "skipped" else {"type", "message"})


# ---------------------------------------------------------------- what reached the world outside

ONCE = "  - expect: {published: {update: 1, e-mail: 1}}\n    within: 1 second\n"


async def test_exactly_what_was_approved_once_is_published(night: Night) -> None:
    night.outside = FakeOutside((APPROVED,), (LETTER,))
    assert not any(one.failed for one in await night.play(ONCE))


@pytest.mark.parametrize(
    ("arrived", "seen"),
    [
        ((), "e-mail 0"),
        ((LETTER, LETTER), "anna@shop.example got the same text twice"),
        ((Arrival("e-mail", "anna@shop.example", ("subject", "text \n", "<p>text</p>\n")),), "not, byte for byte"),
        ((Arrival("e-mail", "eve@shop.example", APPROVED.parts),), "without being among the approved recipients"),
        ((LETTER, Arrival("webhook", "endpoint", ("{}",))), "webhook got a text that is not, byte for byte"),
    ],
)
async def test_anything_else_fails(night: Night, arrived: tuple[Arrival, ...], seen: str) -> None:
    night.outside = FakeOutside((APPROVED,), arrived)
    await night.play(ONCE)
    assert seen in night.telling.failures[0]


async def test_what_comes_twice_after_its_step_is_found_at_the_end(night: Night) -> None:
    night.outside = FakeOutside((APPROVED,), (LETTER,))

    async def late(_payload: object) -> None:
        night.outside.arrived = (LETTER, LETTER)

    night.bot.before_answering = late
    await night.play(ONCE + "  - ada: /incident\n")
    assert night.telling.failures[0].startswith("step 3")
    assert "got the same text twice" in night.telling.failures[0]


async def test_nothing_is_published_means_nothing(night: Night) -> None:
    night.outside = FakeOutside((), (LETTER,))
    await night.play("  - expect:\n      nothing is published:\n")
    assert "expected nothing is published; seen e-mail: subject" in night.telling.failures[0]


async def test_the_status_page_is_read_as_its_readers_read_it(night: Night) -> None:
    night.outside.page = "<html><style>hidden</style><p>All&nbsp;is &lt;well&gt;</p></html>"
    played = await night.play("  - expect: {status page shows: All is <well>, status page does not show: hidden}\n")
    assert not any(one.failed for one in played)


async def test_a_page_in_another_language_is_another_page(night: Night) -> None:
    night.outside.page, night.outside.pages = "<p>Hello</p>", {"/index.fr.html": "<p>Bonjour</p>"}
    played = await night.play("  - expect: {status page in fr shows: Bonjour, status page shows: Hello}\n")
    assert not any(one.failed for one in played)
    played = await night.play("  - expect: {status page in fr shows: Hello}\n    within: 1 second\n")
    assert "expected the status page in French shows “Hello”; seen Bonjour" in night.telling.failures[0]


async def test_the_base_languages_page_has_no_name_of_its_own_and_one_that_is_missing_proves_nothing(
    night: Night,
) -> None:
    night.outside.page = '<html lang="en"><p>Hello</p></html>'
    played = await night.play(
        "  - expect: {status page in en shows: Hello, status page in en does not show: Bonjour}\n"
    )
    assert not any(one.failed for one in played)
    await night.play("  - expect: {status page in fr does not show: Hello}\n    within: 1 second\n")
    assert "seen there is no status page in French" in night.telling.failures[0]


async def test_what_somebody_reads_is_the_newest_letter_to_them(night: Night) -> None:
    night.outside = FakeOutside((), tuple(Arrival("e-mail", to, (text, text, "")) for to, text in LETTERS))
    played = await night.play("  - expect: {ben@shop.example reads: Witaj, anna@shop.example reads: Hello}\n")
    assert not any(one.failed for one in played[:1])
    await night.play("  - expect: {ben@shop.example reads: Hello}\n    within: 1 second\n")
    assert "expected ben@shop.example reads “Hello”; seen Witaj" in night.telling.failures[-1]
