"""Every stand-in for Slack that a test makes is held to Slack's published types (tests/slack_truth)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from bot import wiring
from bot.practice import keeping
from bot.practice.slack_standin import SlackStandIn
from bot.web.serving import tidy_seldom
from tests import forks, ready_words
from tests.browser.found import CHROMIUM
from tests.slack_truth.judge import judged

# No test is timed: on a busy machine an example takes as long as it takes. Speed is for tests/benchmarks.
# And no run is a draw: `make test` tries the same examples each time, so that what it says of a change is about the
# change. `make examples` draws new ones; what it finds is kept as an @example.
settings.register_profile("anew", deadline=None)
settings.register_profile("kept", deadline=None, derandomize=True)
settings.load_profile("kept")

# What is built in this process is built from words that were read once, and its processes begin ready.
setattr(wiring, "Tongues", ready_words.tongues)  # noqa: B010 - a class's place
setattr(keeping, "Tethered", forks.InPractice)  # noqa: B010 - a class's place
ready_words.compiled_once()
tidy_seldom()  # as web and worker do; what nobody refers to any more goes at once all the same


@pytest.fixture(autouse=True)
def held_to_slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Judges what each stand-in of this test sent and was sent, when the test is over."""
    made: list[SlackStandIn] = []
    build = SlackStandIn.__init__

    def remembered(standin: SlackStandIn, *args: Any, **about: Any) -> None:
        build(standin, *args, **about)
        made.append(standin)

    monkeypatch.setattr(SlackStandIn, "__init__", remembered)
    yield
    wrong = sorted({line for standin in made for line in judged(standin)})
    assert not wrong, "not as Slack's published types have it (tests/slack_truth/README.md):\n" + "\n".join(wrong)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, so that nobody takes a run without a browser for the whole."""
    if CHROMIUM is None:
        terminalreporter.write_line("No Chromium on this machine: the page was not tried in a browser (tests/browser).")
