"""Webhooks against a real HTTP server on the loopback, in clear and with TLS."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime
from typing import ClassVar

import pytest

from bot.domain.update import Rendition
from bot.outlets.base import retry_after
from bot.outlets.webhook import Webhook
from bot.ports import OutcomeUnknown, Refused, Unavailable
from tests.outlets.conformance import KEY, NOW, OutletContract, Trouble
from tests.outlets.webhook_stage import SECRET, WebhookStage


class WebhookContract(OutletContract):
    troubles: ClassVar = {
        Trouble.DOWN: Unavailable,
        Trouble.REFUSES: Refused,
        Trouble.BUSY: Unavailable,
        Trouble.SILENT: OutcomeUnknown,
        Trouble.CUT_AFTER: OutcomeUnknown,
    }
    tells_when_to_retry = True
    tls: ClassVar[bool] = True

    @pytest.fixture
    async def stage(self) -> AsyncIterator[WebhookStage]:
        stage = WebhookStage()
        stage.tls = self.tls
        await stage.start()
        yield stage
        await stage.stop()


class TestWebhookWithTls(WebhookContract):
    @pytest.mark.parametrize(
        ("status", "kind"),
        [(200, None), (202, None), (204, None), (301, Refused), (302, Refused), (307, Refused), (308, Refused),
         (400, Refused), (401, Refused), (404, Refused), (409, Refused), (410, Refused), (413, Refused),
         (408, Unavailable), (425, Unavailable), (429, Unavailable), (503, Unavailable),
         (500, OutcomeUnknown), (501, OutcomeUnknown), (502, OutcomeUnknown), (504, OutcomeUnknown),
         (101, OutcomeUnknown), (999, OutcomeUnknown)],
    )  # fmt: skip
    async def test_each_answer_has_its_meaning(
        self, stage: WebhookStage, status: int, kind: type[Exception] | None
    ) -> None:
        stage.receiver.status = status
        stage.receiver.headers = {"Location": f"https://127.0.0.1:{stage.port}/elsewhere", "Retry-After": "7"}
        if kind is None:
            await stage.deliver()
        else:
            with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as told:
                await stage.deliver()
            assert type(told.value) is kind
            assert getattr(told.value, "retry_after", 7.0) == 7.0
        assert len(stage.receiver.requests) == 1, "no redirect is followed and nothing is repeated"

    async def test_no_proxy_stands_between(self, stage: WebhookStage, monkeypatch: pytest.MonkeyPatch) -> None:
        """It would look the name up by itself, and reach where nobody has checked."""
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            for spelt in (name, name.upper()):
                monkeypatch.setenv(spelt, "http://127.0.0.1:9")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        await stage.deliver()
        assert len(stage.receiver.requests) == 1

    async def test_an_http_date_in_retry_after_is_honoured(self, stage: WebhookStage) -> None:
        stage.receiver.status = 503
        stage.receiver.headers = {"Retry-After": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}
        with pytest.raises(Unavailable) as told:
            await stage.deliver()
        assert told.value.retry_after == 90

    async def test_a_certificate_that_nobody_vouches_for_means_that_nothing_left(self, stage: WebhookStage) -> None:
        url = f"https://127.0.0.1:{stage.port}/"
        strict = Webhook(url, SECRET, lambda: NOW, allow_private=True)
        rendition = Rendition(outlet=strict.name, locale="en", parts=(("json", "{}"),))
        with pytest.raises(Unavailable):
            await strict.deliver(rendition, await stage.recipient(), KEY)
        with pytest.raises(Unavailable):
            await strict.check()
        await strict.aclose()
        assert stage.receiver.requests == []

    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "0", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]",
         "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
         "１２７.0.0.1"],
    )  # fmt: skip
    async def test_an_address_inside_the_network_is_refused_and_never_connected_to(
        self, stage: WebhookStage, host: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def connect(*args: object, **kwargs: object) -> None:
            raise AssertionError("connected")

        monkeypatch.setattr("aiohappyeyeballs.start_connection", connect)
        monkeypatch.setattr("asyncio.open_connection", connect)
        outlet = Webhook(f"https://{host}:{stage.port}/hook", SECRET, lambda: NOW)
        rendition = Rendition(outlet=outlet.name, locale="en", parts=(("json", "{}"),))
        with pytest.raises(Refused):
            await outlet.deliver(rendition, await stage.recipient(), KEY)
        with pytest.raises(Refused):
            await outlet.check()
        await outlet.aclose()

    async def test_a_name_that_changes_its_address_is_looked_up_once_and_checked(
        self, stage: WebhookStage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = ["1.1.1.1", "127.0.0.1", "127.0.0.1"]
        asked: list[str] = []
        connected: list[str] = []

        async def look_up(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
            asked.append(host)
            return [(2, 1, 6, "", (answers[len(asked) - 1], port))]

        async def connect(addr_infos: list[tuple[object, ...]], **kwargs: object) -> None:
            connected.extend(str(info[4][0]) for info in addr_infos)  # type: ignore[index]
            raise OSError("far away")

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
        monkeypatch.setattr("aiohappyeyeballs.start_connection", connect)
        outlet = Webhook("https://rebound.example/", SECRET, lambda: NOW)
        rendition = Rendition(outlet=outlet.name, locale="en", parts=(("json", "{}"),))
        with pytest.raises(Unavailable):
            await outlet.deliver(rendition, await stage.recipient(), KEY)
        assert (asked, connected) == (["rebound.example"], ["1.1.1.1"])
        with pytest.raises(Refused, match="inside"):
            await outlet.deliver(rendition, await stage.recipient(), KEY)
        assert connected == ["1.1.1.1"]
        await outlet.aclose()

    async def test_each_delivery_is_looked_up_and_connected_anew(self, stage: WebhookStage) -> None:
        peers = []
        for n in range(3):
            await stage.deliver(key=str(n))
            peers.append(stage.receiver.peers[-1])
        assert len(set(peers)) == 3

    async def test_a_host_nobody_knows_is_unavailable(self, stage: WebhookStage) -> None:
        outlet = Webhook("https://no-such-host.invalid/", SECRET, lambda: NOW)
        rendition = Rendition(outlet=outlet.name, locale="en", parts=(("json", "{}"),))
        with pytest.raises(Unavailable):
            await outlet.deliver(rendition, await stage.recipient(), KEY)
        await outlet.aclose()

    async def test_a_server_that_never_greets_means_that_nothing_left(self, stage: WebhookStage) -> None:
        mute = await asyncio.start_server(lambda r, w: asyncio.sleep(5), "127.0.0.1", 0)
        port = mute.sockets[0].getsockname()[1]
        url = f"https://127.0.0.1:{port}/"
        outlet = Webhook(url, SECRET, lambda: NOW, allow_private=True, connect_timeout=0.1)
        rendition = Rendition(outlet=outlet.name, locale="en", parts=(("json", "{}"),))
        with pytest.raises(Unavailable):
            await outlet.deliver(rendition, await stage.recipient(), KEY)
        await outlet.aclose()
        mute.close()

    async def test_an_answer_that_is_not_http_is_unknown(self, stage: WebhookStage) -> None:
        async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(b"220 mail.example ESMTP\r\n")
            writer.close()

        odd = await asyncio.start_server(babble, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{odd.sockets[0].getsockname()[1]}/"
        outlet = Webhook(url, SECRET, lambda: NOW, allow_private=True)
        rendition = Rendition(outlet=outlet.name, locale="en", parts=(("json", "{}"),))
        with pytest.raises(OutcomeUnknown):
            await outlet.deliver(rendition, await stage.recipient(), KEY)
        await outlet.aclose()
        odd.close()

    async def test_a_key_with_a_full_stop_cannot_be_mixed_up_with_the_timestamp(self, stage: WebhookStage) -> None:
        await stage.deliver(key="one.two")
        assert list(stage.receiver.taken) == [hashlib.sha256(b"one.two").hexdigest()]


class TestWebhookInClearForPractice(WebhookContract):
    tls = False

    async def test_in_clear_is_for_this_host_only(self, stage: WebhookStage) -> None:
        for host in ("10.0.0.1", "8.8.8.8", "169.254.169.254"):
            outlet = Webhook(f"http://{host}/", SECRET, lambda: NOW, allow_private=True)
            rendition = Rendition(outlet=outlet.name, locale="en", parts=(("json", "{}"),))
            with pytest.raises(Refused):
                await outlet.deliver(rendition, await stage.recipient(), KEY)
            await outlet.aclose()


@pytest.mark.parametrize(
    ("url", "secret"),
    [("http://example.com/canary", SECRET), ("ftp://example.com/canary", SECRET), ("https:///canary", SECRET),
     ("https://example.com:99999/canary", SECRET), ("canary", SECRET), ("https://exa mple.com/canary", SECRET),
     ("https://example.com/\r\nX: canary", SECRET), ("https://example.com/", "canary"),
     ("https://example.com/", "whsec_canary"), ("https://example.com/", "whsec_Y2FuYXJ5")],
)  # fmt: skip
def test_a_wrong_setting_is_told_at_once_without_being_shown(url: str, secret: str) -> None:
    with pytest.raises(ValueError) as told:
        Webhook(url, secret, lambda: NOW)
    assert "canary" not in str(told.value)
    assert "Y2Fu" not in str(told.value)


def test_the_destination_tells_addresses_apart_without_showing_them() -> None:
    one, two = (
        Webhook(f"https://user:canary@Hooks.Example.com:8443/canary?t={n}", SECRET, lambda: NOW) for n in (1, 2)
    )
    assert one.destination.startswith("https://hooks.example.com:8443/… ")
    assert one.destination != two.destination
    assert one.name != two.name
    assert one.label == "Webhook hooks.example.com:8443"
    assert "canary" not in one.destination + repr(one)


def test_retry_after_is_read_as_http_says() -> None:
    assert retry_after("120", NOW) == 120
    assert retry_after(format_datetime(NOW + timedelta(minutes=1), usegmt=True), NOW) == 60
    assert retry_after(format_datetime(NOW - timedelta(minutes=1), usegmt=True), NOW) == 0
    for nonsense in (None, "", "soon", "-5", "1e9", "nan", "9" * 400, "Mon, 99 Foo 2026"):
        assert retry_after(nonsense, NOW) is None
