"""One interactive element as its template needs it: ids, labels, choices, and what it holds now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.practice.page.drawing.look import Look
from bot.practice.page.drawing.rich import typed
from bot.practice.slack_standin.form_values import STATE_KEYS
from bot.practice.slack_standin.records import Json

TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")
# The stand-in refuses the last one, so nobody fills it in; what it starts with is drawn.
KEYS = STATE_KEYS | {"multi_external_select": ("selected_options", "initial_options", True)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Choice:
    """One option of a menu or a group."""

    value: str
    text: str
    chosen: bool
    option: Json


@dataclass(frozen=True)
class Field:
    """An element and its place. `dispatch` says when it tells the app: "", "change", "enter" or "character"."""

    element: Json
    block_id: str
    id: str
    label: str
    dispatch: str
    in_input: bool
    described_by: str
    invalid: bool
    required: bool
    held: object
    look: Look

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))

    @property
    def kind(self) -> str:
        return str(self.element["type"])

    @property
    def initial(self) -> str:
        """What the app asked for at first: when it changes, what somebody typed gives way."""
        known = KEYS.get(self.kind)
        value = self.element.get(known[1]) if known else None
        return "" if value in (None, "", []) else json.dumps(value, ensure_ascii=False, sort_keys=True)

    @property
    def text(self) -> str:
        """What a typed field holds."""
        return typed(self.held) if self.kind == "rich_text_input" else str(self.held or "")

    @property
    def left(self) -> int:
        """How many characters still fit."""
        return int(self.element.get("max_length", 0)) - len(self.text)

    @property
    def far(self) -> bool:
        """Whether the limit is too far away to be shown; blocks.js says the same while somebody types."""
        most = int(self.element.get("max_length", 0))
        return self.left > min(100, max(20, most / 5))

    @property
    def local_time(self) -> str:
        """What a `datetime-local` input holds: the reader's own wall clock."""
        if not isinstance(self.held, int):
            return ""
        return f"{(_EPOCH + timedelta(seconds=self.held)).astimezone(self.look.zone):%Y-%m-%dT%H:%M}"

    @property
    def zone(self) -> str:
        return zone_name(self.look.zone)

    @property
    def choices(self) -> list[Choice]:
        """The options that stand in no group."""
        return [self._choice(option) for option in _offered(self.element, self.look, self._ids())]

    @property
    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The groups of options: label, options."""
        return [
            (str(group["label"]["text"]), [self._choice(option) for option in group["options"]])
            for group in self.element.get("option_groups") or []
        ]

    def _ids(self) -> list[object]:
        return list(self.held) if isinstance(self.held, list) else [self.held]

    def _choice(self, option: Json) -> Choice:
        # By value: a chosen option comes back without its description.
        held = (one.get("value") if isinstance(one, Mapping) else one for one in self._ids())
        chosen = any(option.get("value") == one for one in held if one is not None)
        return Choice(str(option.get("value", "")), str(option["text"]["text"]), chosen, option)


def holds(element: Json, block_id: str, values: Mapping[str, object]) -> object:
    """Return what an element holds: what is known of the form's state, or else its initial value."""
    known = KEYS.get(str(element["type"]))
    if known is None:
        return None
    actions = values.get(block_id)
    state = actions.get(element.get("action_id", "")) if isinstance(actions, Mapping) else None
    return state.get(known[0]) if isinstance(state, Mapping) else element.get(known[1])


def zone_name(zone: tzinfo) -> str:
    """Return what `posted` finds the zone by: its IANA name, or its offset from UTC."""
    name = getattr(zone, "key", None)
    return str(name) if name else f"{_EPOCH.astimezone(zone):%z}"


def _offered(element: Json, look: Look, held: list[object]) -> list[Json]:
    kind = str(element["type"]).removeprefix("multi_")
    if kind == "users_select":
        return _by_id(look.people, [(str(one), look.user_name(str(one))) for one in held if one])
    if kind in ("conversations_select", "channels_select"):
        return _by_id(look.channels, [(str(one), look.channel_name(str(one))) for one in held if one])
    if kind == "external_select":
        return [one for one in held if isinstance(one, dict)]
    return list(element.get("options") or [])


def _by_id(known: Sequence[tuple[str, str]], held: list[tuple[str, str]]) -> list[Json]:
    pairs = dict(known) | {id_: name for id_, name in held if id_ not in dict(known)}
    return [{"text": {"type": "plain_text", "text": name}, "value": id_} for id_, name in pairs.items()]
