"""The terminals of a play: people run the real command line, with the secret that Slack has shown them.

It refuses words that are not `clarion ...`, and to make up a secret or a digest that the person has not seen.
"""

import asyncio
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.practice.scenario.patience import DidNotHappen

_SECRET = re.compile(r"\b[0-9a-hjkmnp-tv-z]{5}(?:-[0-9a-hjkmnp-tv-z]{5}){3}\b")
_DIGEST = re.compile(r"\b[Dd]igest ([0-9a-f]{8})\b")
WORD, PLACEHOLDER = "clarion", "{digest}"


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command printed for one person, and whether it ended well."""

    who: str
    text: str
    good: bool


@dataclass
class Terminal:
    """Runs commands with the settings in `file`. `printed` is everything that was printed, oldest first."""

    file: Path
    env: Mapping[str, str]
    printed: list[Printed] = field(default_factory=list)
    _secrets: dict[str, str] = field(default_factory=dict)

    def write_down(self, who: str, lines: tuple[str, ...]) -> None:
        """Keep the secret that is in front of somebody, if there is one."""
        if found := _SECRET.search("\n".join(lines)):
            self._secrets[who] = found[0]

    async def run(self, who: str, text: str, within: float) -> Printed:
        """Run "clarion ..." as this person. `{digest}` stands for the one they saw last. Raises DidNotHappen."""
        command = self._command(who, text)
        process = await asyncio.create_subprocess_exec(
            *command,
            env=dict(self.env),
            cwd=self.file.parent,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(within):
                said, _ = await process.communicate(f"{self._secrets.get(who, '')}\n".encode())
        except TimeoutError:
            raise DidNotHappen(f"“{text}” ends", f"it was still running after {within:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        self.printed.append(Printed(who, said.decode(errors="replace").rstrip(), process.returncode == 0))
        return self.printed[-1]

    def _command(self, who: str, text: str) -> tuple[str, ...]:
        if PLACEHOLDER in text:
            seen = [found for one in self.printed if one.who == who for found in _DIGEST.findall(one.text)]
            if not seen:
                raise DidNotHappen(f"{who} has seen a digest", f"none was printed on the terminal of {who}")
            text = text.replace(PLACEHOLDER, seen[-1])
        words = shlex.split(text)[1:]
        part = (sys.executable, "-m", "bot.practice.part", WORD, str(self.file))
        return (*part, *words, "--as", who, "--secret-stdin")
