"""Where the stand-in and the emulator answer differently: who is right, why, and where that is written.

Each is still seen when both are asked (a test), so that the list cannot outlive what it explains.
"""

from __future__ import annotations

from dataclasses import dataclass

METHODS = "https://docs.slack.dev/reference/methods"


@dataclass(frozen=True)
class Dispute:
    """For these methods one says `ours`, the other `theirs`. `right` is "stand-in", "emulator" or "nobody knows"."""

    methods: tuple[str, ...]
    ours: str
    theirs: str
    right: str
    why: str
    source: str


NAMING = ("conversations.create", "conversations.rename")

DISPUTES: tuple[Dispute, ...] = (
    Dispute(
        NAMING,
        "invalid_name_required",
        "invalid_name_specials",
        "stand-in",
        "The documented error of an empty name; the emulator gives it when renaming only.",
        f"{METHODS}/conversations.create",
    ),
    Dispute(
        NAMING,
        "ok",
        "invalid_name_specials",
        "stand-in",
        "Letters of any script are allowed in names; what is refused are punctuation, spaces and upper case.",
        "https://slack.com/help/articles/217626408-Create-guidelines-for-channel-names",
    ),
    Dispute(
        NAMING,
        "invalid_name_specials",
        "ok",
        "stand-in",
        'The emulator makes a name fit. Slack refuses "unallowed special characters or upper case characters".',
        f"{METHODS}/conversations.create",
    ),
    Dispute(
        NAMING,
        "invalid_name_specials",
        "name_taken",
        "stand-in",
        "As above: the emulator made the name fit, and then found it taken.",
        f"{METHODS}/conversations.create",
    ),
    Dispute(
        ("conversations.unarchive",),
        "not_in_channel",
        "ok",
        "stand-in",
        "A bot is no member of an archived channel and cannot bring it back; only a person can.",
        "https://github.com/slack-go/slack/issues/1066",
    ),
    Dispute(
        ("chat.update",),
        "is_inactive",
        "ok",
        "stand-in",
        '"The message cannot be edited within a frozen, archived or deleted channel."',
        f"{METHODS}/chat.update",
    ),
    Dispute(
        ("reactions.add",),
        "is_archived",
        "ok",
        "stand-in",
        '"Channel specified has been archived."',
        f"{METHODS}/reactions.add",
    ),
    Dispute(
        ("conversations.history", "conversations.replies", "chat.postMessage", "chat.postEphemeral"),
        "not_in_channel",
        "ok",
        "stand-in",
        "A bot reads and writes where it is a member. The emulator lets it into every public channel.",
        f"{METHODS}/conversations.history",
    ),
    Dispute(
        ("pins.list", "bookmarks.list", "reactions.add"),
        "not_in_channel",
        "ok",
        "nobody knows",
        "Not documented. The stand-in takes the reading that asks more of the app.",
        f"{METHODS}/pins.list",
    ),
    Dispute(
        ("chat.update", "chat.delete", "reactions.add"),
        "channel_not_found",
        "message_not_found",
        "stand-in",
        '"Value passed for channel was invalid" is the documented error of each.',
        f"{METHODS}/chat.update",
    ),
    Dispute(
        ("pins.add", "pins.remove"),
        "channel_not_found",
        "bad_timestamp",
        "nobody knows",
        "Both are documented and both are true of the call; which is looked at first is not.",
        f"{METHODS}/pins.add",
    ),
    Dispute(
        ("conversations.invite",),
        "no_user",
        "user_not_found",
        "stand-in",
        '"No value was passed for users."',
        f"{METHODS}/conversations.invite",
    ),
    Dispute(
        ("conversations.kick",),
        "not_in_channel",
        "user_not_in_channel",
        "stand-in",
        '"User was not in the channel" is what not_in_channel means here; the other is an error of chat.postEphemeral.',
        f"{METHODS}/conversations.kick",
    ),
    Dispute(
        ("chat.postMessage",),
        "no_text",
        "ok",
        "nobody knows",
        "Not documented for blanks. The stand-in takes the reading that asks more of the app.",
        f"{METHODS}/chat.postMessage",
    ),
    Dispute(
        ("chat.postMessage",),
        "thread_not_found",
        "ok",
        "nobody knows",
        "Not documented. A reply to nothing would be a message that nobody finds, so the stand-in refuses it.",
        f"{METHODS}/chat.postMessage",
    ),
    Dispute(
        ("chat.postMessage",),
        "invalid_blocks_format",
        "invalid_blocks",
        "stand-in",
        '"The blocks is not a valid JSON object or doesn\'t match the Block Kit syntax."',
        f"{METHODS}/chat.postMessage",
    ),
    Dispute(
        ("chat.update",),
        "no_text",
        "ok",
        "stand-in",
        '"No message text provided." The emulator refuses an edit without a text, and takes one with an empty text.',
        f"{METHODS}/chat.update",
    ),
    Dispute(
        ("chat.update",),
        "msg_too_long",
        "ok",
        "stand-in",
        "An edit of more than 4,000 characters is refused; a post is cut at 40,000.",
        f"{METHODS}/chat.update",
    ),
    Dispute(
        ("conversations.replies",),
        "thread_not_found",
        "ok",
        "stand-in",
        '"Value for ts was missing or invalid."',
        f"{METHODS}/conversations.replies",
    ),
    Dispute(
        ("pins.remove",),
        "message_not_found",
        "no_pin",
        "stand-in",
        '"Message specified by channel and timestamp does not exist."',
        f"{METHODS}/pins.remove",
    ),
    Dispute(
        ("views.open", "views.publish"),
        "invalid_arguments",
        "invalid_view",
        "stand-in",
        "A view that is not one is an invalid argument, with the place in response_metadata.",
        f"{METHODS}/views.open",
    ),
    Dispute(
        ("views.push",),
        "invalid_trigger_id",
        "view_not_found",
        "nobody knows",
        "A trigger from outside a modal cannot push; which error says so is not documented.",
        f"{METHODS}/views.push",
    ),
)


def dispute(method: str, ours: str, theirs: str) -> Dispute | None:
    """The entry that explains a difference."""
    return next((d for d in DISPUTES if method in d.methods and (d.ours, d.theirs) == (ours, theirs)), None)
