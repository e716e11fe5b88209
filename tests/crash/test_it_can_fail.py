"""The suite finds a broken rule and names the history: each rule is broken here on purpose."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import approval, drafting
from bot.domain.update import Outcome, OutletKind
from bot.ports import Receipt
from bot.storage.attempts import RedisAttempts
from bot.storage.incidents import RedisIncidents
from bot.storage.keys import Keys
from bot.usecases import attempts, deliveries, prefilling, sight, snapshots
from tests.crash.far_ends import Way
from tests.crash.histories import HIDES, Told, know_plots, play, play_all
from tests.crash.neighbours import WORKSPACE
from tests.crash.points import Name
from tests.crash.world import DRILLS
from tests.redis_server import RedisServer


@pytest.fixture(autouse=True)
def usual(redis: RedisServer) -> None:
    """What comes in each plot is known before a rule is broken: it is kept, also for the tests after this one."""
    know_plots(redis)


def _first(redis: RedisServer, names: Iterator[str], rule: str, **given: Any) -> Told:
    """The first of these histories in which the rule is broken."""
    tried = []
    for name in names:
        told = play(redis, Name.read(name), **given)
        if any(violation.rule == rule for violation in told.violations):
            return told
        tried.append(f"{name}: {[*map(str, told.violations)]}")
    raise AssertionError(f"nothing was found in: {tried}")


def _said(told: Told) -> str:
    return "\n".join(map(str, told.violations))


def _seeds(point: str, count: int = 12) -> Iterator[str]:
    return (f"{seed}/{point}" for seed in range(count))


def test_without_the_check_of_the_digest_a_stale_approval_is_found(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "_require_current", lambda *_: None)
    told = _first(redis, _seeds(""), "I1", plot="publish")
    assert "digest that is not that of its words" in _said(told)
    assert "I1 (nothing leaves without an approval of exactly those words" in _said(told)
    pressed = next(line for line in told.story if " presses Approve on update #" in line)
    assert "under the words" in pressed
    assert any(line.startswith(f"update #{pressed.partition('#')[2][0]} is approved by ") for line in told.story)


def test_other_bytes_than_approved_are_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Way.deliver

    async def deliver(self: Way, rendition: Any, recipient: Any, key: str) -> Any:
        return await real(self, replace(rendition, locale="de"), recipient, key)

    monkeypatch.setattr(Way, "deliver", deliver)
    assert "other bytes" in _said(_first(redis, _seeds(""), "I1", plot="brief"))


def test_a_blind_outlet_that_is_asked_again_is_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def may(run: Any, recipient: Any, attempt: Any) -> bool:
        return True

    monkeypatch.setattr(attempts, "_may_repeat", may)
    told = _first(redis, _seeds("after:outlets.deliver", 40), "I2")
    assert told.met
    assert "it came 2 times" in _said(told)


def test_a_broken_rule_is_found_where_histories_are_played_together(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def may(run: Any, recipient: Any, attempt: Any) -> bool:
        return True

    monkeypatch.setattr(attempts, "_may_repeat", may)
    found: list[Told] = []
    for seed in range(40):
        names = [Name.read(f"{seed}/{moment}:outlets.deliver") for moment in ("before", "after")]
        found += [told for told in play_all(redis, names) if told.violations]
        if found:
            break
    assert found[0].name.points[0].moment == "after"
    assert "it came 2 times" in _said(found[0])
    assert replace(found[0], same=False) == play(redis, found[0].name)


def test_a_delivery_without_an_intention_is_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def begin(run: Any, recipient: Any) -> bool:
        return True

    monkeypatch.setattr(attempts, "_begin", begin)
    assert "without an intention" in _said(_first(redis, _seeds(""), "I2", plot="brief"))


def test_a_record_that_is_not_written_is_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def record(self: Any, *_: Any) -> None:
        return None

    monkeypatch.setattr(RedisAttempts, "record", record)
    _first(redis, _seeds("", 3), "I3", plot="brief")


def test_an_end_that_is_counted_before_it_is_recorded_is_found(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update counts as delivered at once; who then dies before the record leaves the card and the ledger apart."""
    real = deliveries._send

    async def send(services: Any, held: Any, incident: Any) -> Any:
        planned = incident.update(held.job.args["update"]).plan_for(held.job.args["outlet"])
        told = {Outcome.DELIVERED: planned.recipient_count}
        await deliveries._settle(services, incident.id, held.job.args, told, "")
        return await real(services, held, incident)

    monkeypatch.setattr(deliveries, "_send", send)
    _first(redis, _seeds("before:outlets.deliver"), "I3")


def test_an_approval_whose_deliveries_are_not_queued_is_found(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = RedisIncidents.amend

    async def amend(self: Any, operation: str, incident_id: str, decide: Any) -> Any:
        def without(incident: Any) -> Any:
            change = decide(incident)
            return replace(change, jobs=tuple(job for job in change.jobs if job.kind != "deliver"))

        return await real(self, operation, incident_id, without)

    monkeypatch.setattr(RedisIncidents, "amend", amend)
    assert "not ended" in _said(_first(redis, _seeds("", 2), "I3", plot="brief"))


def test_an_idempotent_outlet_that_gets_a_new_key_each_time_is_found(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = Way.deliver, iter(range(1_000_000))

    async def deliver(self: Way, rendition: Any, recipient: Any, key: str) -> Any:
        fresh = f"{key}{next(count)}" if self.kind is OutletKind.IDEMPOTENT else key
        return await real(self, rendition, recipient, fresh)

    monkeypatch.setattr(Way, "deliver", deliver)
    assert "a key that stands for nothing" in _said(_first(redis, _seeds("", 2), "I1", plot="brief"))


def test_a_drill_that_is_planned_for_real_outlets_is_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = snapshots.rendered

    async def rendered(services: Any, incident: Any, *rest: Any) -> Any:
        return await real(services, replace(incident, drill=not incident.drill), *rest)

    monkeypatch.setattr(snapshots, "rendered", rendered)
    assert "email, approved: to come at a real outlet, and it is a drill" in _said(
        _first(redis, iter([f"{DRILLS}/"]), "I4", plot="brief")
    )


def test_a_drill_that_reaches_a_real_outlet_is_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Way, "deliver", _at_the_real_one)
    assert "email-0: it came at a real outlet, and it is a drill" in _said(
        _first(redis, iter([f"{DRILLS}/"]), "I4", plot="brief")
    )


async def _at_the_real_one(way: Any, rendition: Any, recipient: Any, key: str) -> Receipt:
    end = replace(way._end, name=way._end.of, history=way._end.history)
    end.take(recipient, key, rendition.sha256)
    return Receipt(reference="taken")


def test_a_private_incident_of_which_an_update_can_be_drafted_is_found(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where in (drafting, prefilling):
        monkeypatch.setattr(where, "require_public", lambda _: None)
    told = _first(redis, iter([f"{HIDES}/"]), "I4", plot="hide")
    assert "INC-1 is private, and update #1 of it can be published" in _said(told)


def test_a_private_incident_that_others_hear_of_is_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight, "sees", lambda *_: True)
    told = _first(redis, iter([f"{HIDES}/"]), "I4", plot="hide")
    assert "not in it, was told" in _said(told)


def test_keys_without_the_workspace_are_found(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Keys.__init__
    monkeypatch.setattr(Keys, "__init__", lambda keys, _, partitions=1: real(keys, "all", partitions))
    told = _first(redis, iter(["0/"]), "I4", plot="brief")
    assert f"between workspaces: INC-1 of workspace {WORKSPACE}" in _said(told)
