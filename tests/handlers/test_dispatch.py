"""How each kind of answer reaches the person, for each kind of payload, through the real web application."""

import asyncio
from typing import Any

import pytest
import structlog

from bot.domain.change import Change
from bot.domain.refusals import Offer, Refusal, Way
from bot.ports import (
    ChatRefused,
    ChatUnavailable,
    ChatUnknown,
    Committed,
    Message,
    NotKnownYet,
    Places,
    Services,
    StorageDown,
    StorageFull,
    Unsure,
    View,
)
from handlers import people_events, refusals
from handlers.answer import Answer, Done, Errors, Open, Push, Replace, Say
from handlers.dispatch import CONVERSATIONS, gather
from handlers.heard import Kind
from handlers.said import Said
from tests.asgi import FORM, JSON, Answered, click, command, event, interaction, post, submission, view
from tests.builders import incident
from tests.listening import Bot

WORDS = Message("words", ({"type": "section", "text": {"type": "plain_text", "text": "words"}},))
MODAL = View({"type": "modal", "title": {"type": "plain_text", "text": "Modal"}, "blocks": list(WORDS.blocks)})
URL = "https://hooks.slack.com/actions/T0TEST/1/x"


@pytest.fixture
def bot() -> Bot:
    return Bot()


async def act(bot: Bot, body: bytes, answer: Answer | Exception, content_type: str = FORM) -> Answered:
    """Let the handler answer, and wait for what is said behind the acknowledgement."""
    bot.answers(answer)
    answered = await post(bot.app, body, content_type)
    await bot.settle()
    assert answered.status == 200
    return answered


def shown(answered: Answered) -> str:
    """The words of a modal that came as an acknowledgement."""
    assert answered.json["response_action"] == "update"
    return str(answered.json["view"]["blocks"][0]["text"]["text"])


# ---------------------------------------------------------------- after a command


async def test_words_after_a_command_are_the_acknowledgement(bot: Bot) -> None:
    answered = await act(bot, command(), Say(WORDS))
    assert answered.json == {"response_type": "ephemeral", "text": "words", "blocks": list(WORDS.blocks)}
    assert not bot.chat.calls


async def test_a_modal_after_a_command_is_opened_before_the_acknowledgement(bot: Bot) -> None:
    bot.answers(Open(MODAL))
    answered = await post(bot.app, command(trigger="7.7.z"))
    assert bot.chat.calls == [("open_view", ("7.7.z", MODAL))]
    assert answered.body == b""


@pytest.mark.parametrize("trouble", [ChatUnknown(), ChatUnavailable(3), ChatRefused("expired_trigger_id")])
async def test_when_slack_opens_no_modal_words_say_so(bot: Bot, trouble: Exception) -> None:
    bot.chat.trouble["open_view"] = [trouble]
    answered = await act(bot, command(), Open(MODAL, instead="Run it again."))
    assert answered.json["text"] == "Run it again."
    assert len(bot.chat.of("open_view")) == 1


async def test_nothing_after_a_command(bot: Bot) -> None:
    assert (await act(bot, command(), Done())).body == b""


# ---------------------------------------------------------------- after a click


@pytest.mark.parametrize("replace", [True, False])
async def test_words_after_a_click_go_through_the_response_url(bot: Bot, replace: bool) -> None:
    answered = await act(bot, click("press"), Say(WORDS, replace=replace))
    assert answered.body == b""
    assert bot.chat.calls == [("respond", (URL, WORDS, replace))]


async def test_a_spent_response_url_becomes_a_direct_message(bot: Bot) -> None:
    bot.chat.trouble["respond"] = [ChatRefused("response_url_404")]
    await act(bot, click("press"), Say(WORDS))
    assert bot.chat.of("direct") == [("U0ANA", WORDS)]


async def test_a_busy_response_url_is_tried_once_more(bot: Bot) -> None:
    bot.chat.trouble["respond"] = [ChatUnavailable(0.01)]
    await act(bot, click("press"), Say(WORDS))
    assert len(bot.chat.of("respond")) == 2
    assert not bot.chat.of("direct")


async def test_a_modal_after_a_click(bot: Bot) -> None:
    assert (await act(bot, click("press", trigger="7.8.z"), Open(MODAL))).body == b""
    assert bot.chat.calls == [("open_view", ("7.8.z", MODAL))]


async def test_a_modal_that_does_not_open_after_a_click(bot: Bot) -> None:
    bot.chat.trouble["open_view"] = [ChatUnknown()]
    await act(bot, click("press"), Open(MODAL, instead="Press again."))
    assert [message.text for _, message, _ in bot.chat.of("respond")] == ["Press again."]


@pytest.mark.parametrize(
    ("answer", "calls"),
    [
        (Push(MODAL), [("push_view", ("1.2.a", MODAL))]),
        (Open(MODAL), [("push_view", ("1.2.a", MODAL))]),
        (Replace(MODAL), [("update_view", ("V0FORM", MODAL))]),
        (Done(), []),
    ],
)
async def test_a_click_inside_a_modal(bot: Bot, answer: Answer, calls: list[Any]) -> None:
    assert (await act(bot, click("press", in_view=True), answer)).body == b""
    assert bot.chat.calls == calls


async def test_a_fourth_modal_takes_the_place_of_the_third(bot: Bot) -> None:
    bot.chat.trouble["push_view"] = [ChatRefused("push_limit_reached")]
    await act(bot, click("press", in_view=True), Push(MODAL))
    assert bot.chat.of("update_view") == [("V0FORM", MODAL)]


async def test_words_after_a_click_inside_a_modal_are_a_modal_on_top(bot: Bot) -> None:
    await act(bot, click("press", in_view=True), Say(WORDS))
    assert [view.payload["blocks"] for _, view in bot.chat.of("push_view")] == [list(WORDS.blocks)]


async def test_words_after_a_click_inside_a_modal_are_not_lost(bot: Bot) -> None:
    bot.chat.trouble["push_view"] = [ChatUnknown()]
    await act(bot, click("press", in_view=True), Say(WORDS))
    assert bot.chat.of("direct") == [("U0ANA", WORDS)]


# ---------------------------------------------------------------- after a form


async def test_errors_are_shown_beside_inputs_that_are_there(bot: Bot) -> None:
    answered = await act(bot, submission(), Errors({"title": "Too long.", "gone": "Never shown."}))
    assert answered.json == {"response_action": "errors", "errors": {"title": "Too long."}}


async def test_errors_of_no_input_are_words(bot: Bot) -> None:
    assert shown(await act(bot, submission(), Errors({"gone": "Too late."}))) == "Too late."


@pytest.mark.parametrize(
    ("answer", "action"), [(Replace(MODAL), "update"), (Push(MODAL), "push"), (Open(MODAL), "update")]
)
async def test_a_modal_after_a_form(bot: Bot, answer: Answer, action: str) -> None:
    answered = await act(bot, submission(), answer)
    assert answered.json == {"response_action": action, "view": dict(MODAL.payload)}
    assert not bot.chat.calls


async def test_nothing_after_a_form_closes_everything(bot: Bot) -> None:
    assert (await act(bot, submission(), Done())).json == {"response_action": "clear"}


async def test_words_after_a_form_are_a_small_modal(bot: Bot) -> None:
    assert shown(await act(bot, submission(), Say(Message("Said & done")))) == "Said &amp; done"


async def test_a_closed_form_is_heard(bot: Bot) -> None:
    await act(bot, interaction("view_closed", view=view(), is_cleared=False), Done())
    assert [(said.name, said.view["id"]) for said in bot.heard] == [("form", "V0FORM")]


# ---------------------------------------------------------------- what is heard


async def test_what_a_handler_is_told(bot: Bot) -> None:
    await act(bot, command("declare x", trigger="9.9.q"), Done())
    await act(bot, click("press:more", value="v", trigger="9.8.q"), Done())
    await act(bot, submission(), Done())
    spoken, pressed, sent = bot.heard
    assert (spoken.by.user_id, spoken.by.team_id, spoken.name) == ("U0ANA", "T0TEST", "/incident")
    assert (spoken.text, spoken.channel, spoken.operation) == ("declare x", "C0GENERAL", "T0TEST:command:9.9.q")
    assert (pressed.name, pressed.value, pressed.message["ts"]) == ("press:more", "v", "1.1")
    assert (pressed.operation, pressed.response_url) == ("T0TEST:action:9.8.q", URL)
    assert (sent.name, sent.operation) == ("form", "T0TEST:submission:V0FORM:1.h:form")


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"value": "v"}, "v"),
        ({"selected_option": {"value": "o", "text": {}}}, "o"),
        ({"selected_option": None, "value": "x"}, "x"),
        ({"selected_user": "U1"}, "U1"),
        ({"selected_conversation": "C1"}, "C1"),
        ({"selected_date_time": 1_800_000_000}, "1800000000"),
        ({}, ""),
    ],
)
async def test_the_value_of_every_element(bot: Bot, element: dict[str, Any], value: str) -> None:
    action = {"type": "x", "action_id": "press", "block_id": "b", **element}
    await act(bot, interaction("block_actions", trigger_id="1", actions=[action], container={}), Done())
    assert [said.value for said in bot.heard] == [value]


async def test_a_message_shortcut(bot: Bot) -> None:
    about = {"callback_id": "short", "trigger_id": "5", "response_url": URL, "channel": {"id": "C1", "name": "c"}}
    message = {"ts": "2.2", "thread_ts": "2.1", "text": "hm"}
    await act(bot, interaction("message_action", message=message, message_ts="2.2", **about), Say(WORDS))
    assert (bot.heard[0].thread, bot.heard[0].message["text"]) == ("2.1", "hm")
    assert bot.chat.calls == [("respond", (URL, WORDS, False))]


async def test_an_org_wide_installation_has_no_team(bot: Bot) -> None:
    action = {"type": "button", "action_id": "press", "block_id": "b"}
    body = interaction("block_actions", trigger_id="1", actions=[action], team=None, enterprise={"id": "E1"})
    await act(bot, body, Done())
    assert bot.heard[0].operation == "E1:action:1"


@pytest.mark.parametrize("about", [{"user": "U0BOT"}, {"user": "U0ANA", "bot_id": "B1"}])
async def test_bots_are_not_heard(bot: Bot, about: dict[str, str]) -> None:
    await act(bot, event({"type": "message", "channel": "C1", "text": "x", **about}), Done(), JSON)
    assert not bot.heard


async def test_somebody_who_changed_is_looked_up_again(bot: Bot) -> None:
    for user in ({"id": "U0BO", "name": "bo"}, "U0CY"):
        await act(bot, event({"type": "user_change", "user": user}, event_id=f"Ev{len(bot.heard)}"), Done(), JSON)
    for said in bot.heard:
        await people_events.changed(bot.services, said)
    assert [(job.kind, job.args["user"]) for job in bot.jobs.added] == [
        ("refresh_person", "U0BO"),
        ("refresh_person", "U0CY"),
    ]


def test_the_conversations_share_no_name() -> None:
    tables = gather(CONVERSATIONS)
    assert "user_change" in tables.by_kind[Kind.EVENT]
    with pytest.raises(ValueError, match="taken"):
        gather([people_events, people_events])


# ---------------------------------------------------------------- the error room


async def test_a_refusal_is_a_sentence(bot: Bot) -> None:
    refusal = Refusal("late", "Approved by <@U0DEE> at <!date^1800000000^{time}|08:00 UTC>: <!channel> & more")
    answered = await act(bot, command(), refusal)
    assert answered.json["text"] == (
        "Approved by <@U0DEE> at <!date^1800000000^{time}|08:00 UTC>: &lt;!channel&gt; &amp; more"
    )


@pytest.mark.parametrize("offer", list(Offer))
async def test_a_refusal_offers_its_way_out(bot: Bot, offer: Offer) -> None:
    answered = await act(bot, command(), Refusal("x", "No.", way=Way(offer, "inc1", "upd1")))
    (button,) = answered.json["blocks"][1]["elements"]
    assert button["action_id"] == f"offer:{offer}"
    assert button["value"] == '{"incident":"inc1","update":"upd1"}'


async def test_an_offer_taken_finds_its_conversation(bot: Bot) -> None:
    await act(bot, click("offer:redraft", value="{}"), Done())
    assert [said.name for said in bot.heard] == ["offer:redraft"]


async def test_a_refusal_of_a_field_stands_beside_it(bot: Bot) -> None:
    answered = await act(bot, submission(), Refusal("too_long", "Shorten it.", field="title"))
    assert answered.json == {"response_action": "errors", "errors": {"title": "Shorten it."}}


async def test_a_refusal_of_a_field_shows_no_raw_mention(bot: Bot) -> None:
    sentence = "<@U0DEE> cannot hold a role here, nor can <@U0EVE|eve>."
    answered = await act(bot, submission(), Refusal("x", sentence, field="title"))
    assert answered.json["errors"] == {"title": "This person cannot hold a role here, nor can this person."}


async def test_a_refusal_of_a_field_that_is_not_there_is_words(bot: Bot) -> None:
    assert shown(await act(bot, submission(), Refusal("x", "Not so.", field="gone"))) == "Not so."


async def test_a_refusal_after_a_click(bot: Bot) -> None:
    await act(bot, click("press"), Refusal("x", "No."))
    assert [message.text for _, message, _ in bot.chat.of("respond")] == ["No."]


@pytest.mark.parametrize("fault", [StorageDown(), StorageFull()])
async def test_trouble_with_the_memory_says_that_nothing_was_saved(bot: Bot, fault: Exception) -> None:
    for body in (command(), submission()):
        answered = await act(bot, body, fault)
        assert b"nothing was saved" in answered.body
        assert b"by hand" in answered.body


@pytest.mark.parametrize(
    ("fault", "stays"),
    [
        (StorageDown(), True),
        (StorageFull(), True),
        (RuntimeError(), True),
        (Refusal("x", "Not so."), True),
        (Unsure(), False),
    ],
)
@pytest.mark.parametrize(("depth", "room"), [(1, True), (2, True), (3, False)])
async def test_what_was_typed_into_a_form_stays_below_where_nothing_was_saved(
    bot: Bot, fault: Exception, stays: bool, depth: int, room: bool
) -> None:
    below = {1: None, 2: "V0ROOT", 3: "V0SECOND"}[depth]
    form = {**view(), "root_view_id": "V0FORM" if depth == 1 else "V0ROOT", "previous_view_id": below}
    answered = await act(bot, interaction("view_submission", trigger_id="1.3.a", view=form, response_urls=[]), fault)
    assert answered.json["response_action"] == ("push" if stays and room else "update")
    # With nothing to type into there is nothing to lose, and no second modal to close.
    empty = interaction("view_submission", trigger_id="1.4.a", view={**form, "blocks": []}, response_urls=[])
    assert (await act(bot, empty, fault)).json["response_action"] == "update"


async def test_after_a_write_whose_reply_was_lost_nobody_reads_that_nothing_was_saved(bot: Bot) -> None:
    answered = await act(bot, command(), Unsure())
    assert b"may have been saved or not" in answered.body
    assert b"nothing was saved" not in answered.body


@pytest.mark.parametrize("fault", [StorageDown(), StorageFull()])
async def test_after_a_commit_trouble_with_the_memory_does_not_say_that_nothing_was_saved(
    bot: Bot, fault: Exception
) -> None:
    async def amend(*_: object) -> Committed:
        return Committed(incident())

    async def handle(services: Services, said: Said) -> Answer:
        await services.incidents.amend("op", said.channel, Change)
        raise fault

    bot.incidents.__dict__["amend"] = amend
    bot.handle = handle
    answered = await post(bot.app, command())
    assert b"may have been saved or not" in answered.body
    assert b"nothing was saved" not in answered.body


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ([None, StorageDown(), True], "saved after all"),
        ([None, False], "was not saved"),
        ([None], "still not known"),
    ],
)
async def test_not_known_yet_is_found_out_and_told(
    bot: Bot, known: list[bool | Exception | None], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "LOOKS", (0.001,) * 4)
    bot.incidents.known = known
    answered = await act(bot, command(), NotKnownYet("op"))
    assert "not known yet" in answered.json["text"]
    assert [words in message.text for _, message, _ in bot.chat.of("respond")] == [True]


async def test_a_memory_that_is_gone_is_a_line_in_the_log(bot: Bot) -> None:
    with structlog.testing.capture_logs() as lines:
        await act(bot, command(), StorageDown("Redis is not reachable (ConnectionError)"))
    assert [(one["event"], one["why"]) for one in lines] == [
        ("memory_troubled", "Redis is not reachable (ConnectionError)")
    ]


async def test_not_known_yet_after_a_form_is_told_by_direct_message(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "LOOKS", (0.001,))
    bot.incidents.known = [True]
    assert "not known yet" in shown(await act(bot, submission(), NotKnownYet("op")))
    assert [(user, "saved after all" in message.text) for user, message in bot.chat.of("direct")] == [("U0ANA", True)]


@pytest.mark.parametrize("fault", [RuntimeError("canary"), ChatUnknown(), KeyError("canary"), RecursionError()])
async def test_a_fault_gets_a_reference_and_a_line_in_the_log(
    bot: Bot, fault: Exception, capfd: pytest.CaptureFixture[str]
) -> None:
    answered = await act(bot, command(), fault)
    written = "".join(capfd.readouterr())
    assert "reference ABCDEFGH" in answered.json["text"]
    assert "ABCDEFGH" in written
    assert "canary" not in answered.json["text"] + written


async def test_a_fault_after_a_form_or_click(bot: Bot) -> None:
    assert "reference" in shown(await act(bot, submission(), RuntimeError()))
    assert (await act(bot, click("press"), RuntimeError())).body == b""
    assert ["reference" in message.text for _, message, _ in bot.chat.of("respond")] == [True]


# ---------------------------------------------------------------- the budget


async def test_a_slow_command_is_answered_in_time_and_finished_behind() -> None:
    bot = Bot(budget=0.05)
    bot.answers(Say(WORDS), after=0.2)
    started = asyncio.get_running_loop().time()
    answered = await post(bot.app, command())
    assert asyncio.get_running_loop().time() - started < 0.15
    assert "Still working" in answered.json["text"]
    assert not bot.chat.calls
    await bot.settle()
    assert bot.chat.of("respond")[0][1] == WORDS


@pytest.mark.parametrize("body", [command(), click("press"), click("press", in_view=True)])
async def test_a_modal_that_slack_is_slow_to_open_holds_nothing_up(bot: Bot, body: bytes) -> None:
    bot.chat.delay = {"open_view": 0.4, "push_view": 0.4}
    bot.answers(Open(MODAL))
    started = asyncio.get_running_loop().time()
    answered = await post(bot.app, body)
    assert asyncio.get_running_loop().time() - started < 0.3
    assert answered.body == b""
    await bot.settle()
    assert len(bot.chat.of("open_view") + bot.chat.of("push_view")) == 1
    assert not bot.chat.of("respond")


async def test_a_modal_that_is_slow_not_to_open_becomes_words() -> None:
    bot = Bot()
    bot.chat.delay["open_view"] = 0.4
    bot.chat.trouble["open_view"] = [ChatUnknown()]
    bot.answers(Open(MODAL, instead="Run it again."))
    assert (await post(bot.app, command())).body == b""
    await bot.settle()
    assert [message.text for _, message, _ in bot.chat.of("respond")] == ["Run it again."]


@pytest.mark.parametrize("answer", [Say(Message("late")), Errors({"title": "late"}), Refusal("x", "late")])
async def test_a_slow_form_is_answered_in_its_place(answer: Answer | Exception) -> None:
    bot = Bot(budget=0.02)
    bot.answers(answer, after=0.1)
    assert "Still working" in shown(await post(bot.app, submission()))
    await bot.settle()
    ((view_id, late),) = bot.chat.of("update_view")
    assert view_id == "V0FORM"
    assert late.payload["blocks"][0]["text"]["text"] == "late"


async def test_a_slow_form_that_was_closed_is_answered_by_direct_message() -> None:
    bot = Bot(budget=0.02)
    bot.chat.trouble["update_view"] = [ChatRefused("not_found")]
    bot.answers(Say(WORDS), after=0.1)
    await post(bot.app, submission())
    await bot.settle()
    assert bot.chat.of("direct") == [("U0ANA", WORDS)]


async def test_a_handler_that_is_slow_to_fail() -> None:
    bot = Bot(budget=0.02)
    bot.answers(RuntimeError(), after=0.1)
    await post(bot.app, click("press"))
    await bot.settle()
    assert ["reference" in message.text for _, message, _ in bot.chat.of("respond")] == [True]


async def test_the_end_of_the_process_waits_for_what_is_under_way() -> None:
    bot = Bot(budget=0.02)
    bot.answers(Say(WORDS), after=0.1)
    async with bot.app.router.lifespan_context(bot.app):
        await post(bot.app, command())
        assert not bot.chat.calls
    assert bot.chat.of("respond")


def test_said_is_what_conversations_read() -> None:
    assert {"by", "operation", "name", "value", "view", "trigger"} <= set(Said.__dataclass_fields__)


# ---------------------------------------------------------------- from another workspace


@pytest.fixture
def at_home(bot: Bot) -> Bot:
    """A bot that knows its workspace."""
    setattr(bot.services, "places", Places(workspace="T0TEST"))  # noqa: B010 - a stand-in for the frozen record
    return bot


async def test_a_command_from_another_workspace_is_not_even_told_what_is_open(at_home: Bot) -> None:
    answered = await act(at_home, command("list", team_id="T0OTHER"), Say(WORDS))
    assert "cannot use Clarion" in answered.json["text"]
    assert at_home.heard == []


async def test_a_click_of_somebody_from_another_company_reads_nothing(at_home: Bot) -> None:
    await act(at_home, click("press").replace(b"T0TEST", b"T0OTHER"), Open(MODAL))
    assert at_home.heard == []
    assert not at_home.chat.of("open_view")


async def test_what_colleagues_say_is_heard(at_home: Bot) -> None:
    await act(at_home, command(), Say(WORDS))
    await act(at_home, click("press"), Done())
    assert len(at_home.heard) == 2
