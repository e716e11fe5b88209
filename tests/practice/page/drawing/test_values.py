"""What is drawn, filled in and posted comes back as the state that the stand-in for Slack keeps."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.practice.page import drawing
from bot.practice.slack_standin.form import chosen
from bot.practice.slack_standin.form_values import STATE_KEYS, starting_values
from bot.practice.slack_standin.workspace import Workspace
from tests.practice.page.drawing import kitchen
from tests.practice.page.drawing.gallery_pages import PEOPLE, look
from tests.practice.page.drawing.reading import raw_values, read

BLOCKS = [block for block in kitchen.view() if block["element"]["type"] in STATE_KEYS]


def workspace() -> Workspace:
    made = Workspace(lambda: 1795314600.0, app_id="A1", bot_name="clarion")
    for id_, name in PEOPLE:
        user = made.add_user(name.split()[0].lower())
        made.users[id_] = made.users.pop(user.id)
        made.users[id_].id = id_
    for id_, name in look().channels:
        channel = made.add_channel(f"{name}-room")
        made.channels[id_] = made.channels.pop(channel.id)
        made.channels[id_].id = id_
    return made


def one_input(element: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "input", "block_id": "b", "label": kitchen.plain("L"), "element": {**element, "action_id": "a"}}]


def test_every_kind_of_element_that_keeps_a_state_is_drawn_and_posted() -> None:
    assert {block["element"]["type"] for block in BLOCKS} == set(STATE_KEYS)
    html = str(drawing.view_body(BLOCKS, {}, {}, look()))
    assert drawing.posted(workspace(), BLOCKS, raw_values(html)) == starting_values(BLOCKS)


@pytest.mark.parametrize("grouped", [False, True])
def test_a_chosen_option_with_a_description_stays_chosen_when_the_form_is_drawn_again(grouped: bool) -> None:
    groups = [{"label": kitchen.plain("Fruit"), "options": kitchen.FRUIT}]
    options = {"option_groups": groups} if grouped else {"options": kitchen.FRUIT}
    blocks = one_input({"type": "static_select", "initial_option": kitchen.FRUIT[0], **options})
    state = starting_values(blocks)
    html = str(drawing.view_body(blocks, state, {}, look()))
    assert drawing.posted(workspace(), blocks, raw_values(html)) == state


def test_what_is_known_of_the_form_is_drawn_before_the_initial_values() -> None:
    values = {name: {"b": {"a": {"type": name, STATE_KEYS[name][0]: None}}} for name in STATE_KEYS}
    for block in BLOCKS:
        element = block["element"]
        emptied = str(drawing.view_body(one_input(element), values[element["type"]], {}, look()))
        assert raw_values(emptied)["b"]["a"] in ("", [])


@given(st.text(alphabet=st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_typed_text_comes_back(text: str) -> None:
    for element in ({"type": "plain_text_input"}, {"type": "plain_text_input", "multiline": True, "max_length": 30}):
        blocks = one_input(element)
        state = {"b": {"a": {"type": "plain_text_input", "value": text or None}}}
        html = str(drawing.view_body(blocks, state, {"b": text}, look()))
        assert drawing.posted(WORKSPACE, blocks, raw_values(html)) == state


WORKSPACE = workspace()
OPTION_TEXT = st.text(
    min_size=1, max_size=12, alphabet=st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"])
)


@given(st.lists(st.tuples(OPTION_TEXT, OPTION_TEXT), min_size=1, max_size=6, unique_by=lambda pair: pair[1]), st.data())
@settings(max_examples=80, deadline=None)
def test_any_option_comes_back_by_its_value(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    """Also where the text of one option reads like the value of another."""
    options = [kitchen.option(text, value) for text, value in pairs]
    picked = data.draw(st.sampled_from(options))
    for kind in ("static_select", "radio_buttons", "multi_static_select", "checkboxes"):
        element = {"type": kind, "options": options}
        key, _, several = STATE_KEYS[kind]
        state = {"b": {"a": {"type": kind, key: [picked] if several else picked}}}
        html = str(drawing.view_body(one_input(element), state, {}, look()))
        assert drawing.posted(WORKSPACE, one_input(element), raw_values(html)) == state


@given(st.integers(1_000_000_000, 4_000_000_000), st.sampled_from(["Europe/Amsterdam", "Asia/Kolkata", "UTC"]))
@settings(max_examples=80, deadline=None)
def test_any_moment_comes_back_to_the_minute(moment: int, zone: str) -> None:
    """But the hour that a zone has twice, of which a browser's clock cannot say which: the first is taken."""
    eyes = drawing.Look(str, str, str, ZoneInfo(zone), (), ())
    whole = moment - moment % 60
    blocks = one_input({"type": "datetimepicker", "initial_date_time": whole})
    back = drawing.posted(WORKSPACE, blocks, raw_values(str(drawing.view_body(blocks, {}, {}, eyes))))
    assert back["b"]["a"]["selected_date_time"] in (whole, whole - 3600)


def test_posted_agrees_with_what_a_person_of_the_stand_in_chooses() -> None:
    element = {"type": "users_select", "action_id": "a"}
    state = drawing.posted(WORKSPACE, one_input(element), {"b": {"a": "U0DEE"}})
    assert state["b"]["a"] == chosen(WORKSPACE, element, "U0DEE")


@pytest.mark.parametrize(
    ("element", "value"),
    [
        (kitchen.MENUS[0], "not offered"),
        (kitchen.MENUS[0], "Pear"),  # the text, not the value
        (kitchen.MENUS[3], "U0NOBODY"),
        (kitchen.MENUS[10], "yesterday"),
        (kitchen.MENUS[10], "2026-11-22T03:30[Nowhere/At_All]"),
        (kitchen.MENUS[10], "2026-13-40T03:30[UTC]"),
        (kitchen.TYPED[0], {"not": "text"}),
        (kitchen.TYPED[0], ["not text"]),
        (kitchen.SEVERAL[0], ["a", "not offered"]),
    ],
)
def test_what_an_element_cannot_hold_is_refused(element: dict[str, Any], value: object) -> None:
    with pytest.raises(drawing.NotPosted, match=r"^a: "):
        drawing.posted(WORKSPACE, one_input(element), {"b": {"a": value}})


def test_a_field_that_the_view_no_longer_has_is_left_out_and_one_not_filled_in_keeps_its_start() -> None:
    blocks = one_input({"type": "plain_text_input", "initial_value": "as it was"})
    state = drawing.posted(WORKSPACE, blocks, {"gone": {"a": "x"}, "b": {"gone": "x"}})
    assert state == {"b": {"a": {"type": "plain_text_input", "value": "as it was"}}}


def test_somebody_chosen_who_is_in_no_menu_is_shown_by_name() -> None:
    html = str(drawing.view_body(one_input({"type": "users_select", "initial_user": "U9GUEST"}), {}, {}, look()))
    assert [one.text for one in read(html).all("option") if "selected" in one.attrs] == ["U9GUEST"]
