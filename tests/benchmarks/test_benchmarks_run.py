"""Each benchmark runs, in a tiny form, and finds only right answers. How long anything takes is not asked here."""

import pytest

from tests.benchmarks.__main__ import BENCHMARKS


@pytest.mark.parametrize("name", BENCHMARKS)
async def test_a_benchmark_runs_and_finds_nothing_wrong(name: str) -> None:
    figures = {figure.name: figure for figure in await BENCHMARKS[name](True)}
    assert figures
    assert [problem for figure in figures.values() for problem in figure.problems] == []
    for counted, expected in (("channels for 50 submits", 50), ("incidents of one submission delivered 5 times", 1)):
        assert name != "fifty" or figures[counted].value == expected
