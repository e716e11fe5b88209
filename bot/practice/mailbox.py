"""The loopback end of e-mail: a real mail server that keeps every letter and sends none on.

It listens on 127.0.0.1 alone and refuses nothing that a mail server should take, unless it is told to be in trouble.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

from bot.practice.manner import Manner, Mood


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it came in. `at`: seconds, by the clock of the practice; `raw`: as it was on the wire."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    at: float = 0.0
    raw: bytes = b""


class Mailbox:
    """`async with mailbox.serve() as port:`; the letters are in `letters`, in the order of their arrival."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0, say: Callable[[str], None] = lambda words: None) -> None:
        """`now`: the clock of the practice; `say` is told in plain words what comes."""
        self._now, self._say = now, say
        self._mood = Mood()
        self._connections: list[SMTP] = []
        self.letters: list[Letter] = []

    @property
    def manner(self) -> Manner:
        """How it treats letters now."""
        return self._mood.manner

    def turn(self, manner: Manner) -> None:
        """Treat letters so from now on. One that stops answering hangs up first, so that all notice."""
        self._mood.turn(manner)
        if manner is Manner.HANGS:
            self._hang_up()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[int]:
        """Listen until the block ends; give the port."""
        loop = asyncio.get_running_loop()

        def connection() -> SMTP:
            # A host name given: aiosmtpd would ask the network for one.
            made = SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=loop)
            self._connections = [*(one for one in self._connections if _open(one)), made]
            return made

        server = await loop.create_server(connection, "127.0.0.1", 0)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            self._mood.turn(Manner.TAKES)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet, unless nothing is answered now."""
        del server, envelope
        session.host_name = hostname
        await self._mood.hang()
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the letter once for each recipient, or treat it as the manner is."""
        del session
        to = ", ".join(str(one) for one in envelope.rcpt_tos)
        if self.manner is Manner.REFUSES:
            self._say(f"The mail server refused a letter to {to} (550).")
            return "550 5.7.1 not taken"
        if self.manner is Manner.LATER:
            self._say(f"The mail server did not take a letter to {to} this time (451).")
            return "451 4.3.0 come again later"
        await self._mood.hang()
        raw = bytes(envelope.content)
        read = _read(raw)
        self.letters += [
            Letter(str(to), str(envelope.mail_from), *read, at=self._now(), raw=raw) for to in envelope.rcpt_tos
        ]
        if self.manner is Manner.LOSES:
            self._say(f"The mail server took a letter to {to}, and the connection broke before it said so.")
            server.transport.abort()
        else:
            self._say(f"The mail server took a letter to {to}.")
        return "250 OK"

    def _hang_up(self) -> None:
        for one in self._connections:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()


def _open(connection: SMTP) -> bool:
    return connection.transport is not None and not connection.transport.is_closing()


def _read(raw: bytes) -> tuple[str, str, str]:
    """Return subject, text and HTML to the letter; a mail ends every line with CR LF, which no text has."""
    message = message_from_bytes(raw, policy=default)
    texts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_type() in texts:
            texts[part.get_content_type()] = payload.decode().replace("\r\n", "\n")
    return str(message["Subject"]), texts["text/plain"], texts["text/html"]
