"""Which findings in drafts stop them: what the plan's file may say of it."""

import pytest

from bot.domain.wording import BLOCKING, Kind
from bot.plan import BrokenPlan
from bot.plan.loading import SHIPPED, load_text

TEXT = SHIPPED.read_text()
BLOCKS = "  blocks: [secret, stack trace, internal host, internal address, code name]\n"
SECTION = f"wording:\n{BLOCKS}  advises: rest\n"


def test_the_shipped_plan_blocks_what_cannot_be_called_back_and_tells_the_rest() -> None:
    wording = load_text(TEXT).plan.wording
    assert wording.blocks == BLOCKING
    assert set(wording.blocks) | set(wording.advises) == set(Kind)


def test_a_plan_without_the_section_is_judged_as_the_shipped_one() -> None:
    assert load_text(TEXT.replace(SECTION, "")).plan.wording == load_text(TEXT).plan.wording


def test_what_is_in_neither_list_is_not_told() -> None:
    wording = load_text(TEXT.replace(SECTION, "wording: {blocks: [secret], advises: [blame, vague]}\n")).plan.wording
    assert (wording.blocks, wording.advises) == ((Kind.SECRET,), (Kind.BLAME, Kind.VAGUE))


def test_an_unknown_kind_is_a_mistake_with_its_line() -> None:
    with pytest.raises(BrokenPlan) as broken:
        load_text(TEXT.replace("[secret, stack trace,", "[secrets, stack trace,"))
    (one,) = broken.value.mistakes
    assert one.line == TEXT.splitlines().index(BLOCKS.rstrip()) + 1
    assert "secret" in one.sentence


def test_a_misspelt_rest_is_a_mistake() -> None:
    with pytest.raises(BrokenPlan) as broken:
        load_text(TEXT.replace("advises: rest", "advises: the rest"))
    assert broken.value.mistakes
