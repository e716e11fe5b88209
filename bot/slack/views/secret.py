"""The personal secret: where it stands, the one time it is shown, and what its owner is told of it.

It refuses to draw the secret anywhere but in the modal that shows it once.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.secret import Enrolment, Use, UseKind
from bot.ports import Message, View
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import (
    DANGER,
    PRIMARY,
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    confirm,
    divider,
    header,
    line,
    message,
    modal,
    moment,
    rich,
    said,
    section,
)

MAKE, REVOKE = "secret_make", "secret_revoke"
NOT_SHOWN = "Slack was slow, so your new secret could not be shown and nobody has it. Make another one."
_FOR = "It lets you declare, draft and approve with `clarion` on the command line when Slack is down."
_MOST_USES = 5
_LONGEST = 120
_SAID = {
    UseKind.MADE: "A new secret was made",
    UseKind.REVOKED: "The secret was revoked",
    UseKind.RIGHT: "Used",
    UseKind.WRONG: "Wrong secret",
    UseKind.LOCKED: "Wrong secret; locked for a while",
}
_TITLES = {
    UseKind.MADE: "A new command-line secret was made for you",
    UseKind.REVOKED: "Your command-line secret was revoked",
    UseKind.RIGHT: "Your command-line secret was used",
    UseKind.WRONG: "Somebody gave a wrong command-line secret for you",
    UseKind.LOCKED: "Somebody keeps giving wrong command-line secrets for you; it is locked for a while",
}
_NOT_YOU = {
    UseKind.MADE: "An older one no longer works. If this was not you, press Revoke and tell whoever runs Clarion.",
    UseKind.REVOKED: "Make another one with `/incident secret`. If this was not you, tell whoever runs Clarion.",
}
_GUESSED = (
    "Nothing was done. If this was not you, tell whoever runs Clarion: somebody is on that machine. A new secret "
    "from `/incident secret` opens the lock."
)


def standing(kept: Enrolment | None, uses: Sequence[Use]) -> Message:
    """Say whether there is a secret, and what was done with it last."""
    if kept is None:
        blocks: list[Block] = [
            section(f"You have no secret for the command line. {_FOR}"),
            actions(_make("Make a secret", replacing=False)),
        ]
        return message("You have no secret for the command line.", [*blocks, *_uses(uses)])
    since: list[Part] = [bold("You have a secret for the command line"), ", made ", moment(kept.at), "."]
    buttons = actions(_make("Make a new secret", replacing=True), _revoke())
    return message("You have a secret for the command line.", [said(*since), section(_FOR), buttons, *_uses(uses)])


def invitation() -> list[Block]:
    """Ask somebody who may need a secret, and has none, to make one: for their home tab."""
    return [
        divider(),
        header("For a day without Slack"),
        section(f"You have no secret for the command line. {_FOR} Make it now: it cannot be made while Slack is down."),
        actions(_make("Make a secret", replacing=False)),
    ]


def shown_once(secret: str) -> View:
    """Show the secret, this once."""
    blocks: list[Block] = [
        section(f"*{secret}*"),
        section(
            "Write it down on paper or put it into your password manager, now: it is shown only this once. "
            "Capitals, blanks and dashes do not matter."
        ),
        section(f"{_FOR} Nobody else may know it: who types it is you. An older secret no longer works."),
    ]
    return modal("Your secret", blocks, close="I have it")


def notice(use: Use) -> Message:
    """Tell its owner what was done with a secret."""
    where: list[Part] = [moment(use.at)]
    where += [f", on {use.machine}"] if use.machine else []
    where += [f", to {clip(use.doing, _LONGEST)}"] if use.doing else []
    blocks: list[Block] = [said(bold(_TITLES[use.kind]), "."), said(*where), section(_NOT_YOU.get(use.kind, _GUESSED))]
    if use.kind is not UseKind.REVOKED:
        blocks.append(actions(_revoke()))
    for_what = f" It was to {escape(clip(use.doing, _LONGEST))}." if use.doing else ""
    return message(f"{_TITLES[use.kind]}.{for_what}", blocks)


def _uses(uses: Sequence[Use]) -> list[Block]:
    if not uses:
        return []
    rows = [line(moment(one.at), "  ", *_use(one)) for one in reversed(uses[-_MOST_USES:])]
    return [said("What was done with it last:"), rich(bullets(*rows))]


def _use(use: Use) -> list[Part]:
    parts = (_SAID[use.kind], clip(use.doing, _LONGEST), use.machine)
    return [" · ".join(part for part in parts if part)]


def _make(label: str, *, replacing: bool) -> ButtonElement:
    if not replacing:
        return button(label, MAKE, style=PRIMARY)
    question = confirm("Make a new secret?", "The one you have stops working at once.", "Make a new one")
    return button(label, MAKE, confirm=question)


def _revoke() -> ButtonElement:
    question = confirm(
        "Revoke your secret?", "You cannot use the command line until you make another one.", "Revoke it", danger=True
    )
    return button("Revoke", REVOKE, style=DANGER, confirm=question)
