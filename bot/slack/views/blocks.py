"""Small typed builders over `slack_sdk.models`, and `message()` and `modal()`, which check what they return.

Words that people typed go into `rich()`, `plain` text or option labels, where nothing is ever live. `mrkdwn`
sections are for our own words, mentions and dates. An input's block_id is the field's name, so that a
`Refusal.field` lands beside it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DateTimePickerElement,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View as SlackView

from bot.ports import Message, View
from bot.slack.views.checking import HEADER, LABEL, MESSAGE_TEXT, check_home, check_message, check_view
from bot.slack.views.drawing import to_json

Part = RichTextElement | str
DATE_FORMAT = "{date_short_pretty} at {time}"
TO_THE_SECOND = "{time_secs}"
PRIMARY, DANGER = "primary", "danger"


def clip(text: str, longest: int) -> str:
    """Return `text`, or its beginning with an ellipsis. For labels and overviews, never for a customer's text.

    It counts as JavaScript does, where an emoji is two: whichever way Slack counts, it fits.
    """
    if len(text) + (0 if text.isascii() else sum(c > "\uffff" for c in text)) <= longest:
        return text
    room, kept = longest - 1, 0
    for c in text:
        room -= 2 if c > "\uffff" else 1
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


# ---------------------------------------------------------------- whole screens


def message(text: str, blocks: Sequence[Block]) -> Message:
    """Return a checked message. `text` is the notification: mrkdwn, so the caller escapes what people typed."""
    drawn = Message(clip(text, MESSAGE_TEXT), tuple(to_json(block) for block in blocks))
    check(drawn)
    return drawn


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str = "",
    submit: str = "",
    close: str = "Cancel",
    carries: str = "",
) -> View:
    """Return a checked modal. `carries` is packed ids (`forms.pack`), kept as private_metadata."""
    form = SlackView(
        type="modal",
        title=plain(title),
        submit=plain(submit) if submit else None,
        close=plain(close),
        callback_id=callback_id or None,
        private_metadata=carries or None,
        blocks=list(blocks),
    )
    view = View(to_json(form))
    check(view)
    return view


def check(drawn: Message | View) -> None:
    """Raise `Misdrawn` if Slack would refuse this."""
    if isinstance(drawn, View):
        (check_home if drawn.payload.get("type") == "home" else check_view)(drawn.payload)
    else:
        check_message(drawn.text, drawn.blocks)


# ---------------------------------------------------------------- texts


def plain(text: str) -> PlainTextObject:
    """Return plain text: nothing in it is live."""
    return PlainTextObject(text=text)


def bold(text: str) -> RichTextElement:
    """Return bold words of a rich text."""
    return RichTextElementParts.Text(text=text, style={"bold": True})


def italic(text: str) -> RichTextElement:
    """Return italic words of a rich text."""
    return RichTextElementParts.Text(text=text, style={"italic": True})


def user(user_id: str) -> RichTextElement:
    """Return a mention in a rich text; in a new post it notifies."""
    return RichTextElementParts.User(user_id=user_id)


def channel(channel_id: str) -> RichTextElement:
    """Return a channel link in a rich text."""
    return RichTextElementParts.Channel(channel_id=channel_id)


def moment(at: datetime, form: str = DATE_FORMAT) -> RichTextElement:
    """Return a time that each reader sees in their own zone; UTC where it cannot be shown so."""
    fallback = f"{at.astimezone(UTC):{'%H:%M:%S' if form == TO_THE_SECOND else '%Y-%m-%d %H:%M'}} UTC"
    return RichTextElementParts.Date(timestamp=int(at.timestamp()), format=form, fallback=fallback)


def line(*parts: Part) -> RichTextSectionElement:
    """Return one paragraph of a rich text; plain strings are inert words. Empty strings are left out."""
    return RichTextSectionElement(elements=_parts(parts))


def stacked(*rows: Sequence[Part]) -> RichTextSectionElement:
    """Return one paragraph of a rich text with its rows under each other. Rows that are empty are left out."""
    parts: list[Part] = []
    for row in rows:
        if row:
            parts += ["\n", *row] if parts else row
    return line(*parts)


def bullets(*lines: RichTextSectionElement) -> RichTextListElement:
    """Return a bulleted list of a rich text."""
    return RichTextListElement(style="bullet", elements=list(lines))


def quote(*parts: Part) -> RichTextQuoteElement:
    """Return quoted words of a rich text."""
    return RichTextQuoteElement(elements=_parts(parts))


def _parts(parts: Sequence[Part]) -> list[RichTextElement]:
    return [RichTextElementParts.Text(text=p) if isinstance(p, str) else p for p in parts if p != ""]


# ---------------------------------------------------------------- blocks


def rich(*paragraphs: RichTextElement, block_id: str = "") -> RichTextBlock:
    """Return a rich text of `line`s, `bullets` and `quote`s: the place for words that people typed."""
    return RichTextBlock(elements=list(paragraphs), block_id=block_id or None)


def said(*parts: Part) -> RichTextBlock:
    """Return a rich text of one paragraph."""
    return rich(line(*parts))


def header(text: str) -> HeaderBlock:
    """Return a header, clipped to what Slack shows (150)."""
    return HeaderBlock(text=plain(clip(text, HEADER)))


def section(mrkdwn: str, accessory: InteractiveElement | None = None, *, block_id: str = "") -> SectionBlock:
    """Return a section of *our* words in mrkdwn, with a button or menu beside it."""
    return SectionBlock(text=MarkdownTextObject(text=mrkdwn), accessory=accessory, block_id=block_id or None)


def plain_section(text: str, accessory: InteractiveElement | None = None, *, block_id: str = "") -> SectionBlock:
    """Return a section in which nothing is live, with a button or menu beside it."""
    return SectionBlock(text=plain(text), accessory=accessory, block_id=block_id or None)


def context(mrkdwn: str) -> ContextBlock:
    """Return a small grey line of *our* words in mrkdwn."""
    return ContextBlock(elements=[MarkdownTextObject(text=mrkdwn)])


def divider() -> DividerBlock:
    """Return a line across."""
    return DividerBlock()


def actions(*elements: InteractiveElement, block_id: str = "") -> ActionsBlock:
    """Return a row of buttons and menus."""
    return ActionsBlock(elements=list(elements), block_id=block_id or None)


def button(
    label: str, action_id: str, value: str = "", *, style: str = "", confirm: ConfirmObject | None = None, url: str = ""
) -> ButtonElement:
    """Return a button; its label is clipped to what Slack takes (75)."""
    return ButtonElement(
        text=plain(clip(label, LABEL)),
        action_id=action_id,
        value=value or None,
        style=style or None,
        confirm=confirm,
        url=url or None,
    )


def confirm(title: str, text: str, yes: str, no: str = "Cancel", *, danger: bool = False) -> ConfirmObject:
    """Return a question asked before a button counts (title 100, text 300, buttons 30 characters: Slack docs)."""
    return ConfirmObject(
        title=plain(clip(title, 100)),
        text=plain(clip(text, 300)),
        confirm=plain(yes),
        deny=plain(no),
        style=DANGER if danger else None,
    )


# ---------------------------------------------------------------- fields of a form


def field(
    name: str, label: str, element: InputInteractiveElement, *, hint: str = "", optional: bool = False
) -> InputBlock:
    """Return a form field; its block_id is `name`."""
    return InputBlock(
        label=plain(label), element=element, block_id=name, hint=plain(hint) if hint else None, optional=optional
    )


def text_input(
    name: str, *, initial: str = "", placeholder: str = "", multiline: bool = False, longest: int = 3_000
) -> PlainTextInputElement:
    """Return a text field. `initial` is cut to 3,000, Slack's limit of what a field holds."""
    return PlainTextInputElement(
        action_id=name,
        initial_value=initial[:3_000] or None,
        placeholder=plain(placeholder) if placeholder else None,
        multiline=multiline,
        max_length=min(longest, 3_000),
    )


def option(label: str, value: str, description: str = "") -> Option:
    """Return one choice; label and description are clipped to 75."""
    return Option(
        text=plain(clip(label, LABEL)),
        value=value,
        description=plain(clip(description, LABEL)) if description else None,
    )


def select(
    name: str, options: Sequence[Option], *, initial: str = "", placeholder: str = "Choose", action_id: str = ""
) -> StaticSelectElement:
    """Return a menu; `initial` is the value that is chosen already, if it is among the options."""
    return StaticSelectElement(
        action_id=action_id or name,
        options=list(options),
        initial_option=next((o for o in options if o.value == initial), None),
        placeholder=plain(placeholder),
    )


def radio(name: str, options: Sequence[Option], *, initial: str = "") -> RadioButtonsElement:
    """Return a radio group (at most 10 choices); `initial` as for `select`."""
    return RadioButtonsElement(
        action_id=name,
        options=list(options),
        initial_option=next((o for o in options if o.value == initial), None),
    )


def users_select(name: str, *, initial: str = "", placeholder: str = "Choose a person") -> UserSelectElement:
    """Return a menu of people."""
    return UserSelectElement(action_id=name, initial_user=initial or None, placeholder=plain(placeholder))


def moment_input(name: str, initial: datetime | None = None) -> DateTimePickerElement:
    """Return a date and time picker in the reader's own zone."""
    return DateTimePickerElement(action_id=name, initial_date_time=int(initial.timestamp()) if initial else None)
