"""Logs carry no secret and nobody's address, whoever wrote the line (failure model 37)."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from bot.metrics.instruments import version

CANARIES = (
    "xoxb-123-456-c4n4ry",
    "xoxe.xoxb-1-c4n4ry",
    "xapp-1-A1-c4n4ry",
    "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5",
    "redis://user:c4n4ry@redis.example.com:6379/0",
    "https://hooks.slack.com/commands/T1/2/c4n4ry",
    "Bearer c4n4ry.c4n4ry",
    "c4n4ry@customer.example.com",
    "+49 151 2345 6789",
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.set_up(json=True, stream=out)
    yield out
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def line(stream: io.StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stream.getvalue().strip().splitlines()[-1])
    return found


def hidden(canary: str) -> str:
    """Return the part that must not be seen."""
    return "c4n4ry" if "c4n4ry" in canary else canary.rsplit("_")[-1]


@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_comes_through_anywhere(stream: io.StringIO, canary: str) -> None:
    structlog.get_logger("ours").warning(f"said {canary} aloud", detail=canary, deep={"list": [canary, {"x": canary}]})
    logging.getLogger("library").error("request to %s failed", canary)
    try:
        raise RuntimeError(canary)
    except RuntimeError:
        structlog.get_logger("ours").exception("it broke")
    assert stream.getvalue().count("\n") == 3
    assert hidden(canary) not in stream.getvalue()


@pytest.mark.parametrize("name", ["slack_bot_token", "signing_secret", "password", "response_url", "text", "blocks"])
def test_values_under_telling_names_are_masked(stream: io.StringIO, name: str) -> None:
    structlog.get_logger().info("event", **{name: "plain words"})
    assert line(stream)[name] == logs.MASK


def test_what_helps_is_kept(stream: io.StringIO) -> None:
    structlog.get_logger("worker").info("job_done", job="01h", lane="outlet:mail", seconds=0.25, incident="inc-7")
    found = line(stream)
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "event": "job_done",
        "level": "info",
        "logger": "worker",
        "process": "clarion",
        "version": version(),
        "job": "01h",
        "lane": "outlet:mail",
        "seconds": 0.25,
        "incident": "inc-7",
    }


def test_libraries_that_log_payloads_are_kept_quiet(stream: io.StringIO) -> None:
    logging.getLogger("slack_bolt").info("Sending a request: text=we are down")
    assert stream.getvalue() == ""


def test_people_get_lines_they_can_read() -> None:
    root = logging.getLogger()
    before = root.handlers[:]
    out = io.StringIO()
    try:
        logs.set_up(json=False, stream=out)
        structlog.get_logger("web").warning("slack_slow", seconds=2)
        assert "slack_slow" in out.getvalue()
        assert "seconds=2" in out.getvalue()
    finally:
        root.handlers[:] = before
        structlog.reset_defaults()
