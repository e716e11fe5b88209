"""Sees what was done by hand: from what Slack delivered to the bot, and from what is in front of people.

It refuses to count an act of somebody else, or one that came before the step it stands for.
"""

import re
from collections.abc import Sequence

from bot.practice.scenario.acting import Actors
from bot.practice.scenario.patience import NotYet
from bot.practice.scenario.screens import INCIDENT
from bot.practice.scenario.script import SLACK, TROUBLE, Act, Verb
from bot.practice.slack_standin import Answer
from bot.practice.slack_standin.form_values import held
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.screen import everything, names
from bot.practice.switches.switch import REDIS, WEB, WORKER

# What reaches the bot, and so stands in the log of deliveries.
DELIVERED = (Verb.TYPES, Verb.CLICKS, Verb.SUBMITS)
# What comes back by itself once it was killed, by its subject in `bot.practice.switches`.
FALLING = (WORKER, WEB, REDIS)
_FILLING = (Verb.FILLS, Verb.CHOOSES)

_MENTION = re.compile(r"<@\w+\|([^>]+)>")


class Witness:
    """Looks at one play. `read` is how much of the log of deliveries has been used up by steps."""

    def __init__(self, actors: Actors) -> None:
        self._actors = actors
        self.read = 0
        # Seconds and terminal lines that steps have used up, and how often things had fallen when the step began.
        self._passed, self._printed = 0.0, dict[str, int]()
        self._falls = dict[str, int]()
        self.begin()

    def begin(self) -> None:
        """A step begins: what fell before does not count for it."""
        fate = self._actors.fate
        self._falls = {one: fate.falls(one) for one in FALLING} if fate else {}

    @property
    def log(self) -> Sequence[Answer]:
        """Everything that Slack has delivered to the bot, oldest first."""
        return self._actors.screens.standin.courier.log

    def found(self, act: Act) -> int | None:
        """Return where in the log this act stands, after what has been used up; None if it does not."""
        return next((n for n in range(self.read, len(self.log)) if _is(act, self.log[n])), None)

    def has_begun(self, act: Act) -> bool:
        """Whether an act of a later step has been done already. Nothing is used up by asking."""
        if act.verb is Verb.PASSES:
            return self._actors.fate is not None and self._actors.fate.passed >= self._passed + float(act.text)
        if act.verb is Verb.RUNS:
            return self._has_more(act.who)
        return act.verb in DELIVERED and self.found(act) is not None

    def sees(self, act: Act) -> bool:
        """Whether an act that leaves no delivery is done, as the screens show it."""
        if act.verb is Verb.PASSES:
            return self._has_passed(float(act.text))
        if act.verb is Verb.RUNS:
            return self._has_run(act.who)
        if act.who in (SLACK, TROUBLE):
            return self._actors.has_befallen(act) or self._has_fallen(act)
        if act.verb is Verb.CLOSES:
            return self._actors.screens.form(act.who) is None
        if act.verb is Verb.ADDS:
            return self._is_member(act)
        return act.verb in _FILLING and self._is_filled(act)

    def use_up(self, act: Act) -> None:
        """An act was done for somebody: what it left behind counts for no other step."""
        self.read = len(self.log)
        if act.verb in (Verb.PASSES, Verb.RUNS):
            self.sees(act)

    def _has_passed(self, seconds: float) -> bool:
        fate = self._actors.fate
        if fate is None or fate.passed < self._passed + seconds:
            return False
        self._passed += seconds
        return True

    def _has_run(self, who: str) -> bool:
        """Whether somebody has run one more command than steps have used up."""
        if not self._has_more(who):
            return False
        self._printed[who] = self._printed.get(who, 0) + 1
        return True

    def _has_more(self, who: str) -> bool:
        terminal, used = self._actors.terminal, self._printed.get(who, 0)
        return terminal is not None and sum(one.who == who for one in terminal.printed) > used

    def _has_fallen(self, act: Act) -> bool:
        fate = self._actors.fate
        subject = next((one for one in FALLING if act.text.startswith(f"{one} ")), "")
        return bool(fate and subject and fate.falls(subject) > self._falls[subject])

    def _is_member(self, act: Act) -> bool:
        screens = self._actors.screens
        try:
            return screens.person(act.text).id in screens.channel(act.where or INCIDENT).members
        except NotYet:
            return False

    def _is_filled(self, act: Act) -> bool:
        """Whether the form holds the words; or was submitted with other ones, which is up to whoever plays."""
        submitted = Act(act.who, Verb.SUBMITS)
        if self.found(submitted) is not None:
            return True
        view = self._actors.screens.form(act.who)
        return view is not None and all(_holds(view.blocks, view.values, *pair) for pair in act.values)


def said(text: str) -> str:
    """Return what was typed with mentions as people read them."""
    return " ".join(_MENTION.sub(r"@\1", text).split())


def _is(act: Act, answer: Answer) -> bool:
    payload = answer.payload
    if act.verb is Verb.TYPES:
        return answer.kind == "command" and payload["user_name"] == act.who and _alike(act.text, payload)
    who = payload.get("user", {})
    if act.verb not in DELIVERED or not isinstance(who, dict) or who.get("name") != act.who:
        return False
    if act.verb is Verb.CLICKS:
        return any(_is_button(act, one, payload) for one in payload.get("actions", ()))
    label = payload.get("view", {}).get("submit") or {}
    return payload.get("type") == "view_submission" and act.text in ("", label.get("text"))


def _alike(expected: str, payload: Json) -> bool:
    """Whether it is the same command. Words after its first may differ: people choose their own title."""
    _, _, wanted = expected.partition(" ")
    first, typed = (said(text).split(" ")[0] for text in (wanted, str(payload["text"])))
    return expected.split(" ")[0] == payload["command"] and (
        first.casefold() == typed.casefold() or (first[:1].isupper() and typed[:1].isupper())
    )


def _is_button(act: Act, action: Json, payload: Json) -> bool:
    if action.get("type") != "button" or (action.get("text") or {}).get("text") != act.text:
        return False
    blocks = (payload.get("message") or payload.get("view") or {}).get("blocks", ())
    beside = [str(one.get("text")) for one in blocks if one.get("block_id") == action.get("block_id")]
    return not act.beside or not beside or act.beside in beside[0]


def _holds(blocks: list[Json], values: Json, label: str, value: str) -> bool:
    for block, element in everything(blocks):
        if label in names(block, element):
            state = values.get(block["block_id"], {}).get(element["action_id"])
            content = held(state) if state else None
            if isinstance(content, dict):
                content = content.get("text", {}).get("text")
            if content is None:
                return False
            # A person or a time is chosen, not typed: that something was chosen is enough.
            return element["type"] not in ("plain_text_input", "static_select") or _plain(content) == _plain(value)
    return False


def _plain(text: object) -> str:
    return " ".join(str(text).split())
