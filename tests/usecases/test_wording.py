"""Which words support is given for tickets."""

from types import SimpleNamespace
from typing import cast

import pytest

from bot.domain import approval, delivery, lifecycle
from bot.domain.facts import Stage
from bot.domain.update import Outcome, Rendition
from bot.ports import FieldSpec, Services, Template
from bot.usecases.wording import wording
from tests.builders import ANA, NOON, approved, facts, person, rendered


class _Words:
    """One template with a field that only our own people read."""

    def templates(self) -> tuple[Template, ...]:
        cause = FieldSpec(name="cause", label="Cause", inside=True)
        outage = Template(
            name="outage/investigating", title="Outage", stage=Stage.INVESTIGATING, when_to_use="", fields=(cause,)
        )
        return (outage,)

    def readable(self, rendition: Rendition) -> str:
        return rendition.outlet


async def test_what_is_written_for_inside_is_never_taken_for_wording() -> None:
    """Where our own people read the channel, its text says more than customers may know: that of the mail is given."""
    for fields, given in (((), "slack"), ((("cause", "a bad deploy"),), "email")):
        content = rendered(facts(fields=fields), outlets=("slack", "email"))
        found = approved(content=content)
        found = delivery.settle(found, "upd1", "slack", {Outcome.DELIVERED: 1}, "", NOON).incident
        kept = {blob.sha256: blob.data for blob in content.blobs}

        async def blob(sha256: str, kept: dict[str, bytes] = kept) -> bytes:
            return kept[sha256]

        services = cast(Services, SimpleNamespace(words=_Words(), incidents=SimpleNamespace(blob=blob)))
        assert await wording(services, found, found.tellings[-1]) == given


@pytest.mark.parametrize("later", [False, True], ids=["when it is stopped", "with the next stage"])
async def test_nobody_is_given_the_words_of_an_update_that_was_stopped(later: bool) -> None:
    found = delivery.settle(approved(), "upd1", "status", {Outcome.DELIVERED: 1}, "", NOON).incident
    found = approval.stop(found, "upd1", person(ANA), NOON).incident
    if later:
        found = lifecycle.set_stage(found, Stage.IDENTIFIED, person(ANA), NOON).incident
    assert found.tellings[-1].update_id == "upd1"
    nothing_is_read = cast(Services, None)
    assert [await wording(nothing_is_read, found, told) for told in found.tellings] == [""] * len(found.tellings)
