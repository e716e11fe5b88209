"""Where an SMTP conversation breaks off decides what is known: a server that says its lines and hangs up."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.domain.update import Rendition
from bot.outlets.smtp import Smtp
from bot.ports import OutcomeUnknown, Refused, Unavailable
from tests.outlets.conformance import KEY, NOW
from tests.outlets.mail_stage import FIRST

BREAKS: Mapping[str, tuple[list[str], type[Exception]]] = {
    "before the greeting": ([], Unavailable),
    "greets with a refusal": (["554 no service"], Unavailable),
    "after the greeting": (["220 hi"], Unavailable),
    "after EHLO": (["220 hi", "250 mail"], Unavailable),
    "after MAIL": (["220 hi", "250 mail", "250 ok"], Unavailable),
    "after RCPT": (["220 hi", "250 mail", "250 ok", "250 ok"], Unavailable),
    "refuses DATA": (["220 hi", "250 mail", "250 ok", "250 ok", "554 no"], Refused),
    "puts DATA off": (["220 hi", "250 mail", "250 ok", "250 ok", "451 later"], Unavailable),
    "in the middle of the message": (["220 hi", "250 mail", "250 ok", "250 ok", "354 go", "CUT"], OutcomeUnknown),
    "after the message": (["220 hi", "250 mail", "250 ok", "250 ok", "354 go"], OutcomeUnknown),
    "answers nonsense": (["220 hi", "250 mail", "250 ok", "250 ok", "354 go", "hello"], OutcomeUnknown),
}


@pytest.mark.parametrize("name", BREAKS)
async def test_where_the_conversation_breaks_off_decides_what_is_known(name: str, tmp_path: Path) -> None:
    replies, kind = BREAKS[name]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for n, reply in enumerate(replies):
            if n == 5:
                await (reader.read(1_000) if reply == "CUT" else reader.readuntil(b"\r\n.\r\n"))
            elif n:
                await reader.readuntil(b"\r\n")
            if reply != "CUT":
                writer.write(f"{reply}\r\n".encode())
        if len(replies) == 5 and replies[-1] == "354 go":
            await reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(0.02)
        writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**24)
    (tmp_path / "list").write_text(FIRST)
    port = server.sockets[0].getsockname()[1]
    mail = Smtp(f"smtp://127.0.0.1:{port}", "status@example.org", tmp_path / "list", lambda: NOW, connect_timeout=1)
    text = "x" * 90_000
    parts = (("subject", "s"), ("text", text), ("html", text))
    sending = mail.deliver(Rendition(outlet="email", locale="en", parts=parts), (await mail.recipients())[0], KEY)
    with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as told:
        await sending
    assert type(told.value) is kind
    await mail.aclose()
    server.close()
