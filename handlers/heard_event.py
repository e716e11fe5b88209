"""Reads what Slack's Events API tells of into the shape of all acts, with who did what where.

It refuses to hear what bots say, what was edited or deleted, and what Slack itself writes into a channel: those are
marked as automatic, and the dispatcher drops them.
"""

from bot.domain.people import Caller
from handlers.fields import Json, a_record, an_id, optional_id, typed
from handlers.said import Said

# Slack docs, "message" event: what a person wrote has no subtype, but for these two.
_BY_PEOPLE = frozenset({"", "file_share", "thread_broadcast"})
# Of whom the event tells is not who asks for something; often it is the bot itself.
_OF_SOMEBODY = frozenset({"member_joined_channel", "member_left_channel"})


def said_in(body: Json) -> tuple[Said, bool]:
    """Return what happened, and whether a machine did it. Raises Malformed."""
    event = a_record(body, "event")
    event_id, kind = an_id(body, "event_id"), an_id(event, "type")
    team = optional_id(body, "team_id")
    user = _user(event)
    item = a_record(event, "item")
    place = event.get("channel")
    # channel_rename carries the whole channel (Slack docs).
    where: Json = place if isinstance(place, dict) else {"id": optional_id(event, "channel")}
    said = Said(
        by=Caller("" if kind in _OF_SOMEBODY else user, optional_id(event, "user_team") or team),
        operation=f"{team}:event:{event_id}",
        name=f"message.{optional_id(event, 'channel_type')}" if kind == "message" else kind,
        channel=optional_id(where, "id") or optional_id(item, "channel"),
        thread=optional_id(event, "thread_ts"),
        text=user if kind in _OF_SOMEBODY else _words(event, where),
        message={"ts": optional_id(item, "ts") or optional_id(event, "ts")},
    )
    return said, _automatic(event)


def _user(event: Json) -> str:
    who = event.get("user")
    return optional_id(who, "id") if isinstance(who, dict) else optional_id(event, "user")


def _words(event: Json, where: Json) -> str:
    """Return what was written, the name of a reaction, the new name of a channel, or the tab that was opened."""
    return typed(event, "text") or typed(event, "reaction") or typed(where, "name") or typed(event, "tab")


def _automatic(event: Json) -> bool:
    edited = "edited" in event or typed(event, "subtype") not in _BY_PEOPLE
    return bool(event.get("bot_id")) or edited
