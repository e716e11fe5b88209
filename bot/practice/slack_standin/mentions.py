"""Finds who a message would ping.

Slack docs, "Formatting text": `<@U...>`, `<!subteam^S...>`, `<!channel>` in mrkdwn, and user elements in rich text.
`plain_text` pings nobody, so it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.practice.slack_standin.records import Json, Message

USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
EVERYONE = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")


def mentioned_people(message: Message, usergroups: Mapping[str, tuple[str, list[str]]]) -> set[str]:
    found: set[str] = set()
    for text in [message.text, *(text for block in message.blocks for text in _mrkdwn(block))]:
        found.update(USER.findall(text))
        for group in GROUP.findall(text):
            found.update(usergroups.get(group, ("", []))[1])
        if EVERYONE.search(text):
            found.add("!everyone")
    for block in message.blocks:
        found.update(_rich(block, usergroups))
    return found


def _mrkdwn(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _mrkdwn(item)
    elif isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "markdown"):
            yield str(node.get("text", ""))
        for value in node.values():
            yield from _mrkdwn(value)


def _rich(node: object, usergroups: Mapping[str, tuple[str, list[str]]]) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _rich(item, usergroups)
    elif isinstance(node, dict):
        yield from _rich_leaf(node, usergroups)
        if str(node.get("type", "")).startswith("rich_text"):
            yield from _rich(node.get("elements", []), usergroups)


def _rich_leaf(node: Json, usergroups: Mapping[str, tuple[str, list[str]]]) -> Iterator[str]:
    if node.get("type") == "user":
        yield str(node.get("user_id"))
    elif node.get("type") == "usergroup":
        yield from usergroups.get(str(node.get("usergroup_id")), ("", []))[1]
    elif node.get("type") == "broadcast":
        yield "!everyone"
