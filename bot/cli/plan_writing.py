"""A plan of one's own: the shipped one, comments and all, with a few answers put in."""

import json
from dataclasses import dataclass

from bot.plan.loading import SHIPPED, load_text

_HEAD = """\
# yaml-language-server: $schema=./plan.schema.json
#
# The communication plan: who says what to whom, through which outlet, and when.
#
# `clarion plan show --plan FILE` prints it as a page, and `clarion check --plan FILE` says what is missing or does not
# fit together. Put its name into the setting CLARION_PLAN, and keep it where you keep your code.
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered. People are Slack user ids; `then`: a time such as "30 min"."""

    company: str
    approvers: tuple[str, ...]
    commanders: tuple[str, ...]
    quorum: int
    then: str


def written(answers: Answers) -> str:
    """Return the text of a plan. It can be loaded; raises BrokenPlan if an answer made that impossible."""
    shipped = SHIPPED.read_text(encoding="utf-8")
    text = _HEAD + shipped[shipped.index("#\n# People are") :]
    standby = answers.commanders[1:]
    changes = (
        ("company: Our company", f"company: {json.dumps(answers.company, ensure_ascii=False)}"),
        ("approvers: []", f"approvers: [{', '.join(answers.approvers)}]"),
        ("contacts: []\n    standby: []", f"contacts: [{first(answers)}]\n    standby: [{', '.join(standby)}]"),
        ("quorum: 1", f"quorum: {answers.quorum}"),
        ("then: 30 min}", f"then: {answers.then}}}"),
    )
    for old, new in changes:
        text = text.replace(old, new, 1)
    load_text(text)
    return text


def first(answers: Answers) -> str:
    """Return who is asked first to take command; "" if nobody was named."""
    return answers.commanders[0] if answers.commanders else ""
