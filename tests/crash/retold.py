"""A history told in sentences, for whoever has never seen one: what people did, what was saved, sent, and who died.

It is told only where a rule was broken. It refuses to judge: that is the checker's.
"""

from collections.abc import Iterator, Mapping

from bot.domain.incident import Incident
from bot.domain.update import Update
from tests.crash.history import Answered, Arrival, Begin, Commit, Died, Event, History, Pressed

# Of a long night the beginning says least: what broke the rule is mostly near the end.
MOST_LINES = 60


def retold(history: History, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return what happened, a sentence each, the last `MOST_LINES`. `names`: of people, by their ids."""
    told: list[str] = []
    before: dict[str, Update] = {}
    for event in history.events:
        told += [line for line in _lines(event, before, names) if told[-1:] != [line]]
    left = len(told) - MOST_LINES
    return (*((f"({left} things before)",) if left > 0 else ()), *told[-MOST_LINES:])


def _lines(event: Event, before: dict[str, Update], names: Mapping[str, str]) -> Iterator[str]:
    match event:
        case Commit(incident):
            yield from _saved(incident, before, names)
        case Pressed(who, what, update, digest, outlet):
            seen = f" under the words {digest[:8]}" if digest else ""
            yield f"{_who(who, names)} presses {what.capitalize()} on {_update(before, update)}{seen}{_at(outlet)}"
        case Answered(pressed, refused):
            yield f"{_who(pressed.who, names)} reads {'that it is not done' if refused else 'that it is done'}"
        case Begin(answer="yes"):
            reader = _who(event.recipient, names)
            yield f"{event.by} may send {_update(before, event.update)} to {reader}{_at(event.outlet)}"
        case Arrival():
            again = ", again under the same key, which changes nothing there" if event.again else ""
            yield f"{event.recipient} gets the text {event.rendition[:8]}{_at(event.outlet)}{again}"
        case Died(who, effect, moment):
            yield f"{who} dies {moment} {effect}"
        case _:
            pass


def _saved(incident: Incident, before: dict[str, Update], names: Mapping[str, str]) -> Iterator[str]:
    for update in incident.updates:
        was = before.get(update.id)
        before[update.id] = update
        if was is None or was.latest.digest != update.latest.digest:
            newest = update.latest
            yield f"update #{update.number} has the words {newest.digest[:8]}, by {_who(newest.author, names)}"
        if update.approved and (was is None or was.approved != update.approved):
            given = update.approved
            yield f"update #{update.number} is approved by {_who(given.by, names)}: the words {given.digest[:8]}"
        if update.stopped_by and (was is None or not was.stopped_by):
            yield f"update #{update.number} is stopped by {_who(update.stopped_by, names)}"
        ended = {d.outlet for d in was.deliveries if d.settled} if was else set()
        for delivery in update.deliveries:
            if delivery.settled and delivery.outlet not in ended:
                counts = ", ".join(f"{count} {outcome}" for outcome, count in delivery.tally.items() if count)
                yield f"update #{update.number} has ended{_at(delivery.outlet)}: {counts or 'nobody'}"


def _who(user: str, names: Mapping[str, str]) -> str:
    return names.get(user, user)


def _update(known: Mapping[str, Update], update_id: str) -> str:
    return f"update #{known[update_id].number}" if update_id in known else "an update"


def _at(outlet: str) -> str:
    return f" at {outlet}" if outlet else ""
