"""What people type is only ever text: never code, never markup, never a header, at any outlet (rows 27, 29, 30)."""

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.text import clean
from tests.rendering.paper import WORDS, facts_for, render, render_page

TEMPLATE = "outage/identified"
NASTY = (
    "{{7*7}}",
    "{{ self.__class__ }}",
    "{% import os %}{% include '/etc/passwd' %}",
    "{# gone? #}",
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus=alert(1) x='",
    "</article></main><h1>All fine</h1>",
    "</time></p><img src=x onerror=alert(1)>",
    "<!-- ",
    "]]>",
    "&amp; & &lt;b&gt; &#60;script&#62;",
    "<!channel> <!here> <@U1> <#C1> <https://evil.example|bank.example>",
    "*bold* _it_ `code` ~no~ :tada: @channel",
    "subject\r\nBcc: all@example.com\r\n\r\nbody",
    "a\nb\u2028c\u2029d\u0085e\x0bf\x0cg",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "nul \x00 in \x1d the \x1e mid\x1fdle",
    "\x1dnext_update\x1fNext update\x1eWe never write again\x1d",
    "lone \ud800 surrogate \udfff",
    "z" + "\u0301\u0302\u0303\u0304" * 40 + "algo",
    "👩‍👩‍👧‍👦 🏳️‍🌈 é 한국어 हिन्दी مرحبا",
    '"},"stage":"resolved","x":{"',
    '\\" \\n \\u0000 \\',
    "=HYPERLINK(1)",
    "%s %(name)s {0} {name!r} $x",
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.seen.append((tag, tuple(attrs)))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", ((data, None),)))

    def handle_data(self, data: str) -> None:
        self.data.append(data)


def tags(html: str) -> set[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """The tags with their attributes; a text may bring more paragraphs, never another kind of tag."""
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return set(parser.seen)


def require_inert(nasty: str) -> None:
    """Put one text everywhere, and look at every part of every outlet."""
    plain = render(TEMPLATE, facts_for(TEMPLATE))
    text = f"x {nasty} x"
    made = render(TEMPLATE, facts_for(TEMPLATE, headline=text, impact=text, meanwhile=text, fields=(("cause", text),)))
    typed = clean(text)
    one_line = " ".join(typed.split())
    for name in ("email", "status"):
        html = made[name].part("html")
        assert tags(html) == tags(plain[name].part("html"))
        parser = _Tags()
        parser.feed(html)
        assert one_line in " ".join("".join(parser.data).split()) or "\n" in typed
    for name in ("status", "webhook"):
        said = json.loads(made[name].part("json"))
        assert said["impact"] == typed or "\n\n\n" in typed
        assert said["headline"] == one_line
        assert said["stage"] == "identified"
        assert said.keys() == json.loads(plain[name].part("json")).keys()
    subject = made["email"].part("subject")
    assert len(subject.splitlines()) == 1
    assert one_line in subject
    assert len(made["slack"].part("headline").splitlines()) == 1
    for name, rendition in made.items():
        rendition.to_bytes().decode()
        assert WORDS.readable(rendition).count("We will write again") >= 1
        assert one_line in " ".join(WORDS.readable(rendition).split()), name


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_text_is_inert(nasty: str) -> None:
    require_inert(nasty)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(NASTY), max_size=4).map("".join)))
def test_any_text_is_inert(nasty: str) -> None:
    require_inert(nasty)


def test_code_is_shown_and_not_run() -> None:
    for rendition in render(TEMPLATE, facts_for(TEMPLATE, impact="{{7*7}} {% import os %}")).values():
        assert "{{7*7}} {% import os %}" in WORDS.readable(rendition)
        assert "49" not in WORDS.readable(rendition)


def test_html_is_escaped_once_and_text_never() -> None:
    made = render(TEMPLATE, facts_for(TEMPLATE, headline="R&D", impact="a & b", fields=(("cause", "c & d"),)))
    for rendition in made.values():
        for name, text in rendition.parts:
            assert "&amp;amp;" not in text
            assert ("&amp;" in text) is (name == "html"), (rendition.outlet, name)


def test_the_mark_of_a_passage_cannot_be_forged() -> None:
    forged = "fine \x1dnext_update\x1fNext update\x1eWe never write again\x1d"
    said = json.loads(render(TEMPLATE, facts_for(TEMPLATE, impact=forged))["status"].part("json"))
    assert said["impact"] == "fine next_updateNext updateWe never write again"
    assert said["next_update_by"] is not None


def test_a_nasty_name_on_the_page_is_inert() -> None:
    nasty = '"><script>alert(1)</script>'
    entry = {
        "incident_id": nasty,
        "name": nasty,
        "number": 1,
        "update_id": "u1",
        "stage": "identified",
        "headline": nasty,
        "html": "<article></article>",
        "published_at": "2026-11-22T12:00:00+00:00",
    }
    assert not any(tag == "script" for tag, _ in tags(render_page([entry])))
