"""The words of the page itself, as they were read and agreed to, with the people of `make practice`."""

from __future__ import annotations

import asyncio
import re
import sys
from html import unescape
from pathlib import Path

import aiohttp

from bot.practice import cast
from bot.practice.page.shell.app import Page
from bot.practice.page.shell.desk import Desk, Member
from bot.practice.page.shell.installed import installed
from bot.practice.sitting import HINTS, TOURED
from bot.practice.slack_standin import SlackStandIn
from bot.practice.slack_standin.composer import NOT_A_COMMAND, NOT_HERE, NOT_IN_THREADS
from tests.gallery_check import check
from tests.practice.page.browser import MANIFEST


def words(html: str) -> str:
    """What is read, one line a paragraph; names for screen readers and placeholders in brackets."""
    body = re.sub(r"<(script|style).*?</\1>", "", html[html.index('<a class="skip"') :], flags=re.DOTALL)
    body = re.sub(r'<[^>]*?(?:aria-label|placeholder)="([^"]*)"[^>]*>', r"\n[\1] ", body)
    body = re.sub(r"</(p|li|h1|h2|a|button|div|summary|section)>", "\n", body)
    lines = [" ".join(unescape(re.sub(r"<[^>]*>", "", line)).split()) for line in body.splitlines()]
    return "\n".join(line for line in lines if line)


async def test_the_first_page_reads_as_agreed() -> None:
    slack = SlackStandIn(people=tuple(one.name for one in cast.CAST if not (one.guest or one.outside)))
    for one in cast.CAST:
        if one.guest:
            slack.add_person(one.name, is_restricted=True)
    cast.settle_in(slack)
    people = {one.name: Member(one.name, one.about, one.approves) for one in cast.CAST}
    page = Page(Desk(slack, installed(MANIFEST), people, hints=HINTS))
    async with page.serve() as url, aiohttp.ClientSession() as web, web.get(url) as reply:
        first = words(await reply.text())
    toured = "\n".join(f"{one.title} {one.text}" for one in TOURED)
    check("practice/first_page.txt", "\n\n".join((first, toured, NOT_A_COMMAND, NOT_IN_THREADS, NOT_HERE)))


def test_the_cast_lives_in_two_zones_and_may_approve_in_two_persons() -> None:
    assert len({one.zone for one in cast.CAST}) == 2
    assert [one.name for one in cast.CAST if one.approves] == ["ben", "dana"]
    assert set(cast.script().approvers) <= {one.name for one in cast.script().people}


async def test_a_report_without_a_play_is_refused_with_a_sentence(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "practice", "--junit", str(tmp_path / "report.xml")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 1
    assert b"it needs --headless" in said
    assert not (tmp_path / "report.xml").exists()
