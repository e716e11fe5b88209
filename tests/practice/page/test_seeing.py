"""What each person sees on the page: their own, and nothing that Slack would not show them."""

from __future__ import annotations

import asyncio
import html as entities
import json
import re
from collections.abc import Sequence

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.practice.page.shell.spoken import as_sent
from bot.practice.slack_standin import SlackStandIn
from tests.practice.page.browser import Browser, next_versions, opened
from tests.practice.page.test_acting import in_front_of, modal, said_by_app


def badge(html: str, name: str) -> str:
    found = re.search(rf'<a [^>]*data-testid="place-{name}".*?</a>', html, re.DOTALL)
    assert found, f"{name} is not in the list"
    number = re.search(r'class="badge">(\d+)', found[0])
    return number[1] if number else "unread" if " unread" in found[0].split(">")[0] else ""


# ---------------------------------------------------------------- who one is


async def test_the_page_begins_with_a_welcome_and_with_everybody_to_act_as(browser: Browser) -> None:
    async with browser.web.get(browser.url) as reply:
        html = await reply.text()
    assert reply.url.query["as"] == "ada"
    assert "Welcome to the practice workspace" in html
    assert 'data-put="/incident Logins fail"' in html
    for name in ("ada", "ben", "gus", "olga"):
        assert f'href="?as={name}"' in html
    assert [re.findall(rf">{kind}<", html) != [] for kind in ("may approve", "guest", "other company")] == [True] * 3
    assert len(re.findall(r'aria-current="true"', html)) == 1


async def test_somebody_who_is_not_there_and_places_that_one_cannot_see_lead_to_the_beginning(browser: Browser) -> None:
    for path in ("?as=mallory", f"c/{browser.id('incidents')}?as=gus", "c/C404?as=ada", "dm/nobody?as=ada"):
        async with browser.web.get(f"{browser.url}{path}") as reply:
            assert reply.status == 200, path
            assert "Act as" in await reply.text()
    async with browser.web.get(f"{browser.url}part/messages?as=gus&at={browser.id('incidents')}") as reply:
        assert reply.status == 404


async def test_a_guest_sees_only_where_they_are(browser: Browser) -> None:
    shown = await browser.window("gus").part("places")
    assert "place-shared" in shown
    assert "place-incidents" not in shown
    assert "place-clarion" not in await browser.window("olga").part("places")


# ---------------------------------------------------------------- unread


async def test_what_is_new_is_marked_counted_and_gone_once_it_was_seen(browser: Browser) -> None:
    channel, ben = browser.id("incidents"), browser.window("ben")
    said_by_app(browser, "incidents", text="something")
    assert badge(await ben.part("places"), "incidents") == "unread"
    said_by_app(browser, "incidents", text=f"<@{browser.slack.person('ben').id}> look")
    assert badge(await ben.part("places"), "incidents") == "1"
    assert 'data-testid="badge-ben">1' in await browser.window("ada").part("people")
    page = await ben.get(f"c/{channel}")
    assert page.count('data-testid="new-line"') == 1
    assert badge(await ben.part("places"), "incidents") == ""
    assert "badge-ben" not in await browser.window("ada").part("people")
    assert 'data-testid="new-line"' not in await ben.get(f"c/{channel}")


async def test_ones_own_words_and_joins_are_no_news(browser: Browser) -> None:
    await browser.window("ada").does("enter", channel=browser.id("incidents"), text="hello")
    assert badge(await browser.window("ada").part("places"), "incidents") == ""


async def test_what_lights_up_a_phone_is_listed_with_the_way_there(browser: Browser) -> None:
    first = said_by_app(browser, "incidents", text="first")
    await browser.window("ada").does("enter", channel=first.channel, text="@ben see", thread=first.ts)
    reply = browser.slack.workspace.thread(first.channel, first.ts)[-1]
    shown = entities.unescape(await browser.window("ben").part("notices"))
    assert f'href="/c/{first.channel}?as=ben&thread={first.ts}#t{reply.ts}"' in shown
    assert "Nothing yet." in await browser.window("ada").part("notices")


# ---------------------------------------------------------------- messages


async def test_words_for_one_are_seen_by_one_and_forgotten_as_slack_forgets_them(browser: Browser) -> None:
    channel, ada = browser.id("general"), browser.window("ada")
    for _ in range(2):
        await ada.does("enter", channel=channel, text="/nothing")
    assert (await ada.part("messages", channel)).count("Only visible to you") == 2
    assert "Only visible to you" not in await browser.window("ben").part("messages", channel)
    await ada.does("dismiss", channel=channel, ts=browser.slack.ephemerals("ada")[0].ts)
    assert (await ada.part("messages", channel)).count("Only visible to you") == 1
    await ada.does("forget")
    assert "Only visible to you" not in await ada.part("messages", channel)
    assert len(browser.slack.ephemerals("ada")) == 2, "what Slack keeps is not the page's to remove"


async def test_times_are_those_of_the_reader(browser: Browser) -> None:
    message = said_by_app(browser, "shared")
    times = {
        name: re.findall(r"<time[^>]*>(\d\d:\d\d)<", await browser.window(name).part("messages", message.channel))
        for name in ("ada", "gus")
    }
    assert times["ada"] != times["gus"]


async def test_pins_bookmarks_topic_and_names_that_lead_somewhere(browser: Browser) -> None:
    general = browser.id("general")
    message = said_by_app(browser, "incidents", text=f"see <#{general}>")
    channel = browser.slack.workspace.channel("incidents")
    channel.topic = "INC-1 <b>now</b>"
    channel.pins.append({"ts": message.ts, "created": 1, "created_by": browser.slack.workspace.bot.id})
    head = await browser.window("ada").part("head", channel.id)
    assert f'href="#m{message.ts}"' in head
    assert "<b>now</b>" not in head
    shown = await browser.window("ada").part("messages", channel.id)
    assert f'<a class="bk-mention" href="/c/{general}?as=ada">#general</a>' in shown
    assert "Pinned by Clarion" in shown


async def test_direct_messages_of_two_people_are_theirs_alone(browser: Browser) -> None:
    async with browser.web.get(f"{browser.url}dm/ben?as=ada") as reply:
        dm = reply.url.path.removeprefix("/c/")
    await browser.window("ada").does("enter", channel=dm, text="only for you")
    assert "only for you" in await browser.window("ben").part("messages", dm)
    assert badge(await browser.window("ben").part("places"), "ada") == "1"
    async with browser.web.get(f"{browser.url}part/messages?as=gus&at={dm}") as reply:
        assert reply.status == 404
    assert browser.slack.dms("ada") == [], "the app sees nothing of it"
    assert browser.bot.heard == []


async def test_changing_who_one_is_in_the_apps_messages_shows_that_persons_own(browser: Browser) -> None:
    async with browser.web.get(f"{browser.url}dm/clarion?as=ada") as reply:
        path = reply.url.path
    async with browser.web.get(f"{browser.url.rstrip('/')}{path}?as=ben") as reply:
        assert reply.url.path != path
        assert browser.slack.workspace.channels[reply.url.path.removeprefix("/c/")].is_im


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=200))
def test_no_typed_text_becomes_markup_or_pings_anybody_by_accident(text: str) -> None:
    slack = SlackStandIn(people=("ada",))
    sent = as_sent(slack.workspace, text if not text.startswith("/") else f" {text}")
    for tag in re.findall(r"<[^>]*>", sent):
        assert re.fullmatch(r"<[@#!][^<>]*>", tag), tag
    if "@" not in text and "#" not in text:
        assert "<" not in sent


# ---------------------------------------------------------------- live


async def test_a_window_hears_what_changed_and_nothing_else(browser: Browser) -> None:
    channel = browser.id("incidents")
    async with browser.window("ben").listening(at=channel) as stream:
        first = await next_versions(stream)
        assert {"people", "places", "head", "messages", "view", "home", "notices", "composer"} <= set(first)
        said_by_app(browser, "incidents", text="news")
        changed = await next_versions(stream)
        assert "messages" in changed
        assert "head" not in changed
        await in_front_of(browser, "ben", modal())
        assert set(await next_versions(stream)) == {"view"}


async def test_every_version_of_the_page_is_the_one_that_the_stream_tells_first(browser: Browser) -> None:
    """Else a window would fetch everything once more, or miss what happened before it listened."""
    channel = browser.id("incidents")
    page = await browser.window("ben").get(f"c/{channel}")
    found = re.search(r'data-live="([^"]*)"', page)
    assert found
    drawn = json.loads(entities.unescape(found[1]))
    async with browser.window("ben").listening(at=channel) as stream:
        told = await next_versions(stream)
    assert {name for name in told if drawn.get(name) != told[name]} <= {"people", "places", "notices"}


async def test_an_edit_and_a_reaction_are_told(browser: Browser) -> None:
    message = said_by_app(browser, "incidents", text="before")
    async with browser.window("ben").listening(at=message.channel) as stream:
        await next_versions(stream)
        message.text, message.edited = "after", {"user": "U", "ts": browser.slack.workspace.next_ts()}
        assert "messages" in await next_versions(stream)
        await browser.window("ada").does("react", channel=message.channel, ts=message.ts, name="eyes")
        assert "messages" in await next_versions(stream)


async def test_the_end_of_the_page_ends_its_streams() -> None:
    async with aiohttp.ClientSession() as web:
        async with opened() as browser:
            reply = await web.get(f"{browser.url}live?as=ada")
            await next_versions(reply.content)
        async with asyncio.timeout(5):
            assert (await reply.content.read()).strip() == b"", "it ends in order, and says no more"


class Counting:
    """A pane that says how often something was pressed."""

    name, title = "counting", "Counting"

    def __init__(self) -> None:
        self.pressed = 0

    def routes(self) -> Sequence[BaseRoute]:
        async def press(request: Request) -> Response:
            del request
            self.pressed += 1
            return PlainTextResponse("ok")

        return (Route("/pane/counting/press", press, methods=["POST"]),)

    async def version(self) -> str:
        return str(self.pressed)

    async def draw(self) -> Markup:
        return Markup("<b>{}</b> times").format(self.pressed)


async def test_a_pane_stands_beside_the_chat_and_stays_fresh() -> None:
    async with opened((Counting(),)) as browser:
        ada = browser.window("ada")
        assert 'data-testid="tab-counting"' in await ada.get("")
        assert await ada.get("pane/counting") == "<b>0</b> times"
        async with ada.listening() as stream:
            while "pane:counting" not in await next_versions(stream):
                pass
            url, own = f"{browser.url}pane/counting/press", {"origin": browser.url.rstrip("/")}
            async with browser.web.post(url, json={}) as reply:
                assert reply.status == 403
            async with browser.web.post(url, json={}, headers=own) as reply:
                assert reply.status == 200
            assert (await next_versions(stream))["pane:counting"] == "1"
        assert await ada.get("pane/counting") == "<b>1</b> times"


async def test_what_lights_up_a_phone_is_plain_words(browser: Browser) -> None:
    ada = browser.slack.person("ada")
    when = "<!date^1764000000^{time}|16:00 UTC>"
    said_by_app(browser, "incidents", text=f"<@{ada.id}> decide by {when} &amp; *read* all")
    shown = await browser.window("ada").part("notices")
    assert re.search(r"@ada decide by [\d:]+( [AP]M)? &amp; read all", shown, re.IGNORECASE), shown
