"""The rest of the web process: the status site, health, and background work."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from bot.ports import StorageDown
from bot.web.background import Background
from tests.asgi import Answered, call
from tests.listening import Bot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "status"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>All good</h1>")
    (folder / "status.json").write_text('{"entries": []}')
    (folder / ".lock").write_text("secret")
    (folder / "notes.bak").write_text("secret")
    (tmp_path / "outside.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    return folder


@pytest.fixture
def bot(folder: Path) -> Bot:
    return Bot(status_dir=folder)


async def get(bot: Bot, path: str, method: str = "GET", **headers: str) -> Answered:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await call(bot.app, method, path, headers=given)


@pytest.mark.parametrize("path", ["/status", "/status/", "/status/index.html"])
async def test_the_status_page(bot: Bot, path: str) -> None:
    page = await get(bot, path)
    assert (page.status, page.body) == (200, b"<h1>All good</h1>")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_root_leads_to_the_status_page(bot: Bot) -> None:
    answered = await get(bot, "/")
    assert (answered.status, answered.headers["location"]) == (302, "/status")


async def test_data_may_be_read_by_other_pages(bot: Bot) -> None:
    answered = await get(bot, "/status/status.json")
    assert answered.json == {"entries": []}
    assert answered.headers["access-control-allow-origin"] == "*"


async def test_unchanged_is_304_and_changed_is_new(bot: Bot, folder: Path) -> None:
    first = await get(bot, "/status")
    again = await get(bot, "/status", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert (await get(bot, "/status", if_none_match=f'"other", W/{first.headers["etag"]}')).status == 304
    fresh = folder / "fresh"
    fresh.write_text("<h1>Bad news</h1>")
    os.replace(fresh, folder / "index.html")  # noqa: PTH105 - as the outlet does
    changed = await get(bot, "/status", if_none_match=first.headers["etag"])
    assert (changed.status, changed.body) == (200, b"<h1>Bad news</h1>")


async def test_an_unchanged_file_is_served_from_memory(bot: Bot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await get(bot, "/status")

    def unread(path: Path) -> bytes:
        raise AssertionError(path)

    monkeypatch.setattr(Path, "read_bytes", unread)
    assert (await get(bot, "/status")).status == 200


async def test_head_has_no_body(bot: Bot) -> None:
    answered = await get(bot, "/status", "HEAD")
    assert answered.status == 200
    assert answered.headers["content-length"] == "17"


@pytest.mark.parametrize(
    "name",
    [
        "../outside.html",
        "..%2foutside.html",
        "%2e%2e/outside.html",
        "a/../../outside.html",
        "/etc/passwd",
        "//etc/passwd",
        "link.html",
        ".lock",
        "notes.bak",
        "missing.html",
        "index.html/",
        "index.html\0",
        "x" * 5_000 + ".html",
        "",
    ],
)
async def test_nothing_else_is_served(bot: Bot, folder: Path, name: str) -> None:
    if not name:
        (folder / "index.html").unlink()
    answered = await get(bot, f"/status/{name}")
    assert answered.status in (404, 307)
    assert b"secret" not in answered.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_the_site_is_read_only(bot: Bot, method: str) -> None:
    assert (await get(bot, "/status", method)).status == 405


async def test_without_a_folder_there_is_no_page() -> None:
    assert (await get(Bot(), "/status")).status == 404


# ---------------------------------------------------------------- health


async def test_alive_and_ready(bot: Bot) -> None:
    assert (await get(bot, "/healthz")).body == b"ok"
    assert (await get(bot, "/readyz")).json == {"ready": True, "reasons": [], "job_lag_seconds": 0.0}


async def test_alive_but_not_ready(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(number: int) -> Any:
        raise StorageDown

    monkeypatch.setattr(bot.incidents, "find", down)
    answered = await get(bot, "/readyz")
    reason = "Redis does not answer (StorageDown): nothing can be saved or published."
    assert (answered.status, answered.json) == (503, {"ready": False, "reasons": [reason]})
    assert (await get(bot, "/healthz")).status == 200


# ---------------------------------------------------------------- background


async def test_draining_waits_for_work_that_starts_work() -> None:
    background, done = Background(), []

    async def outer() -> None:
        await asyncio.sleep(0.01)
        background.spawn(inner())

    async def inner() -> None:
        await asyncio.sleep(0.01)
        done.append(1)

    background.spawn(outer())
    assert await background.drain(5) == 0
    assert done
    assert len(background) == 0


async def test_draining_ends_in_time() -> None:
    background = Background()
    task = background.spawn(asyncio.sleep(60))
    assert await background.drain(0.02) == 1
    assert task.cancelled()


async def test_a_failure_leaves_a_line_without_words(capfd: pytest.CaptureFixture[str]) -> None:
    background = Background()

    async def fail() -> None:
        raise RuntimeError("canary-words")

    background.spawn(fail())
    await background.drain(1)
    written = "".join(capfd.readouterr())
    assert "background_task_failed" in written
    assert "canary" not in written
