"""Scenario files: what is understood, and what is refused with file, step and line."""

from pathlib import Path

import pytest

from bot.practice.scenario import reading
from bot.practice.scenario.script import Act, PageShows, Published, Reads, ScenarioMistake, Seen, Sight, Verb

HEAD = "people:\n  ada: declares\n  ben: approves\nsteps:\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "night.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistake(folder: Path, text: str) -> str:
    with pytest.raises(ScenarioMistake) as caught:
        reading.read(written(folder, text))
    return str(caught.value)


def test_acts_are_read_in_the_words_of_people(tmp_path: Path) -> None:
    script = reading.read(
        written(
            tmp_path,
            HEAD
            + """
  - ada: /incident Logins fail sev1 @ben
  - ben clicks: Take over
    in: the incident channel
    beside: Scribe
    within: 30 seconds
  - ben fills: {Headline: "Off: again", Next update by: in 40 minutes}
  - ben submits:
""",
        )
    )
    assert [step.act for step in script.steps] == [
        Act("ada", Verb.TYPES, "/incident Logins fail sev1 @ben"),
        Act("ben", Verb.CLICKS, "Take over", where="the incident channel", beside="Scribe"),
        Act("ben", Verb.FILLS, values=(("Headline", "Off: again"), ("Next update by", "in 40 minutes"))),
        Act("ben", Verb.SUBMITS),
    ]
    assert [step.within for step in script.steps] == [15.0, 30.0, 15.0, 15.0]
    assert (script.name, script.title) == ("night", "night")


def test_expectations_are_read(tmp_path: Path) -> None:
    script = reading.read(
        written(
            tmp_path,
            HEAD
            + """
  - expect:
      - ben sees in the incident channel: [one, two]
      - ada does not see: no
      - nothing is published:
      - published: {update: 2, e-mail: 3, webhook: 1, says: fine}
      - status page does not show: gone
""",
        )
    )
    assert script.steps[0].expectations == (
        Seen("ben", Sight.SEES, ("one", "two"), "the incident channel"),
        Seen("ada", Sight.DOES_NOT_SEE, ("no",)),
        Published(0, ()),
        Published(2, (("e-mail", 3), ("webhook", 1)), ("fine",)),
        PageShows(("gone",), shown=False),
    )


def test_languages_are_read_with_who_reads_which_and_what_is_expected_of_each(tmp_path: Path) -> None:
    head = "languages: [en, fr]\ne-mail recipients: [anna@shop.example, luc@atelier.example fr]\n"
    said = "  - expect: {luc@atelier.example reads: Bonjour, status page in fr shows: [un, deux]}\n"
    script = reading.read(written(tmp_path, head + HEAD + said))
    assert script.languages == ("en", "fr")
    assert script.recipients == ("anna@shop.example", "luc@atelier.example fr")
    assert script.steps[0].expectations == (
        Reads("luc@atelier.example", ("Bonjour",)),
        PageShows(("un", "deux"), language="fr"),
    )


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("  - bne: /incident", "step 1 (line 5): there is nobody called “bne”; the people are ada, ben."),
        ("  - ada: /x\n  - ben clics: Approve", "step 2 (line 6): “clics” is not something that people can do. "),
        ("  - ben clics: Approve", "Did you mean “clicks”?"),
        ("  - ada: hello", "step 1 (line 5): people type commands here: begin with /incident."),
        ("  - ben clicks:", "step 1 (line 5): something is missing after the colon."),
        ("  - ben clicks: A\n    besides: B", "step 1 (line 6): “besides” does not belong to this step. Did you mean"),
        ("  - ben clicks: A\n    ada clicks: B", "Begin each step with a dash of its own."),
        ("  - ben clicks: A\n    within: soon", "“soon” is not a time here."),
        ("  - ben fills: Headline", "step 1 (line 5): “something: text” is expected here."),
        ("  - ben clicks: {a: b}", "a text is expected here, not a mapping."),
        ("  - just words", "step 1 (line 5): “something: text” is expected here."),
        ("  - expect:", "step 1 (line 5): nothing is expected here."),
        ("  - expect: {ben seas: x}", "“seas” is not something that can be expected of a person."),
        ("  - expect: {bne sees: x}", "there is nobody called “bne”"),
        ("  - expect: {ben sees: }", "step 1 (line 5): a text is missing after the colon."),
        ("  - expect:\n      - ben sees in #x: y", "A # after a space begins a comment"),
        ("  - expect: {published: {update: 1}}", "say which update, and how often at which outlet"),
        ("  - expect: {published: {update: 1, fax: 2}}", "“fax” is no outlet of the practice; there are status page"),
        ("  - expect: {published: {update: one, slack: 1}}", "“one” is not a number."),
        ("  - expect: {anna@shop.example reads: x}", "“anna@shop.example” gets no letters here; those who do are no"),
        ("  - expect: {status page in French shows: x}", "there is nobody called “status”"),
        ("  - expect: {ben sees: x, ben sees: y}", "“ben sees” is here twice."),
        ("  - ada: [/x", "line 5: “[” is opened here and not closed, or a comma is missing"),
        (
            "  - ada clicks Approve",
            "step 1 (line 5): “something: text” is expected here. A colon and a space are",
        ),
        ("  - ada clicks:Approve", "step 1 (line 5): “something: text” is expected here. A space belongs behind"),
        ("  - &a {ada: /x}\n  - *a", "line 5: a part is used again (& and *)."),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(tmp_path: Path, steps: str, said: str) -> None:
    found = mistake(tmp_path, HEAD + steps + "\n")
    assert said in found
    assert found.startswith(f"{tmp_path / 'night.yaml'}, ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty."),
        ("people: {ada: x}", "line 1: “steps:” is missing."),
        ("people: {}\nsteps:\n  - ada: /x", "line 1: nobody is there. Write a person a line"),
        ("peple: {ada: x}\nsteps: []", "line 1: “peple” is not part of a scenario. Did you mean “people”?"),
        ("people: {Ada: x}\nsteps: []", "line 1: “Ada” cannot be a person's name here"),
        ("people: {clarion: x}\nsteps: []", "line 1: “clarion” is there already, and is no person. Take another"),
        ("people: {ada: x}\nguests: [gus]\nsteps: []", "line 2: there is nobody called “gus”; the people are ada."),
        ("people: {ada: x}\ne-mail recipients: [anna]\nsteps: []", "line 2: “anna” is not an e-mail address."),
        ("people: {ada: x}\nlanguages: [French]\nsteps: []", "line 2: “French” is not a language here. Write its code"),
        (
            "people: {ada: x}\nlanguages: [en]\ne-mail recipients: [a@b.example fr]\nsteps: []",
            "line 3: “fr” is not among the languages of this scenario.",
        ),
        (
            "people: {ada: x}\nlanguages: [en]\nsteps:\n  - expect: {status page in fr does not show: x}",
            "step 1 (line 4): nobody reads “fr” in this scenario; its languages are en.",
        ),
    ],
)
def test_a_mistake_at_the_top_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in mistake(tmp_path, text)


def test_a_scenario_is_found_by_name_or_by_path(tmp_path: Path) -> None:
    assert reading.find("sev1-outage").is_file()
    assert reading.find(written(tmp_path, "")) == tmp_path / "night.yaml"
    with pytest.raises(ScenarioMistake, match=r"There is no scenario “sev1”\. There are: .*sev1-outage"):
        reading.find("sev1")
    with pytest.raises(ScenarioMistake, match=r"There is no file .*gone\.yaml"):
        reading.find(tmp_path / "gone.yaml")


def test_the_guide_shows_a_scenario_that_can_be_played(tmp_path: Path) -> None:
    guide = (reading.SHIPPED.parent / "README.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n")[1].split("```")[0]
    assert len(reading.read(written(tmp_path, example)).steps) == 7


@pytest.mark.parametrize("steps", ["steps: []\n", "steps:\n"])
def test_a_scenario_without_a_step_tries_nothing_and_is_refused(tmp_path: Path, steps: str) -> None:
    sentence = mistake(tmp_path, "people:\n  ada: declares\n" + steps)
    assert "line 3: there is no step, so nothing would be tried." in sentence


def test_what_is_neither_a_person_nor_a_trouble_is_said_to_be_so(tmp_path: Path) -> None:
    sentence = mistake(tmp_path, HEAD + "  - the moon refuses:\n")
    assert "“the moon refuses” is nothing that a person does or that can go wrong here." in sentence
    assert "ada, ben" in sentence
    assert "there is nobody called “eve”" in mistake(tmp_path, HEAD + "  - eve clicks: Approve\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "is no text in UTF-8"),
        (b"[" * 20_000, "too deep in one another"),
        (b"# \n" * 400_000, "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_no_scenario_at_all_is_refused_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "night.yaml").write_bytes(content)
    with pytest.raises(ScenarioMistake, match=sentence):
        reading.read(tmp_path / "night.yaml")
