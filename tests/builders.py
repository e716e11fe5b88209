"""Builders: the smallest valid thing of each kind, with only what a test cares about spelled out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import approval, drafting, lifecycle
from bot.domain.change import Blob
from bot.domain.drafting import Rendered
from bot.domain.facts import Confidence, Estimate, EstimateKind, Facts, Stage
from bot.domain.incident import Incident, Role, Severity
from bot.domain.lifecycle import Declaration
from bot.domain.people import Person
from bot.domain.policy import Policy
from bot.domain.update import OutletKind, Planned, Recipient, Rendition, canonical
from bot.plan import shipped

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WORKSPACE = "T0TEST"
ANA, BO, CY, DEE = "U0ANA", "U0BO", "U0CY", "U0DEE"
POLICY = Policy(approvers=frozenset({DEE}))
PLAN = shipped().plan


def person(user_id: str = ANA, **changes: Any) -> Person:
    """A colleague, known since just now."""
    return replace(
        Person(user_id=user_id, workspace=WORKSPACE, name=user_id[2:].title(), zone="Europe/Berlin", checked_at=NOON),
        **changes,
    )


def facts(now: datetime = NOON, **changes: Any) -> Facts:
    """What a sensible update says, promising the next one in 45 minutes."""
    base = Facts(
        headline="Card payments fail in the EU",
        impact="Paying by card fails for customers in the EU. Other payments work.",
        meanwhile="Pay by bank transfer, or try again later today.",
        estimate=Estimate(
            kind=EstimateKind.RANGE,
            earliest=now + timedelta(hours=1),
            latest=now + timedelta(hours=2),
            confidence=Confidence.MEDIUM,
        ),
        next_update_by=now + timedelta(minutes=45),
        zone="Europe/Berlin",
    )
    return replace(base, **changes)


def restored(now: datetime = NOON) -> Facts:
    """What a restored notice says."""
    return facts(now, estimate=Estimate(kind=EstimateKind.RESTORED), next_update_by=None)


def incident(now: datetime = NOON, **changes: Any) -> Incident:
    """INC-1, declared by Ana, with Bo as communications lead."""
    said = Declaration(
        title="Checkout fails for EU cards",
        severity=Severity.SEV1,
        impact="Paying by card fails for customers in the EU.",
        components=("Checkout",),
        roles={Role.COMMUNICATIONS: BO},
    )
    declared = lifecycle.declare(said, person(ANA), "inc0001", now).incident
    return replace(declared, number=1, version=1, **changes)


def rendered(
    about: Facts | None = None,
    outlets: tuple[str, ...] = ("status", "email"),
    count: int = 1,
    text: str = "Card payments fail in the EU",
    kind: OutletKind = OutletKind.IDEMPOTENT,
) -> Rendered:
    """Facts with one short rendition and `count` recipients for each outlet."""
    accepted = about or facts()
    planned: list[Planned] = []
    blobs: list[Blob] = []
    for name in outlets:
        rendition = Rendition(outlet=name, locale="en", parts=(("text", text),))
        listed = Blob(canonical([{"id": f"{name}-{n}", "address": f"a{n}@example.com"} for n in range(count)]))
        planned.append(
            Planned(
                outlet=name,
                label=name.title(),
                kind=kind,
                destination=f"{name}:here",
                envelope=(),
                locale="en",
                rendition=rendition.sha256,
                length=len(text),
                recipients=listed.sha256,
                recipient_count=count,
            )
        )
        blobs += [Blob(rendition.to_bytes()), listed]
    return Rendered(facts=accepted, planned=tuple(planned), blobs=tuple(blobs))


def recipients(outlet: str, count: int = 1) -> tuple[Recipient, ...]:
    """The recipients that `rendered` froze."""
    return tuple(Recipient(id=f"{outlet}-{n}", address=f"a{n}@example.com") for n in range(count))


def submitted(
    base: Incident | None = None,
    update_id: str = "upd1",
    by: str = BO,
    content: Rendered | None = None,
    now: datetime = NOON,
    stage: Stage = Stage.INVESTIGATING,
) -> Incident:
    """An incident with one more update waiting for approval, written by Bo."""
    return drafting.draft(
        base or incident(now),
        update_id,
        f"outage/{stage}",
        stage,
        content or rendered(facts(now)),
        person(by),
        now,
        POLICY,
    ).incident


def approved(
    base: Incident | None = None,
    update_id: str = "upd1",
    by: str = DEE,
    now: datetime = NOON,
    content: Rendered | None = None,
    stage: Stage = Stage.INVESTIGATING,
) -> Incident:
    """An incident with an update on its way, approved by Dee."""
    waiting = submitted(base, update_id, now=now, content=content, stage=stage)
    digest = waiting.update(update_id).latest.digest
    return approval.approve(waiting, update_id, digest, person(by), now, POLICY).incident
