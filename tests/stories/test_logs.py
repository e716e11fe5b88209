"""What web and worker write and serve holds no secret and no customer's text (row 37), also as `python -m bot`."""

import json

import aiohttp

from tests.stories.bots import ProcessBot, free_port
from tests.stories.night import Night
from tests.stories.outlets import SECRET

HOOK = "https://receiver.invalid/canary-path?key=canary-query"
CANARY = "Kanarienvogel-Customer-Text"
TOKEN = "canary-token-for-metrics"


def _as_command_line(night: Night) -> None:
    """The same night with the real command line and nothing but environment variables."""
    fields = night.apart.told["fields"]
    env = {name.upper(): str(value) for name, value in fields.items() if value and name != "clarion_approvers"}
    env["CLARION_APPROVERS"] = ",".join(fields["clarion_approvers"])
    env["REDIS_URL"] = night.redis.url
    env["WORKER_METRICS_PORT"], env["METRICS_TOKEN"] = str(free_port()), TOKEN
    env["WEBHOOKS"] = f"{HOOK} {SECRET}"
    night.apart = ProcessBot(night.home, night.apart.told, night.port, command_line=env)


async def test_logs_of_a_night_with_trouble_hold_no_secret_and_no_customer_text() -> None:
    async with Night(processes=True, worker=False, web=False).begin() as night:
        _as_command_line(night)
        try:
            await night.apart.start_web()
            await night.apart.start_worker()
            await night.declare(f"{CANARY} checkout")
            await night.until(night.opened)
            night.slack.trouble.server_error("chat.postMessage", times=2)
            await night.draft(
                {"Headline": CANARY, "What customers see": CANARY, "What customers can do meanwhile": CANARY}
            )
            await night.slack.send(night.slack.signed(f"payload={CANARY}".encode()))
            night.mail.mode = "later"
            await night.approve()
            await night.until(lambda: night.arrived("slack") and night.arrived("status"))
            await night.until(lambda: _tried(night))
            night.redis.restart()
            await night.press("ben", night.ask, "Stop")
            served = await _served(night)
        finally:
            await night.apart.close()
        written = night.apart.log("web") + night.apart.log("worker")
        assert "worker_ready" in written
        assert 'clarion_deliveries_total{outcome="delivered",outlet="status"} 1.0' in served
        assert 'clarion_slack_calls_total{method="chat.postMessage",result="ok"}' in served
        for line in written.splitlines():
            assert {"event", "process", "version"} <= set(json.loads(line)), line
        written += served
        stage = night.slack.stage
        secrets = (
            stage.token,
            stage.signing_secret,
            SECRET,
            SECRET.removeprefix("whsec_"),
            TOKEN,
            "canary-path",
            "canary-query",
        )
        for word in (CANARY, *secrets, "customer-0@example.com", "example.com"):
            assert word not in written, [line for line in written.splitlines() if word in line][:3]


async def _tried(night: Night) -> bool:
    return all(d.begun for d in (await night.update()).deliveries)


async def _served(night: Night) -> str:
    """What both processes serve for those who watch."""
    assert night.apart.command_line is not None
    found = []
    async with aiohttp.ClientSession(headers={"authorization": f"Bearer {TOKEN}"}) as session:
        for port in (str(night.port), night.apart.command_line["WORKER_METRICS_PORT"]):
            for path in ("metrics", "readyz"):
                async with session.get(f"http://127.0.0.1:{port}/{path}") as answer:
                    assert answer.status in (200, 503)
                    found.append(await answer.text())
    return "\n".join(found)
