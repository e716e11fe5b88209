"""Which words support is given for tickets."""

from typing import cast

import pytest

from bot.domain import approval, delivery, lifecycle
from bot.domain.facts import Stage
from bot.domain.update import Outcome
from bot.ports import Services
from bot.usecases.wording import wording
from tests.builders import ANA, NOON, approved, person


@pytest.mark.parametrize("later", [False, True], ids=["when it is stopped", "with the next stage"])
async def test_nobody_is_given_the_words_of_an_update_that_was_stopped(later: bool) -> None:
    found = delivery.settle(approved(), "upd1", "status", {Outcome.DELIVERED: 1}, "", NOON).incident
    found = approval.stop(found, "upd1", person(ANA), NOON).incident
    if later:
        found = lifecycle.set_stage(found, Stage.IDENTIFIED, person(ANA), NOON).incident
    assert found.tellings[-1].update_id == "upd1"
    nothing_is_read = cast(Services, None)
    assert [await wording(nothing_is_read, found, told) for told in found.tellings] == [""] * len(found.tellings)
