"""The e-mail outlet beside a real SMTP server (aiosmtpd) with scripted answers."""

import asyncio
import logging
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from bot.domain.update import Recipient, Rendition
from bot.outlets.letter import message_id
from bot.outlets.smtp import Smtp
from tests.outlets.conformance import NOW, Arrived, Stage, Trouble
from tests.outlets.loopback import client_tls, server_tls

USER, PASSWORD = "canary-user", "canary:p@ss/word"
LOGIN = "canary-user:canary%3Ap%40ss%2Fword@"
FIRST = "first@example.com"


class MailSink:
    """A mail server's judgement: scripted answers, and everything it took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.trouble: Trouble | None = None
        self.answers: dict[str, str] = {}
        self.logins: list[tuple[bytes, bytes]] = []
        self.mails = 0
        self.thinks = 30.0

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.mails += 1
        if self.trouble is Trouble.CUT_BEFORE:
            server.transport.abort()
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.trouble is Trouble.REFUSES:
            return f"550 5.1.1 <{address}> unknown Customer-Canary-Text"
        if self.trouble is Trouble.BUSY:
            return "451 4.7.1 greylisted"
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.taken.append(envelope)
        if self.trouble is Trouble.SILENT:
            await asyncio.sleep(self.thinks)
        if self.trouble is Trouble.CUT_AFTER:
            server.transport.abort()
        return "250 OK queued as 7"

    def login(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)


class MailStage(Stage):
    secrets = (USER, PASSWORD, "canary%3Ap%40ss%2Fword", "canary")

    def __init__(self, tmp: Path, scheme: str = "smtp", login: str = LOGIN) -> None:
        self.sink, self.scheme, self.login = MailSink(), scheme, login
        self.file = tmp / "customers.txt"
        self.file.write_text(f"{FIRST}\nsecond@example.com\n")
        self.server: asyncio.Server | None = None
        self.port = 0
        self.connections: list[SMTP] = []

    async def start(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the far side's own
        await self.open_server()
        self.mail = Smtp(
            f"{self.scheme}://{self.login}127.0.0.1:{self.port}",
            "Ünser Status <status@example.org>",
            self.file,
            lambda: NOW,
            tls=client_tls(),
            connect_timeout=2,
            reply_timeout=1,
            body_timeout=0.3,
        )
        self.outlet = self.mail

    async def open_server(self) -> None:
        loop = asyncio.get_running_loop()
        starttls = server_tls() if self.scheme == "smtp+starttls" else None

        def protocol() -> Any:
            made = SMTP(
                self.sink, loop=loop, hostname="mail.test", enable_SMTPUTF8=True, tls_context=starttls,
                authenticator=self.sink.login, auth_require_tls=False, auth_required=bool(self.login),
            )  # fmt: skip
            self.connections.append(made)
            return made

        tls = server_tls() if self.scheme == "smtps" else None
        self.server = await loop.create_server(protocol, "127.0.0.1", self.port, ssl=tls)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close_server(self) -> None:
        if self.server:
            self.server.close()
            self.server = None
        self.drop_connections()
        await asyncio.sleep(0)

    def drop_connections(self) -> None:
        for connection in self.connections:
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()

    async def stop(self) -> None:
        await self.mail.aclose()
        await self.close_server()
        await asyncio.sleep(0)

    def rendition(self, text: str) -> Rendition:
        line = " ".join(text.split())[:250]
        return Rendition(
            outlet="email", locale="en", parts=(("subject", line), ("text", text), ("html", f"<p>{text}</p>\n"))
        )

    def as_arrived(self, rendition: Rendition) -> Mapping[str, str]:
        parts = dict(rendition.parts)
        return {**parts, "text": parts["text"].rstrip("\n") + "\n"}

    async def arrived(self) -> list[Arrived]:
        return [_read(e) for e in self.sink.taken]

    async def play(self, trouble: Trouble | None) -> None:
        self.sink.trouble = trouble
        if trouble is Trouble.DOWN:
            await self.close_server()
        elif self.server is None:
            await self.open_server()

    def contacts(self) -> int:
        return len(self.connections)

    def key_as_arrived(self, key: str, recipient: Recipient) -> str:
        return message_id(key, recipient.id, "example.org")


def opened(envelope: Envelope) -> EmailMessage:
    return message_from_bytes(cast(bytes, envelope.content), policy=default)


def _read(envelope: Envelope) -> Arrived:
    mail = opened(envelope)
    parts = [cast(bytes, p.get_payload(decode=True)).decode().replace("\r\n", "\n") for p in mail.iter_parts()]
    return Arrived(key=mail["Message-ID"], parts={"subject": mail["Subject"], "text": parts[0], "html": parts[1]})
