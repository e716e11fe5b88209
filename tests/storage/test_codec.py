"""The codec: what is written is read back, whole or not at all."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import lifecycle
from bot.domain.approval import approve
from bot.domain.checklist import StepRequest, Tick
from bot.domain.facts import Estimate, Facts, Stage
from bot.domain.incident import Channel, Ending, Incident, Role
from bot.domain.job import Job, JobKind
from bot.domain.party import PartyWord
from bot.domain.people import Person
from bot.domain.timeline import Entry
from bot.domain.update import (
    Approval,
    Delivery,
    MessageRef,
    Planned,
    Rejection,
    Revision,
    Submission,
    Update,
)
from bot.storage.codec import ENTRY, INCIDENT, JOB, PERSON, Codec, NewerSchema, Unreadable
from bot.storage.native import Native
from tests.builders import ANA, DEE, NOON, POLICY, approved, incident, person, submitted

MODEST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
# The domain knows aware times only; without this hypothesis would make naive ones.
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
# By itself hypothesis leaves every field with a default at its default.
for _cls in (
    *(Channel, Ending, Incident, Estimate, Facts, Planned, Revision, Submission, Approval, Delivery, Rejection),
    *(MessageRef, Update, Job, Entry, Person, Tick, StepRequest, PartyWord),
):
    st.register_type_strategy(_cls, st.builds(_cls, **{f.name: ... for f in fields(_cls)}))


class TestWhatIsWrittenIsReadBack:
    @MODEST
    @given(st.from_type(Incident), st.integers(0, 10**6), st.integers(0, 10**6))
    def test_any_incident(self, made: Incident, number: int, version: int) -> None:
        whole = replace(made, number=number, version=version)
        assert INCIDENT.decode(INCIDENT.encode(whole), number=number, version=version) == whole

    def test_an_incident_in_the_middle_of_everything(self) -> None:
        busy = approved(approved(), "upd2")
        assert INCIDENT.decode(INCIDENT.encode(busy), number=busy.number, version=busy.version) == busy

    @MODEST
    @given(st.from_type(Job))
    def test_any_job(self, made: Job) -> None:
        assert JOB.decode(JOB.encode(made)) == made

    @MODEST
    @given(st.from_type(Entry))
    def test_any_entry(self, made: Entry) -> None:
        assert ENTRY.decode(ENTRY.encode(made)) == made

    @MODEST
    @given(st.from_type(Person))
    def test_any_person(self, made: Person) -> None:
        assert PERSON.decode(PERSON.encode(made)) == made

    @MODEST
    @given(st.from_type(Incident))
    def test_the_same_by_the_quick_way_and_by_the_careful_one(self, made: Incident) -> None:
        quick, careful = INCIDENT.encode(made), INCIDENT._carefully(made)
        assert _times_alike(json.loads(quick)) == _times_alike(json.loads(careful))
        of = {"number": made.number, "version": made.version}
        assert INCIDENT.decode(careful, **of) == INCIDENT.decode(quick, **of) == made

    def test_a_busy_incident_takes_the_quick_way(self) -> None:
        busy = approved(approved(), "upd2")
        native = Native(
            Incident, INCIDENT._schema, tuple(f.name for f in fields(Incident) if f.name not in ("number", "version"))
        )
        written = native.written(busy)
        assert written == INCIDENT.encode(busy)
        assert native.read(written, {"number": busy.number, "version": busy.version}) == busy

    @pytest.mark.parametrize("text", ['"2026-11-22T08:00:00"', '2026-11-22T08:00:00+01:00", "', "1" * 40, '{"a": 1}'])
    def test_words_that_look_like_a_time_or_a_number(self, text: str) -> None:
        for name in (text, f'"{text}', f"{text}\\"):
            assert PERSON.decode(PERSON.encode(person(name=name))).name == name

    def test_a_lone_surrogate(self) -> None:
        odd = person(name="half \ud83d of it")
        assert PERSON.decode(PERSON.encode(odd)) == odd

    def test_a_time_elsewhere_as_the_same_moment_in_utc(self) -> None:
        due = NOON.astimezone(timezone(timedelta(hours=5)))
        read = JOB.decode(JOB.encode(Job(id="j", kind=JobKind.REDRAW, due=due)))
        assert read.due == NOON
        assert read.due.tzinfo is UTC

    def test_types_and_not_only_values(self) -> None:
        busy = approved()
        read = INCIDENT.decode(INCIDENT.encode(busy), number=1, version=1)
        assert type(read.severity) is type(busy.severity)
        assert {type(role) for role in read.roles} == {type(role) for role in busy.roles}
        assert type(read.updates[0].readings) is frozenset


class TestWhatIsRefused:
    def test_a_newer_schema_by_name_and_number(self) -> None:
        newer = _changed(INCIDENT.encode(incident()), schema=99)
        with pytest.raises(NewerSchema, match=rf"Incident of schema 99.*knows {INCIDENT._schema} at most"):
            INCIDENT.decode(newer, number=1, version=1)

    def test_a_field_that_this_code_does_not_know(self) -> None:
        with pytest.raises(NewerSchema, match="mood"):
            JOB.decode(_changed(JOB.encode(Job(id="j", kind=JobKind.REDRAW)), mood="good"))

    def test_a_missing_field_that_has_no_default(self) -> None:
        with pytest.raises(Unreadable, match="lacks id"):
            JOB.decode(b'{"schema": 1, "kind": "redraw"}')

    @pytest.mark.parametrize("stored", [b"", b"[]", b"{", b"{}", b'"x"', b'{"schema": 1, "id": "j", "kind": "dance"}'])
    def test_nonsense(self, stored: bytes) -> None:
        with pytest.raises(Unreadable):
            JOB.decode(stored)

    def test_a_time_without_a_zone(self) -> None:
        with pytest.raises(ValueError, match="without a zone"):
            JOB.encode(Job(id="j", kind=JobKind.REDRAW, due=NOON.replace(tzinfo=None)))

    @pytest.mark.parametrize("number", [2**64, 2**70, 10**30 + 1, -(2**64)])
    def test_a_number_that_would_be_read_as_another(self, number: int) -> None:
        with pytest.raises(ValueError, match="64 bits"):
            JOB.encode(Job(id="j", kind=JobKind.REDRAW, attempt=number))


def test_whoever_holds_a_role_in_a_document_of_before_is_taken_to_have_accepted_it() -> None:
    older = json.loads(_changed(INCIDENT.encode(incident()), schema=4))
    for name in ("accepted", "searches"):
        del older[name]
    read = INCIDENT.decode(json.dumps(older).encode(), number=1, version=1)
    assert read.accepted == {Role.COMMANDER, Role.COMMUNICATIONS}
    assert read.searches == {}


def test_what_waited_for_approval_before_there_were_languages_is_approved_by_the_digest_that_it_had() -> None:
    waiting = submitted()
    digest = waiting.update("upd1").latest.digest
    older = json.loads(_changed(INCIDENT.encode(waiting), schema=4))
    for name in ("accepted", "searches", "ticks", "requests", "parties"):
        del older[name]
    (update,) = older["updates"]
    del update["kept"]
    for name in ("locale", "translations"):
        del update["revisions"][0]["facts"][name]
    read = INCIDENT.decode(json.dumps(older).encode(), number=1, version=1)
    assert read.update("upd1").latest.digest == digest
    after = approve(read, "upd1", digest, person(DEE), NOON, POLICY).incident
    assert after.update("upd1").approved is not None


def test_a_document_of_before_languages_were_left_out_is_read_with_none() -> None:
    here = approved()
    older = json.loads(_changed(INCIDENT.encode(here), schema=7))
    del older["left_out"]
    assert INCIDENT.decode(json.dumps(older).encode(), number=here.number, version=here.version) == here


def test_what_followers_heard_before_it_was_kept_at_which_severity_was_heard_at_todays() -> None:
    told = lifecycle.set_stage(incident(), Stage.IDENTIFIED, person(ANA), NOON).incident
    older = json.loads(_changed(INCIDENT.encode(told), schema=9))
    del older["tellings"][0]["severity"]
    read = INCIDENT.decode(json.dumps(older).encode(), number=1, version=1)
    assert [t.severity for t in read.tellings] == [told.severity]


def test_an_older_document_is_brought_up_step_by_step() -> None:
    def renamed(old: dict[str, Any]) -> dict[str, Any]:
        return {**{k: v for k, v in old.items() if k != "work"}, "kind": old["work"]}

    def with_attempt(old: dict[str, Any]) -> dict[str, Any]:
        return {**old, "attempt": 7}

    codec = Codec(Job, schema=3, upcasters={1: renamed, 2: with_attempt})
    read = codec.decode(b'{"schema": 1, "id": "j", "work": "redraw"}')
    assert (read.kind, read.attempt) == (JobKind.REDRAW, 7)


def _times_alike(document: Any) -> Any:
    """Return the document with times as both ways may spell them: Z or +00:00."""
    if isinstance(document, dict):
        return {key: _times_alike(value) for key, value in document.items()}
    if isinstance(document, list):
        return sorted(map(_times_alike, document), key=json.dumps)  # a set has no order
    return document.removesuffix("Z").removesuffix("+00:00") if isinstance(document, str) else document


def _changed(stored: bytes, **fields: Any) -> bytes:
    return json.dumps(json.loads(stored) | fields).encode()


def test_an_incident_of_before_runbooks_and_parties_is_read_without_any() -> None:
    here = incident()
    document = json.loads(INCIDENT.encode(here))
    for name in ("ticks", "requests", "parties"):
        del document[name]
    for name in ("ordered", "runbook", "roll_call"):
        del document["channel"][name]
    stored = json.dumps(document | {"schema": 4}).encode()
    read = INCIDENT.decode(stored, number=here.number, version=here.version)
    assert read == replace(here, accepted=frozenset(here.roles))


def test_a_set_that_another_process_wrote_in_another_order_takes_the_quick_way() -> None:
    job = Native(Channel, 1, tuple(f.name for f in fields(Channel)))
    many = replace(incident().channel, members=frozenset(f"U0{n}" for n in range(9)))
    written = job.written(many)
    assert written is not None
    document = json.loads(written)
    other = json.dumps(
        document | {"members": sorted(document["members"], reverse=True)}, separators=(",", ":")
    ).encode()
    assert job.read(other, {}) == many
    assert job.read(other.replace(b"U08", b"U0?", 1).replace(b"{", b'{"mood":1,', 1), {}) is None
