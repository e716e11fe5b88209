"""Each block and element, as a browser and a screen reader meet it."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.ports import Message
from bot.practice.page import drawing
from bot.practice.page.drawing.drawing import BLOCKS, ELEMENTS
from bot.practice.slack_standin.blocks import check_message_blocks, check_view, interactive
from tests.practice.page.drawing import kitchen
from tests.practice.page.drawing.gallery_pages import STATIC, drawn, look
from tests.practice.page.drawing.reading import Tag, read
from tests.view_text import describe

NOT_IN_THE_STAND_IN = {"video"}
TESTS = Path(__file__).parents[3]


def message(*blocks: dict[str, Any]) -> Tag:
    return read(str(drawing.message_body(blocks, "", look())))


def view(*blocks: dict[str, Any], errors: dict[str, str] | None = None) -> Tag:
    return read(str(drawing.view_body(blocks, {}, errors or {}, look())))


def test_the_kitchen_has_everything_and_slack_would_take_it() -> None:
    everything = kitchen.message()
    check_message_blocks(everything)
    inputs = [block for block in kitchen.view() if block["element"]["type"] != "multi_external_select"]
    check_view({"type": "modal", "title": kitchen.plain("All"), "submit": kitchen.plain("Go"), "blocks": inputs})
    both = [*everything, *kitchen.view()]
    assert {block["type"] for block in both} == set(BLOCKS) - NOT_IN_THE_STAND_IN
    assert {element["type"] for block in both for element in interactive(block)} == set(ELEMENTS) - {"image"}


@pytest.mark.parametrize(
    "block", [*kitchen.message(), *kitchen.view(), kitchen.VIDEO], ids=lambda one: str(one["type"])
)
def test_every_block_is_drawn(block: dict[str, Any]) -> None:
    html = str(drawing.message_body([block], "", look()))
    assert read(html).every
    assert drawing.UNSUPPORTED not in html


@pytest.mark.parametrize("block", [{"type": "poll"}, {"type": "actions", "elements": [{"type": "slider"}]}])
def test_what_is_unknown_is_said_and_fails_the_gallery(block: dict[str, Any]) -> None:
    assert "cannot draw" in message(block).text
    with pytest.raises(AssertionError, match="cannot draw"):
        drawn(Message("", [block]))


def test_describing_a_screen_for_the_gallery_draws_it() -> None:
    with pytest.raises(AssertionError, match="cannot draw"):
        describe(Message("", [{"type": "poll"}]))


def test_every_screen_of_the_gallery_is_described_and_so_drawn() -> None:
    """A test that keeps a screen in the gallery does it through `describe`, which draws it."""
    texts = {file.name: file.read_text() for file in TESTS.rglob("test_*.py") if file != Path(__file__)}
    keepers = {name: text for name, text in texts.items() if re.search(r'["\']views/', text)}
    assert len(keepers) >= 4
    describes = re.compile(r"from tests\.view_text import [^\n]*\bdescribe\b")
    assert [name for name, text in keepers.items() if not describes.search(text)] == []


def test_every_interactive_element_is_marked() -> None:
    tree = message(*kitchen.message())
    marked = [tag for tag in tree.every if "data-kind" in tag.attrs]
    for tag in tree.every:
        if tag.name in ("button", "select", "textarea") and tag.attrs.get("value") not in ("deny", "confirm"):
            assert tag in marked
    expected = [element for block in kitchen.message() for element in interactive(block)]
    ids = {(tag.attrs["data-block-id"], tag.attrs["data-action-id"], tag.attrs["data-kind"]) for tag in marked}
    assert len(ids) == len(expected)
    assert all(tag.attrs["data-dispatch"] for tag in marked)


def test_labels_hints_and_errors_are_bound() -> None:
    blocks = [{**block, "hint": kitchen.plain("A hint")} for block in kitchen.view()]
    tree = view(*blocks, errors={block["block_id"]: "Not like this." for block in blocks})
    ids = {tag.attrs["id"]: tag for tag in tree.every if "id" in tag.attrs}
    assert len(ids) == len([tag for tag in tree.every if "id" in tag.attrs])
    for block in blocks:
        (field,) = [tag for tag in tree.every if tag.attrs.get("data-block-id") == block["block_id"]]
        label = next((tag for tag in tree.all("label") if tag.attrs.get("for") == field.attrs["id"]), None)
        named = label or ids[field.attrs["aria-labelledby"]]
        assert named.text.startswith(block["label"]["text"])
        assert [ids[one].text for one in field.attrs["aria-describedby"].split()] == ["A hint", "Not like this."]
        assert field.attrs["aria-invalid"] == "true"


def test_an_element_outside_an_input_has_a_name_of_its_own() -> None:
    tree = message({"type": "section", "text": kitchen.plain("Who leads?"), "accessory": {"type": "users_select"}})
    assert tree.all("select")[0].attrs["aria-label"] == "Who leads?"


def test_two_equal_messages_have_fields_of_their_own() -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [{**kitchen.MENUS[6], "action_id": "a"}]}]
    one, other = (str(drawing.message_body(blocks, "", look(), place=place)) for place in ("C1:1", "C1:2"))
    assert {tag.attrs["name"] for tag in read(one).all("input")}.isdisjoint(
        tag.attrs["name"] for tag in read(other).all("input")
    )
    assert one == str(drawing.message_body(blocks, "", look(), place="C1:1"))


def test_an_error_without_an_input_stands_on_top() -> None:
    tree = view(*kitchen.view(), errors={"elsewhere": "Something else is wrong."})
    assert tree.inside[0].inside[0].text == "Something else is wrong."


def test_a_confirm_dialog_waits_in_a_template() -> None:
    (template,) = message({"type": "actions", "elements": [kitchen.PRESSED[1]]}).all("template")
    assert template.all("h2")[0].text == "Publish now?"
    assert [(one.attrs["value"], one.text) for one in template.all("button")] == [
        ("deny", "Not yet"),
        ("confirm", "Publish"),
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://a b"])
def test_a_button_follows_no_address_that_is_not_live(url: str) -> None:
    tree = message({"type": "actions", "elements": [{"type": "button", "text": kitchen.plain("Go"), "url": url}]})
    assert not tree.all("a")
    assert not [tag for tag in tree.every if "href" in tag.attrs]


@pytest.mark.parametrize(
    ("block", "element", "dispatch"),
    [
        ({}, {"type": "plain_text_input"}, None),
        ({"dispatch_action": True}, {"type": "plain_text_input"}, "enter"),
        (
            {"dispatch_action": True},
            {
                "type": "plain_text_input",
                "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
            },
            "character",
        ),
        ({}, kitchen.MENUS[0], None),
        ({"dispatch_action": True}, kitchen.MENUS[0], "change"),
    ],
)
def test_an_input_tells_the_app_only_where_it_is_asked_to(
    block: dict[str, Any], element: dict[str, Any], dispatch: str | None
) -> None:
    tree = view({"type": "input", "label": kitchen.plain("L"), "element": element, **block})
    (field,) = [tag for tag in tree.every if "data-kind" in tag.attrs]
    assert field.attrs.get("data-dispatch") == dispatch


@pytest.mark.parametrize(("typed", "shown"), [("abc", "bk-far"), ("a" * 25, ""), ("a" * 31, "bk-over")])
def test_a_limit_is_shown_when_it_comes_near(typed: str, shown: str) -> None:
    element = {"type": "plain_text_input", "max_length": 30, "initial_value": typed}
    tree = view({"type": "input", "label": kitchen.plain("L"), "element": element})
    (counter,) = [tag for tag in tree.every if "data-counter" in tag.attrs]
    assert counter.text == str(30 - len(typed))
    assert counter.attrs["class"] == f"bk-counter {shown}".strip()


def test_a_message_without_blocks_is_its_text() -> None:
    assert read(str(drawing.message_body([], "*hi*", look()))).all("strong")[0].text == "hi"


def test_the_style_sheet_asks_nobody_else_for_anything() -> None:
    assert not re.search(r"@import|url\(|@font-face", (STATIC / "blocks.css").read_text())


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def themes() -> dict[str, dict[str, str]]:
    light, by_system, by_choice = (
        dict(re.findall(r"--bk-([\w-]+): (#\w{6})", part.split("}")[0]))
        for part in re.split(r":root(?=[:\[ ])", (STATIC / "blocks.css").read_text())[1:4]
    )
    assert by_system == by_choice
    return {"light": light, "dark": light | by_choice}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "behind", "least"),
    [
        *(
            (front, behind, 4.5)
            for front in ("text", "soft", "link", "error")
            for behind in ("back", "raised", "sunken")
        ),
        *(("on-accent", accent, 4.5) for accent in ("primary", "primary-hover", "danger", "danger-hover")),
        *(("mention", "mention-back", 4.5), ("self", "self-back", 4.5), ("code", "sunken", 4.5), ("back", "link", 4.5)),
        *(("control-line", "back", 3), ("focus", "back", 3)),
    ],
)
def test_colours_can_be_told_apart(theme: str, front: str, behind: str, least: float) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for words, 3 to 1 for the edges of controls."""
    lighter, darker = sorted((luminance(themes()[theme][name]) for name in (front, behind)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least
