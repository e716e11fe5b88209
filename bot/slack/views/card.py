"""The pinned card: everything about an incident that a person on a phone needs, drawn from state.

It refuses to grow: with many updates it shows the newest and those that wait for a person, and says how many
older ones there are. Every part is clipped so that the whole stays within Slack's limits.
"""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, RichTextElement

from bot.domain.incident import Incident, Severity
from bot.domain.plan import Value
from bot.domain.update import Outcome, Update, UpdateState
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views import privacy
from bot.slack.views.blocks import (
    PRIMARY,
    Part,
    actions,
    bold,
    bullets,
    button,
    clip,
    context,
    divider,
    header,
    italic,
    line,
    message,
    moment,
    quote,
    rich,
    said,
    stacked,
    user,
)
from bot.slack.views.body import people
from bot.slack.views.checking import Misdrawn
from bot.slack.views.forms import pack
from bot.slack.views.incident_change import STILL_CURRENT, end_buttons, tell_over
from bot.slack.views.outcome import delivery_lines, spoken, stop_button
from bot.slack.views.plan import stand_for
from bot.slack.views.roles import table
from bot.slack.views.tickets import counted
from bot.slack.views.verdict import state_of
from bot.slack.views.words import SEVERITY_MEANS, how_ended, how_long, marks, title_of

_NEWEST = 3
_MOST_UPDATES = 5
_LONGEST_IMPACT = 500
_LONGEST_PARTS = 300
_LONGEST_PROBLEM = 280
_LONGEST_HEADLINE = 120
_LONGEST_REASON = 200

_NOT_IN_THE_WAY = "None of this is in the way. Whoever runs Clarion can find out more with `clarion check`."


def card(
    incident: Incident,
    now: datetime,
    means: Mapping[Severity, str] = SEVERITY_MEANS,
    values: Sequence[Value] = (),
) -> Message:
    """Draw the card. Fewer updates are shown where Slack would not take more, and then no line with the values."""
    shown = _worth_showing(incident)
    if values and incident.open:
        with contextlib.suppress(Misdrawn):
            drawn = _drawn(incident, shown, now, means[incident.severity])
            return message(_notification(incident), [*drawn, *stand_for(values)])
    for most in range(len(shown), 0, -1):
        try:
            return message(_notification(incident), _drawn(incident, shown[:most], now, means[incident.severity]))
        except Misdrawn:
            continue
    return message(_notification(incident), _drawn(incident, (), now, means[incident.severity]))


def _notification(incident: Incident) -> str:
    marked = marks(incident, ". ")
    if incident.ended:
        return f"{marked}{incident.name} {escape(incident.title)}: {how_ended(incident)}"
    return f"{marked}{incident.name} {incident.severity} {escape(incident.title)}: {incident.stage}"


def _drawn(incident: Incident, shown: Sequence[Update], now: datetime, means: str) -> list[Block]:
    blocks: list[Block] = [
        header(title_of(incident)),
        *_banner(incident, now),
        _standing(incident, means),
    ]
    first = [_promise(incident), *_now(incident)]
    blocks += [*first, *privacy.banner(incident), *_details(incident), *table(incident), divider()]
    for update in shown:
        blocks += _update(incident, update)
    if older := len(incident.updates) - len(shown):
        blocks.append(context(f"{older} older {'update' if older == 1 else 'updates'}: press Timeline."))
    return [*blocks, *_heard(incident), *_problems(incident), actions(*_buttons(incident))]


# ---------------------------------------------------------------- the incident


def _banner(incident: Incident, now: datetime) -> list[Block]:
    if incident.ended is None:
        return []
    rows: list[list[Part]] = [
        [bold(how_ended(incident))],
        ["By ", user(incident.ended.by), " on ", moment(incident.ended.at), f", after {how_long(incident.age(now))}."]
        if incident.ended.by
        else ["On ", moment(incident.ended.at), f", after {how_long(incident.age(now))}."],
    ]
    if incident.ended.reason:
        rows.append(["Reason: ", clip(incident.ended.reason, _LONGEST_PROBLEM)])
    return [rich(stacked(*rows))]


def _standing(incident: Incident, means: str) -> Block:
    rows: list[list[Part]] = [
        [bold(incident.severity), f" · {means}"],
        [bold(incident.stage.capitalize()), " · began ", moment(incident.declared_at)],
    ]
    return rich(stacked(*rows))


def _details(incident: Incident) -> list[Block]:
    parts: list[Part] = ["Affected: ", clip(", ".join(incident.components), _LONGEST_PARTS)]
    rows: list[RichTextElement] = [line(*parts)] if incident.components else []
    rows += [quote(clip(incident.impact, _LONGEST_IMPACT))] if incident.impact else []
    return [rich(*rows)] if rows else []


def _now(incident: Incident) -> list[Block]:
    """Draw the one button that matters now, where a phone's first screen ends."""
    if not (incident.open or incident.left_current):
        return []
    if incident.private:
        return [actions(_stage(incident, style=PRIMARY))]
    leaving = [u for u in incident.updates if u.state in (UpdateState.APPROVED, UpdateState.PUBLISHING)]
    if leaving and not leaving[-1].stopped_by:
        return [actions(stop_button(incident, leaving[-1]))]
    if waiting := incident.waiting():
        aim = pack(incident=incident.id, update=waiting[-1].id)
        return [actions(button(f"Read and approve #{waiting[-1].number}", "update_read", aim, style=PRIMARY))]
    if incident.left_current:
        return [said(STILL_CURRENT), actions(tell_over(incident))]
    return [actions(_draft(incident, style=PRIMARY))]


def _draft(incident: Incident, style: str = "") -> ButtonElement:
    return button("Draft an update", "update_draft", pack(incident=incident.id), style=style)


def _stage(incident: Incident, style: str = "") -> ButtonElement:
    return button("Stage", "incident_stage", pack(incident=incident.id), style=style)


def _calm(incident: Incident) -> bool:
    """Say whether nothing waits and nothing leaves: then the draft is the button at the top, or there is none."""
    return incident.private or not any(_moves(u) for u in incident.updates)


def _moves(update: Update) -> bool:
    leaving = update.state in (UpdateState.APPROVED, UpdateState.PUBLISHING) and not update.stopped_by
    return leaving or update.state is UpdateState.SUBMITTED


def _promise(incident: Incident) -> Block:
    promise = incident.promise
    if incident.private and not incident.told_customers:
        return said(italic("Customers are told nothing."))
    if promise is not None:
        return said("Next update promised by ", moment(promise.due), ".")
    if not incident.told_customers:
        return said(italic("Customers were told nothing." if incident.ended else "Customers have not been told yet."))
    return said(italic("No further update is promised."))


def _heard(incident: Incident) -> list[Block]:
    """Say how far the newest telling has come, and how many tickets wait for an answer."""
    listed = [t for t in incident.tellings if t.count]
    rows = [f"Followers told {listed[-1].told:,} of {listed[-1].count:,}"] if listed else []
    rows += [f"{counted(incident)} connected: `/incident tickets`"] if incident.tickets else []
    return [context(" · ".join(rows))] if rows else []


def _problems(incident: Incident) -> list[Block]:
    """Say what failed while the channel was opened; each sentence says what to do about it."""
    problems = tuple(incident.channel.problems.values())
    if not problems:
        return []
    rows = [line(*spoken(clip(problem, _LONGEST_PROBLEM))) for problem in problems]
    return [rich(stacked([bold("What did not work while this was set up")]), bullets(*rows)), context(_NOT_IN_THE_WAY)]


def _buttons(incident: Incident) -> list[ButtonElement]:
    aim = pack(incident=incident.id)
    seen = button("Timeline", "incident_timeline", aim)
    if not incident.open:
        return [seen]
    return [
        *(() if _calm(incident) else (_draft(incident),)),
        *(() if incident.private else (_stage(incident),)),
        button("Severity", "incident_severity", aim),
        button("Roles", "incident_roles", aim),
        button("Follow", "incident_follow", aim),
        seen,
        privacy.visibility_button(incident),
        *end_buttons(incident, sure=False),
    ]


# ---------------------------------------------------------------- the updates


def _worth_showing(incident: Incident) -> tuple[Update, ...]:
    """Return the newest updates, and older ones that still need eyes, newest first."""
    newest_first = incident.updates[::-1]
    return tuple(u for n, u in enumerate(newest_first) if n < _NEWEST or _needs_eyes(u))[:_MOST_UPDATES]


def _needs_eyes(update: Update) -> bool:
    unknown = any(d.tally.get(Outcome.UNKNOWN, 0) for d in update.deliveries)
    return unknown or update.state in (UpdateState.SUBMITTED, UpdateState.APPROVED, UpdateState.PUBLISHING)


def _update(incident: Incident, update: Update) -> list[Block]:
    rows: list[list[Part]] = [
        [bold(f"Update #{update.number} · {update.stage} · {state_of(update)}")],
        [clip(update.latest.facts.headline, _LONGEST_HEADLINE)],
        _decided(update),
    ]
    read = button("Read", "update_read", pack(incident=incident.id, update=update.id))
    return [rich(stacked(*rows)), actions(read), *delivery_lines(incident, update)]


def _decided(update: Update) -> list[Part]:
    """Say who decided. An approval without a second person is marked for good (failure model 5)."""
    if approval := update.approved:
        if approval.break_glass:
            reason = clip(approval.reason, _LONGEST_REASON)
            return [bold("Approved alone"), " by ", user(approval.by), " at ", moment(approval.at), f": {reason}"]
        return ["Approved by ", user(approval.by), " at ", moment(approval.at)]
    if update.state is UpdateState.REJECTED and update.rejection:
        return ["Rejected by ", user(update.rejection.by), ": ", clip(update.rejection.reason, _LONGEST_REASON)]
    return ["Written by ", *people(tuple(dict.fromkeys(one.author for one in update.revisions)))]
