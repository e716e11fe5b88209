"""One word, one meaning (bot/GLOSSARY.md): names that would blur a word are red."""

import ast
import re
from dataclasses import dataclass, field

import pytest

from tests.architecture.sources import ROOT, Source, names, sources, words

GLOSSARY = (ROOT / "bot" / "GLOSSARY.md").read_text()


@dataclass(frozen=True)
class Rule:
    """`banned` words in names below `rooms`, except `but`. `allowed`: whole names, with the reason.

    `public`: names that begin with an underscore are free.
    """

    id: str
    banned: frozenset[str]
    rooms: tuple[str, ...]
    say: str
    allowed: dict[str, str] = field(default_factory=dict)
    but: tuple[str, ...] = ()
    public: bool = False


_EVERYWHERE = ("bot/", "handlers/")
_INSIDE = ("bot/domain/", "bot/usecases/", "bot/ports")
RULES = (
    Rule(
        "rooms have purposes",
        frozenset({"util", "utils", "helper", "helpers", "manager", "misc"}),
        _EVERYWHERE,
        "name it for what it is for",
    ),
    Rule("incident, not alert", frozenset({"alert", "alerts"}), _EVERYWHERE, "incident", but=("bot/practice/",)),
    Rule("severity, not priority", frozenset({"priority"}), _EVERYWHERE, "severity", but=("bot/practice/",)),
    Rule(
        "stage, state or condition, not status",
        frozenset({"status"}),
        (
            "bot/domain/",
            "bot/usecases/",
            "bot/ports",
            "bot/storage/",
            "bot/rendering/",
            "bot/slack/views/",
            "handlers/",
        ),
        "stage, state or condition; outside these rooms `status` is HTTP's",
        allowed={
            "status_url": "address of the status page",
            "StatusPage": "the public page is called so by everybody",
        },
    ),
    Rule(
        "publish or deliver, not send",
        frozenset({"send", "sends", "sender", "sending"}),
        _INSIDE,
        "publish or deliver",
        public=True,
        allowed={"SENDING": "one step of a delivery is under way: the outlet has the bytes and has not answered"},
    ),
    Rule("ack is Slack's", frozenset({"ack"}), _INSIDE, "approval"),
    Rule("event is Slack's", frozenset({"event", "events"}), _INSIDE, "entry"),
    Rule(
        "a channel is a Slack channel",
        frozenset({"channel", "channels"}),
        ("bot/outlets/", "bot/rendering/", "bot/plan/"),
        "outlet",
        but=("bot/outlets/slack_channel.py",),
    ),
    Rule("a rendition is no message", frozenset({"message"}), ("bot/rendering/",), "rendition"),
)


def covered(rule: Rule, source: Source) -> bool:
    return source.path.startswith(rule.rooms) and not source.path.startswith(rule.but or ("-",))


def blurs(rule: Rule, name: str) -> bool:
    if name in rule.allowed or (rule.public and name.startswith("_")):
        return False
    return bool(rule.banned.intersection(words(name)))


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_names_keep_to_the_glossary(rule: Rule) -> None:
    found = {
        f"{source.path}:{line}: {name} (say: {rule.say})"
        for source in sources()
        if covered(rule, source)
        for name, line in names(source)
        if blurs(rule, name)
    }
    assert sorted(found) == []


def test_no_room_is_called_common() -> None:
    """A plain name in a function may be: the text that several outlets have in common is."""
    assert [one.path for one in sources() if "common" in one.path.removesuffix(".py").split("/")] == []


def test_the_rules_have_teeth() -> None:
    source = Source(
        "bot/domain/x.py", "", ast.parse("class MailManager:\n    def f(self, status):\n        self.ack = 1\n")
    )
    caught = {rule.id for rule in RULES for name, _ in names(source) if covered(rule, source) and blurs(rule, name)}
    assert caught == {"rooms have purposes", "stage, state or condition, not status", "ack is Slack's"}


def test_no_allowance_outlives_its_reason() -> None:
    for rule in RULES:
        given = {name for source in sources() if covered(rule, source) for name, _ in names(source)}
        assert set(rule.allowed) <= given, f"{rule.id}: an allowance that nothing needs any more"


def test_the_glossary_has_the_words_of_the_domain() -> None:
    terms = {term.strip() for row in re.findall(r"^\| ([^|]+) \|", GLOSSARY, re.MULTILINE) for term in row.split(",")}
    for word in ("incident", "severity", "stage", "state", "update", "approval", "outlet", "rendition", "promise"):
        assert word in terms
