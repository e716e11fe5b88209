"""The loopback ends in each manner of trouble, as the real outlets meet them; and one channel of Slack in trouble."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable
from email.message import EmailMessage

import aiohttp
import pytest
from aiosmtplib import SMTP, SMTPDataError, SMTPServerDisconnected
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient  # noqa: TID251 - the stand-in is proved against the real client

from bot.practice.mailbox import Mailbox
from bot.practice.manner import Manner
from bot.practice.receiver import Receiver
from bot.practice.slack_standin import SlackStandIn
from bot.practice.slack_standin.trouble import Fault

NOW = 1_800_000_000


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@shop.example", "b@shop.example", "Hello"
    message.set_content("Hello\n")
    return message


async def mailed(port: int, within: float = 5.0) -> None:
    client = SMTP(hostname="127.0.0.1", port=port, local_hostname="localhost", timeout=within)
    await client.connect()
    try:
        await client.ehlo()
        await client.send_message(letter())
    finally:
        client.close()


@pytest.mark.parametrize(("manner", "code"), [(Manner.REFUSES, 550), (Manner.LATER, 451)])
async def test_a_letter_that_is_not_taken_is_not_kept(manner: Manner, code: int) -> None:
    said: list[str] = []
    mailbox = Mailbox(lambda: NOW, said.append)
    async with mailbox.serve() as port:
        mailbox.turn(manner)
        with pytest.raises(SMTPDataError) as refused:
            await mailed(port)
        assert (refused.value.code, mailbox.letters) == (code, [])
        assert f"({code})" in said[0]
        mailbox.turn(Manner.TAKES)
        await mailed(port)
    assert [one.at for one in mailbox.letters] == [NOW]


async def test_a_letter_whose_reply_is_lost_is_kept_once() -> None:
    mailbox = Mailbox(lambda: NOW)
    async with mailbox.serve() as port:
        mailbox.turn(Manner.LOSES)
        with pytest.raises(SMTPServerDisconnected):
            await mailed(port)
        assert [one.to for one in mailbox.letters] == ["b@shop.example"]
        assert mailbox.letters[0].raw.endswith(b"Hello\r\n")


async def test_a_mail_server_that_does_not_answer_hangs_up_on_those_it_knew_and_goes_on_later() -> None:
    mailbox = Mailbox(lambda: NOW)
    async with mailbox.serve() as port:
        known = SMTP(hostname="127.0.0.1", port=port, local_hostname="localhost", timeout=5)
        await known.connect()
        await known.ehlo()
        mailbox.turn(Manner.HANGS)
        with pytest.raises(SMTPServerDisconnected):
            await known.noop()
        waiting = asyncio.create_task(mailed(port))
        _, pending = await asyncio.wait({waiting}, timeout=0.1)
        assert pending, "it answered"
        assert mailbox.letters == []
        mailbox.turn(Manner.TAKES)
        await waiting
    assert len(mailbox.letters) == 1


def headers(receiver: Receiver, body: bytes) -> dict[str, str]:
    key = base64.b64decode(receiver.secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"msg_1.{NOW}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(NOW),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


async def posted(web: aiohttp.ClientSession, address: str, receiver: Receiver) -> tuple[int, str]:
    async with web.post(address, data=b"{}", headers=headers(receiver, b"{}")) as reply:
        return reply.status, reply.headers.get("Retry-After", "")


@pytest.mark.parametrize(("manner", "answer"), [(Manner.REFUSES, (400, "")), (Manner.LATER, (503, "2"))])
async def test_a_post_that_is_not_taken_is_not_kept(manner: Manner, answer: tuple[int, str]) -> None:
    receiver = Receiver(lambda: NOW)
    async with receiver.serve() as address, aiohttp.ClientSession() as web:
        receiver.turn(manner)
        assert await posted(web, address, receiver) == answer
        assert (receiver.posts, receiver.refused) == ([], [])


async def test_a_post_whose_reply_is_lost_and_that_comes_again_is_one_post_that_came_twice() -> None:
    receiver = Receiver(lambda: NOW)
    async with receiver.serve() as address, aiohttp.ClientSession() as web:
        receiver.turn(Manner.LOSES)
        with pytest.raises(aiohttp.ClientError):
            await posted(web, address, receiver)
        receiver.turn(Manner.TAKES)
        assert (await posted(web, address, receiver))[0] == 204
    assert [(one.webhook_id, one.times) for one in receiver.posts] == [("msg_1", 2)]


async def test_a_post_without_an_answer_waits_until_all_is_well() -> None:
    receiver = Receiver(lambda: NOW)
    async with receiver.serve() as address, aiohttp.ClientSession() as web:
        receiver.turn(Manner.HANGS)
        waiting = asyncio.create_task(posted(web, address, receiver))
        await eventually(lambda: receiver.waiting == 1)
        assert receiver.posts == []
        receiver.turn(Manner.TAKES)
        assert (await waiting)[0] == 204
    assert receiver.waiting == 0


async def eventually(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not look():
            await asyncio.sleep(0.005)


async def test_trouble_in_one_channel_leaves_the_others_alone_and_can_be_taken_back(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    one, other = (slack.add_channel(name, with_bot=True) for name in ("one", "other"))
    slack.trouble.plan(Fault("error", "chat.postMessage", None, error="restricted_action", channel=one.id, name="x"))
    await client.chat_postMessage(channel=other.id, text="hello")
    with pytest.raises(SlackApiError, match="restricted_action"):
        await client.chat_postMessage(channel=one.id, text="hello")
    assert slack.trouble.planned("x")
    slack.trouble.forget("x")
    assert not slack.trouble.planned("x")
    await client.chat_postMessage(channel=one.id, text="hello")


async def test_a_call_that_hung_until_its_caller_gave_up_ends_without_a_fault(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    slack.trouble.hang("api.test")
    async with aiohttp.ClientSession() as web:
        asked = asyncio.create_task(web.post(f"{slack.base_url}api.test"))
        await eventually(lambda: bool(slack.calls))
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    for _ in range(2):  # the server sees the end of the connection, and forgets it over the next
        async with aiohttp.ClientSession() as web, web.post(f"{slack.base_url}api.test") as reply:
            assert reply.status == 200
    slack.trouble.release()
    await asyncio.sleep(0.02)
    assert "ConnectionDropped" not in caplog.text
