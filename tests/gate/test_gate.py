"""Mangled payloads, signed and unsigned, at the real application: no 5xx, nothing changed by what was refused (row 32).

`make fuzz` fires all 50,000; `make test` a sample of them. One request again: `python -m tests.gate SEED NUMBER`.
"""

import json
import os
from typing import Any

import pytest

from bot.web.gate import Gate
from bot.web.signature import Seal
from tests.gate.firing import Range, Report, call
from tests.gate.mangling import Mangled
from tests.gate.recorded import EVERY_KIND, record
from tests.listening import Bot
from tests.stories.night import Night

SEED = 20_261_122
SAMPLE = 5_000
# Generous: a leak of one body of a thousand bytes a request would be five times as much in 50,000.
MOST_GROWTH = 60_000_000


async def test_mangled_payloads_are_refused_or_heard_without_error_trace_or_growth() -> None:
    report = await fired(SEED, int(os.environ.get("CLARION_FUZZ", SAMPLE)))
    print(report)
    assert report.violations == []
    assert report.grown_bytes < MOST_GROWTH, report
    # It fires at what is behind the gate too, and not only at the gate.
    heard, refused = report.answers[200] / report.fired, report.answers[401] / report.fired
    assert heard > 0.15, report
    assert refused > 0.15, report
    assert {400, 401, 405, 413} <= report.answers.keys()


async def fired(seed: int, count: int, first: int = 0) -> Report:
    """Record an evening, then fire `count` requests, from the number `first` on."""
    async with Night(recipients=1, outlets=("slack",)).begin() as night:
        samples = await record(night)
        assert {s.kind for s in samples} >= EVERY_KIND
        target = Range(night, samples)
        try:
            return await target.fire(seed, range(first, first + count))
        finally:
            target.close()
            night.slack.calls.clear()  # mangled clicks on nobody's screen are answered, and no copy to judge


async def test_the_judge_sees_what_is_let_in_and_what_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that takes any signature, and a refusal that writes, are both found out."""
    async with Night(recipients=1, outlets=("slack",)).begin() as night:
        target = Range(night, await record(night))
        kept = Gate._judge

        async def careless(gate: Gate, scope: Any, receive: Any) -> Any:
            reply = await kept(gate, scope, receive)
            night.redis.command("INCR", "refused") if reply.status >= 400 else None
            return reply

        with monkeypatch.context() as changed:
            changed.setattr(Gate, "_judge", careless)
            changed.setattr(Seal, "holds", lambda *_: True)
            found = "".join((await target.fire(SEED, range(200))).violations)
        night.slack.calls.clear()
        assert "let in without a signature" in found
        assert "changed what is remembered" in found
        target.close()


async def test_a_field_that_only_bolt_reads_is_refused_when_it_is_something_else() -> None:
    async with Night(worker=False, outlets=()).begin() as night:
        for spoilt in ({"authorizations": [7]}, {"authorizations": 7}, {"enterprise": 7}, {"team": 7}):
            about = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "app_mention"}}
            body = json.dumps({**about, **spoilt})
            answer = await night.slack.send(night.slack.signed(body, content_type="application/json"))
            assert answer.status in (200, 400), spoilt
            assert b"went wrong" not in answer.body
        body = json.dumps({**about, "authorizations": [7]})
        assert (await night.slack.send(night.slack.signed(body, content_type="application/json"))).status == 400


async def test_a_query_that_is_no_text_is_not_found_rather_than_an_error() -> None:
    answered = await call(Bot().app, Mangled(0, "", (), b"", (), signed=False, method="GET", path="/x/", query=b"\xff"))
    assert answered == 404
