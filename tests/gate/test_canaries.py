"""Whatever breaks, wherever, with whatever in its message: no log, answer or health page repeats it (row 37)."""

import dataclasses
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import structlog

from bot import logs
from bot.ports import Services
from tests.asgi import call
from tests.stories.night import Night

# One of each: token, signing secret, personal secret, mail password, webhook secret, a customer's words and address.
CANARIES = (
    "xoxb-1-canarytoken",
    "canary-signing-secret",
    "canar-y0000-secre-t0000",
    "smtp://status:canarypassword@mail.example",
    "whsec_Y2FuYXJ5LXdlYmhvb2s",
    "Kanarienvogel words of a customer",
    "canary@customer.example",
)
PORTS = ("incidents", "jobs", "people", "secrets", "subscriptions", "chat", "words", "screens")
SAID = ("list", "declare", "Payments fail sev3", "update", "secret", "following", "stage identified", "timeline")


@dataclass
class Fuse:
    """Which port blows, and how often it did."""

    port: str = ""
    blown: dict[str, int] = field(default_factory=dict)


class Exploding:
    """A port that works until it is its turn; then each call raises an error with every canary in it."""

    def __init__(self, real: Any, name: str, fuse: Fuse) -> None:
        self._real, self._name, self._fuse = real, name, fuse

    def __getattr__(self, called: str) -> Any:
        found = getattr(self._real, called)
        if not callable(found):
            return found

        def maybe(*given: Any, **more: Any) -> Any:
            if self._fuse.port == self._name:
                self._fuse.blown[self._name] = self._fuse.blown.get(self._name, 0) + 1
                raise RuntimeError(f"{called} failed: {' '.join(CANARIES)}", *CANARIES)
            return found(*given, **more)

        return maybe


def _mined(fuse: Fuse) -> Callable[[Services], Services]:
    def change(services: Services) -> Services:
        mined: dict[str, Any] = {name: Exploding(getattr(services, name), name, fuse) for name in PORTS}
        return dataclasses.replace(services, **mined)

    return change


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.set_up(json=True, stream=out)
    yield out
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def leaked(text: str) -> list[str]:
    """Return the canaries that can be read in a text, whole or the part that matters."""
    telling = (*CANARIES, "canarytoken", "canarypassword", "Y2FuYXJ5", "Kanarienvogel")
    return [canary for canary in telling if canary in text]


async def test_an_error_at_any_port_repeats_nothing_in_logs_answers_or_health(written: io.StringIO) -> None:
    fuse = Fuse()
    async with Night(recipients=1, outlets=("slack",), change=_mined(fuse)).begin() as night:
        await night.declare()
        app = night.here.webs[0].app
        answers: list[str] = []
        for port in PORTS:
            fuse.port = port
            for text in SAID:
                answer = await night.person("ada").command("/incident", text, channel=night.room)
                assert answer.status == 200
                answers.append(answer.body.decode())
            for path in ("/readyz", "/healthz", "/metrics"):
                answers.append((await call(app, "GET", path)).body.decode())
        fuse.port = ""
        background = night.here.webs[0].background
        await night.until(lambda: len(background) == 0, say="quiet")
        said = "\n".join([*answers, night.told("ada"), *(m.text for m in night.posts())])
    log = written.getvalue()
    assert set(fuse.blown) >= set(PORTS) - {"screens"}, fuse.blown
    assert "handler_failed" in log
    assert leaked(log) == [], [line[:300] for line in log.splitlines() if leaked(line)][:3]
    assert leaked(said) == []
    # The net below, for whoever logs an error by itself: whatever looks like a secret is masked there too.
    structlog.get_logger().error("it broke", exc_info=RuntimeError(CANARIES[0]))
    assert "canarytoken" not in written.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_log_line_stays_one_line_and_moves_no_terminal(as_json: bool) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    out = io.StringIO()
    try:
        logs.set_up(json=as_json, stream=out)
        for nasty in ("x\nlevel=info approved", "x\r\nfoo", "\x1b[2J", "\x9b31m", "a\u2028b", "\x07\x08"):
            out.seek(0)
            out.truncate()
            structlog.get_logger().warning("odd", name=nasty)
            line = out.getvalue().removesuffix("\n")
            assert len(line.splitlines()) == 1, (nasty, line)
            assert not [c for c in line if ord(c) < 32 or 127 <= ord(c) < 160], (nasty, line)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
