"""The real web process or worker with a test's settings: `python -m tests.stories.part web|worker FILE`.

What the environment cannot set, and a story needs: webhooks on the loopback, a short lease, and a worker that dies
at the worst moment ("dies": an outlet and "before" or "after" its delivery), by SIGKILL, from inside.
"""

import asyncio
import functools
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import logs, wiring, worker
from bot.config import Settings, Webhook
from bot.domain.update import Recipient, Rendition
from bot.ports import Outlet, Receipt
from bot.storage.patience import Patience
from bot.web.serving import serve


def main(part: str, file: str) -> None:
    """Run until told to stop."""
    told = json.loads(Path(file).read_text())
    hooks = tuple(Webhook(address, SecretStr(secret)) for address, secret in told["webhooks"])
    settings = Settings(**told["fields"], webhooks=hooks, webhooks_allow_loopback=True)
    patience = Patience(**told["patience"])
    setattr(wiring, "build", functools.partial(wiring.build, lease=told["lease"], patience=patience))  # noqa: B010 - a function's place
    setattr(worker, "GRACE", 0.5)  # noqa: B010 - a story waits no ten seconds
    if told["dies"]:
        _kill(*told["dies"])
    logs.set_up(process=part, json=True)
    asyncio.run(
        serve(settings, told["redis_url"], host="127.0.0.1")
        if part == "web"
        else worker.run(settings, told["redis_url"])
    )


def _kill(name: str, when: str) -> None:
    real = wiring.build_outlets

    def build(*given: Any) -> dict[str, Outlet]:
        outlets = real(*given)
        for outlet in outlets.values():
            if outlet.name.startswith(name):
                setattr(outlet, "deliver", _deadly(outlet, when))  # noqa: B010 - a method's place
        return outlets

    setattr(wiring, "build_outlets", build)  # noqa: B010 - a function's place


def _deadly(outlet: Outlet, when: str) -> Any:
    real = outlet.deliver

    async def deliver(rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        if when == "after":
            await real(rendition, recipient, key)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    return deliver


if __name__ == "__main__":
    main(*sys.argv[1:3])
