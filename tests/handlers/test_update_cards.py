"""Approval cards in the channel: each keeps to the revision that it asked for."""

from collections import OrderedDict
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import redraw
from bot.domain.update import MessageRef
from bot.ports import ChatRefused, Held, Message, Services
from bot.usecases import asks, cards
from tests.builders import BO, CY
from tests.handlers.update_world import World, buttons, card, draft_by, modal_of, shown_text, world


@pytest.fixture(autouse=True)
def nothing_drawn_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test drew is no cache for the next."""
    monkeypatch.setattr(cards, "_drawn", OrderedDict())


class Wall:
    """A channel as a wall of messages."""

    def __init__(self) -> None:
        self.posted: dict[str, Message] = {}

    async def invite(self, channel: str, users: Any) -> dict[str, str]:
        return {}

    async def post(self, channel: str, message: Message, **_: Any) -> MessageRef:
        ts = str(len(self.posted))
        self.posted[ts] = message
        return MessageRef(channel=channel, ts=ts)

    async def amend(self, ref: MessageRef, message: Message) -> None:
        if ref.ts not in self.posted:
            raise ChatRefused("message_not_found")
        self.posted[ref.ts] = message


class Hand:
    """A job that is held."""

    deliveries = 1

    def __init__(self, job: Job) -> None:
        self.job = job


def on_the_wall() -> tuple[World, Services, Wall]:
    night, wall = world(), Wall()
    room = replace(night.incident.channel, id="C1", name="inc-1")
    night.memory.put(replace(night.incident, channel=room))
    return night, replace(night.services, chat=cast(Any, wall)), wall


async def ask(night: World, services: Services) -> None:
    """Do the newest request as the worker does."""
    jobs = [j for change in night.memory.changes for j in change.jobs if j.kind is JobKind.ASK_APPROVAL and not j.due]
    await asks.ask_approval(services, cast(Held, Hand(jobs[-1])))


async def draw(night: World, services: Services) -> None:
    await cards.redraw(services, cast(Held, Hand(redraw(night.incident.id, night.watch.at))))


async def test_the_card_of_an_older_revision_never_takes_the_newest_text() -> None:
    night, services, wall = on_the_wall()
    await draft_by(night, BO, impact="Cards fail.")
    await ask(night, services)
    assert "update_approve" in buttons(wall.posted["0"])
    edit = modal_of(await night.press(CY, buttons(await card(night))["update_edit"]))
    await night.submit(CY, edit, {"impact": "All payments fail."})
    await ask(night, services)
    await draw(night, services)
    assert [a.revision for a in night.update.asks] == [1, 2]
    assert set(buttons(wall.posted["0"])) == {"offer:show_update"}
    assert "“Cards fail.” → “All payments fail.”" in shown_text(wall.posted["0"])
    assert "update_approve" in buttons(wall.posted["1"])
    assert "All payments fail." in shown_text(wall.posted["1"])


async def test_who_is_asked_stays_on_the_card_while_it_waits() -> None:
    night, services, wall = on_the_wall()
    await draft_by(night, BO)
    await ask(night, services)
    asked = mentioned(wall.posted["0"])
    assert asked
    assert BO not in asked
    await draw(night, services)
    assert mentioned(wall.posted["0"]) == asked
    await night.press(BO, buttons(await card(night))["update_withdraw"])
    await draw(night, services)
    assert not mentioned(wall.posted["0"])


def mentioned(message: Message) -> list[str]:
    """Return who is asked on top of the card."""
    first = message.blocks[0]
    parts = first["elements"][0]["elements"] if first["type"] == "rich_text" else []
    return [part["user_id"] for part in parts if part["type"] == "user"]


async def test_a_card_that_is_out_of_date_when_it_is_posted_is_drawn_again() -> None:
    night, services, wall = on_the_wall()
    await draft_by(night, BO)
    drawn = await card(night)
    posting = wall.post

    async def slow(channel: str, message: Message, **more: Any) -> MessageRef:
        await night.press(BO, buttons(drawn)["update_withdraw"])
        return await posting(channel, message, **more)

    wall.post = slow  # type: ignore[method-assign]
    await ask(night, services)
    assert any(j.kind is JobKind.REDRAW for j in night.memory.changes[-1].jobs)
    await draw(night, services)
    assert set(buttons(wall.posted["0"])) == {"update_read"}
