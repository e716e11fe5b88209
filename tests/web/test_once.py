"""Repeats: one call, and the very same answer, one after the other and all at once (failure model 1)."""

import asyncio
from urllib.parse import parse_qs

import pytest

from bot.ports import Message, StorageDown
from bot.web.once import Once
from bot.web.reply import Reply
from handlers.answer import Done, Errors, Say
from tests.asgi import FORM, JSON, NOW, Answered, call, click, command, event, post, sign, submission
from tests.listening import Bot

BODIES = {
    "command": (command(), FORM),
    "click": (click("press"), FORM),
    "submission": (submission(), FORM),
    "event": (event({"type": "user_change", "user": {"id": "U0BO"}}), JSON),
}


@pytest.fixture
def bot() -> Bot:
    bot = Bot()
    bot.answers(Say(Message("once")))
    return bot


@pytest.mark.parametrize("what", BODIES)
async def test_the_same_bytes_again(bot: Bot, what: str) -> None:
    body, content_type = BODIES[what]
    headers = {"content-type": content_type, **sign(body)}
    answers = [await call(bot.app, pieces=(body,), headers=headers) for _ in range(3)]
    assert answers[0].status == 200
    assert answers == [answers[0]] * 3
    assert len(bot.heard) == 1


@pytest.mark.parametrize("what", BODIES)
async def test_the_same_bytes_at_once(bot: Bot, what: str) -> None:
    body, content_type = BODIES[what]
    bot.answers(Say(Message("slow")), after=0.05)
    answers: list[Answered] = await asyncio.gather(*(post(bot.app, body, content_type) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(bot.heard) == 1


@pytest.mark.parametrize("what", BODIES)
async def test_the_same_act_signed_anew(bot: Bot, what: str) -> None:
    """Slack signs a retry at the time of the retry."""
    body, content_type = BODIES[what]
    first = await post(bot.app, body, content_type)
    bot.clock.seconds = NOW + 400
    again = await post(bot.app, body, content_type, at=NOW + 400)
    assert (again.status, again.body) == (first.status, first.body)
    assert len(bot.heard) == 1


async def test_other_acts_are_other_calls(bot: Bot) -> None:
    for trigger in ("1", "2", "3"):
        await post(bot.app, command(trigger=trigger))
        await post(bot.app, click("press", trigger=trigger))
    assert len({said.operation for said in bot.heard}) == 6


async def test_a_form_submitted_twice_by_a_double_click(bot: Bot) -> None:
    """Two triggers, one view, one hash: one act."""
    bot.answers(Done())
    await post(bot.app, submission(trigger="1"))
    await post(bot.app, submission(trigger="2"))
    assert len(bot.heard) == 1


async def test_a_form_may_be_submitted_again_after_an_error(bot: Bot) -> None:
    bot.answers(Errors({"title": "Too long."}))
    first = await post(bot.app, submission(trigger="1"))
    assert first.json["errors"] == {"title": "Too long."}
    assert (await post(bot.app, submission(trigger="1"))).body == first.body
    bot.answers(Done())
    assert (await post(bot.app, submission(trigger="2"))).json == {"response_action": "clear"}
    assert len(bot.heard) == 2
    assert bot.heard[0].operation == bot.heard[1].operation


async def test_a_form_may_be_submitted_again_after_trouble(bot: Bot) -> None:
    bot.answers(StorageDown())
    await post(bot.app, submission(trigger="1"))
    bot.answers(Done())
    await post(bot.app, submission(trigger="2"))
    assert len(bot.heard) == 2


async def test_other_words_in_the_same_form_are_judged_anew_under_the_same_operation(bot: Bot) -> None:
    """The commit decides whether the first one was saved; the gate does not hide the second one from it."""
    bot.answers(Done())
    await post(bot.app, submission())
    await post(bot.app, submission(values={"title": {"title": {"type": "plain_text_input", "value": "other"}}}))
    assert len(bot.heard) == 2
    assert bot.heard[0].operation == bot.heard[1].operation


async def test_room_is_bounded_and_a_failure_is_not_kept() -> None:
    once = Once(most=10)
    made = 0

    async def make() -> Reply:
        nonlocal made
        made += 1
        return Reply(200, b"x")

    for number in range(100):
        await once.answer(str(number), str(number), make)
    await once.answer("99", "99", make)
    await once.answer("0", "0", make)
    assert made == 101

    async def fail() -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await once.answer("new", "new", fail)
    assert (await once.answer("new", "new", make)).status == 200


def test_the_payloads_of_these_tests_are_forms() -> None:
    assert parse_qs(command().decode())["command"] == ["/incident"]
