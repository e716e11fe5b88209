"""Judges everything that a stand-in sent and was sent against Slack's published types.

It reads what the stand-in wrote down: deliveries with their acknowledgements, and Web API calls with their responses.
What a test sent raw, on purpose, is no delivery of the stand-in's and is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from bot.practice.slack_standin import Answer, ApiCall, SlackStandIn
from tests.slack_truth.schemas import complaints, published

Json = dict[str, Any]
INTERACTIONS = {
    "block_actions": "SentBlockActions",
    "view_submission": "SentViewSubmission",
    "view_closed": "SentViewClosed",
    "shortcut": "SentGlobalShortcut",
    "message_action": "SentMessageShortcut",
}


def judged(standin: SlackStandIn) -> list[str]:
    """Everything that does not fit, in words."""
    found = [line for answer in standin.answers for line in delivery(answer)]
    return found + [line for call in standin.calls for line in web_call(call)]


def delivery(answer: Answer) -> Iterator[str]:
    """What Slack's types do not allow in something delivered, and in how the app acknowledged it."""
    if answer.kind == "raw" or not answer.payload:
        return
    sent = as_sent(answer)
    name = {"command": "SentCommand", "event": "SentEvent"}.get(answer.kind) or INTERACTIONS[sent["type"]]
    what = sent.get("command") or sent.get("event", {}).get("type") or sent["type"]
    yield from (f"{name} {what}: {line}" for line in complaints(name, sent))
    if answer.json and answer.status == 200:
        said = "SaidInAnswer" if answer.kind == "command" else "SaidToView" if answer.kind == "view" else None
        if said:
            yield from (f"{said} to {what}: {line}" for line in complaints(said, answer.json))


def as_sent(answer: Answer) -> Json:
    """The payload as its bytes say it, not as the stand-in remembers it."""
    if answer.kind == "event":
        event: Json = json.loads(answer.request.body)
        return event
    form = {name: values[0] for name, values in parse_qs(answer.request.body.decode(), keep_blank_values=True).items()}
    if answer.kind == "command":
        return form
    interaction: Json = json.loads(form["payload"])
    return interaction


def web_call(call: ApiCall) -> Iterator[str]:
    """What Slack's types do not allow in a call, unless it was refused as malformed, and in its response."""
    if call.method == "response_url":
        yield from (f"response_url: {line}" for line in complaints("SaidInAnswer", call.arguments))
        return
    if f"{call.method} arguments" not in published()["types"]:
        if call.ok:
            yield f"{call.method}: not a method that Slack's types know"
        return
    if not refused_as_malformed(call):
        given = decoded(call.method, call.arguments)
        yield from (f"{call.method}: {line}" for line in complaints(f"{call.method} arguments", given))
    if call.http_status in (200, 429):
        name = f"{call.method} response"
        yield from (f"{call.method} answered: {line}" for line in complaints(name, call.response))


def refused_as_malformed(call: ApiCall) -> bool:
    """Whether the stand-in said itself that the arguments are wrong."""
    error = str(call.response.get("error", ""))
    return error.startswith("invalid_") or error in MALFORMED


# Refusals that say themselves that an argument is missing or no such thing (Slack docs, each method).
MALFORMED = frozenset({"no_text", "no_user", "users_list_not_supplied", "unknown_method", "json_not_object"})


def decoded(method: str, arguments: Json) -> Json:
    """Arguments as their author meant them: a form has only text, in which `1` is a yes and a list is JSON."""
    return {name: _decoded(method, name, value) for name, value in arguments.items()}


def _decoded(method: str, name: str, value: object) -> object:
    if not isinstance(value, str) or not complaints(f"{method} arguments", {name: value}):
        return value
    kinds = set(_kinds(published()["types"][f"{method} arguments"], name))
    if "string" in kinds:
        return value
    if "boolean" in kinds and value in ("0", "1", "true", "false", "True", "False"):
        return value.lower() in ("1", "true")
    try:
        return json.loads(value)
    except ValueError:
        return value


def _kinds(reference: str, name: str) -> Iterator[str]:
    """The JSON types that the argument `name` may have, in any member of a union."""
    yield from _of(published()["definitions"][reference.removeprefix("#/definitions/")], name)


def _of(node: Json, name: str) -> Iterator[str]:
    if "$ref" in node:
        yield from _kinds(node["$ref"], name)
    for member in node.get("anyOf", ()):
        yield from _of(member, name)
    if name in node.get("properties", {}):
        yield from _types(node["properties"][name])


def _types(node: Json) -> Iterator[str]:
    if "$ref" in node:
        yield from _types(published()["definitions"][node["$ref"].removeprefix("#/definitions/")])
    for member in node.get("anyOf", ()):
        yield from _types(member)
    kind = node.get("type", [])
    yield from [kind] if isinstance(kind, str) else kind
