"""Declaring an incident: the form, the question for a severity, and the answers that follow.

Draw and parse share this file. It refuses to carry more than the words of one declaration between two clicks;
each such button also carries the operation of the first act, so that two clicks declare once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from slack_sdk.models.blocks import Block

from bot.domain.incident import ROLE_NAMES, Incident, Role, Severity
from bot.domain.lifecycle import LONGEST_IMPACT, LONGEST_TITLE, Declaration
from bot.domain.noting import Quote
from bot.domain.refusals import Refusal
from bot.domain.text import require_text
from bot.ports import Message, View
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import (
    Part,
    actions,
    bold,
    button,
    channel,
    clip,
    context,
    divider,
    field,
    line,
    message,
    modal,
    option,
    plain_section,
    radio,
    rich,
    said,
    section,
    stacked,
    text_input,
    user,
    users_select,
)
from bot.slack.views.drawing import Drawn
from bot.slack.views.forms import carried, chosen, chosen_user, pack, unpack, written
from bot.slack.views.outcome import spoken
from bot.slack.views.privacy import private_field, ticked_private
from bot.slack.views.quoting import carry
from bot.slack.views.triage import NOT_ASKED, TITLE, Asked
from bot.slack.views.words import SEVERITY_MEANS, title_of

CALLBACK = "incident_declare"
_EXAMPLE, _PARTS = "Checkout fails for EU cards", "Checkout, card payments"
_MORE = Drawn(context("There are more: `/incident list` shows them all."))
_SAME = Drawn(context("If it is the same, join the other one and resolve this one as a false alarm."))
# More do not help at three in the morning, and the question below them must stay in sight on a phone.
MOST_OFFERED = 3
# People mentioned in a command get the roles in this order.
MENTIONED_AS = (Role.COMMANDER, Role.COMMUNICATIONS, Role.SUPPORT, Role.SCRIBE)
_ROLE_FIELDS: Mapping[str, Role] = {f"role_{role.value}": role for role in Role}


# ---------------------------------------------------------------- the form


def declare_form(
    recent: Sequence[Incident],
    *,
    said_in: str,
    severity: Severity | None = None,
    users: Sequence[str] = (),
    quoted: Quote | None = None,
    private: bool = False,
    means: Mapping[Severity, str] = SEVERITY_MEANS,
    asked: Asked = NOT_ASKED,
    kept: Mapping[str, str] | None = None,
) -> View:
    """Draw the form. `recent`: open incidents of the last hour; `said_in`: the channel it was asked for in.

    `asked`: how far somebody is with “is it an incident?”; `kept`: what was typed before it was drawn again.
    """
    people = {f"role_{role}": who for role, who in roles_for(users).items()}
    typed = defaultdict(str, {**_from_message(quoted), **people, **(kept or {})})
    blocks: list[Block] = [
        *join_instead(recent),
        *([divider()] if recent else []),
        *asked.blocks,
        field(
            "title",
            "What is wrong, in one line",
            text_input("title", initial=typed["title"], placeholder=_EXAMPLE, longest=LONGEST_TITLE),
        ),
        _severity_field(asked.severity or severity, means, asked.key),
        *_what(typed),
        private_field(private),
        *(_role_field(name, role, typed[name]) for name, role in _ROLE_FIELDS.items()),
    ]
    carries = carry(quoted, channel=said_in, **asked.carries) if quoted else pack(channel=said_in, **asked.carries)
    return modal("Declare an incident", blocks, callback_id=CALLBACK, submit="Declare", carries=carries)


def _what(typed: Mapping[str, str]) -> list[Block]:
    parts = text_input("components", initial=typed["components"], placeholder=_PARTS, longest=1_000)
    return [
        field(
            "impact",
            "What customers see",
            text_input("impact", initial=typed["impact"], multiline=True, longest=LONGEST_IMPACT),
            hint="The first draft for customers starts from it. You can leave it empty now.",
            optional=True,
        ),
        field("components", "Parts that are affected", parts, hint="Put commas between them.", optional=True),
    ]


def _severity_field(severity: Severity | None, means: Mapping[Severity, str], key: str) -> Block:
    ranks = [option(f"{s} – {means[s]}", s.value) for s in Severity]
    return field("severity", "How bad is it?", radio(key, ranks, initial=severity.value if severity else ""))


def parse_declaration(view: Mapping[str, Any]) -> Declaration:
    """Read the form. Raises Refusal where no severity was chosen."""
    picked = {role: chosen_user(view, name) for name, role in _ROLE_FIELDS.items()}
    parts = written(view, "components").replace("\n", ",").split(",")
    return Declaration(
        title=written(view, "title"),
        severity=_severity(chosen(view, "severity")),
        impact=written(view, "impact"),
        components=tuple(part.strip() for part in parts if part.strip()),
        roles={role: who for role, who in picked.items() if who},
        declared_in=carried(view).get("channel", ""),
        private=ticked_private(view),
    )


def _from_message(quoted: Quote | None) -> dict[str, str]:
    """Return title and impact that a message suggests; what does not fit is cut, and its link leads to the whole."""
    words = quoted.text if quoted else ""
    return {"title": clip(words.partition("\n")[0], LONGEST_TITLE), "impact": clip(words, LONGEST_IMPACT)}


def roles_for(users: Sequence[str]) -> dict[Role, str]:
    """Return the roles of people mentioned in a command: the first commands, then in the order of MENTIONED_AS."""
    return dict(zip(MENTIONED_AS, users, strict=False))


def _role_field(name: str, role: Role, initial: str) -> Block:
    hint = "You, unless you name somebody." if role is Role.COMMANDER else ""
    return field(name, ROLE_NAMES[role], users_select(name, initial=initial), hint=hint, optional=True)


def _severity(value: str) -> Severity:
    if value not in tuple(Severity):
        raise Refusal("no_severity", "Choose how bad it is.", field="severity")
    return Severity(value)


# ---------------------------------------------------------------- the question for a severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A declaration that waits for a click. `operation` is that of the act that began it."""

    title: str
    severity: Severity | None
    users: tuple[str, ...]
    operation: str
    private: bool = False

    def packed(self) -> str:
        """Return it as the value of a button."""
        people = " ".join(self.users[: len(MENTIONED_AS)])
        rank, hidden = self.severity or "", "yes" if self.private else ""
        return pack(title=self.title, severity=rank, users=people, operation=self.operation, private=hidden)

    def question(self) -> str:
        """Return the command that asks whether it is one, as the value of a button."""
        people = "".join(f" <@{user}>" for user in self.users[: len(MENTIONED_AS)])
        return f"check {'--private ' if self.private else ''}{escape(self.title)}{people}"


def intent(value: str) -> Intent:
    """Read what `Intent.packed` packed."""
    ids = unpack(value)
    rank = ids.get("severity", "")
    return Intent(
        title=ids.get("title", ""),
        severity=Severity(rank) if rank in tuple(Severity) else None,
        users=tuple(ids.get("users", "").split()),
        operation=ids.get("operation", ""),
        private=bool(ids.get("private")),
    )


def declaration(meant: Intent, said_in: str) -> Declaration:
    """Return the declaration of an intent. Raises Refusal where it has no severity."""
    return Declaration(
        title=meant.title,
        severity=_severity(meant.severity or ""),
        roles=roles_for(meant.users),
        declared_in=said_in,
        private=meant.private,
    )


def fitting_title(title: str) -> str:
    """Return the title if it may be one. Raises Refusal if it is empty or too long, before anything is asked."""
    return require_text(title, "title", "The title", LONGEST_TITLE)


def severity_question(
    meant: Intent, recent: Sequence[Incident], means: Mapping[Severity, str] = SEVERITY_MEANS
) -> Message:
    """Ask how bad it is. Nothing is declared before one of the buttons is pressed."""
    blocks: list[Block] = [
        rich(
            stacked(
                ["How bad is ", bold(f"“{meant.title}”"), "?"],
                ["Press one to declare it. Until then, nothing has happened."],
            )
        ),
        *([said(bold("Private. "), "Only the people in its channel will know of it.")] if meant.private else []),
        *(_rank_row(meant, rank, means[rank]) for rank in Severity),
        actions(button(f"Not sure? {TITLE}", "incident_meant:check", meant.question())),
        *join_instead(recent),
    ]
    marked = "PRIVATE. " if meant.private else ""
    return message(f"{marked}How bad is “{escape(meant.title)}”? Choose a severity to declare it.", blocks)


def _rank_row(meant: Intent, rank: Severity, means: str) -> Block:
    value = replace(meant, severity=rank).packed()
    label = f"Declare {rank}"
    return section(f"*{rank}*  {escape(means)}", button(label, f"incident_declare_as:{rank}", value))


def join_instead(
    recent: Sequence[Incident], intro: str = "Is it one of these, opened in the last hour?"
) -> list[Block]:
    """Offer the newest of them instead of a new one; nothing where there are none."""
    if not recent:
        return []
    rows = [_join_row(title_of(i), i.id) for i in recent[:MOST_OFFERED]]
    return [section(f"*{intro}*"), *rows, *([_MORE] if len(recent) > len(rows) else [])]


@lru_cache(maxsize=64)
def _join_row(title: str, incident_id: str) -> Block:
    return Drawn(plain_section(title, button("Join instead", "incident_join", pack(incident=incident_id))))


# ---------------------------------------------------------------- answers


def declared(incident: Incident, also_open: Sequence[Incident] = (), left_over: Sequence[str] = ()) -> Message:
    """Answer the declarer at once; the link to the channel follows by itself. `left_over`: mentioned, without role."""
    rows: list[list[Part]] = [[bold(f"{incident.called} declared: {incident.severity} "), incident.title]]
    rows += [["Its channel is being opened. The link follows in a moment."]] if not incident.channel.id else []
    rows += [[f"{ROLE_NAMES[role]}: ", user(who)] for role, who in incident.roles.items()]
    if left_over:
        people = [part for who in left_over for part in (user(who), " ")]
        rows.append(["Without a role: ", *people, "– invite them once the channel is open."])
    blocks: list[Block] = [
        rich(stacked(*rows)),
        *join_instead(also_open, "Also opened in the last hour. Is it the same?"),
    ]
    if also_open:
        blocks.append(_SAME)
    first = f"{incident.called} declared: {incident.severity} {escape(incident.title)}."
    text = f"{first} Its channel is being opened."
    return message(text, blocks)


def ready(incident: Incident) -> Message:
    """Complete the declarer's answer: it ends with the link to the channel, or says why there is none."""
    opened = f"{incident.called} {escape(incident.title)}:"
    if incident.channel.id:
        words = [line(bold(incident.called), " is ready. Go on in ", channel(incident.channel.id))]
        return message(f"{opened} go on in <#{incident.channel.id}>", [rich(*words)])
    problems = [spoken(problem) for problem in incident.channel.problems.values()]
    text = f"{opened} it is declared, but its channel could not be created."
    return message(text, [rich(stacked([bold(incident.called), " is declared, but has no channel."], *problems))])


def joined(incident: Incident) -> Message:
    """Answer somebody who joins."""
    if incident.channel.id:
        words = line("You are being brought into ", channel(incident.channel.id), f" ({incident.called}).")
        return message(f"You are being brought into <#{incident.channel.id}> ({incident.called}).", [rich(words)])
    text = f"You will be brought into the channel of {incident.called} as soon as it is open."
    return message(text, [rich(line(text))])
