"""Screens that answer or ask without changing anything: did you mean, which incident, the list, the help.

They refuse to act: every one of them says that nothing has happened yet, or shows what is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from slack_sdk.models.blocks import Block, RichTextBlock

from bot.domain.incident import Incident, Role
from bot.domain.lifecycle import LONGEST_TITLE
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import (
    PRIMARY,
    Part,
    actions,
    bold,
    button,
    channel,
    clip,
    context,
    header,
    message,
    plain_section,
    rich,
    said,
    section,
    stacked,
    user,
)
from bot.slack.views.incident import Intent, join_instead
from bot.slack.views.words import how_long, title_of, worst_first

# One phone screen each way; 50 blocks is what Slack takes.
_MOST_PICKED = 10
_MOST_LISTED = 20
# "INC-1234 SEV4, " is 15 characters long, and a context takes 3,000 (Slack docs, "Context block").
_MOST_NAMED = 150


@dataclass(frozen=True, slots=True)
class Guess:
    """A command that may have been meant: its label, and the text that says it again."""

    label: str
    text: str


# ---------------------------------------------------------------- did you mean


def did_you_mean(guesses: Sequence[Guess], why: str, meant: Intent, recent: Sequence[Incident]) -> Message:
    """Ask first: the commands that may have been meant, declaring, or joining. Nothing has happened yet."""
    opening: list[Part] = [f"{why} "] if why else []
    blocks: list[Block] = [said(*opening, bold("Nothing has been declared or changed yet."))]
    if guesses:
        offered = [
            button(f"/incident {guess.label}", f"incident_meant:{index}", guess.text)
            for index, guess in enumerate(guesses)
        ]
        blocks += [section("Did you mean this?"), actions(*offered)]
    blocks += _declare_instead(meant, bool(guesses))
    blocks += join_instead(recent)
    first = (
        f"Did you mean `/incident {escape(guesses[0].label)}`?" if guesses else "Do you want to declare an incident?"
    )
    return message(f"{first} Nothing has been declared or changed yet.", blocks)


def _declare_instead(meant: Intent, other: bool) -> list[Block]:
    if not meant.title:
        return []
    if meant.private:
        return _private_instead(meant)
    if len(meant.title) > LONGEST_TITLE:
        return [said(f"To declare an incident, run /incident: a title has at most {LONGEST_TITLE} characters.")]
    label = f"Declare an incident called “{clip(meant.title, 42)}”"
    return [section("Or is something wrong?" if other else "Is something wrong?"), _declare_button(label, meant)]


def _private_instead(meant: Intent) -> list[Block]:
    """Offer to declare it private, and as anybody would: "private" may be the first word of what is wrong."""
    both = replace(meant, title=f"Private {meant.title}", private=False)
    if len(both.title) > LONGEST_TITLE:
        return [said(f"To declare an incident, run /incident: a title has at most {LONGEST_TITLE} characters.")]
    return [
        section("Is something wrong, and only some people may know of it?"),
        _declare_button(f"Declare a private incident called “{clip(meant.title, 36)}”", meant),
        section("Or may everybody know?"),
        _declare_button(f"Declare an incident called “{clip(both.title, 42)}”", both),
    ]


def _declare_button(label: str, meant: Intent) -> Block:
    action_id = f"incident_declare_as:{meant.severity}" if meant.severity else "incident_declare_ask"
    return actions(button(label, action_id, meant.packed()))


# ---------------------------------------------------------------- which incident


def which(found: Sequence[tuple[Incident, str]], what: str) -> Message:
    """Ask which incident is meant; each button says the command again with its number. `what`: "change the stage"."""
    only = len(found) == 1
    shown = found[:_MOST_PICKED]
    rows: list[Block] = [
        plain_section(title_of(i), button("This one", f"incident_meant:{index}", text, style=PRIMARY if only else ""))
        for index, (i, text) in enumerate(shown)
    ]
    more = len(found) - len(shown)
    rest = [context(f"And {more} older ones: add the number, as in `INC-{found[-1][0].number}`.")] if more else []
    names = ", ".join(i.name for i, _ in shown)
    first = f"Is it {names}?" if only else "Which incident is it?" if more else f"Which incident is it: {names}?"
    question = f"{first} Then you can {what}."
    return message(f"{question} Nothing has been changed yet.", [section(f"*{question}*"), *rows, *rest])


def none_open() -> Message:
    """Say that no incident is open."""
    return message(
        "No incident is open. Declare one with /incident.",
        [section("No incident is open. Declare one with `/incident`.")],
    )


# ---------------------------------------------------------------- the list


def listed(incidents: Sequence[Incident], now: datetime) -> Message:
    """List the open incidents: the worst first, of those the newest. What has no row of its own is named below."""
    if not incidents:
        return none_open()
    count = "1 open incident" if len(incidents) == 1 else f"{len(incidents)} open incidents"
    ordered = worst_first(incidents)
    shown, rest = ordered[:_MOST_LISTED], named_only(ordered[_MOST_LISTED:])
    summary = ", ".join(f"{i.called} {i.severity}" for i in shown)
    return message(f"{count}: {summary}", [header(count), *(_row(i, now) for i in shown), *rest])


def named_only(incidents: Sequence[Incident], way: str = "") -> list[Block]:
    """Return those that have no row of their own, by name, as many as fit. `way`: what can be done with one."""
    if not incidents:
        return []
    names = ", ".join(f"{i.called} {i.severity}" for i in incidents[:_MOST_NAMED])
    over = len(incidents) - _MOST_NAMED
    return [context(f"And {len(incidents)} more: {names}{f' and {over} others' if over > 0 else ''}.{way}")]


def _row(incident: Incident, now: datetime) -> RichTextBlock:
    lead = incident.roles.get(Role.COMMANDER)
    where = channel(incident.channel.id) if incident.channel.id else "channel not open yet"
    return rich(
        stacked(
            [bold(title_of(incident))],
            [
                f"{incident.stage.capitalize()} · for {how_long(incident.age(now))} · ",
                *(("led by ", user(lead)) if lead else ("no commander",)),
                " · ",
                where,
            ],
        )
    )


# ---------------------------------------------------------------- help

_HELP = (
    ("*When something is wrong*",),
    (
        "`/incident`  opens a form",
        "`/incident Checkout fails for EU cards sev1 @ana`  declares at once; the first person named commands it",
        "`/incident check`  not sure? asks a few questions: incident or not, how bad, what to do next",
        "`/incident --private Leaked keys sev1`  declares one that only the people in its channel know of",
    ),
    ("*In an incident's channel* – each is also a button on the pinned card",),
    (
        "`/incident update`  writes to customers; somebody else approves it",
        "`/incident stage identified`  also `investigating`, `monitoring`",
        "`/incident severity sev2`",
        "`/incident role comms @bo`  also `commander`, `support`, `scribe`; `roles` shows who does what",
        "`/incident timeline`  what has happened so far",
        "`/incident runbook`  the steps to tick off; `parties`  who must know, and who has answered",
        "`/incident private`  nobody else knows of it, and nothing is published; `public` ends that",
        "`/incident resolve`  when it is over, or was a false alarm",
    ),
    ("*For support*",),
    (
        "`/incident follow`  every update by DM; also `follow sev1`, `everything` or `@group`; `following`, `unfollow`",
        "`/incident ticket ZD-4711`  given back with the wording at each update; `ticket remove`; `tickets` lists them",
    ),
    ("*Anywhere*",),
    (
        "`/incident list`  what is open now",
        "`/incident plan`  what was decided before; `outlets`  what reaches whom, and how to get access",
        "`/incident secret`  for the command line, when Slack is down",
        "Outside its channel, name the incident: `/incident update INC-12`",
    ),
)


def _drawn_help() -> Message:
    words = "\n".join("\n".join(part) + ("\n" if len(part) > 1 else "") for part in _HELP)
    return message("What you can say to /incident", [section(words.strip())])


# It never changes, and drawing costs most of an answer (libraries.md): drawn once.
HELP = _drawn_help()
