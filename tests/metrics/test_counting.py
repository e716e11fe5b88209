"""What is counted at each edge, and what open incidents owe."""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.update import Outcome
from bot.metrics.instruments import REGISTRY, slack_call
from bot.metrics.standing import STANDING, Owed, Standing, owed
from bot.ports import ChatRefused, ChatUnavailable, ChatUnknown
from bot.ports.overview import LaneView, Overview
from tests.asgi import call, command, post
from tests.builders import NOON, approved, incident, submitted
from tests.listening import Bot
from tests.metrics.counted import counting


@pytest.mark.parametrize(
    ("trouble", "result"),
    [
        (None, "ok"),
        (ChatRefused("not_in_channel"), "refused"),
        (ChatUnavailable(3.0), "limited"),
        (ChatUnavailable(0.0), "limited"),
        (ChatUnavailable(None), "unavailable"),
        (ChatUnknown(), "unknown"),
        (asyncio.CancelledError(), "unknown"),
    ],
)
def test_a_call_to_slack_is_counted_by_what_it_came_to(trouble: BaseException | None, result: str) -> None:
    with counting() as counted, contextlib.suppress(BaseException), slack_call("chat.postMessage"):
        if trouble is not None:
            raise trouble
    assert counted.of("clarion_slack_calls_total", method="chat.postMessage", result=result) == 1
    assert counted.of("clarion_slack_call_seconds_count") == 1


async def test_an_answer_is_timed_by_its_kind_and_a_repeat_is_an_answer_too() -> None:
    bot = Bot()
    with counting() as counted:
        assert (await post(bot.app, command("help"))).status == 200
        assert (await post(bot.app, command("help"))).status == 200
    assert counted.of("clarion_acknowledgement_seconds_count", kind="command") == 2
    assert counted.of("clarion_acknowledgement_seconds_bucket", kind="command", le="+Inf") == 2


async def test_what_the_gate_refuses_is_counted_by_code() -> None:
    bot = Bot()
    with counting() as counted:
        await post(bot.app, command("help"), secret="wrong")
        await call(bot.app, "GET")
    assert counted.of("clarion_requests_refused_total", code="401") == 1
    assert counted.of("clarion_requests_refused_total", code="405") == 1
    assert counted.of("clarion_acknowledgement_seconds_count", kind="command") == 0


# ---------------------------------------------------------------- what stands


def test_nothing_open_owes_nothing() -> None:
    assert owed((), NOON) == Owed()


def test_an_update_that_waits_and_a_promise_are_owed() -> None:
    waiting, live = submitted(), approved()
    due = live.update("upd1").latest.facts.next_update_by
    assert due is not None
    assert owed([waiting, incident()], NOON + timedelta(seconds=90)) == Owed(open=2, waiting=1, oldest=90.0)
    assert owed([live], due - timedelta(seconds=1)) == Owed(open=1, promised=1)
    assert owed([live], due + timedelta(seconds=1)) == Owed(open=1, promised=1, overdue=1)


def test_unknown_recipients_count_once_their_delivery_has_ended() -> None:
    from bot.domain import delivery

    live = approved()
    assert owed([live], NOON).unknown == 0
    tally = {Outcome.UNKNOWN: 2, Outcome.DELIVERED: 1}
    ended = delivery.settle(live, "upd1", "email", tally, "", NOON).incident
    assert owed([ended], NOON).unknown == 2


def test_what_is_not_known_is_absent() -> None:
    fresh = Standing()
    assert list(fresh.collect()) == []
    fresh.show(None, Owed(open=1), None)
    assert {f.name: f.samples[0].value for f in fresh.collect()}["clarion_redis_up"] == 0
    assert "clarion_jobs_later" not in {f.name for f in fresh.collect()}
    fresh.show(Overview((LaneView("slack", 3, 1.5, True),), 4, 0.5, 1), Owed(open=2), 7.0)
    found = {f.name: f.samples[0] for f in fresh.collect()}
    assert found["clarion_job_lag_seconds"].labels == {"lane": "slack"}
    assert found["clarion_job_lag_seconds"].value == 1.5
    assert found["clarion_jobs_aside"].value == 1
    assert found["clarion_slack_heard_age_seconds"].value == 7.0


def test_what_is_served_can_be_read_by_prometheus() -> None:
    STANDING.show(Overview((LaneView("slack", 3, 1.5, True),)), Owed(), None)
    text = generate_latest(REGISTRY).decode()
    families = {family.name for family in text_string_to_metric_families(text)}
    assert {"clarion_build_info", "clarion_redis_up", "clarion_acknowledgement_seconds"} <= families
    assert "_created" not in text
