"""One part of the bot in practice, as a process of its own: `python -m bot.practice.part web|worker FILE`.

It is the real web process or the real worker; only its settings come from the practice that started it. It refuses
to start without them.
"""

import asyncio
import sys
from pathlib import Path

from bot import logs, worker
from bot.ports import ChatRefused
from bot.practice.handed import LOOPBACK, handed
from bot.rendering.catalogue import BrokenTemplates
from bot.web.serving import serve


def main(part: str, file: str) -> int:
    """Run a part until it is told to stop; return its exit status."""
    told = handed(Path(file))
    settings = told.settings()
    logs.set_up(json=True)
    try:
        if part == "web":
            asyncio.run(serve(settings, told.redis_url, host=LOOPBACK))
        else:
            asyncio.run(worker.run(settings, told.redis_url))
    except (BrokenTemplates, ValueError, ChatRefused) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
