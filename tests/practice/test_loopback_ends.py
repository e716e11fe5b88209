"""The loopback ends: a mail server and a webhook receiver that are as strict as real ones."""

import base64
import hashlib
import hmac
from email.message import EmailMessage

import aiohttp
import pytest
from aiosmtplib import send

from bot.practice.mailbox import Mailbox
from bot.practice.receiver import Receiver

NOW = 1_800_000_000


def headers(receiver: Receiver, body: bytes, *, at: int = NOW, name: str = "msg_1") -> dict[str, str]:
    key = base64.b64decode(receiver.secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{name}.{at}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


async def posted(receiver: Receiver, body: bytes, sent: dict[str, str]) -> int:
    async with (
        receiver.serve() as address,
        aiohttp.ClientSession() as web,
        web.post(address, data=body, headers=sent) as reply,
    ):
        return reply.status


async def test_a_signed_post_is_kept_byte_for_byte() -> None:
    receiver = Receiver(lambda: NOW)
    body = '{"text": "für alle"}'.encode()
    assert await posted(receiver, body, headers(receiver, body)) == 204
    assert [post.body for post in receiver.posts] == [body]
    assert receiver.refused == []


@pytest.mark.parametrize("wrong", ["body", "old", "unsigned"])
async def test_any_other_post_is_refused_and_remembered(wrong: str) -> None:
    receiver = Receiver(lambda: NOW)
    sent = headers(receiver, b"{}", at=NOW - 301 if wrong == "old" else NOW)
    if wrong == "unsigned":
        del sent["webhook-id"]
    assert await posted(receiver, b"{ }" if wrong == "body" else b"{}", sent) == 401
    assert receiver.posts == []
    assert len(receiver.refused) == 1


async def test_a_letter_is_kept_as_it_was_written() -> None:
    mailbox = Mailbox()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@shop.example", "b@shop.example", "Kärten fallen aus"
    message.set_content("Eins\n.zwei\n")
    message.add_alternative("<p>Eins</p>\n", subtype="html")
    async with mailbox.serve() as port:
        await send(message, hostname="127.0.0.1", port=port, local_hostname="localhost")
    (letter,) = mailbox.letters
    assert (letter.to, letter.subject) == ("b@shop.example", "Kärten fallen aus")
    assert (letter.text, letter.html) == ("Eins\n.zwei\n", "<p>Eins</p>\n")
