"""A terminal on a machine where Clarion runs: the real command line as a process, with the night's settings."""

import asyncio
import re
import sys
from dataclasses import dataclass

from tests import forks
from tests.stories.bots import ROOT
from tests.stories.night import Night
from tests.stories.outlets import SECRET as SECRET_OF_HOOK

SECRET = re.compile(r"\b[0-9a-hjkmnp-tv-z]{5}(?:-[0-9a-hjkmnp-tv-z]{5}){3}\b")


@dataclass(frozen=True)
class Printed:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str
    seen: tuple[str, ...] = ()  # command lines of the processes, as anybody on the machine could list them

    @property
    def digest(self) -> str:
        """The digest that was shown last."""
        return str(re.findall(r"[Dd]igest ([0-9a-f]{8})", self.out)[-1])


class Terminal:
    """Somebody's terminal. `secrets` are those that people wrote down, by name."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self.secrets: dict[str, str] = {}
        self.printed: list[Printed] = []

    async def enrol(self, name: str) -> str:
        """Make a secret in Slack, and write it down. If Clarion says that none can be shown, make another, once."""
        shown = await self._shown(name) or await self._shown(name)
        assert shown, self._night.slack.ephemerals(self._night.person(name))[-1].text
        self.secrets[name] = shown
        return shown

    async def _shown(self, name: str) -> str:
        night = self._night
        await night.person(name).command("/incident", "secret", channel="general")
        offered = night.slack.ephemerals(night.person(name))[-1]
        label = "Make a secret" if "no secret" in offered.text else "Make a new secret"
        answer = await night.click(name, offered, label)
        found = SECRET.findall(str(answer.view.blocks)) if answer.view else []
        # The view that stays open from before shows the secret before.
        return next((str(secret) for secret in found if secret != self.secrets.get(name)), "")

    async def run(self, who: str, *words: str, secret: str | None = None, answers: tuple[str, ...] = ()) -> Printed:
        """Run `clarion words --as who` with a secret (else the person's own) and answers on standard input."""
        command = (sys.executable, "-m", "bot", *words, "--as", who, "--secret-stdin")
        return await self.started(command, (self.secrets[who] if secret is None else secret, *answers))

    async def started(self, command: tuple[str, ...], lines: tuple[str, ...]) -> Printed:
        """Run a whole command with these lines on standard input."""
        said = "".join(f"{line}\n" for line in lines)
        code, out, err = await forks.run(command, said, env=self._environment(), folder=self._night.home)
        printed = Printed(code, out, err, command)
        self.printed.append(printed)
        return printed

    async def talked(self, command: tuple[str, ...], lines: tuple[str, ...], then: str) -> Printed:
        """Run a command with these lines, and type what it showed last in the place of `then` (a pattern)."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**self._environment(), "PYTHONUNBUFFERED": "1"},
            cwd=self._night.home,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        shown = b""
        asked = re.compile(rb"Type [0-9a-f]{8} to approve")
        while not asked.search(shown) and (more := await process.stdout.read(65_536)):
            shown += more
        if found := re.findall(then, shown.decode()):
            process.stdin.write(f"{found[-1]}\n".encode())
        out, err = await process.communicate()
        return Printed(process.returncode or 0, (shown + out).decode(), err.decode(), command)

    def _environment(self) -> dict[str, str]:
        night = self._night
        fields = night.fields
        env = {name.upper(): str(value) for name, value in fields.items() if value and name != "clarion_approvers"}
        env["CLARION_APPROVERS"] = ",".join(fields["clarion_approvers"])
        if night.hooked:
            env |= {"WEBHOOKS": f"{night.hook.url} {SECRET_OF_HOOK}", "WEBHOOKS_ALLOW_LOOPBACK": "true"}
        return {**env, "REDIS_URL": night.redis.url, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
