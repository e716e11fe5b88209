"""The tables of moves: whole, asked wherever a state is written, and drawn in the README as they are."""

import ast
import os
import re
from enum import StrEnum
from typing import Any

import pytest

from bot.domain.facts import Stage
from bot.domain.incident import EndKind
from bot.domain.job import JobPlace
from bot.domain.transitions import DELIVERIES, INCIDENTS, JOBS, UPDATES, NoSuchMove, Table, drawn
from bot.domain.update import DeliveryState, UpdateState
from tests.architecture.sources import ROOT, sources

README = ROOT / "bot" / "domain" / "README.md"
DIAGRAMS = {
    "updates": drawn(UPDATES),
    "deliveries": drawn(DELIVERIES),
    "incidents": drawn(INCIDENTS, tuple(Stage), "open"),
    "jobs": drawn(JOBS),
}
TABLES: dict[str, tuple[Table[Any], set[StrEnum]]] = {
    "updates": (UPDATES, set(UpdateState)),
    "deliveries": (DELIVERIES, set(DeliveryState)),
    "incidents": (INCIDENTS, {*Stage, *EndKind}),
    "jobs": (JOBS, set(JobPlace)),
}


@pytest.mark.parametrize("name", list(TABLES))
def test_every_state_is_reached_from_the_beginning(name: str) -> None:
    table, states = TABLES[name]
    reached = set(table.begins)
    while more := {move.after for move in table.moves if move.before in reached} - reached:
        reached |= more
    assert reached == states


@pytest.mark.parametrize("name", list(TABLES))
def test_no_arrow_stands_twice(name: str) -> None:
    pairs = [(move.before, move.after) for move in TABLES[name][0].moves]
    assert len(set(pairs)) == len(pairs)


def test_what_no_arrow_leads_to_is_a_fault_that_names_both() -> None:
    with pytest.raises(NoSuchMove, match="published -> draft"):
        UPDATES.to(UpdateState.PUBLISHED, UpdateState.DRAFT)
    with pytest.raises(NoSuchMove, match="quiet -> waived"):
        INCIDENTS.to(EndKind.QUIET, EndKind.WAIVED)
    assert UPDATES.to(UpdateState.DRAFT, UpdateState.SUBMITTED) is UpdateState.SUBMITTED


def test_whoever_writes_a_state_asks_its_table() -> None:
    """No `replace(..., state=UpdateState.X)`: it would go anywhere. What is new begins where its table says."""
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "replace"
        for keyword in node.keywords
        if keyword.arg in ("state", "stage") and ast.unparse(keyword.value).split(".")[0].endswith(("State", "Stage"))
    ]
    # The last words of an ended incident: its table is asked for the end, one line above.
    assert [one.partition(":")[0] for one in found] == ["bot/domain/lifecycle.py"]


@pytest.mark.parametrize("name", list(DIAGRAMS))
def test_the_readme_draws_the_table_as_it_is(name: str) -> None:
    said = f"<!-- {name} -->\n\n```mermaid\n{DIAGRAMS[name]}\n```\n\n<!-- end -->"
    text, place = README.read_text(), re.compile(rf"<!-- {name} -->.*?<!-- end -->", re.DOTALL)
    if os.environ.get("UPDATE_GALLERY"):
        README.write_text(place.sub(said, text))
    found = place.search(README.read_text())
    assert found is not None
    assert found.group() == said
