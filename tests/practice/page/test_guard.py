"""Who may talk to the page: this machine's browser with the page open, and nobody else."""

from __future__ import annotations

import re

import pytest

from tests.practice.page.browser import Browser

SAID = {"as": "ada", "channel": "general", "text": "hello"}


async def posted(browser: Browser, headers: dict[str, str], body: str = "{}") -> int:
    async with browser.web.post(f"{browser.url}act/enter", data=body, headers=headers) as reply:
        return reply.status


@pytest.mark.parametrize(
    "host", ["clarion.example", "127.0.0.1.nip.io:80", "", "[::1]:80", "localhost.evil.example", "user@evil.example"]
)
async def test_another_host_name_gets_nothing(browser: Browser, host: str) -> None:
    async with browser.web.get(browser.url, headers={"host": host}, allow_redirects=False) as reply:
        assert reply.status in (400, 421)
        assert "Clarion" not in await reply.text()


async def test_a_post_from_another_page_is_refused(browser: Browser) -> None:
    own = browser.url.rstrip("/")
    json_type = {"content-type": "application/json"}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", own.replace("http", "https")):
        assert await posted(browser, {**json_type, "origin": origin}) == 403, origin
    assert await posted(browser, json_type) == 403, "a browser always says where a post comes from"
    assert await posted(browser, {**json_type, "origin": own, "sec-fetch-site": "cross-site"}) == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert await posted(browser, {"content-type": kind, "origin": own}) == 415, kind
    assert browser.bot.heard == []
    assert browser.slack.messages("general") == []


async def test_localhost_is_this_machine_too(browser: Browser) -> None:
    url = browser.url.replace("127.0.0.1", "localhost")
    host = url.removeprefix("http://").rstrip("/")
    async with browser.web.get(browser.url, headers={"host": host}) as reply:
        assert reply.status == 200


async def test_no_script_but_the_pages_own_files_may_run(browser: Browser) -> None:
    async with browser.web.get(browser.url) as reply:
        policy, html = reply.headers["content-security-policy"], await reply.text()
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in one or 'type="application/json"' in one for one in scripts), scripts
    assert not re.search(r"\son[a-z]+=|javascript:", html)
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_only_the_folder_of_static_files_is_served(browser: Browser) -> None:
    for path in ("static/../shell/app.py", "static/%2e%2e/shell/app.py", "static/"):
        async with browser.web.get(f"{browser.url}{path}") as reply:
            assert reply.status == 404, path


@pytest.mark.parametrize(
    "body", ["", "[]", "7", '"text"', "{}", '{"as": "nobody"}', '{"as": "ada"}', "\x00", "{", "[" * 100_000]
)
async def test_a_post_that_makes_no_sense_is_a_sentence_and_changes_nothing(browser: Browser, body: str) -> None:
    headers = {"content-type": "application/json", "origin": browser.url.rstrip("/")}
    for act in ("enter", "block", "submit", "close", "shortcut", "react", "membership", "archive", "read"):
        async with browser.web.post(f"{browser.url}act/{act}", data=body, headers=headers) as reply:
            assert reply.status in (400, 409), (act, body)
            assert (await reply.json())["says"].endswith(".")
    assert browser.bot.heard == []
