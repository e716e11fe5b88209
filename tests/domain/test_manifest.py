"""The digest covers everything that a customer could notice: each thing that changes is another digest (I1, N1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.facts import Confidence, Estimate, EstimateKind, Stage
from bot.domain.manifest import digest
from bot.domain.translation import Translation
from bot.domain.update import OutletKind, Planned
from tests.builders import NOON, WORKSPACE, facts, rendered

(PLANNED,) = rendered(outlets=("email",)).planned
GIVEN: dict[str, Any] = {
    "workspace": WORKSPACE,
    "incident_id": "inc0001",
    "update_id": "upd1",
    "revision": 1,
    "stage": Stage.INVESTIGATING,
    "facts": facts(),
    "drill": False,
    "planned": (PLANNED,),
    "quoted": (),
}
ESTIMATE = facts().estimate
CHANGES: dict[str, dict[str, Any]] = {
    "workspace": {"workspace": "T0OTHER"},
    "incident": {"incident_id": "inc0002"},
    "update": {"update_id": "upd2"},
    "revision": {"revision": 2},
    "stage": {"stage": Stage.MONITORING},
    "drill": {"drill": True},
    "quoted": {"quoted": ("U0ANA",)},
    "promise": {"facts": facts(next_update_by=NOON + timedelta(minutes=46))},
    "borrowed": {"borrowed": ("U0ANA",)},
    "private": {"private": True},
    "private once": {"reclassified": 2},
    "base language": {"facts": facts(locale="fr")},
    "translation": {"facts": facts(translations=(Translation(locale="fr", texts=(("impact", "Rien.", "x"),)),))},
    "no promise": {"facts": facts(next_update_by=None)},
    "headline": {"facts": facts(headline="Card payments fail")},
    "impact": {"facts": facts(impact="Nothing works.")},
    "meanwhile": {"facts": facts(meanwhile="Wait.")},
    "zone": {"facts": facts(zone="UTC")},
    "a field": {"facts": facts(fields=(("cause", "a cable"),))},
    "estimate": {"facts": facts(estimate=Estimate(kind=EstimateKind.UNKNOWN))},
    "earliest": {"facts": facts(estimate=replace(ESTIMATE, earliest=NOON))},
    "latest": {"facts": facts(estimate=replace(ESTIMATE, latest=NOON + timedelta(hours=9)))},
    "confidence": {"facts": facts(estimate=replace(ESTIMATE, confidence=Confidence.LOW))},
    "another outlet": {"planned": rendered(outlets=("email", "status")).planned},
    "no outlet": {"planned": ()},
}
ENTRIES: dict[str, Planned] = {
    "outlet": replace(PLANNED, outlet="status"),
    "kind": replace(PLANNED, kind=OutletKind.BLIND),
    "destination": replace(PLANNED, destination="email:elsewhere"),
    "envelope": replace(PLANNED, envelope=("Date",)),
    "locale": replace(PLANNED, locale="fr"),
    "rendition": replace(PLANNED, rendition="0" * 64),
    "recipients": replace(PLANNED, recipients="0" * 64),
    "recipient_count": replace(PLANNED, recipient_count=2),
    "rehearsal": replace(PLANNED, rehearsal=True),
}


@pytest.mark.parametrize(
    "changes", [*CHANGES.values(), *({"planned": (p,)} for p in ENTRIES.values())], ids=[*CHANGES, *ENTRIES]
)
def test_whatever_changes_it_is_another_digest(changes: dict[str, Any]) -> None:
    assert digest(**{**GIVEN, **changes}) != digest(**GIVEN)


def test_the_order_in_which_outlets_and_people_are_named_does_not_matter() -> None:
    both = rendered(outlets=("email", "status")).planned
    one = digest(**{**GIVEN, "planned": both, "quoted": ("U0ANA", "U0BO")})
    assert one == digest(**{**GIVEN, "planned": both[::-1], "quoted": ("U0BO", "U0ANA")})


def test_every_field_of_an_outlets_share_is_covered_or_is_for_the_eye_alone() -> None:
    """`label` names the outlet on the card and `length` decides how it is shown there: neither leaves."""
    assert set(Planned.__slots__) - set(ENTRIES) == {"label", "length"}
