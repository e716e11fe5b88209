"""Whoever wrote a sentence does not approve it, in whichever update of the incident it comes back unchanged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import approval, drafting
from bot.domain.approvers import askable
from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusals import Refusal
from tests.builders import ANA, BO, CY, DEE, NOON, facts, incident, person, rendered

LATER = NOON + timedelta(minutes=20)
POLICY = Policy(approvers=frozenset({BO, DEE}))
GIVEN = "You do not need to do anything."
NEW = facts(LATER, headline="Card payments are slow", impact="Some wait for a minute.", meanwhile="Wait a little.")


def written(base: Incident, update_id: str, by: str, about: Facts, corrects: str = "") -> Incident:
    """`base` with a new draft by `by`, in which the template put nothing but `GIVEN`."""
    content = replace(rendered(about), given=(GIVEN,))
    args = (update_id, "outage/identified", Stage.IDENTIFIED, content, person(by), LATER, POLICY, corrects)
    return drafting.draft(base, *args).incident


def told(by: str = BO, approver: str = DEE, about: Facts | None = None) -> Incident:
    """An incident whose first update was written by `by` and approved by `approver`."""
    content = replace(rendered(about or facts()), given=(GIVEN,))
    args = ("upd1", "outage/investigating", Stage.INVESTIGATING, content, person(by), NOON, POLICY)
    return approves(drafting.draft(incident(), *args).incident, "upd1", approver)


def approves(found: Incident, update_id: str, who: str) -> Incident:
    digest = found.update(update_id).latest.digest
    return approval.approve(found, update_id, digest, person(who), NOON, POLICY).incident


@pytest.mark.parametrize("field", ["headline", "impact", "meanwhile"])
def test_whose_sentence_is_taken_over_unchanged_does_not_approve_it(field: str) -> None:
    again = written(told(), "upd2", CY, replace(NEW, **{field: getattr(facts(), field)}))
    assert again.update("upd2").latest.borrowed == (BO,)
    assert BO not in askable(again, again.update("upd2"), POLICY)
    with pytest.raises(Refusal) as refused:
        approves(again, "upd2", BO)
    assert refused.value.code == "own_words"
    approves(again, "upd2", DEE)


def test_a_sentence_in_the_middle_of_new_ones_is_still_its_writers() -> None:
    about = replace(NEW, impact="We know more. other  payments work. It is being mended.")
    assert written(told(), "upd2", CY, about).update("upd2").latest.borrowed == (BO,)


def test_who_wrote_nothing_that_is_left_may_approve() -> None:
    again = written(told(), "upd2", CY, NEW)
    assert again.update("upd2").authors == {CY}
    approves(again, "upd2", BO)


def test_one_author_and_two_approvers_have_a_normal_night_and_a_correction_too() -> None:
    night = written(told(), "upd2", BO, facts(LATER))
    assert night.update("upd2").authors == {BO}
    night = written(approves(night, "upd2", DEE), "upd3", DEE, facts(LATER, headline="Not so"), corrects="upd2")
    assert night.update("upd3").authors == {BO, DEE}
    approves(night, "upd3", ANA)  # the commander


def test_words_of_a_template_and_of_the_declaration_are_nobodys() -> None:
    base = told(about=facts(headline=incident().title, impact=incident().impact, meanwhile=GIVEN))
    about = replace(NEW, headline=incident().title, impact=incident().impact, meanwhile=GIVEN)
    assert written(base, "upd2", CY, about).update("upd2").latest.borrowed == ()


def test_a_sentence_stays_its_first_writers_through_many_updates() -> None:
    once = written(told(), "upd2", CY, replace(NEW, impact=facts().impact))
    twice = written(once, "upd3", DEE, replace(NEW, impact=facts().impact, headline="Still slow", meanwhile="Wait."))
    assert twice.update("upd3").latest.borrowed == (BO,)  # Cy only took it over


def test_words_taken_in_by_an_edit_count_and_those_taken_out_stay() -> None:
    again = written(told(), "upd2", CY, NEW)
    base, content = again.update("upd2").latest.digest, rendered(replace(NEW, impact=facts().impact))
    edited = drafting.revise(again, "upd2", base, content, person(DEE), LATER, POLICY).incident
    assert edited.update("upd2").authors == {BO, CY, DEE}
    base, content = edited.update("upd2").latest.digest, rendered(NEW)
    back = drafting.revise(edited, "upd2", base, content, person(DEE), LATER, POLICY).incident
    assert back.update("upd2").authors == {BO, CY, DEE}


def test_the_digest_covers_whose_words_they_are() -> None:
    mine, others = written(told(by=CY), "upd2", CY, facts(LATER)), written(told(), "upd2", CY, facts(LATER))
    assert mine.update("upd2").latest.digest != others.update("upd2").latest.digest
