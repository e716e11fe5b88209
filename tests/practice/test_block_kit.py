"""Block Kit's limits are refused one past the limit and accepted at it, with the place named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice.slack_standin.blocks import check_message_blocks, check_metadata, check_view
from bot.practice.slack_standin.refusal import SlackRefusal

Json = dict[str, object]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain("Go"), **more}


def option(name: str) -> Json:
    return {"text": plain(name), "value": name}


def actions(*elements: Json, **more: object) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(**more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, **more}


def select(**more: object) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option("a")], **more}


def typed(element: Json | None = None, **more: object) -> Json:
    field = element or {"type": "plain_text_input", "action_id": "t"}
    return {"type": "input", "label": plain("Title"), "element": field, **more}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": list(blocks), **more}


def complaint(blocks: list[Json]) -> str:
    with pytest.raises(SlackRefusal) as caught:
        check_message_blocks(blocks)
    assert caught.value.error == "invalid_blocks"
    metadata = caught.value.extra["response_metadata"]
    assert isinstance(metadata, dict)
    return " ".join(metadata["messages"])


DIVIDER: Json = {"type": "divider"}
CONFIRM: Json = {"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes"), "deny": plain("No")}

AT_THE_LIMIT: list[Json] = [
    section(text={"type": "mrkdwn", "text": "x" * 3000}),
    {"type": "section", "fields": [plain("x" * 1000)] * 10},
    {"type": "section", "fields": [plain("x" * 2000)]},
    {"type": "header", "text": plain("x" * 150)},
    actions(button(text=plain("x" * 75))),
    actions(button(value="x" * 2000)),
    actions(button(action_id="x" * 255)),
    section(block_id="x" * 255),
    actions(*[button(action_id=f"b{n}") for n in range(25)]),
    section(accessory=select(options=[option(f"o{n}") for n in range(100)])),
    section(accessory=select(options=[{"text": plain("x" * 75), "value": "x" * 150}])),
    section(accessory={"type": "overflow", "options": [option(f"o{n}") for n in range(5)]}),
    actions(button(confirm=CONFIRM | {"title": plain("x" * 100), "text": plain("x" * 300), "deny": plain("x" * 30)})),
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "context", "elements": [plain("x")] * 10},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
]


@pytest.mark.parametrize("block", AT_THE_LIMIT)
def test_a_block_at_its_limit_is_accepted(block: Json) -> None:
    check_message_blocks([block])


@pytest.mark.parametrize(
    ("block", "place"),
    [
        (section(text={"type": "mrkdwn", "text": "x" * 3001}), "/blocks/0/text/text"),
        ({"type": "section", "fields": [plain("x")] * 11}, "/blocks/0/fields"),
        ({"type": "section", "fields": [plain("x" * 2001)]}, "/blocks/0/fields/0/text"),
        ({"type": "section"}, "text or fields"),
        ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text"),
        (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text"),
        (actions(button(text=plain(""))), "must be more than 0 characters"),
        (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
        (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id"),
        (actions(button(style="warning")), "must be one of primary, danger"),
        (section(block_id="x" * 256), "/blocks/0/block_id"),
        (actions(*[button(action_id=f"b{n}") for n in range(26)]), "no more than 25"),
        (actions(button(action_id="same"), button(action_id="same")), "already exists for another element"),
        (actions(), "at least 1 item"),
        (section(accessory=select(options=[option(f"o{n}") for n in range(101)])), "no more than 100"),
        (section(accessory=select(options=[{"text": plain("x" * 76), "value": "a"}])), "less than 76"),
        (section(accessory=select(options=[{"text": plain("a"), "value": "x" * 151}])), "less than 151"),
        (section(accessory=select(initial_option=option("b"))), "not one of the options"),
        (section(accessory=select(options=None)), "exactly one of options and option_groups"),
        (section(accessory={"type": "plain_text_input", "action_id": "t"}), "unsupported type: plain_text_input"),
        (actions(button(confirm=CONFIRM | {"title": plain("x" * 101)})), "/confirm/title"),
        (actions(button(confirm=CONFIRM | {"text": plain("x" * 301)})), "/confirm/text"),
        (actions(button(confirm=CONFIRM | {"confirm": plain("x" * 31)})), "/confirm/confirm"),
        (actions(button(vaule="typo")), "invalid additional property: vaule"),
        ({"type": "sectoin", "text": plain("x")}, "unsupported type: sectoin"),
        ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10"),
        ({"type": "rich_text", "elements": [{"type": "rich_text_table"}]}, "unsupported type: rich_text_table"),
    ],
)
def test_a_block_past_its_limit_is_refused_with_its_place(block: Json, place: str) -> None:
    assert place in complaint([block])


def test_a_message_has_at_most_50_blocks_with_ids_of_their_own() -> None:
    check_message_blocks([DIVIDER] * 50)
    assert "no more than 50" in complaint([DIVIDER] * 51)
    assert "already exists for another block" in complaint([section(block_id="b"), section(block_id="b")])


def test_all_blocks_together_may_be_too_long() -> None:
    with pytest.raises(SlackRefusal, match="msg_blocks_too_long"):
        check_message_blocks([section(text=plain("x" * 3000)) for _ in range(5)])


@pytest.mark.parametrize(
    ("view", "place"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(submit=plain("x" * 25)), "/view/submit/text"),
        (modal(close=plain("x" * 25)), "/view/close/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(*[DIVIDER] * 101), "no more than 100"),
        (modal(typed(), submit=None), "missing required field: submit"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        (modal(typed({"type": "button", "text": plain("x")})), "unsupported type: button"),
        (modal(typed({"type": "plain_text_input", "max_length": 3001})), "max_length"),
        (modal(subtitle="x"), "invalid additional property: subtitle"),
        ({"type": "popup"}, "unsupported type: popup"),
    ],
)
def test_a_view_past_its_limit_is_refused_with_its_place(view: Json, place: str) -> None:
    with pytest.raises(SlackRefusal) as caught:
        check_view(view)
    assert caught.value.error == "invalid_arguments"
    assert place in str(caught.value.extra)


def test_a_view_at_its_limits_is_accepted() -> None:
    check_view(
        modal(typed(), *[DIVIDER] * 99, private_metadata="x" * 3000, title=plain("x" * 24), close=plain("x" * 24))
    )


def test_metadata_over_16_kilobytes_is_too_large() -> None:
    with pytest.raises(SlackRefusal, match="metadata_too_large"):
        check_metadata({"event_type": "x", "event_payload": {"a": "x" * 16_000}})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks", "accessory", "title"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(anything)
def test_whatever_is_sent_is_accepted_or_refused_and_never_a_crash(junk: object) -> None:
    for check in (check_message_blocks, check_view, check_metadata):
        try:
            check(junk)
        except SlackRefusal:
            continue
