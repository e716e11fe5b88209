"""What went out, and Make it hurt: through the routes of the panes, against one real house for all of these tests."""

import asyncio
import html
import json
import os
import re
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.practice.switches import SWITCHES
from tests.practice.page.pane_host import APPROVED, DRAFTED, PaneHost, hosted

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PaneHost]:
    async with hosted(tmp_path_factory.mktemp("house")) as host:
        yield host


@pytest_asyncio.fixture(loop_scope="module")
async def host(shared: PaneHost) -> AsyncIterator[PaneHost]:
    """The house, with all well again after each test."""
    yield shared
    await shared.post("/pane/hurt/well", {})


def published(title: str, *, slack: int = 1, mail: int = 2) -> str:
    counts = f"{{update: 1, status page: 1, slack: {slack}, e-mail: {mail}, webhook: 1, says: {title}}}"
    return f"\n  - expect:\n      - published: {counts}\n    within: 60 seconds\n"


def card_shows(*words: str) -> str:
    return f"\n  - expect:\n      ada sees in the incident channel: {json.dumps(words)}\n    within: 60 seconds\n"


def worker(host: PaneHost, number: signal.Signals) -> None:
    pid = host.house.parts["worker"].pid
    assert pid is not None
    os.kill(pid, number)


async def test_before_anything_left_the_pane_says_so_and_afterwards_it_shows_every_byte(host: PaneHost) -> None:
    assert "Nothing has left yet." in await host.drawn("out")
    before = await host.drawn("hurt")
    assert "Nothing is switched on." in before
    assert "worker_ready" not in before
    await host.act(DRAFTED % {"title": "Logins fail"} + APPROVED + published("Logins fail"))
    seen = await host.shows("out", "to anna@shop.example", "to bram@bakery.example", "Status page", "Webhook", "Slack")
    assert seen.count("as approved") == 5
    assert "NOT" not in seen
    assert "INC-1 update #1" in seen
    assert "<b>02:40" not in seen, "a text that came is drawn as HTML of the page itself"
    letter = host.house.mailbox.letters[-1]
    assert html.escape(letter.text.splitlines()[0]) in html.escape(html.unescape(seen))
    async with host.web.get(f"{host.address}/pane/out/raw/e-mail-2") as raw:
        assert await raw.read() == letter.raw
        assert raw.headers["content-type"].startswith("text/plain")


async def test_with_slack_down_after_the_approval_publication_completes_and_later_the_card_catches_up(
    host: PaneHost,
) -> None:
    await host.act(DRAFTED % {"title": "Search is slow"})
    worker(host, signal.SIGSTOP)
    try:
        await host.act(APPROVED)
        assert (await host.throw("Slack goes down"))["on"] == ["Slack goes down"]
    finally:
        worker(host, signal.SIGCONT)
    await host.act(published("Search is slow", slack=0))
    assert "Slack goes down" in await host.shows("hurt", 'aria-checked="true"')
    assert (await host.throw("Slack goes down", on=False))["on"] == []
    await host.act(
        published("Search is slow") + card_shows("Update #1 · investigating · published", "Slack: delivered")
    )
    assert "Slack is well again." in await host.drawn("hurt")


async def test_a_worker_killed_in_the_middle_of_a_delivery_comes_back_and_everything_is_there_exactly_once(
    host: PaneHost,
) -> None:
    await host.act(DRAFTED % {"title": "Reports are empty"})
    await host.throw("webhook receiver does not answer")
    await host.act(APPROVED)
    await host.act(card_shows("E-mail: 2 delivered", "Slack: delivered", "Status page: delivered"))
    assert host.house.receiver.waiting == 1
    old = host.house.parts["worker"].pid
    await host.throw("worker is killed")
    await host.shows("hurt", "The worker process was killed (SIGKILL).", "The worker process is started again")
    seen = await host.shows("hurt", "1 restart", "The worker process is ready.", "deliveries")
    assert "killed <time" in seen
    assert host.house.parts["worker"].pid not in (None, old)
    await host.throw("webhook receiver does not answer", on=False)
    await host.act(published("Reports are empty") + card_shows("Update #1 · investigating · published"))
    assert await host.house.outside.unapproved() == ""


async def test_a_mail_server_that_loses_its_reply_leaves_an_unknown_outcome_and_two_buttons(host: PaneHost) -> None:
    await host.act(DRAFTED % {"title": "Exports are late"})
    await host.throw("mail server loses its reply")
    await host.act(APPROVED + published("Exports are late"))
    await host.act(card_shows("2 unknown", "[It arrived]", "[Send again]"))
    assert "the connection broke before it said so" in await host.drawn("hurt")


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("mail server refuses", "E-mail: 2 refused"),
        ("webhook receiver refuses", "refused"),
        ("broadcast channel refuses", "Slack: refused"),
    ],
)
async def test_an_outlet_that_refuses_is_said_to_on_the_card_and_the_others_go_out(
    host: PaneHost, key: str, seen: str
) -> None:
    await host.act(DRAFTED % {"title": f"Now the {key}"})
    await host.throw(key)
    await host.act(APPROVED + card_shows(seen, "Update #1 · investigating · published"))
    assert await host.house.outside.unapproved() == ""


@pytest.mark.parametrize(
    "key",
    [
        "status folder is locked",
        "mail server asks to come later",
        "webhook receiver asks to come later",
        "broadcast channel asks to come later",
    ],
)
async def test_an_outlet_that_takes_nothing_now_has_everything_once_when_all_is_well(host: PaneHost, key: str) -> None:
    await host.act(DRAFTED % {"title": f"Now the {key}"})
    await host.throw(key)
    await host.act(APPROVED + card_shows(": delivered"))
    assert "deliveries" in await host.drawn("hurt")
    await host.throw(key, on=False)
    await host.act(published(f"Now the {key}") + card_shows("Update #1 · investigating · published"))
    assert await host.house.outside.unapproved() == ""


@pytest.mark.parametrize("key", ["webhook receiver loses its reply", "broadcast channel loses its reply"])
async def test_a_lost_reply_of_an_outlet_that_can_be_asked_again_doubles_nothing(host: PaneHost, key: str) -> None:
    await host.act(DRAFTED % {"title": f"Now the {key}"})
    await host.throw(key)
    await host.act(APPROVED + published(f"Now the {key}"))
    await host.throw(key, on=False)
    await host.act(card_shows("Update #1 · investigating · published") + published(f"Now the {key}"))
    assert await host.house.outside.unapproved() == ""


@pytest.mark.parametrize("key", ["Redis is killed", "Redis is restarted"])
async def test_redis_that_ends_in_the_middle_is_back_with_its_data_and_work_goes_on_within_five_seconds(
    host: PaneHost, key: str
) -> None:
    clock, redis = asyncio.get_running_loop().time, host.house.redis
    await host.act(DRAFTED % {"title": f"{key} and back"})
    restarts, known = redis.restarts, len(await host.house.outside.incidents())
    await host.act(APPROVED)
    before = clock()
    await host.throw(key)
    await host.act(published(f"{key} and back"))
    assert clock() - before < 5
    assert redis.restarts == restarts + 1
    assert len(await host.house.outside.incidents()) == known
    assert await host.house.outside.unapproved() == ""
    await host.shows("hurt", "Redis was killed" if key == "Redis is killed" else "Redis was told to end")


async def test_a_web_process_that_is_killed_hears_people_again_at_the_same_address(host: PaneHost) -> None:
    await host.throw("web process is killed")
    await host.shows("hurt", "The web process was killed", "The web process is ready.")
    host.house.require_alive()
    ada = host.house.standin.person("ada")
    async with asyncio.timeout(20):  # it says that it is ready just before it listens
        while (await ada.command("/incident", "list", channel="general")).slack_says:
            await asyncio.sleep(0.05)
    await host.act("\n  - expect:\n      ada is told: Open incidents\n")


async def test_every_lasting_switch_goes_on_alone_in_its_subject_and_off_again(host: PaneHost) -> None:
    lasting = [key for key, switch in SWITCHES.items() if switch.lasting]
    on: list[str] = []
    for key in lasting:
        on = [*(one for one in on if SWITCHES[one].subject != SWITCHES[key].subject), key]
        assert sorted((await host.throw(key))["on"]) == sorted(on)
    seen = await host.drawn("hurt")
    assert len(re.findall('aria-checked="true"', seen)) == len(on) == 5
    assert (await host.post("/pane/hurt/well", {}))["on"] == []
    assert "Nothing is switched on." in await host.drawn("hurt")


@pytest.mark.parametrize("asked", [{"switch": "coffee"}, {"switch": "Slack goes down", "on": "perhaps"}, [], None])
async def test_a_switch_that_does_not_exist_is_refused_in_a_sentence_and_changes_nothing(
    host: PaneHost, asked: object
) -> None:
    answer = await host.post("/pane/hurt/switch", asked)
    assert (answer["status"], answer["says"]) == (404, "There is no such switch. Reload the page.")
    assert "Nothing is switched on." in await host.drawn("hurt")
