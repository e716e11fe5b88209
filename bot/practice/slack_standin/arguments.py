"""Reads the arguments of a Web API call, however they were sent.

Slack docs, "Using the Web API": arguments come in the query, as a form, or as JSON; in a form, lists and objects are
JSON inside a string. It refuses arguments of the wrong type with `invalid_arguments`, as Slack does.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.refusal import SlackRefusal, invalid

TRUE = frozenset({"1", "true", "True"})


def parse_arguments(query: bytes, content_type: str, body: bytes) -> Json:
    values: Json = dict(parse_qsl(query.decode(), keep_blank_values=True))
    if not body:
        return values
    if content_type.startswith("application/json"):
        try:
            parsed = json.loads(body)
        except ValueError as error:
            raise SlackRefusal("invalid_json") from error
        if not isinstance(parsed, dict):
            raise SlackRefusal("json_not_object")
        return values | parsed
    if content_type.startswith("application/x-www-form-urlencoded"):
        return values | dict(parse_qsl(body.decode(), keep_blank_values=True))
    raise SlackRefusal("invalid_post_type")


class Arguments:
    def __init__(self, values: Json) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise invalid("invalid_arguments", [f"[ERROR] must be a string [json-pointer:/{name}]"])
        return str(value)

    def required(self, name: str) -> str:
        if not self.has(name):
            raise invalid("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        return value is True or str(value) in TRUE

    def number(self, name: str, default: int) -> int:
        if not self.has(name):
            return default
        try:
            return int(self.text(name))
        except ValueError as error:
            raise invalid("invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]) from error

    def structure(self, name: str, error: str) -> Any:
        """A list or an object; `error` is the code for something that is not JSON at all."""
        value = self.values.get(name)
        if not isinstance(value, str) or value == "":
            return None if value == "" else value
        try:
            return json.loads(value)
        except ValueError as problem:
            raise invalid(error, [f"[ERROR] not valid JSON [json-pointer:/{name}]"]) from problem

    def ids(self, name: str) -> list[str]:
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in self.text(name).split(",") if item.strip()]
