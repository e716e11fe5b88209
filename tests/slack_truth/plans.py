"""What both are asked, by hand: each plan is one thing that Slack is particular about. `{n}` is new for each plan."""

from __future__ import annotations

from tests.slack_truth.alike import Step

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Title"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
}
HOME = {"type": "home", "blocks": MODAL["blocks"]}
ROOM = Step("conversations.create", {"name": "room-{n}"}, "room")
POST = Step("chat.postMessage", {"channel": "$room", "text": "hello"}, "post")
ARCHIVED = (ROOM, POST, Step("conversations.archive", {"channel": "$room"}))
LEFT = (
    ROOM,
    POST,
    Step("conversations.invite", {"channel": "$room", "users": "$ada"}),
    Step("conversations.leave", {"channel": "$room"}),
)
LINK = {"title": "Page", "type": "link", "link": "https://status.example"}
# Everything that is done to a channel, for the states a channel can be in.
TOUCHES = (
    Step("conversations.info", {"channel": "$room"}),
    Step("conversations.members", {"channel": "$room"}),
    Step("conversations.history", {"channel": "$room"}),
    Step("conversations.replies", {"channel": "$room", "ts": "$post"}),
    Step("conversations.setTopic", {"channel": "$room", "topic": "a topic"}),
    Step("conversations.setPurpose", {"channel": "$room", "purpose": "a purpose"}),
    Step("conversations.rename", {"channel": "$room", "name": "other-{n}"}),
    Step("conversations.invite", {"channel": "$room", "users": "$ben"}),
    Step("conversations.kick", {"channel": "$room", "user": "$ben"}),
    Step("chat.postMessage", {"channel": "$room", "text": "again"}, "again"),
    Step("chat.postEphemeral", {"channel": "$room", "user": "$ada", "text": "psst"}),
    Step("chat.update", {"channel": "$room", "ts": "$post", "text": "edited"}),
    Step("chat.getPermalink", {"channel": "$room", "message_ts": "$post"}),
    Step("pins.add", {"channel": "$room", "timestamp": "$post"}),
    Step("pins.list", {"channel": "$room"}),
    Step("pins.remove", {"channel": "$room", "timestamp": "$post"}),
    Step("reactions.add", {"channel": "$room", "timestamp": "$post", "name": "eyes"}),
    Step("bookmarks.add", {"channel_id": "$room", **LINK}, "mark"),
    Step("bookmarks.list", {"channel_id": "$room"}),
    Step("chat.delete", {"channel": "$room", "ts": "$post"}),
    Step("conversations.archive", {"channel": "$room"}),
    Step("conversations.unarchive", {"channel": "$room"}),
)

PLANS: dict[str, tuple[Step, ...]] = {
    "names": tuple(
        Step("conversations.create", {"name": name})
        for name in (
            "",
            "---",
            "_",
            "x" * 81,
            "with.dot-{n}",
            "ünïcode-{n}",
            "Upper-{n}",
            "Upper-{n}",
            "a space-{n}",
            "fine_{n}",
            "fine_{n}",
        )
    ),
    "names when renaming": (
        ROOM,
        Step("conversations.create", {"name": "taken-{n}"}),
        *(
            Step("conversations.rename", {"channel": "$room", "name": name})
            for name in ("", "---", "x" * 81, "with.dot-{n}", "Upper-{n}", "taken-{n}", "room-{n}", "new-{n}")
        ),
    ),
    "an archived channel keeps its name": (*ARCHIVED, Step("conversations.create", {"name": "room-{n}"})),
    "topics": (
        ROOM,
        *(Step("conversations.setTopic", {"channel": "$room", "topic": "x" * n}) for n in (0, 250, 251)),
        *(Step("conversations.setPurpose", {"channel": "$room", "purpose": "x" * n}) for n in (0, 250, 251)),
        Step("conversations.setTopic", {"channel": "$nowhere", "topic": "x"}),
    ),
    "a channel one is in": (ROOM, POST, Step("conversations.invite", {"channel": "$room", "users": "$ada"}), *TOUCHES),
    "an archived channel": (*ARCHIVED, *TOUCHES),
    "a channel one has left": (*LEFT, *TOUCHES),
    "an unknown channel": tuple(TOUCHES),
    "the general channel": (
        Step("conversations.join", {"channel": "$general"}),
        Step("conversations.join", {"channel": "$general"}),
        Step("conversations.archive", {"channel": "$general"}),
        Step("conversations.kick", {"channel": "$general", "user": "$ada"}),
        Step("conversations.leave", {"channel": "$general"}),
    ),
    "invitations": (
        ROOM,
        *(
            Step("conversations.invite", {"channel": "$room", "users": users})
            for users in ("$ada", "$ada", "$ada,$ben", "U0NOBODY", "$clarion", "")
        ),
        Step("conversations.members", {"channel": "$room"}),
        Step("conversations.kick", {"channel": "$room", "user": "$ada"}),
        Step("conversations.kick", {"channel": "$room", "user": "$ada"}),
        Step("conversations.kick", {"channel": "$room", "user": "U0NOBODY"}),
        Step("conversations.kick", {"channel": "$room", "user": "$clarion"}),
        Step("conversations.join", {"channel": "$room"}),
    ),
    "leaving": (
        ROOM,
        Step("conversations.leave", {"channel": "$room"}),
        Step("conversations.invite", {"channel": "$room", "users": "$ada"}),
        Step("conversations.leave", {"channel": "$room"}),
        Step("conversations.leave", {"channel": "$room"}),
        Step("conversations.join", {"channel": "$room"}),
    ),
    "direct messages": (
        Step("conversations.open", {"users": "$ada"}, "dm"),
        Step("conversations.open", {"users": "$ada", "return_im": True}),
        Step("conversations.open", {"users": "U0NOBODY"}),
        Step("conversations.open", {"users": ""}),
        Step("conversations.open", {}),
        Step("chat.postMessage", {"channel": "$dm", "text": "hello"}),
        Step("chat.postMessage", {"channel": "$ada", "text": "hello"}),
        Step("conversations.setTopic", {"channel": "$dm", "topic": "x"}),
        Step("conversations.archive", {"channel": "$dm"}),
        Step("conversations.invite", {"channel": "$dm", "users": "$ben"}),
        Step("conversations.leave", {"channel": "$dm"}),
        Step("conversations.join", {"channel": "$dm"}),
    ),
    "messages": (
        ROOM,
        POST,
        Step("chat.postMessage", {"channel": "$room"}),
        Step("chat.postMessage", {"channel": "$room", "text": "   "}),
        Step("chat.postMessage", {"channel": "$room", "text": "x" * 40_001}),
        Step("chat.postMessage", {"channel": "$room", "text": "reply", "thread_ts": "$post"}, "reply"),
        Step("chat.postMessage", {"channel": "$room", "text": "reply", "thread_ts": "1.000001"}),
        Step("chat.postMessage", {"channel": "$room", "blocks": "not json"}),
        Step("chat.postMessage", {"channel": "$room", "text": "x", "metadata": "not json"}),
        Step("chat.update", {"channel": "$room", "ts": "$post", "text": "edited"}),
        Step("chat.update", {"channel": "$room", "ts": "$post"}),
        Step("chat.update", {"channel": "$room", "ts": "$post", "text": ""}),
        Step("chat.update", {"channel": "$room", "ts": "$post", "text": "x" * 4_001}),
        Step("chat.update", {"channel": "$room", "ts": "1.000001", "text": "x"}),
        Step("chat.delete", {"channel": "$room", "ts": "1.000001"}),
        Step("chat.postEphemeral", {"channel": "$room", "user": "$ada", "text": "not a member"}),
        Step("chat.postEphemeral", {"channel": "$room", "user": "U0NOBODY", "text": "x"}),
        Step("conversations.replies", {"channel": "$room", "ts": "$post"}),
        Step("conversations.replies", {"channel": "$room", "ts": "1.000001"}),
        Step("chat.getPermalink", {"channel": "$room", "message_ts": "$reply"}),
        Step("chat.getPermalink", {"channel": "$room", "message_ts": "1.000001"}),
        Step("chat.delete", {"channel": "$room", "ts": "$post"}),
        Step("chat.delete", {"channel": "$room", "ts": "$post"}),
    ),
    "marks": (
        ROOM,
        POST,
        *(Step("pins.add", {"channel": "$room", "timestamp": ts}) for ts in ("$post", "$post", "1.000001", "")),
        *(Step("pins.remove", {"channel": "$room", "timestamp": ts}) for ts in ("$post", "$post", "1.000001")),
        *(
            Step("reactions.add", {"channel": "$room", "timestamp": "$post", "name": name})
            for name in ("eyes", "eyes", "")
        ),
        Step("reactions.add", {"channel": "$room", "timestamp": "1.000001", "name": "eyes"}),
        Step("bookmarks.add", {"channel_id": "$room", **LINK}, "mark"),
        Step("bookmarks.add", {"channel_id": "$room", **LINK, "link": "javascript:x"}),
        Step("bookmarks.add", {"channel_id": "$room", **LINK, "type": "folder"}),
        Step("bookmarks.edit", {"channel_id": "$room", "bookmark_id": "$mark", "title": "Other"}),
        Step("bookmarks.edit", {"channel_id": "$room", "bookmark_id": "Bk0", "title": "Other"}),
        Step("bookmarks.remove", {"channel_id": "$room", "bookmark_id": "$mark"}),
        Step("bookmarks.remove", {"channel_id": "$room", "bookmark_id": "$mark"}),
    ),
    "people": (
        Step("auth.test", {}),
        Step("team.info", {}),
        Step("users.info", {"user": "$ada"}),
        Step("users.info", {"user": "U0NOBODY"}),
        Step("users.list", {}),
        Step("users.lookupByEmail", {"email": "ada@practice.example"}),
        Step("users.lookupByEmail", {"email": "nobody@practice.example"}),
        Step("conversations.list", {"limit": 1}),
    ),
    "views": (
        Step("views.open", {"trigger_id": "1.2.three", "view": MODAL}),
        Step("views.generateTriggerId", {"user_id": "$ada"}, "trigger"),
        Step("views.open", {"trigger_id": "$trigger", "view": {**MODAL, "type": "nonsense"}}),
        Step("views.open", {"trigger_id": "$trigger", "view": {**MODAL, "external_id": "ext-{n}"}}, "view"),
        Step("views.open", {"trigger_id": "$trigger", "view": MODAL}),
        Step("views.update", {"view_id": "$view", "view": MODAL}),
        Step("views.update", {"view_id": "$view", "view": MODAL, "hash": "old"}),
        Step("views.update", {"view_id": "V0NONE", "view": MODAL}),
        Step("views.generateTriggerId", {"user_id": "$ada"}, "loose"),
        Step("views.push", {"trigger_id": "$loose", "view": MODAL}),
        Step("views.generateTriggerId", {"user_id": "$ada", "view_id": "$view"}, "trigger"),
        Step("views.push", {"trigger_id": "$trigger", "view": MODAL}, "second"),
        Step("views.push", {"trigger_id": "$trigger", "view": MODAL}),
        Step("views.generateTriggerId", {"user_id": "$ada", "view_id": "$second"}, "trigger"),
        Step("views.push", {"trigger_id": "$trigger", "view": MODAL}, "third"),
        Step("views.generateTriggerId", {"user_id": "$ada", "view_id": "$third"}, "trigger"),
        Step("views.push", {"trigger_id": "$trigger", "view": MODAL}),
        Step("views.publish", {"user_id": "$ada", "view": HOME}),
        Step("views.publish", {"user_id": "$ada", "view": MODAL}),
        Step("views.publish", {"user_id": "U0NOBODY", "view": HOME}),
    ),
}


def numbered(plan: tuple[Step, ...], number: int) -> tuple[Step, ...]:
    """The plan with its own names."""

    def named(value: object) -> object:
        if isinstance(value, str):
            return value.replace("{n}", str(number))
        return {key: named(each) for key, each in value.items()} if isinstance(value, dict) else value

    return tuple(Step(step.method, {key: named(v) for key, v in step.arguments.items()}, step.into) for step in plan)
