"""To whom is not in it, a private incident is not there: not by its id, number or channel, nor by asking again."""

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.domain.change import Change
from bot.domain.incident import Channel, Incident
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry, EntryKind
from bot.ports import Committed, Incidents
from bot.usecases.sight import InSight
from tests.builders import ANA, CY, NOON, incident

HIDDEN = replace(incident(), private=True, channel=Channel(id="C0HIDDEN", private=True))
ENTRY = Entry(at=NOON, kind=EntryKind.NOTE, actor=ANA, text="not for others")


class _Memory:
    """Holds one private incident, and has committed the operation "again"."""

    def __init__(self) -> None:
        self.decided: list[str] = []

    async def amend(self, operation: str, incident_id: str, decide: Any) -> Committed:
        if operation == "again":
            return Committed(HIDDEN, repeated=True)
        decide(HIDDEN)
        self.decided.append(operation)
        return Committed(HIDDEN)

    async def load(self, _: str) -> Incident:
        return HIDDEN

    find = in_channel = load

    async def open(self, _: int | None = None) -> tuple[Incident, ...]:
        return (HIDDEN,)

    async def timeline(self, _: str) -> tuple[Entry, ...]:
        return (ENTRY,)


def seen_by(user: str) -> tuple[InSight, _Memory]:
    memory = _Memory()
    return InSight(cast(Incidents, memory), user), memory


async def test_whichever_way_somebody_looks_who_is_not_in_it_finds_nothing() -> None:
    outside, _ = seen_by(CY)
    assert await outside.load("inc0001") is None
    assert await outside.find(cast(Any, 1)) is None
    assert await outside.in_channel("C0HIDDEN") is None
    assert await outside.open() == ()
    assert await outside.timeline("inc0001") == ()
    inside, _ = seen_by(ANA)
    assert await inside.timeline("inc0001") == (ENTRY,)
    assert await inside.in_channel("C0HIDDEN") == await inside.find(cast(Any, 1)) == HIDDEN


@pytest.mark.parametrize("operation", ["new", "again"])
async def test_what_is_changed_or_was_changed_before_is_answered_as_if_there_were_no_such_incident(
    operation: str,
) -> None:
    outside, memory = seen_by(CY)
    with pytest.raises(Refusal) as refused:
        await outside.amend(operation, "inc0001", Change)
    assert refused.value.code == "no_such_incident"
    assert memory.decided == []
    inside, _ = seen_by(ANA)
    assert (await inside.amend(operation, "inc0001", Change)).incident == HIDDEN
