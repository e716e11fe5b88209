"""Who may read metrics, and what the three answers look like."""

import pytest
from starlette.applications import Starlette

from bot.health.doors import Doors
from bot.health.watch import Watch
from bot.metrics.standing import Owed
from bot.ports.overview import LaneView, Overview
from tests.asgi import Answered, call

TOKEN = "a-token-for-metrics-1234"


def app(token: str = "", *, lag: float = 0.0, down: bool = False) -> Starlette:
    async def look() -> Overview:
        if down:
            raise OSError("redis://user:c4n4ry@host")
        return Overview((LaneView("outlet:email", 1, lag, served=False),))

    async def find() -> Owed:
        if down:
            raise OSError("c4n4ry")
        return Owed(open=3)

    return Starlette(routes=list(Doors(Watch(look, heard=lambda: 12.34), find, token=token).routes))


class From:
    """The same application, asked from another address."""

    def __init__(self, inner: Starlette, host: str | None) -> None:
        self._inner, self._host = inner, host

    async def __call__(self, scope: dict[str, object], receive: object, send: object) -> None:
        scope["client"] = (self._host, 1) if self._host else None
        await self._inner(scope, receive, send)  # type: ignore[arg-type]  # tests.asgi speaks ASGI without its types


async def get(asked: object, path: str = "/metrics", **headers: str) -> Answered:
    return await call(asked, "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_without_a_token_this_machine_reads_metrics(host: str) -> None:
    answered = await get(From(app(), host))
    assert answered.status == 200
    assert b"clarion_incidents_open 3.0" in answered.body
    assert answered.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("host", ["10.0.0.7", "192.168.1.1", "203.0.113.9", "2001:db8::1", "unix", None])
async def test_without_a_token_nobody_else_does(host: str | None) -> None:
    answered = await get(From(app(), host))
    assert answered.status == 403
    assert b"METRICS_TOKEN" in answered.body
    assert b"clarion_" not in answered.body


@pytest.mark.parametrize("name", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
async def test_a_proxy_on_this_machine_opens_no_door(name: str) -> None:
    assert (await get(app(), **{name: "127.0.0.1"})).status == 403


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
async def test_with_a_token_nobody_reads_without_it(given: str) -> None:
    headers = {"authorization": given} if given else {}
    assert (await get(app(TOKEN), **headers)).status == 401


async def test_with_the_token_anybody_reads_through_a_proxy_too() -> None:
    answered = await get(From(app(TOKEN), "203.0.113.9"), authorization=f"bearer {TOKEN}", x_forwarded_for="1.2.3.4")
    assert answered.status == 200


async def test_a_scraper_that_asks_for_openmetrics_gets_it() -> None:
    answered = await get(app(), accept="application/openmetrics-text; version=1.0.0")
    assert answered.headers["content-type"].startswith("application/openmetrics-text")
    assert answered.body.endswith(b"# EOF\n")


async def test_readiness_is_told_to_anybody_with_reasons() -> None:
    answered = await get(From(app(lag=2.0), "203.0.113.9"), "/readyz")
    assert answered.status == 200
    assert answered.json == {"ready": True, "reasons": [], "job_lag_seconds": 2.0, "slack_heard_seconds_ago": 12.3}
    answered = await get(app(lag=31.0), "/readyz")
    assert answered.status == 503
    assert answered.json["reasons"] == [
        "Jobs have waited for 31 s and nobody takes them (outlet:email): does a worker run?"
    ]


async def test_without_redis_it_lives_is_not_ready_and_counts_on_without_secrets() -> None:
    down = app(down=True)
    assert (await get(down, "/healthz")).body == b"ok"
    answered = await get(down, "/readyz")
    assert answered.status == 503
    metrics = await get(down)
    assert metrics.status == 200
    assert b"clarion_redis_up 0.0" in metrics.body
    assert b"clarion_jobs_later" not in metrics.body.replace(b"# ", b"")
    assert b"c4n4ry" not in answered.body + metrics.body
