"""blocks.js in a real browser: presses, confirm dialogs, and redraws that lose nothing. One page, opened once."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bot.practice.page import drawing
from tests.browser.found import CHROMIUM
from tests.practice.page.drawing import gallery_pages, kitchen
from tests.practice.page.drawing.gallery_pages import look
from tests.practice.page.drawing.reading import raw_values

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: blocks.js is not tried")
SCRIPT = Path(__file__).with_name("in_browser.js")
Json = dict[str, Any]


def wanted(block_id: str, element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": block_id, "label": kitchen.plain(block_id), "element": element, **more}


def blocks(start: str) -> list[Json]:
    text = {"type": "plain_text_input", "action_id": "text"}
    risky = {**kitchen.MENUS[0], "action_id": "choose", "initial_option": kitchen.FRUIT[0], "confirm": kitchen.CONFIRM}
    return [
        {"type": "actions", "block_id": "press", "elements": kitchen.PRESSED},
        {"type": "actions", "block_id": "risky", "elements": [risky]},
        wanted("silent", {**text, "max_length": 20, "initial_value": start}),
        wanted("loud", {**kitchen.MENUS[0], "action_id": "pick"}, dispatch_action=True),
        wanted("enter", text, dispatch_action=True),
        wanted("ticks", {**kitchen.SEVERAL[0], "action_id": "few"}),
        *kitchen.view(),
    ]


def drawn(start: str) -> str:
    return str(drawing.view_body(blocks(start), {}, {}, look(), place="view:V1"))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Json:
    body = f'<div data-where="view:V1"><div id="root">{drawn("before")}</div></div>'
    other = f'<template id="changed">{drawn("the app says")}</template><pre id="seen"></pre>'
    folder = tmp_path_factory.mktemp("browser")
    file = folder / "page.html"
    file.write_text(gallery_pages.page(body + other) + f"<script>{SCRIPT.read_text()}</script>")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    wait = ["--virtual-time-budget=5000", "--dump-dom", file.as_uri()]
    done = subprocess.run([*command, *wait], capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr
    assert found[1], f"the script broke off: {done.stderr[-2000:]}"
    made: Json = json.loads(unescape(found[1]))
    return made


def test_values_are_those_that_the_server_drew(seen: Json) -> None:
    assert seen["values"] == raw_values(drawn("before"))


def test_a_press_is_told_once_and_the_button_waits_for_the_answer(seen: Json) -> None:
    told = {"where": "view:V1", "block_id": "press", "action_id": "go", "kind": "button", "value": "u1"}
    assert seen["pressed"] == [{**told, "confirmed": False}]
    assert (seen["busy"], seen["busyAfterRedraw"], seen["freeAgain"]) == ("true", "true", None)
    assert seen["focusAfterRedraw"] == "go"


def test_a_confirm_dialog_stands_before_the_press(seen: Json) -> None:
    assert seen["asked"] == {"open": True, "title": "Publish now?", "acts": 0}
    assert seen["denied"] == {"gone": True, "acts": 0, "focus": "no"}
    assert [(one["action_id"], one["confirmed"]) for one in seen["confirmed"]] == [("no", True)]


def test_a_choice_that_is_not_confirmed_is_taken_back(seen: Json) -> None:
    assert seen["takenBack"] == {"value": "a", "acts": 0}


def test_an_overflow_menu_tells_what_was_picked(seen: Json) -> None:
    assert [(one["kind"], one["action_id"], one["value"]) for one in seen["overflow"]] == [("overflow", "more", "b")]


def test_an_input_speaks_only_where_it_dispatches(seen: Json) -> None:
    assert seen["silent"] == {"acts": 0, "left": "13"}
    assert [(one["block_id"], one["value"]) for one in seen["loud"]] == [("loud", "c")]
    assert [(one["block_id"], one["value"]) for one in seen["enter"]] == [("enter", "go")]


def test_a_redraw_keeps_what_somebody_types_and_where(seen: Json) -> None:
    assert seen["kept"] == {"another": True, "value": "héllo 🔥", "focused": True, "caret": [2, 4], "pick": "c"}


def test_a_new_initial_value_replaces_what_was_typed(seen: Json) -> None:
    assert seen["changed"] == {"value": "the app says", "pick": "c"}


def test_no_more_can_be_chosen_than_the_element_takes(seen: Json) -> None:
    assert seen["most"] == ["a", "b"]
