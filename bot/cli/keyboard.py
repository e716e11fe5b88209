"""What people type: answers to questions, and their secret without an echo.

With `--secret-stdin` the first line of standard input is the secret and the others are answers. It refuses to take a
secret any other way, and to go on where an answer is needed and nobody is there to give it.
"""

import getpass
import sys
from typing import TextIO

import typer

from bot.domain.refusals import Refusal


class Keyboard:
    """Asks. `stream` is where lines come from; `secret_first`: its first line is the secret."""

    def __init__(self, *, secret_first: bool, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdin
        self._secret = self._line() if secret_first else None
        self.somebody = self._stream.isatty()

    def secret(self, name: str) -> str:
        """Return the secret of this person, unseen."""
        if self._secret is not None:
            return self._secret
        if not self.somebody:
            raise Refusal("nobody_there", "Nobody is there to type the secret. Use a terminal, or --secret-stdin.")
        return getpass.getpass(f"Secret of {name}: ")

    def ask(self, question: str, default: str = "") -> str:
        """Ask, and return the answer, or `default` for an empty one."""
        typer.echo(f"{question}{f' [{default}]' if default else ''}: ", nl=False)
        typed = self._line()
        if not self.somebody:
            typer.echo(typed)
        return typed.strip() or default

    def agreed(self, question: str) -> bool:
        """Ask for a yes."""
        return self.ask(f"{question} (yes/no)", "no").lower() in ("y", "yes")

    def _line(self) -> str:
        return self._stream.readline().rstrip("\r\n")
