"""The printed pages, as reviewed."""

from dataclasses import replace
from typing import cast

from bot.cli import page
from bot.domain.timeline import Entry, EntryKind
from bot.domain.update import Delivery, DeliveryState, Outcome
from tests.builders import ANA, NOON, approved, incident, submitted
from tests.gallery_check import check as reviewed
from tests.handlers.update_world import Everybody, world

ENTRIES = (
    Entry(at=NOON, kind=EntryKind.DECLARED, actor=ANA, text="Declared SEV1: Checkout fails", machine="ops@bastion"),
    Entry(at=NOON, kind=EntryKind.ROLE, actor=ANA, text=f"Incident commander: <@{ANA}>"),
    Entry(at=NOON, kind=EntryKind.SECURITY, actor="", text="A wrong secret was given for bo.", machine="www@web-3"),
)


async def test_an_incident_is_printed_with_names_and_machines() -> None:
    services = world().services
    people = cast(Everybody, services.people)
    people.known = {user: replace(one, name=user.lower()) for user, one in people.known.items()}
    found = incident()
    shown = await page.incident(services, found, ENTRIES)
    assert "ops@bastion" in shown
    reviewed("cli/incident.txt", shown)


def test_an_outcome_says_how_it_ended_or_until_when_it_is_tried() -> None:
    update = approved().updates[0]
    sent = replace(update.deliveries[0], state=DeliveryState.SETTLED, tally={Outcome.DELIVERED: 3, Outcome.UNKNOWN: 1})
    assert page.outcome(update, sent).endswith(": 3 delivered, 1 unknown")
    waiting = Delivery(outlet=sent.outlet, expires_at=NOON, note="Slack did not answer")
    assert page.outcome(update, waiting).endswith(": queued; tried until 03:00 UTC (Slack did not answer)")
    assert page.outcome(update, replace(waiting, cancelled=f"stopped by <@{ANA}>", note="")).endswith(": being stopped")


def test_times_are_echoed_as_understood() -> None:
    reviewed("cli/times.txt", page.facts(submitted().updates[0].latest.facts, NOON))
