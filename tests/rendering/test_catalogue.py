"""Broken template files are refused when the program starts, with file, line and what is wrong; companies override."""

from pathlib import Path

import pytest

from bot.rendering.catalogue import SHIPPED, BrokenTemplates, folders
from bot.rendering.front_matter import Trouble, read
from bot.rendering.renderer import JinjaWords
from tests.rendering.paper import STAGES, facts_for, render

HEAD = 'title: "A title"\nwhen_to_use: Always.\nstage: identified\n'
PIECES = "\n".join(f'{{% include "_partials/{p}.j2" %}}' for p in ("impact", "meanwhile", "estimate", "next_update"))
BLOCKS = f"""{{% block headline %}}{{{{ headline }}}}{{% endblock %}}

{{% block short %}}{{{{ headline | sentence }}}} {{% include "_partials/promise.j2" %}}{{% endblock %}}

{{% block body %}}
We are aware of this problem and are looking into it now.

{PIECES}
{{% include "_partials/signature.j2" %}}
{{% endblock %}}
"""


def company(folder: Path, files: dict[str, str]) -> JinjaWords:
    """The shipped templates with a company's own folder before them."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return JinjaWords((folder, SHIPPED))


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("title: A\n", 2, "“when_to_use” is missing"),
        (HEAD + "titel: B\n", 5, "“titel” is not known here"),
        (HEAD + "title: B\n", 5, "“title” is there twice"),
        (HEAD.replace("identified", "identfied"), 4, "investigating, identified, monitoring, resolved"),
        (HEAD.replace('"A title"', "12"), 2, "must be words"),
        (HEAD + "severities: [SEV1, SEV9]\n", 5, "“SEV9”"),
        (HEAD + "severities: SEV1\n", 5, "must be a list"),
        (HEAD + "fields:\n  - label: L\n", 6, "item 1, has no “name”"),
        (HEAD + "fields:\n  - name: cause\n", 6, "item 1, has no “label”"),
        (HEAD + "fields:\n  - name: Root Cause\n    label: L\n", 6, "lower-case letters"),
        (HEAD + "fields:\n  - name: impact\n    label: L\n", 6, "is taken"),
        (HEAD + "fields:\n  - name: a\n    label: L\n  - name: a\n    label: M\n", 8, "second time"),
        (HEAD + "fields:\n  - name: a\n    label: L\n    longest: 9000\n", 8, "from 1 to 2,000"),
        (HEAD + "fields:\n  - name: a\n    label: L\n    longest: no\n", 8, "a whole number"),
        (HEAD + 'fields:\n  - name: a\n    label: L\n    required: "yes"\n', 8, "true or false"),
        (HEAD + "fields:\n  - name: a\n    label: L\n    lable: M\n", 8, "“lable” is not known"),
        (HEAD + "defaults:\n  headline: " + "x" * 121 + "\n", 6, "at most 120"),
        (HEAD + 'defaults:\n  impact: "{{ headline }}"\n', 6, "what stands in braces would reach customers"),
        (HEAD + "defaults:\n  cause: x\n", 6, "“cause” is not known"),
        (HEAD + "fields: [\n", 6, "a bracket that was opened above is not closed"),
        ("- a\n- b\n", 2, "key: value"),
        ("", 2, "the head is empty"),
        ("[" * 60_000 + "\n", 2, "at most 16,000 are read"),
    ],
)
def test_a_broken_head_is_named_by_line(head: str, line: int, words: str) -> None:
    with pytest.raises(Trouble) as caught:
        read("outage/x", f"---\n{head}---\n{BLOCKS}")
    assert caught.value.line == line
    assert words in str(caught.value)


def test_a_file_without_a_head_is_refused() -> None:
    with pytest.raises(Trouble, match=r"line 1: .*must begin"):
        read("outage/x", BLOCKS)


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    template, _ = read("outage/x", f"\ufeff---\n{HEAD}---\n{BLOCKS}".replace("\n", "\r\n"))
    assert template.title == "A title"


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        (BLOCKS.replace("{{ headline }}", "{{ haedline }}"), ", line 6: “haedline” is neither a fact nor a field"),
        (BLOCKS.replace("{% block short %}", "{% block shirt %}"), "there is no block “short”"),
        (f"\nCall us.\n{BLOCKS}", ", line 7: these words are in no block, so nobody would read them. Move them into"),
        (BLOCKS + "\n{{ impact }}", "these words are in no block"),
        (BLOCKS + "\n{% include '_partials/promise.j2' %}", "these words are in no block"),
        (BLOCKS.replace('{% include "_partials/impact.j2" %}', ""), "must tell “impact”"),
        (BLOCKS.replace('{% include "_partials/estimate.j2" %}', ""), "must tell “estimate”"),
        (
            BLOCKS.replace("impact.j2", "impcat.j2"),
            ", line 13: there is no file “_partials/impcat.j2” to be included. Did you mean “_partials/impact.j2”?",
        ),
        (BLOCKS.replace("{{ headline }}", ""), "the block “headline” is empty"),
        (BLOCKS.replace("{{ headline }}", "{{ headline"), ", line 6: this cannot be read as a template ("),
        (BLOCKS.replace("{{ headline }}", "{% iff restored %}"), ", line 6: “iff” is no word that begins a “{% … %}”"),
        (BLOCKS.replace("{{ headline }}", "{{ estimate.kindd }}"), ", line 6: “.kindd” is not known there. Mend its"),
        (
            BLOCKS.replace("{{ headline }}", "{{ headline | safe }}"),
            "“safe” is no filter (a word behind “|”) that temp",
        ),
        (BLOCKS.replace("{{ headline }}", "{{ headline.__class__.__mro__ }}"), "__class__"),
        (BLOCKS.replace("{{ headline }}", "{{ 1 // 0 }}"), "zero"),
    ],
)
def test_a_broken_story_is_named_by_file(tmp_path: Path, blocks: str, words: str) -> None:
    with pytest.raises(BrokenTemplates) as caught:
        company(tmp_path, {"en/outage/mine.j2": f"---\n{HEAD}---\n{blocks}"})
    assert len(caught.value.problems) == 1
    assert "en/outage/mine.j2" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        (
            "en/_partials/signature.j2",
            '\n{% include "_partials/signature.j2" %}',
            "signature.j2, line 2: the file includes itself, directly or by way of another one, without end. Take one",
        ),
        ("en/_partials/signature.j2", "One\n{% include '_partials/x.j2' %}", "signature.j2, line 2: there is no file"),
        ("en/_partials/signature.j2", b"One\nGr\xfc\xdfe", "signature.j2, line 2: this is not UTF-8. Save the file"),
        ("_layouts/slack.body.j2", b"\xfc", "slack.body.j2, line 1: this is not UTF-8. Save the file as UTF-8 in"),
        ("_layouts/slack.body.j2", "\n{{ headlin }}", "slack.body.j2, line 2: “headlin” is not known here. Mend its"),
        ("_layouts/slack.body.j2", '{% include "_layouts/_pasages.j2" %}', "Did you mean “_layouts/_passages.j2”?"),
        ("en/outage/mine.j2", b"---\n\xe9", "mine.j2, line 2: this is not UTF-8. Save the file as UTF-8 in your ed"),
        ("en/labels.yaml", b"colon: '\xe9'", "labels.yaml, line 1: this is not UTF-8. Save the file as UTF-8 in you"),
        ("en/fields.yaml", b"\xe9", "fields.yaml, line 1: this is not UTF-8. Save the file as UTF-8 in your editor."),
    ],
)
def test_what_is_wrong_with_a_companys_file_is_told_in_words_with_what_to_do(
    tmp_path: Path, file: str, text: str | bytes, words: str
) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(BrokenTemplates) as caught:
        JinjaWords(folders(tmp_path))
    assert words in str(caught.value)
    assert file in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_folder_that_clarion_may_not_look_into_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en/outage").mkdir(parents=True)
    monkeypatch.setattr("os.access", lambda where, _: where != tmp_path / "en")
    with pytest.raises(BrokenTemplates, match=r"en: Clarion may not look into this folder\. Let the user"):
        folders(tmp_path)


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "en/outage/mine.j2").mkdir(parents=True)
    with pytest.raises(BrokenTemplates, match=r"mine\.j2, the file cannot be read \(Is a directory\)"):
        JinjaWords(folders(tmp_path))


def test_a_field_that_is_asked_for_and_never_shown_is_refused(tmp_path: Path) -> None:
    head = HEAD + "fields:\n  - name: cause\n    label: Cause\n"
    with pytest.raises(BrokenTemplates, match="“cause” is asked for, but the body never shows it"):
        company(tmp_path, {"en/outage/mine.j2": f"---\n{head}---\n{BLOCKS}"})


def test_a_language_without_words_is_named_with_what_to_do() -> None:
    with pytest.raises(BrokenTemplates, match=r"no words in “de”: .*/message_templates/de holds none\. Write them"):
        JinjaWords(locale="de")


def test_all_broken_files_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BrokenTemplates) as caught:
        company(tmp_path, {"en/a/one.j2": "nothing", "en/b/two.j2": f"---\ntitle: x\n---\n{BLOCKS}"})
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("slack.headline.j2", "{{ headlin }}"),
        ("webhook.json.j2", '{"headline": "{{ headline }}"}'),
        ("status.html.j2", "{{ headline"),
    ],
)
def test_a_broken_layout_is_named(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(BrokenTemplates, match=f"layout “{name.split('.')[0]}”"):
        company(tmp_path, {f"_layouts/{name}": text})


def test_no_stories_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenTemplates, match="there are no words in “en”"):
        JinjaWords((tmp_path,))


def test_a_company_overrides_a_story_a_partial_and_a_layout_and_adds_a_story(tmp_path: Path) -> None:
    words = company(
        tmp_path,
        {
            "en/outage/investigating.j2": f"---\n{HEAD}---\n{BLOCKS.replace('looking into', 'examining')}",
            "en/_partials/signature.j2": '{% call passage("signature", "") %}Your friends at Acme & Sons{% endcall %}',
            "_layouts/slack.headline.j2": "Acme: {{ headline }}",
            "en/payments/down.j2": f"---\n{HEAD}---\n{BLOCKS}",
        },
    )
    names = [t.name for t in words.templates()]
    assert names[:5] == _first_identified()
    assert names[-1] == "payments/down"
    facts = facts_for("outage/investigating")
    made = render("outage/investigating", facts, words=words)
    assert made["slack"].part("headline") == "Acme: Card payments fail in the EU"
    assert "examining it now" in made["slack"].part("body")
    assert "Acme & Sons" in made["slack"].part("body")
    assert "Acme &amp; Sons" in made["email"].part("html")
    assert "restored" in words.readable(render("outage/resolved", facts_for("outage/resolved"), words=words)["email"])


def test_a_locale_has_its_own_partials(tmp_path: Path) -> None:
    words = company(tmp_path, {"en/_partials/signature.j2": '{% call passage("signature", "") %}Cheers.{% endcall %}'})
    facts = facts_for("outage/investigating")
    assert "Cheers." in words.readable(render("outage/investigating", facts, words=words)["email"])


def _first_identified() -> list[str]:
    # the overriding file says "identified", so it goes after the shipped file of that stage by name
    names = [n for n in STAGES if n != "outage/investigating"]
    return ["outage/identified", "outage/investigating", *names[1:]]


def test_a_companys_folder_goes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "en/_partials").mkdir(parents=True)
    (tmp_path / "en/_partials/signature.j2").write_text("x")
    assert folders(tmp_path) == (tmp_path, SHIPPED)
    assert folders(None) == (SHIPPED,)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone/", "there is no folder"),
        ("", "there is no template in"),
        ("outage/resolved.j2", "nothing is read from this place. Stories belong into"),
        ("templates/en/outage/resolved.j2", "nothing is read from this place"),
        ("EN/outage/resolved.j2", "Names have small letters"),
        ("en/My outage/resolved.j2", "nothing is read from this place"),
        ("en/outage/resolved.txt.j2", "nothing is read from this place"),
        ("en/outage/resolved.txt", "end in .j2; labels and fields end in .yaml"),
        ("en/labels.yml", "nothing is read from this place"),
        ("_partials/signature.j2", "words are those of one language: move it to .*/en/_partials/signature.j2"),
    ],
)
def test_a_folder_whose_words_would_never_be_read_is_refused(tmp_path: Path, name: str, words: str) -> None:
    if name and not name.endswith("/"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("x")
    with pytest.raises(BrokenTemplates, match=words):
        folders(tmp_path / name if name.endswith("/") else tmp_path)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ('{{ "x" * 50000000 }}', "“\\*” is for small numbers alone"),
        ("{{ 9 ** 9 ** 9 }}", "“\\*\\*” is for small numbers alone"),
        ('{{ "%999999999d" % 1 }}', "“%” is for small numbers alone"),
        ('{{ "x".ljust(999999999) }}', "“ljust” may not be asked for"),
        ('{{ "x" | center(999999999) }}', "“center” is no filter"),
        ("{{ [1, 2] | random }}", "“random” is no filter"),
        ("{% for a in range(99999) %}x{% endfor %}", "a loop has more than 1,000 turns"),
        ("{% for a in [1] %}{% for b in a %}{% for c in b %}x{% endfor %}{% endfor %}{% endfor %}", "two deep"),
        ("{% for a in [[]] recursive %}{{ loop(a) }}{% endfor %}", "call themselves"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "without end"),
        ("We\u202e know.", "a character that nobody sees"),
    ],
)
def test_a_story_can_neither_run_for_ever_nor_fill_the_memory_nor_hide_words(
    tmp_path: Path, told: str, words: str
) -> None:
    text = f"---\n{HEAD}---\n{BLOCKS.replace('We are aware', told + ' We are aware')}"
    with pytest.raises(BrokenTemplates, match=rf"own\.j2, line \d+: .*{words}"):
        company(tmp_path, {"en/outage/own.j2": text})


def test_a_heading_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenTemplates, match="“impact” is there twice"):
        company(tmp_path, {"en/labels.yaml": "impact: a\nimpact: b\n"})
