"""Coverage: an approval waits for every language, and the end for every language that heard."""

from dataclasses import replace

import pytest

from bot.domain import approval, delivery, drafting
from bot.domain.drafting import Rendered
from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.languages import base_of, called, carried, closest, each_language, heard, languages_of, name_of, spoken
from bot.domain.manifest import digest_now
from bot.domain.plan import Audience, OutletPlan, Plan, Through, Untranslated
from bot.domain.refusals import Offer, Refusal
from bot.domain.translating import Typed, texts_of, translated
from bot.domain.update import Outcome, Rendition
from tests import builders
from tests.builders import BO, DEE, NOON, PLAN, POLICY, person

FRENCH = {"headline": "Panne", "impact": "Le paiement échoue.", "meanwhile": "Payez par virement."}
WARNED = replace(POLICY, untranslated=Untranslated.WARN)


def in_french(facts: Facts | None = None) -> Facts:
    """Facts that are translated into French."""
    return translated(facts or builders.facts(), Typed(locale="fr", texts=FRENCH))


def content(facts: Facts, *locales: str, text: str = "Texte") -> Rendered:
    """Facts with one rendition for the status page and one for e-mail in each language."""
    made = builders.rendered(facts)
    planned = []
    for one in made.planned:
        for locale in locales:
            rendition = Rendition(outlet=one.outlet, locale=locale, parts=(("text", f"{locale} {text}"),))
            planned.append(replace(one, locale=locale, rendition=rendition.sha256))
    return replace(made, planned=tuple(planned))


def approve(incident: Incident, update_id: str = "upd1", policy: object = POLICY) -> Incident:
    digest = incident.update(update_id).latest.digest
    return approval.approve(incident, update_id, digest, person(DEE), NOON, policy).incident  # type: ignore[arg-type]


def settled(incident: Incident, update_id: str, heard_in: tuple[str, ...]) -> Incident:
    """The incident with an update delivered at both outlets, in these languages."""
    for outlet in ("status", "email"):
        incident = delivery.begin(incident, update_id, outlet, NOON).incident
        tally = {Outcome.DELIVERED: 2} if heard_in else {Outcome.REFUSED: 2}
        incident = delivery.settle(incident, update_id, outlet, tally, "", NOON, heard_in).incident
    return incident


def test_an_untranslated_language_is_refused_by_its_name_with_the_way_to_it() -> None:
    waiting = builders.submitted(content=content(builders.facts(), "en", "fr", "pl"))
    with pytest.raises(Refusal) as told:
        approve(waiting)
    assert told.value.code == "untranslated"
    assert "before French, Polish is done" in told.value.sentence
    assert told.value.way is not None
    assert told.value.way.offer is Offer.TRANSLATE


def test_breaking_the_glass_goes_round_no_language() -> None:
    waiting = builders.submitted(content=content(builders.facts(), "en", "fr"))
    digest = waiting.update("upd1").latest.digest
    with pytest.raises(Refusal, match="before French is done"):
        approval.break_glass(waiting, "upd1", digest, "I am alone", person(DEE), NOON, POLICY)


def test_the_plan_may_let_a_copy_leave_and_never_an_older_translation() -> None:
    copied = builders.submitted(content=content(builders.facts(), "en", "fr"))
    assert approve(copied, policy=WARNED).update("upd1").approved
    older = replace(in_french(), impact="Paying by card fails everywhere.")
    with pytest.raises(Refusal, match="translated before the original was changed \\(What customers see\\)"):
        approve(builders.submitted(content=content(older, "en", "fr")), policy=WARNED)


def test_a_restored_notice_is_never_let_go_untranslated() -> None:
    waiting = builders.submitted(content=content(builders.restored(), "en", "fr"), stage=Stage.RESOLVED)
    with pytest.raises(Refusal, match="before French is done"):
        approve(waiting, policy=WARNED)


def test_translated_it_is_one_delivery_for_each_outlet_whatever_its_languages() -> None:
    after = approve(builders.submitted(content=content(in_french(), "en", "fr"))).update("upd1")
    assert [d.outlet for d in after.deliveries] == ["status", "email"]
    assert [p.locale for p in after.plans_for("email")] == ["en", "fr"]
    assert after.count_for("email") == 2
    assert languages_of(after) == ("en", "fr")


def test_the_digest_changes_when_only_a_french_text_does() -> None:
    waiting = builders.submitted(content=content(in_french(), "en", "fr"))
    update = waiting.update("upd1")
    other = in_french(translated(builders.facts(), Typed(locale="fr", texts={"headline": "Incident"})))
    assert other != update.latest.facts or texts_of(other) == texts_of(update.latest.facts)
    changed = translated(update.latest.facts, Typed(locale="fr", texts={"headline": "Incident"}))
    revision = replace(update.latest, facts=changed)
    assert digest_now(waiting, update, revision) != update.latest.digest
    elsewhere = content(in_french(), "en", "fr", text="Autre")
    rendered = replace(update.latest, planned=(update.latest.planned[0], *elsewhere.planned[1:]))
    assert digest_now(waiting, update, rendered) != update.latest.digest


def test_the_end_must_reach_every_language_that_heard_of_the_beginning() -> None:
    told = settled(approve(builders.submitted(content=content(in_french(), "en", "fr"))), "upd1", ("en", "fr"))
    assert heard(told) == {"en", "fr"}
    late = builders.submitted(told, "upd2", content=content(builders.restored(), "en"), stage=Stage.RESOLVED)
    with pytest.raises(
        Refusal, match=r"read of this incident in French \(Status, Email\), so that it is over must reach"
    ):
        approve(late, "upd2")


def test_a_correction_must_reach_every_language_that_heard() -> None:
    told = settled(approve(builders.submitted(content=content(in_french(), "en", "fr"))), "upd1", ("en", "fr"))
    correction = drafting.draft(
        told,
        "upd2",
        "outage/correction",
        Stage.INVESTIGATING,
        content(builders.facts(), "en"),
        person(BO),
        NOON,
        POLICY,
        "upd1",
    )
    with pytest.raises(Refusal, match=r"in French \(Status, Email\), so a correction must reach them"):
        approve(correction.incident, "upd2")


def test_an_incident_goes_on_while_nobody_got_the_restored_notice_in_french() -> None:
    told = settled(approve(builders.submitted(content=content(in_french(), "en", "fr"))), "upd1", ("en", "fr"))
    restored = content(in_french(builders.restored()), "en", "fr")
    over = approve(builders.submitted(told, "upd2", content=restored, stage=Stage.RESOLVED), "upd2")
    behind = settled(over, "upd2", ("en",))
    assert behind.open
    change = delivery.settle(
        delivery.begin(settled_at(over, "upd2", "status", ("en",)), "upd2", "email", NOON).incident,
        "upd2",
        "email",
        {Outcome.DELIVERED: 2},
        "",
        NOON,
        ("en",),
    )
    assert any("reached nobody in French" in entry.text for entry in change.entries)
    assert not settled(over, "upd2", ("en", "fr")).open


def settled_at(incident: Incident, update_id: str, outlet: str, heard_in: tuple[str, ...]) -> Incident:
    """The incident with an update delivered at one outlet."""
    begun = delivery.begin(incident, update_id, outlet, NOON).incident
    return delivery.settle(begun, update_id, outlet, {Outcome.DELIVERED: 2}, "", NOON, heard_in).incident


def test_what_was_settled_before_languages_were_counted_was_heard_in_its_one_language() -> None:
    assert heard(settled(builders.approved(), "upd1", ())) == frozenset()
    told = builders.approved()
    for outlet in ("status", "email"):
        told = delivery.begin(told, "upd1", outlet, NOON).incident
        told = delivery.settle(told, "upd1", outlet, {Outcome.UNKNOWN: 1}, "", NOON).incident
    assert heard(told) == {"en"}


def plan(*languages: str, outside: bool = True, each: bool = False, through: Through = Through.EMAIL) -> Plan:
    """A plan with customers who read these languages, through one outlet."""
    audience = Audience(name="customers", who="all", outside=outside, locales=languages)
    outlet = OutletPlan(
        name="it",
        through=through,
        audiences=("customers",),
        department="d",
        service="s",
        access="a",
        each_language=each,
    )
    return replace(PLAN, audiences=(audience,), outlets=(outlet,))


def test_the_languages_are_those_of_who_is_reached_the_base_first() -> None:
    sev1 = builders.incident().severity
    assert spoken(PLAN) == ("en",)
    french = plan("fr", "en")
    assert (base_of(french), spoken(french)) == ("fr", ("fr", "en"))
    assert carried(french, sev1, Through.EMAIL) == ("fr", "en")
    assert carried(french, sev1, Through.PAGE) == ("fr",)
    assert carried(plan("en", "fr", outside=False), sev1, Through.EMAIL) == ("en",)
    assert not each_language(french, sev1, Through.EMAIL)
    inside = plan("en", "fr", outside=False, each=True, through=Through.BROADCAST)
    assert carried(inside, sev1, Through.BROADCAST) == ("en", "fr")
    assert each_language(inside, sev1, Through.BROADCAST)


def test_a_share_is_called_by_its_language_where_there_are_several() -> None:
    one, two, *_ = content(builders.facts(), "en", "fr").planned
    assert called(two, (one, two)) == "Status, French"
    assert called(one, (one,)) == "Status"
    assert (name_of("pt-BR"), name_of("xx")) == ("Portuguese (BR)", "xx")


def test_whom_nobody_tells_in_a_language_any_more_does_not_keep_the_end_from_everybody() -> None:
    told = settled(approve(builders.submitted(content=content(in_french(), "en", "fr"))), "upd1", ("en", "fr"))
    made = content(builders.restored(), "en", "fr")
    nobody = replace(
        made, planned=tuple(replace(p, recipient_count=0) if p.locale == "fr" else p for p in made.planned)
    )
    # Nor does the long text of it, which no page of "Read everything" shows, have to be read.
    nobody = replace(nobody, planned=tuple(replace(p, length=9_000) if p.locale == "fr" else p for p in nobody.planned))
    late = builders.submitted(told, "upd2", content=nobody, stage=Stage.RESOLVED)
    assert languages_of(late.update("upd2")) == ("en",)
    ended = settled(approve(late, "upd2"), "upd2", ("en",))
    assert ended.ended is not None


@pytest.mark.parametrize(
    ("asked", "there", "got"),
    [
        ("fr", ("en", "fr"), "fr"),
        ("fr-CA", ("en", "fr"), "fr"),
        ("fr", ("en", "fr-CA"), "fr-CA"),
        ("fr-CA", ("en", "fr", "fr-CA"), "fr-CA"),
        ("de", ("en", "fr"), "en"),
        ("", ("en", "fr"), "en"),
        ("en-GB", ("fr", "en"), "en"),
    ],
)
def test_a_reader_gets_the_nearest_language_that_there_is(asked: str, there: tuple[str, ...], got: str) -> None:
    assert closest(asked, there) == got
