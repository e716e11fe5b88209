"""One suite that every outlet inherits: `class TestMine(OutletContract)` with a `stage` fixture, and no more.

A stage is an outlet beside the real server it talks to, on the loopback, with troubles that can be played.
"""

import asyncio
import logging
import re
import traceback
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

import pytest

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.ports import OutcomeUnknown, Outlet, Refused, Unavailable

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KEY = "5f2a" * 16
OTHER_KEY = "77c1" * 16
CUSTOMER_TEXT = "Customer-Canary-Text"
RETRY_AFTER = 7.0

NASTY = {
    "plain": "Paying by card fails.",
    "emoji and joiners": "👩‍👩‍👧‍👦 🇪🇺 👍🏽 ✈️ ok",
    "right to left": "الدفع لا يعمل — התשלום נכשל (EU)",
    "marks": "Tiếng Việt, Z͑͗á́l̂ĝõ, नमस्ते, བསྐྱོད",
    "pings and links": "<!channel> <@U123> <https://evil.example|bank> & &amp; &lt;b&gt; *bold* `code`",
    "markup": "<script>alert('x')</script> \"quoted\" {{ 7*7 }} %s \\n \\",
    "dots alone": "first\n.\n..\n.\nlast",
    "looks like mail": "From here on\nSubject: forged\nBcc: all@example.com\n\n--boundary--",
    "encoded word": "=?utf-8?q?not=20decoded?= and =41=0A",
    "odd line ends": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "blanks": "trailing   \n\ttab\n\n\n  indented",
    "beyond the first plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎𠜱 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "one long line": "Zahlungen schlagen fehl – " * 100,
    "no place to break": "あ" * 3_400,
    "formula": '=HYPERLINK("https://evil.example";"x")',
}


class Trouble(StrEnum):
    """What a server may do to us."""

    DOWN = "nobody is there"
    REFUSES = "it says no"
    BUSY = "it says later"
    SILENT = "it takes the message and never answers"
    CUT_BEFORE = "the connection is lost before the message"
    CUT_AFTER = "the connection is lost after the message"


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the far side has: the key it was given (if it has a place for one) and the parts as it reads them."""

    key: str
    parts: Mapping[str, str]


class Stage(ABC):
    """One outlet and its far side."""

    outlet: Outlet
    secrets: tuple[str, ...] = ()

    @abstractmethod
    def rendition(self, text: str) -> Rendition:
        """Return a rendition that says `text` wherever the outlet has room for it."""

    @abstractmethod
    async def arrived(self) -> list[Arrived]:
        """Return what the far side has."""

    @abstractmethod
    async def play(self, trouble: Trouble | None) -> None:
        """Make the far side behave so from now on; None: well."""

    @abstractmethod
    def contacts(self) -> int:
        """Return how often anything of ours touched the far side."""

    def as_arrived(self, rendition: Rendition) -> Mapping[str, str]:
        """Return the parts as they should be read at the far side."""
        return dict(rendition.parts)

    def key_as_arrived(self, key: str, recipient: Recipient) -> str:
        """Return how the far side spells the key; "" if there is no place for one."""
        return key

    async def recipient(self) -> Recipient:
        return (await self.outlet.recipients())[0]

    async def deliver(self, text: str = CUSTOMER_TEXT, key: str = KEY) -> str:
        return (await self.outlet.deliver(self.rendition(text), await self.recipient(), key)).reference


class OutletContract:
    """What the worker relies on, whatever the outlet."""

    troubles: ClassVar[Mapping[Trouble, type[Exception]]]
    tells_when_to_retry: ClassVar[bool] = False

    async def test_every_character_arrives_as_approved(self, stage: Stage) -> None:
        for n, (name, text) in enumerate(NASTY.items()):
            rendition = stage.rendition(text)
            await stage.outlet.deliver(rendition, await stage.recipient(), f"{n:064x}")
            assert (await stage.arrived())[-1].parts == stage.as_arrived(rendition), name

    async def test_the_key_goes_along(self, stage: Stage) -> None:
        await stage.deliver(key=KEY)
        expected = stage.key_as_arrived(KEY, await stage.recipient())
        assert [a.key for a in await stage.arrived()] == [expected]

    async def test_each_trouble_is_told_as_its_kind(self, stage: Stage, trouble: Trouble) -> None:
        await stage.play(trouble)
        with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as told:
            await stage.deliver()
        assert type(told.value) is self.troubles[trouble]
        if told.type is not OutcomeUnknown:
            assert await stage.arrived() == [] or trouble is Trouble.DOWN

    async def test_it_works_again_when_the_trouble_is_over(self, stage: Stage, trouble: Trouble) -> None:
        await stage.play(trouble)
        with pytest.raises((Refused, Unavailable, OutcomeUnknown)):
            await stage.deliver()
        await stage.play(None)
        before = len(await stage.arrived())
        await stage.deliver("All is well.", OTHER_KEY)
        assert len(await stage.arrived()) == before + 1

    async def test_the_far_sides_retry_after_is_passed_on(self, stage: Stage) -> None:
        if not self.tells_when_to_retry:
            pytest.skip("this outlet has no Retry-After")
        await stage.play(Trouble.BUSY)
        with pytest.raises(Unavailable) as told:
            await stage.deliver()
        assert told.value.retry_after == RETRY_AFTER

    async def test_failures_show_no_secret_and_no_customer_text(
        self, stage: Stage, trouble: Trouble, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        await stage.play(trouble)
        with pytest.raises((Refused, Unavailable, OutcomeUnknown)) as told:
            await stage.deliver()
        printed = "".join(traceback.format_exception(told.value)) + repr(told.value) + caplog.text
        for secret in (*stage.secrets, CUSTOMER_TEXT, (await stage.recipient()).address):
            if secret != stage.outlet.destination:
                assert secret not in printed
        assert str(told.value).strip()

    async def test_nothing_shown_of_the_outlet_holds_a_secret(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        outlet = stage.outlet
        await stage.deliver()
        shown = [repr(outlet), str(outlet), outlet.name, outlet.label, outlet.destination, await outlet.check()]
        for text in (*shown, caplog.text):
            assert not [secret for secret in stage.secrets if secret in text]

    async def test_a_text_too_long_is_refused_before_anything_is_touched(self, stage: Stage) -> None:
        for name, longest in stage.outlet.limits.parts.items():
            rendition = _changed(stage.rendition("short"), name, "x" * (longest + 1))
            with pytest.raises(Refused, match="at most"):
                await stage.outlet.deliver(rendition, await stage.recipient(), KEY)
        assert stage.contacts() == 0
        assert await stage.arrived() == []

    async def test_a_text_of_the_wrong_shape_is_refused_before_anything_is_touched(self, stage: Stage) -> None:
        good = stage.rendition("short")
        name = good.parts[0][0]
        lacking = Rendition(outlet=good.outlet, locale=good.locale, parts=good.parts[1:])
        foreign = Rendition(outlet="somewhere-else", locale=good.locale, parts=good.parts)
        for rendition in (lacking, foreign, _changed(good, name, "half a \ud83d character")):
            with pytest.raises(Refused):
                await stage.outlet.deliver(rendition, await stage.recipient(), KEY)
        assert stage.contacts() == 0

    async def test_the_same_key_twice_is_one_effect(self, stage: Stage) -> None:
        if stage.outlet.kind is not OutletKind.IDEMPOTENT:
            pytest.skip("only for idempotent outlets")
        await stage.deliver()
        once = await stage.arrived()
        await stage.deliver()
        assert await stage.arrived() == once

    async def test_only_searchable_outlets_say_whether_something_arrived(self, stage: Stage) -> None:
        rendition, recipient = stage.rendition(CUSTOMER_TEXT), await stage.recipient()
        if stage.outlet.kind is OutletKind.SEARCHABLE:
            assert not await stage.outlet.find(rendition, recipient, KEY)
            await stage.deliver(key=KEY)
            assert await stage.outlet.find(rendition, recipient, KEY)
            assert not await stage.outlet.find(rendition, recipient, OTHER_KEY)
        else:
            with pytest.raises(Unavailable):
                await stage.outlet.find(rendition, recipient, KEY)

    async def test_a_cancelled_delivery_leaves_the_outlet_fit_for_the_next(self, stage: Stage) -> None:
        if Trouble.SILENT in self.troubles:
            await stage.play(Trouble.SILENT)
        for delay in (0.0, 0.001, 0.01, 0.05):
            task = asyncio.create_task(stage.deliver())
            await asyncio.sleep(delay)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.05)
        await stage.play(None)
        before = len(await stage.arrived())
        for n in range(6):
            await stage.deliver(f"All is well, {n}.", f"{n:064x}")
        assert len(await stage.arrived()) == before + 6

    async def test_a_check_reaches_no_customer(self, stage: Stage) -> None:
        assert (await stage.outlet.check()).endswith((".", "!"))
        assert await stage.arrived() == []

    async def test_a_check_tells_of_trouble_before_a_customer_waits(self, stage: Stage) -> None:
        for trouble in {Trouble.DOWN} & set(self.troubles):
            await stage.play(trouble)
            with pytest.raises(Unavailable):
                await stage.outlet.check()

    async def test_a_fault_of_our_own_is_told_as_unknown_and_without_its_message(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*args: object) -> None:
            raise ZeroDivisionError(CUSTOMER_TEXT)

        rendition, recipient = stage.rendition("x"), await stage.recipient()
        monkeypatch.setattr(stage.outlet, "require_fit", broken)
        with pytest.raises(OutcomeUnknown, match="ZeroDivisionError") as told:
            await stage.outlet.deliver(rendition, recipient, KEY)
        assert CUSTOMER_TEXT not in str(told.value)

    async def test_it_introduces_itself_as_the_port_asks(self, stage: Stage) -> None:
        outlet, recipients = stage.outlet, await stage.outlet.recipients()
        assert re.fullmatch(r"[a-z0-9-]+", outlet.name)
        assert outlet.label
        assert outlet.limits.parts
        assert outlet.limits.parallel >= 1
        assert recipients == await outlet.recipients()
        assert len({r.id for r in recipients}) == len(recipients)
        assert all("@" not in r.id for r in recipients)

    async def test_closing_twice_is_no_fault(self, stage: Stage) -> None:
        await stage.deliver()
        await stage.outlet.aclose()
        await stage.outlet.aclose()


def _changed(rendition: Rendition, name: str, text: str) -> Rendition:
    parts = tuple((n, text if n == name else t) for n, t in rendition.parts)
    return Rendition(outlet=rendition.outlet, locale=rendition.locale, parts=parts)
