"""The loopback end of e-mail: a real mail server that keeps every letter and sends none on.

It listens on 127.0.0.1 alone and refuses nothing that a mail server should take.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it came in."""

    to: str
    sender: str
    subject: str
    text: str
    html: str


class Mailbox:
    """`async with mailbox.serve() as port:`; the letters are in `letters`, in the order of their arrival."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[int]:
        """Listen until the block ends; give the port."""
        loop = asyncio.get_running_loop()
        # A host name given: aiosmtpd would ask the network for one.
        server = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the letter once for each recipient."""
        del server, session
        read = _read(bytes(envelope.content))
        self.letters += [
            Letter(to=str(to), sender=str(envelope.mail_from), subject=read[0], text=read[1], html=read[2])
            for to in envelope.rcpt_tos
        ]
        return "250 OK"


def _read(raw: bytes) -> tuple[str, str, str]:
    """Return subject, text and HTML to the letter; a mail ends every line with CR LF, which no text has."""
    message = message_from_bytes(raw, policy=default)
    texts = {"text/plain": "", "text/html": ""}
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_type() in texts:
            texts[part.get_content_type()] = payload.decode().replace("\r\n", "\n")
    return str(message["Subject"]), texts["text/plain"], texts["text/html"]
