"""The stand-in has the lengths and counts of Slack's own SDK (`slack_sdk.models`): full is taken, one more is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.models import blocks as kit
from slack_sdk.models.views import View

from bot.practice.slack_standin.blocks import check_message_blocks, check_view
from bot.practice.slack_standin.refusal import SlackRefusal

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain("x"), "value": str(number), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("x"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain("x"), **more}


def menu(options: list[Json], **more: Any) -> Json:
    return actions({"type": "static_select", "action_id": "m", "options": options, **more})


def view(**more: Any) -> Json:
    return {"type": "modal", "title": plain("x"), "blocks": [], **more}


IN_MESSAGES: dict[str, tuple[int, Callable[[int], Json]]] = {
    "section text": (kit.SectionBlock.text_max_length, lambda n: {"type": "section", "text": plain("x" * n)}),
    "section fields": (kit.SectionBlock.fields_max_length, lambda n: section(fields=[plain("x")] * n)),
    "header": (kit.HeaderBlock.text_max_length, lambda n: {"type": "header", "text": plain("x" * n)}),
    "context elements": (
        kit.ContextBlock.elements_max_length,
        lambda n: {"type": "context", "elements": [plain("x")] * n},
    ),
    "actions elements": (kit.ActionsBlock.elements_max_length, lambda n: actions(*[button()] * n)),
    "block_id": (kit.Block.block_id_max_length, lambda n: {"type": "divider", "block_id": "x" * n}),
    "button label": (kit.ButtonElement.text_max_length, lambda n: actions({"type": "button", "text": plain("x" * n)})),
    "button value": (kit.ButtonElement.value_max_length, lambda n: actions(button(value="x" * n))),
    "button link": (kit.ButtonElement.url_max_length, lambda n: actions(button(url="x" * n))),
    "action_id": (kit.ButtonElement.action_id_max_length, lambda n: actions(button(action_id="x" * n))),
    "options": (kit.StaticSelectElement.options_max_length, lambda n: menu([option(i) for i in range(n)])),
    "option label": (kit.Option.label_max_length, lambda n: menu([{"text": plain("x" * n), "value": "1"}])),
    "option value": (kit.Option.value_max_length, lambda n: menu([{"text": plain("x"), "value": "1" * n}])),
    "placeholder": (150, lambda n: menu([option()], placeholder=plain("x" * n))),
    "confirm title": (
        kit.ConfirmObject.title_max_length,
        lambda n: actions(
            button(confirm={"title": plain("x" * n), "text": plain("x"), "confirm": plain("x"), "deny": plain("x")})
        ),
    ),
    "confirm text": (
        kit.ConfirmObject.text_max_length,
        lambda n: actions(
            button(confirm={"title": plain("x"), "text": plain("x" * n), "confirm": plain("x"), "deny": plain("x")})
        ),
    ),
}
IN_VIEWS: dict[str, tuple[int, Callable[[int], Json]]] = {
    "title": (View.title_max_length, lambda n: view(title=plain("x" * n))),
    "submit": (View.submit_max_length, lambda n: view(submit=plain("x" * n))),
    "close": (View.close_max_length, lambda n: view(close=plain("x" * n))),
    "blocks": (View.blocks_max_length, lambda n: view(blocks=[{"type": "divider"}] * n)),
    "private_metadata": (View.private_metadata_max_length, lambda n: view(private_metadata="x" * n)),
    "callback_id": (View.callback_id_max_length, lambda n: view(callback_id="x" * n)),
    "input label": (
        kit.InputBlock.label_max_length,
        lambda n: view(
            submit=plain("x"),
            blocks=[{"type": "input", "label": plain("x" * n), "element": {"type": "plain_text_input"}}],
        ),
    ),
}


@pytest.mark.parametrize("what", IN_MESSAGES)
def test_a_message_is_held_to_the_limits_of_slacks_sdk(what: str) -> None:
    most, block = IN_MESSAGES[what]
    assert check_message_blocks([block(most)])
    with pytest.raises(SlackRefusal):
        check_message_blocks([block(most + 1)])


@pytest.mark.parametrize("what", IN_VIEWS)
def test_a_view_is_held_to_the_limits_of_slacks_sdk(what: str) -> None:
    most, shown = IN_VIEWS[what]
    assert check_view(shown(most))
    with pytest.raises(SlackRefusal):
        check_view(shown(most + 1))
