"""The small words in which Block Kit's rules are written: texts, lists, objects, and their limits.

A rule takes a report, the place and the value, and adds a complaint in Slack's own form
("[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"). It refuses fields it does not know,
because a misspelt field is a mistake that Slack refuses too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class Report:
    complaints: list[str] = field(default_factory=list)

    def add(self, place: str, text: str) -> None:
        self.complaints.append(f"[ERROR] {text} [json-pointer:{place}]")


Rule = Callable[[Report, str, object], None]


def string(limit: int, *, least: int = 1) -> Rule:
    def rule(report: Report, place: str, value: object) -> None:
        if not isinstance(value, str):
            report.add(place, "must be a string")
        elif len(value) > limit:
            report.add(place, f"must be less than {limit + 1} characters")
        elif len(value) < least:
            report.add(place, f"must be more than {least - 1} characters")

    return rule


def pattern(expression: str) -> Rule:
    compiled = re.compile(expression)

    def rule(report: Report, place: str, value: object) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            report.add(place, "does not match the expected format")

    return rule


def boolean(report: Report, place: str, value: object) -> None:
    if not isinstance(value, bool):
        report.add(place, "must be a boolean")


def integer(least: int, most: int) -> Rule:
    def rule(report: Report, place: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add(place, "must be an integer")
        elif not least <= value <= most:
            report.add(place, f"must be between {least} and {most}")

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(report: Report, place: str, value: object) -> None:
        if value not in allowed:
            report.add(place, f"must be one of {', '.join(allowed)}")

    return rule


def listing(item: Rule, *, least: int = 1, most: int = 100) -> Rule:
    def rule(report: Report, place: str, value: object) -> None:
        if not isinstance(value, list):
            report.add(place, "must be a list")
            return
        if len(value) > most:
            report.add(place, f"no more than {most} items allowed")
        if len(value) < least:
            report.add(place, f"must have at least {least} item{'s' if least > 1 else ''}")
        for index, entry in enumerate(value):
            item(report, f"{place}/{index}", entry)

    return rule


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    rules = {**required, **optional}

    def rule(report: Report, place: str, value: object) -> None:
        if not isinstance(value, dict):
            report.add(place, "must be an object")
            return
        for name in required:
            if value.get(name) is None:
                report.add(place, f"missing required field: {name}")
        for name, entry in value.items():
            if name not in rules:
                report.add(f"{place}/{name}", f"invalid additional property: {name}")
            elif entry is not None:
                rules[name](report, f"{place}/{name}", entry)

    return rule


def kinds(table: Mapping[str, Rule], what: str) -> Rule:
    """Chooses the rule by the object's `type`; a type that is not in the table is refused."""

    def rule(report: Report, place: str, value: object) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in table:
            report.add(place, f"unsupported type: {kind} ({what})")
            return
        table[kind](report, place, value)

    return rule


def text(limit: int, *, plain_only: bool = False) -> Rule:
    plain = record(
        {"type": one_of("plain_text"), "text": string(limit)},
        {"emoji": boolean},
    )
    mrkdwn = record({"type": one_of("mrkdwn"), "text": string(limit)}, {"verbatim": boolean})
    return kinds({"plain_text": plain} if plain_only else {"plain_text": plain, "mrkdwn": mrkdwn}, "text object")


def anything(_report: Report, _place: str, _value: object) -> None:
    """For the parts this stand-in takes on trust."""
