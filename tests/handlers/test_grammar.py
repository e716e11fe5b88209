"""What "/incident ..." means, sentence by sentence; and that no text at all makes it stumble."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.facts import Stage
from bot.domain.incident import Role, Severity
from handlers.grammar import Command, Verb, parse
from handlers.nearness import distance, nearest
from handlers.spelling import labelled, spell, spelled_for

SEV1, SEV2, SEV3, SEV4 = Severity


def declared(title: str, severity: Severity | None = None, *users: str) -> Command:
    return Command(verb=Verb.DECLARE, title=title, severity=severity, users=users)


DECLARATIONS = [
    ("Checkout fails for EU cards sev1 <@U1>", declared("Checkout fails for EU cards", SEV1, "U1")),
    ("Checkout fails for EU cards sev1 <@U1|ana>", declared("Checkout fails for EU cards", SEV1, "U1")),
    ("sev2 Checkout fails", declared("Checkout fails", SEV2)),
    ("SEV-3: Checkout fails", declared("Checkout fails", SEV3)),
    ("Checkout fails Sev 4", declared("Checkout fails", SEV4)),
    ("Checkout sev1 fails", declared("Checkout fails", SEV1)),
    ("Checkout fails", declared("Checkout fails")),
    ("Checkout   fails\n today", declared("Checkout fails today")),
    ("<@W9> <@U1> <@W9> Checkout fails sev1", declared("Checkout fails", SEV1, "W9", "U1")),
    ("checkout sev1", declared("checkout", SEV1)),
    ("declare Checkout fails sev1", declared("Checkout fails", SEV1)),
    ("raise sev2 to sev1 now", declared("raise sev2 to sev1 now")),
    ("Checkout fails sev1 sev1", declared("Checkout fails", SEV1)),
    ("Checkout fails sev5", declared("Checkout fails sev5")),
    ("Checkout fails sev12", declared("Checkout fails sev12")),
    ("mail from bo@example.com bounces sev2", declared("mail from bo@example.com bounces", SEV2)),
    ("Pay &amp; go &lt;!channel&gt; fails sev1", declared("Pay & go <!channel> fails", SEV1)),
    ("&lt;@U1&gt; cannot log in sev1", declared("<@U1> cannot log in", SEV1)),
    ("<#C1|checkout> is down sev1", declared("checkout is down", SEV1)),
    ("<https://example.com|example.com> is down sev1", declared("example.com is down", SEV1)),
    ("<https://example.com> is down sev1", declared("https://example.com is down", SEV1)),
    ("Lost payments in EU sev1", declared("Lost payments in EU", SEV1)),
    ("Lost payments in the EU today", declared("Lost payments in the EU today")),
    ("Checks of new cards fail in the EU sev2", declared("Checks of new cards fail in the EU", SEV2)),
    ("Updates of orders fail sev2", declared("Updates of orders fail", SEV2)),
    ("new: Checkout fails SEV-2", declared("Checkout fails", SEV2)),
    ("Checkout fails :fire: sev1", declared("Checkout fails :fire:", SEV1)),
    ("CHECKOUT DOWN SEV1 NOW", declared("CHECKOUT DOWN NOW", SEV1)),
    ("Not all cards can pay sev2", declared("Not all cards can pay", SEV2)),
    ("Monitoring is dark sev3", declared("Monitoring is dark", SEV3)),
    ("支付 失败 sev1", declared("支付 失败", SEV1)),
    ("<b>Bold</b> answers < 5 s & > 2 s sev2", declared("<b>Bold</b> answers < 5 s & > 2 s", SEV2)),
]

COMMANDS = [
    ("help", Command(verb=Verb.HELP)),
    (" HELP ", Command(verb=Verb.HELP)),
    ("?", Command(verb=Verb.HELP)),
    ("--help", Command(verb=Verb.HELP)),
    ("list", Command(verb=Verb.LIST)),
    ("check", Command(verb=Verb.CHECK)),
    ("check Checkout is slow", Command(verb=Verb.CHECK, title="Checkout is slow")),
    ("Check #4711 bounces", Command(verb=Verb.CHECK, title="#4711 bounces")),
    ("check Checkout is slow <@U1>", Command(verb=Verb.CHECK, title="Checkout is slow", users=("U1",))),
    ("check --private Keys leaked", Command(verb=Verb.CHECK, title="Keys leaked", private=True)),
    ("roles", Command(verb=Verb.ROLES)),
    ("roles INC-3", Command(verb=Verb.ROLES, number=3)),
    ("role", Command(verb=Verb.ROLE)),
    ("role comms <@U1>", Command(verb=Verb.ROLE, role=Role.COMMUNICATIONS, users=("U1",))),
    ("role communications <@U1|bo>", Command(verb=Verb.ROLE, role=Role.COMMUNICATIONS, users=("U1",))),
    ("role communications lead <@U1>", Command(verb=Verb.ROLE, role=Role.COMMUNICATIONS, users=("U1",))),
    ("role incident commander <@U1>", Command(verb=Verb.ROLE, role=Role.COMMANDER, users=("U1",))),
    ("role <@U1> ic", Command(verb=Verb.ROLE, role=Role.COMMANDER, users=("U1",))),
    ("role support <@U1> INC-12", Command(verb=Verb.ROLE, role=Role.SUPPORT, users=("U1",), number=12)),
    ("role scribe me", Command(verb=Verb.ROLE, role=Role.SCRIBE, users=("me",))),
    ("role scribe", Command(verb=Verb.ROLE, role=Role.SCRIBE)),
    ("role <@U1>", Command(verb=Verb.ROLE, users=("U1",))),
    ("stage", Command(verb=Verb.STAGE)),
    ("stage identified", Command(verb=Verb.STAGE, stage=Stage.IDENTIFIED)),
    ("Stage Monitoring inc-7", Command(verb=Verb.STAGE, stage=Stage.MONITORING, number=7)),
    ("stage #7 investigating", Command(verb=Verb.STAGE, stage=Stage.INVESTIGATING, number=7)),
    ("stage resolved", Command(verb=Verb.RESOLVE)),
    ("stage resolved INC-7", Command(verb=Verb.RESOLVE, number=7)),
    ("severity", Command(verb=Verb.SEVERITY)),
    ("severity sev2", Command(verb=Verb.SEVERITY, severity=SEV2)),
    ("severity 2", Command(verb=Verb.SEVERITY, severity=SEV2)),
    ("severity SEV-1 inc 12", Command(verb=Verb.SEVERITY, severity=SEV1, number=12)),
    ("update", Command(verb=Verb.UPDATE)),
    ("update investigating", Command(verb=Verb.UPDATE, stage=Stage.INVESTIGATING)),
    ("update resolved #3", Command(verb=Verb.UPDATE, stage=Stage.RESOLVED, number=3)),
    ("timeline", Command(verb=Verb.TIMELINE)),
    ("timeline INC-12", Command(verb=Verb.TIMELINE, number=12)),
    ("resolve", Command(verb=Verb.RESOLVE)),
    ("resolve INC-12", Command(verb=Verb.RESOLVE, number=12)),
    ("INC-12 resolve", Command(verb=Verb.RESOLVE, number=12)),
    ("inc-12: Stage identified", Command(verb=Verb.STAGE, number=12, stage=Stage.IDENTIFIED)),
    ("#12 role support <@U1>", Command(verb=Verb.ROLE, role=Role.SUPPORT, users=("U1",), number=12)),
    ("follow", Command(verb=Verb.FOLLOW)),
    ("follow INC-12", Command(verb=Verb.FOLLOW, number=12)),
    ("follow sev1", Command(verb=Verb.FOLLOW, severity=SEV1)),
    ("Follow everything", Command(verb=Verb.FOLLOW, everything=True)),
    ("unfollow #3", Command(verb=Verb.UNFOLLOW, number=3)),
    ("unfollow all", Command(verb=Verb.UNFOLLOW, everything=True)),
    ("following", Command(verb=Verb.FOLLOWING)),
    ("ticket zd-4711", Command(verb=Verb.TICKET, tickets=("ZD-4711",))),
    ("ticket ZD-1, ZD-2 INC-3", Command(verb=Verb.TICKET, tickets=("ZD-1", "ZD-2"), number=3)),
    (
        "ticket <https://help.example.com/t/#12>",
        Command(verb=Verb.TICKET, tickets=("https://help.example.com/t/#12",)),
    ),
    ("ticket add ZD-4", Command(verb=Verb.TICKET, tickets=("ZD-4",))),
    (
        "ticket <http://help.example.com/t/12|help.example.com/t/12>, INC-3",
        Command(verb=Verb.TICKET, tickets=("https://help.example.com/t/12",), number=3),
    ),
    ("tickets INC-3", Command(verb=Verb.TICKETS, number=3)),
]

FORMS = [
    ("", Command(verb=Verb.FORM)),
    ("   ", Command(verb=Verb.FORM)),
    ("\x00\u202e", Command(verb=Verb.FORM)),
    ("sev1", Command(verb=Verb.FORM, severity=SEV1)),
    ("<@U1>", Command(verb=Verb.FORM, users=("U1",))),
    ("declare", Command(verb=Verb.FORM)),
    ("new", Command(verb=Verb.FORM)),
]

# text -> the commands it may have meant, and the title that declaring it would have
QUESTIONS = [
    ("checkout", (), "checkout"),
    ("lst", ("list",), "lst"),
    ("hlep", ("help",), "hlep"),
    ("resolv", ("resolve",), "resolv"),
    ("timline", ("timeline",), "timline"),
    ("res", ("resolve",), "res"),
    ("status", ("list",), "status"),
    ("comms", ("role communications",), "comms"),
    ("who", ("roles",), "who"),
    ("triage", ("check",), "triage"),
    ("chek", ("check",), "chek"),
    ("Checks fail", ("check fail",), "Checks fail"),
    ("check out is down sev1", ("check out is down",), "check out is down"),
    ("rolle comms <@U2>", ("role communications <@U2>",), "rolle comms"),
    ("stge identified", ("stage identified",), "stge identified"),
    ("severty sev1", ("severity SEV1",), "severty"),
    ("lost payments", ("list",), "lost payments"),
    ("update the cart page", ("update",), "update the cart page"),
    ("update fails for EU cards sev1", ("update",), "update fails for EU cards"),
    ("help me", ("help",), "help me"),
    ("list all", ("list",), "list all"),
    ("list INC-3", ("list",), "list INC-3"),
    ("stage identifed", ("stage identified",), "stage identifed"),
    ("stage resolvd INC-3", ("resolve INC-3",), "stage resolvd INC-3"),
    ("stage identified <@U1>", ("stage identified",), "stage identified"),
    ("stage identified monitoring", ("stage identified", "stage monitoring"), "stage identified monitoring"),
    ("severity high", ("severity",), "severity high"),
    ("severity sev1 sev2", ("severity SEV1", "severity SEV2"), "severity sev1 sev2"),
    ("severity 2 or so", ("severity SEV2",), "severity 2 or so"),
    ("role scribe comms <@U1>", ("role scribe <@U1>", "role communications <@U1>"), "role scribe comms"),
    ("follow sev1 sev2", ("follow SEV1", "follow SEV2"), "follow sev1 sev2"),
    ("list INC-3 INC-4", ("list",), "list INC-3 INC-4"),
    ("ticket INC-1 4711 4711", ("ticket INC-1",), "ticket INC-1 4711 4711"),
    ("ticket INC-1 ZD-1 4711", ("ticket ZD-1 INC-1",), "ticket INC-1 ZD-1 4711"),
    ("role comms @bo", ("role communications",), "role comms @bo"),
    ("rolle comms @bo", ("role communications",), "rolle comms @bo"),
    ("role <@U1> <@U2>", ("role <@U1>",), "role"),
    ("role boss <@U1>", ("role <@U1>",), "role boss"),
    ("resolve everything", ("resolve",), "resolve everything"),
    ("timeline INC-3 INC-4", ("timeline INC-3", "timeline INC-4"), "timeline INC-3 INC-4"),
    ("checkout fails @bo sev1", (), "checkout fails @bo"),
    ("follow up with the bank", ("follow",), "follow up with the bank"),
    ("ticket sales are down", ("ticket",), "ticket sales are down"),
    ("follow sev1 INC-3", ("follow INC-3",), "follow INC-3"),
    ("INC-12", ("timeline INC-12", "update INC-12"), ""),
    ("INC-12 update page fails sev1", ("update INC-12",), "INC-12 update page fails"),
]


@pytest.mark.parametrize(("text", "command"), [*DECLARATIONS, *COMMANDS, *FORMS])
def test_a_clear_sentence_is_taken_as_it_is(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(("text", "guesses", "title"), QUESTIONS)
def test_an_unclear_one_is_asked_about(text: str, guesses: tuple[str, ...], title: str) -> None:
    found = parse(text)
    assert found.verb is Verb.ASK
    assert tuple(map(spell, found.guesses)) == guesses
    assert found.title == title


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("stage identified Identified", Command(verb=Verb.STAGE, stage=Stage.IDENTIFIED)),
        ("severity 1 1", Command(verb=Verb.SEVERITY, severity=SEV1)),
        ("role ic commander me me", Command(verb=Verb.ROLE, role=Role.COMMANDER, users=("me",))),
        ("follow sev1 SEV1", Command(verb=Verb.FOLLOW, severity=SEV1)),
        ("ticket INC-1 ZD-1 zd-1", Command(verb=Verb.TICKET, number=1, tickets=("ZD-1",))),
    ],
)
def test_the_same_word_twice_is_said_once(text: str, command: Command) -> None:
    assert parse(text) == command


def test_every_offer_of_a_question_is_a_command_that_is_understood() -> None:
    for text, _, _ in QUESTIONS:
        for guess in parse(text).guesses:
            assert parse(spell(guess)).verb not in (Verb.ASK, Verb.DECLARE), text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "ticket INC-1 4711 4711",
            "“4711” cannot be read as a ticket: write its key as your help desk does, such as ZD-4711, or paste its "
            "link.",
        ),
        (
            "stage identified monitoring soon",
            "Only one at a time: identified or monitoring. “soon” does not belong to ",
        ),
        ("severity sev1 sev2", "Only one at a time: SEV1 or SEV2."),
        ("role scribe comms <@U1> quick", "Only one at a time: scribe or comms. “quick” does not belong to “role”."),
        ("timeline INC-1 INC-2 INC-3", "Only one at a time: INC-1, INC-2 or INC-3."),
        ("follow sev1 INC-3 #4", "Only one at a time: INC-3 or INC-4. “sev1” does not belong to “follow”."),
        ("severity 5", "“5” does not belong to “severity”. There are SEV1, SEV2, SEV3 and SEV4."),
        ("stage over", "“over” does not belong to “stage”. There are investigating, identified, monitoring and resolv"),
        ("severity sev1 because bad", "“because bad” does not belong to “severity”."),
    ],
)
def test_a_question_names_each_word_that_was_not_understood(text: str, sentence: str) -> None:
    assert parse(text).why.startswith(sentence)


def test_a_question_says_what_was_not_understood() -> None:
    assert parse("update the cart page").why == "“the cart page” does not belong to “update”."
    assert parse("role <@U1> <@U2>").why == "A role takes one person."
    assert "who @bo is" in parse("role comms @bo").why
    assert "who @bo is" in parse("checkout fails @bo sev1").why


def test_a_question_keeps_what_declaring_needs() -> None:
    found = parse("rolle comms sev1 <@U2>")
    assert (found.severity, found.users) == (SEV1, ("U2",))


@pytest.mark.parametrize("text", [text for text, _ in COMMANDS])
def test_a_command_spelled_again_is_the_same_command(text: str) -> None:
    command = parse(text)
    assert parse(spell(command)) == command


def test_a_command_is_said_of_an_incident_and_labelled_without_people() -> None:
    command = parse("role comms <@U1>")
    assert parse(spelled_for(command, 7)) == parse("role comms <@U1> INC-7")
    assert labelled(command) == "role communications"


@given(st.text())
def test_any_text_gives_a_command_and_none_declares_without_a_title(text: str) -> None:
    command = parse(text)
    assert command.title or command.verb is not Verb.DECLARE


VERBS = (
    "follow",
    "unfollow",
    "ticket",
    "tickets",
    "help",
    "list",
    "role",
    "stage",
    "severity",
    "update",
    "timeline",
    "resolve",
)
ARGUMENTS = ("sev1", "sev 2", "<@U1>", "@bo", "me", "INC-3", "#4", "resolved", "identifed", "comms", "Checkout")
ODDITIES = ("<!channel>", "<#C1|x>", "&amp;", "\ud800", "\x00")
PIECES = st.sampled_from((*VERBS, *ARGUMENTS, *ODDITIES))


@example("ticket INC-3 #4")
@example("follow sev1 INC-3 #4")
@given(st.lists(PIECES, max_size=8).map(" ".join))
def test_any_mixture_gives_a_command_that_can_be_said_again(text: str) -> None:
    found = parse(text)
    for command in (found, *found.guesses):
        if command.verb not in (Verb.DECLARE, Verb.FORM, Verb.ASK):
            assert parse(spell(command)) == command


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


@pytest.mark.parametrize(
    ("word", "found"), [("lst", "list"), ("lits", "list"), ("x", ""), ("checkout", ""), ("resloev", "resolve")]
)
def test_near_misses(word: str, found: str) -> None:
    assert nearest(word, ("list", "resolve", "role")) == found


PRIVATE = [
    ("--private Keys leaked sev1 <@U1>", replace(declared("Keys leaked", SEV1, "U1"), private=True)),
    ("Keys leaked sev1 —private", replace(declared("Keys leaked", SEV1), private=True)),
    ("–PRIVATE sev2 Keys leaked", replace(declared("Keys leaked", SEV2), private=True)),
    ("--private", Command(verb=Verb.FORM, private=True)),
    ("declare --private", Command(verb=Verb.FORM, private=True)),
    ("private", Command(verb=Verb.PRIVATE)),
    ("private INC-7", Command(verb=Verb.PRIVATE, number=7)),
    ("public #7", Command(verb=Verb.PUBLIC, number=7)),
    ("Public API is down sev1", declared("Public API is down", SEV1)),
    ("Keys leaked --privateer sev1", declared("Keys leaked --privateer", SEV1)),
]


@pytest.mark.parametrize(("text", "meant"), PRIVATE)
def test_private_is_said_as_a_flag_of_a_declaration_or_as_a_command(text: str, meant: Command) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize("text", ["private Keys leaked sev1", "Private messages are lost sev2", "private Keys leaked"])
def test_private_in_front_of_a_title_is_asked_about_and_never_declared_for_all_to_read(text: str) -> None:
    asked = parse(text)
    assert asked.verb is Verb.ASK
    assert asked.private
    assert asked.title
    assert not asked.title.lower().startswith("private")


def test_the_flag_belongs_to_a_declaration_alone() -> None:
    asked = parse("stage identified --private")
    assert asked.verb is Verb.ASK
    assert asked.why == "“--private” does not belong to “stage”."
    assert [guess.verb for guess in asked.guesses] == [Verb.STAGE]


@pytest.mark.parametrize(("word", "verb"), [("publish", Verb.UPDATE), ("confidential", Verb.PRIVATE)])
def test_a_word_that_people_try_is_what_they_mean_and_not_what_is_spelled_like_it(word: str, verb: Verb) -> None:
    assert [guess.verb for guess in parse(word).guesses] == [verb]


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("steps", Verb.RUNBOOK),
        ("checklist", Verb.RUNBOOK),
        ("What do I do now?", Verb.RUNBOOK),
        ("roll call", Verb.PARTIES),
        ("party", Verb.PARTIES),
        ("Who must know?", Verb.PARTIES),
        ("access", Verb.OUTLETS),
        ("How do I get access to the status page?", Verb.OUTLETS),
        ("is this an incident?", Verb.CHECK),
        ("An incident?", Verb.CHECK),
        ("standby", Verb.ROLES),
        ("who is on call", Verb.ROLES),
        ("risks", Verb.PLAN),
    ],
)
def test_words_and_questions_near_the_plan_ask_before_they_declare(words: str, verb: Verb) -> None:
    found = parse(words)
    assert found.verb is Verb.ASK
    assert [guess.verb for guess in found.guesses] == [verb]


@pytest.mark.parametrize(
    "title", ["Is this an incident with the EU cards?", "Access to accounts is lost for all", "Channels of TV are dark"]
)
def test_a_sentence_about_what_is_wrong_stays_a_declaration(title: str) -> None:
    assert parse(title).verb is Verb.DECLARE
