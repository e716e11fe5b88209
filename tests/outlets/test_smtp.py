"""E-mail against a real SMTP server (aiosmtpd) on the loopback, and one that breaks off where it hurts."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import ClassVar, cast

import pytest

from bot.domain.update import Recipient, Rendition
from bot.outlets.smtp import Smtp
from bot.ports import OutcomeUnknown, Refused, Unavailable
from tests.outlets.conformance import KEY, NOW, OTHER_KEY, OutletContract, Trouble
from tests.outlets.loopback import client_tls
from tests.outlets.mail_stage import FIRST, LOGIN, PASSWORD, USER, MailStage, opened

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class MailContract(OutletContract):
    scheme: ClassVar[str] = "smtp"
    troubles: ClassVar = {
        Trouble.DOWN: Unavailable,
        Trouble.REFUSES: Refused,
        Trouble.BUSY: Unavailable,
        Trouble.CUT_BEFORE: Unavailable,
        Trouble.SILENT: OutcomeUnknown,
        Trouble.CUT_AFTER: OutcomeUnknown,
    }

    @pytest.fixture
    async def stage(self, tmp_path: Path) -> AsyncIterator[MailStage]:
        stage = MailStage(tmp_path, self.scheme)
        await stage.start()
        yield stage
        await stage.stop()


class TestMailInClear(MailContract):
    @pytest.mark.parametrize(
        ("moment", "answer", "kind"),
        [("MAIL", "421 closing", Unavailable), ("MAIL", "450 later", Unavailable), ("MAIL", "550 no", Refused),
         ("MAIL", "530 log in first", Unavailable), ("RCPT", "450 mailbox busy", Unavailable),
         ("RCPT", "452 too many", Unavailable), ("RCPT", "550 unknown", Refused), ("RCPT", "553 no", Refused),
         ("RCPT", "421 closing", Unavailable), ("DATA", "451 local error", Unavailable),
         ("DATA", "452 disk full", Unavailable), ("DATA", "552 too big", Refused), ("DATA", "554 spam", Refused),
         ("DATA", "354 what?", OutcomeUnknown), ("DATA", "199 what?", OutcomeUnknown)],
    )  # fmt: skip
    async def test_each_answer_has_its_meaning(
        self, stage: MailStage, moment: str, answer: str, kind: type[Exception]
    ) -> None:
        await stage.deliver("warm", OTHER_KEY)
        stage.sink.answers[moment] = answer
        with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as told:
            await stage.deliver()
        assert type(told.value) is kind
        stage.sink.answers.clear()
        await stage.deliver("after", "00" * 32)
        assert len(stage.sink.taken) == 2

    async def test_each_recipient_gets_a_message_alone_and_sees_nobody_else(self, stage: MailStage) -> None:
        for recipient in await stage.mail.recipients():
            await stage.mail.deliver(stage.rendition("x"), recipient, KEY)
        assert [e.rcpt_tos for e in stage.sink.taken] == [[FIRST], ["second@example.com"]]
        assert [opened(e)["To"] for e in stage.sink.taken] == [FIRST, "second@example.com"]
        assert len({opened(e)["Message-ID"] for e in stage.sink.taken}) == 2

    async def test_the_headers_are_ours_and_complete(self, stage: MailStage) -> None:
        await stage.deliver("x")
        mail = opened(stage.sink.taken[0])
        assert mail["From"] == "Ünser Status <status@example.org>"
        assert stage.sink.taken[0].mail_from == "status@example.org"
        assert mail["Date"].datetime == NOW
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["MIME-Version"] == "1.0"
        assert {*mail.keys()} == {
            "From", "To", "Date", "Message-ID", "Auto-Submitted", "Subject", "MIME-Version", "Content-Type",
        }  # fmt: skip
        content = cast(bytes, stage.sink.taken[0].content)
        assert content.isascii()
        assert all(len(line) <= 998 for line in content.split(b"\r\n"))
        assert KEY.encode() not in content

    @pytest.mark.parametrize("bad", ["a\r\nBcc: x@example.com", "a\nb", "a\x00b", "a\x85b", "a\u2028b", "  "])
    async def test_a_subject_cannot_begin_another_header(self, stage: MailStage, bad: str) -> None:
        parts = (("subject", bad), ("text", "x"), ("html", "x"))
        with pytest.raises(Refused):
            await stage.mail.deliver(Rendition(outlet="email", locale="en", parts=parts), await stage.recipient(), KEY)
        assert stage.contacts() == 0

    @pytest.mark.parametrize(
        "bad", ["a@example.com\r\nBcc: x@example.com", "a@example.com>", "a@example.com,b@example.com", "a b@c.de", ""]
    )
    async def test_an_address_cannot_carry_anything_else(self, stage: MailStage, bad: str) -> None:
        with pytest.raises(Refused):
            await stage.mail.deliver(stage.rendition("x"), Recipient(id="r", address=bad), KEY)
        assert stage.contacts() == 0

    async def test_a_connection_is_used_again(self, stage: MailStage) -> None:
        for n in range(5):
            await stage.deliver(key=str(n))
        assert len(stage.connections) == 1

    async def test_a_connection_on_which_a_delivery_was_cancelled_is_never_used_again(self, stage: MailStage) -> None:
        stage.sink.thinks = 0.1  # its answer comes when the next delivery would be talking
        await stage.play(Trouble.SILENT)
        task = asyncio.create_task(stage.deliver())
        while not stage.sink.taken:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await stage.play(None)
        await stage.deliver("All is well.", OTHER_KEY)
        assert len(stage.connections) == 2

    async def test_no_more_connections_are_opened_than_the_limit_says(self, stage: MailStage) -> None:
        await asyncio.gather(*(stage.deliver(key=str(n)) for n in range(20)))
        assert len(stage.connections) == stage.mail.limits.parallel
        assert len(stage.sink.taken) == 20

    async def test_a_kept_connection_that_the_server_closed_is_replaced_unnoticed(self, stage: MailStage) -> None:
        await stage.deliver(key="one")
        stage.drop_connections()
        await stage.deliver(key="two")  # not even a turn of the loop in between
        stage.sink.trouble = Trouble.CUT_BEFORE
        with pytest.raises(Unavailable):
            await stage.deliver(key="three")
        assert len(stage.sink.taken) == 2

    async def test_an_address_beyond_ascii_goes_to_a_server_that_takes_it(self, stage: MailStage) -> None:
        stage.file.write_text("jösé@bücher.example.com\n")
        await stage.deliver()
        (envelope,) = stage.sink.taken
        assert envelope.rcpt_tos == ["jösé@xn--bcher-kva.example.com"]
        assert "SMTPUTF8" in envelope.mail_options

    async def test_the_zone_of_the_clock_does_not_change_the_date(self, stage: MailStage) -> None:
        here: datetime = NOW.astimezone(timezone(timedelta(hours=9)))
        mail = Smtp(f"smtp://{LOGIN}127.0.0.1:{stage.port}", "status@example.org", stage.file, lambda: here)
        await mail.deliver(stage.rendition("x"), await stage.recipient(), KEY)
        assert opened(stage.sink.taken[0])["Date"].datetime == NOW
        await mail.aclose()

    async def test_a_wrong_password_is_our_trouble_and_nobodys_refusal(
        self, stage: MailStage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="bot")
        url = f"smtp://canary-user:canary-wrong@127.0.0.1:{stage.port}"
        mail = Smtp(url, "status@example.org", stage.file, lambda: NOW)
        recipient = await stage.recipient()
        for attempt in (lambda: mail.deliver(stage.rendition("x"), recipient, KEY), mail.check):
            with pytest.raises(Unavailable, match="login") as told:
                await attempt()
            assert "canary" not in str(told.value) + repr(mail)
        assert stage.sink.taken == []
        await mail.aclose()


class TestMailWithTls(MailContract):
    scheme = "smtps"

    async def test_a_certificate_that_nobody_vouches_for_means_that_nothing_left(self, stage: MailStage) -> None:
        mail = Smtp(f"smtps://127.0.0.1:{stage.port}", "status@example.org", stage.file, lambda: NOW)
        with pytest.raises(Unavailable):
            await mail.deliver(stage.rendition("x"), await stage.recipient(), KEY)
        await mail.aclose()


class TestMailWithStartTls(MailContract):
    scheme = "smtp+starttls"

    async def test_the_password_is_said_only_under_tls(self, stage: MailStage) -> None:
        await stage.deliver()
        assert stage.sink.logins == [(USER.encode(), PASSWORD.encode())]

    async def test_a_server_without_starttls_gets_neither_password_nor_message(self, tmp_path: Path) -> None:
        plain = MailStage(tmp_path, "smtp")
        await plain.start()
        url = f"smtp+starttls://{LOGIN}127.0.0.1:{plain.port}"
        mail = Smtp(url, "status@example.org", plain.file, lambda: NOW, tls=client_tls())
        with pytest.raises(Unavailable):
            await mail.deliver(plain.rendition("x"), await plain.recipient(), KEY)
        assert (plain.sink.logins, plain.sink.taken) == ([], [])
        await mail.aclose()
        await plain.stop()


@pytest.mark.parametrize(
    ("url", "sender"),
    [("http://canary.example.com", "a@example.com"), ("smtp://user:canary@mail.example.com", "a@example.com"),
     ("smtps://user:canary@:99", "a@example.com"), ("smtps://u:canary@h:port", "a@example.com"),
     ("smtps://mail.example.com", "canary"),
     ("smtps://mail.example.com", "A\r\nBcc: canary@example.com <a@example.com>"),
     ("smtps://mail.example.com", "")],
)  # fmt: skip
def test_a_wrong_setting_is_told_at_once_without_being_shown(url: str, sender: str) -> None:
    with pytest.raises(ValueError) as told:
        Smtp(url, sender, Path("list"), lambda: NOW)
    assert "canary" not in str(told.value)


def test_the_destination_says_where_and_as_whom_without_the_password() -> None:
    mail = Smtp("smtps://user:canary@Mail.Example.com", "S <status@example.org>", Path("list"), lambda: NOW)
    assert mail.destination == "smtps://mail.example.com from status@example.org"
