"""mrkdwn as the page shows it, and that nothing which somebody typed becomes live."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.practice.page import drawing
from tests.practice.page.drawing.gallery_pages import look
from tests.practice.page.drawing.kitchen import marked, plain
from tests.practice.page.drawing.reading import read

# What a browser may find in drawn text, and the only attributes that it may carry.
TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "a", "span", "time"}
ATTRS = {"class", "href", "target", "rel", "data-user", "data-channel", "datetime", "title", "role", "aria-label"}
NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "<",
                    ">",
                    "|",
                    "*",
                    "_",
                    "~",
                    "`",
                    "```",
                    "&",
                    "&lt;",
                    "&gt;",
                    "&amp;",
                    "\n",
                    '"',
                    "'",
                    ":fire:",
                    " ",
                ),
                *("<@U0BO>", "<!here>", "<!date^", "^{time}|x>", "javascript:alert(1)", "https://a.b/", "<script>"),
                *("onclick=", "\ue000", "\ue0000\ue001", "data:text/html,x", "mailto:a@b.c", "<#C0GENERAL|x>"),
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=14,
).map("".join)


def drawn(text: str) -> str:
    return str(drawing.mrkdwn(text, look()))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~", "<p><strong>bold</strong> <em>it</em> <s>gone</s></p>"),
        ("*_both_*", "<p><strong><em>both</em></strong></p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2*3*4</p>"),
        ("* not bold *", "<p>* not bold *</p>"),
        ("`*code*`", "<p><code>*code*</code></p>"),
        ("```\na <b>\n```", "<pre>a b</pre>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("&gt; said\nme", "<blockquote>said</blockquote><p>me</p>"),
        ("&gt;&gt;&gt; all\nof it", "<blockquote>all<br>of it</blockquote>"),
        ("&lt;b&gt; &amp;amp;", "<p>&lt;b&gt; &amp;amp;</p>"),
        ("<b>", "<p>b</p>"),
        ("<javascript:alert(1)|safe>", "<p>safe (javascript:alert(1))</p>"),
        ("<@U0BO|bo>", '<p><span class="bk-mention" data-user="U0BO">@Bo Larsen</span></p>'),
        ("<@U0ANA>", '<p><span class="bk-mention bk-mention-self" data-user="U0ANA">@Ana Silva</span></p>'),
        ("<#C0CUSTOMERS>", '<p><span class="bk-mention" data-channel="C0CUSTOMERS">#customers</span></p>'),
        ("<!subteam^S1|@oncall>", '<p><span class="bk-mention">@s1</span></p>'),
        ("<!here>", '<p><span class="bk-mention bk-mention-self">@here</span></p>'),
        (":fire: :nobody:", '<p><span class="bk-emoji" role="img" aria-label="fire">🔥</span> :nobody:</p>'),
        ("03:30:45", "<p>03:30:45</p>"),
    ],
)
def test_mrkdwn_reads_as_in_slack(text: str, html: str) -> None:
    assert drawn(text) == html


def test_links_open_beside_the_page_and_keep_their_address() -> None:
    (link,) = read(drawn("see <https://a.example/?x=1&amp;y=*2*|*the* page>")).all("a")
    assert link.attrs["href"] == "https://a.example/?x=1&y=*2*"
    assert (link.attrs["target"], link.attrs["rel"]) == ("_blank", "noopener noreferrer")
    assert link.text == "*the* page"


def test_a_bare_address_is_a_link_without_the_full_stop() -> None:
    (link,) = read(drawn("It is https://status.example.com/a_b_c.")).all("a")
    assert link.attrs["href"] == link.text == "https://status.example.com/a_b_c"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("{date_num} {time}", "2026-11-22 04:30"),
        ("{date_short_pretty} at {time_secs}", "Nov 22, 2026 at 04:30:00"),
        ("{date_long}", "Sunday, November 22nd, 2026"),
        ("{date}, {unheard_of}", "November 22nd, 2026, {unheard_of}"),
    ],
)
def test_dates_are_in_the_zone_of_the_reader(form: str, words: str) -> None:
    (when,) = read(drawn(f"<!date^1795318200^{form}|2026-11-22 03:30 UTC>")).all("time")
    assert when.text == words
    assert when.attrs == {"datetime": "2026-11-22T04:30:00+01:00", "title": "2026-11-22 03:30 UTC"}


def test_a_date_that_is_none_shows_its_fallback() -> None:
    assert drawn("<!date^99999999999999^{date}|long ago>") == "<p>long ago</p>"


@given(NASTY)
@settings(max_examples=250, deadline=None)
def test_no_text_becomes_live(text: str) -> None:
    for html in (drawn(text), str(drawing.message_body([{"type": "section", "text": marked(text)}], "", look()))):
        for tag in read(html).every:
            if tag.name != "div":
                assert tag.name in TAGS
                assert set(tag.attrs) <= ATTRS
            assert re.match(r"(https?://|mailto:)", tag.attrs.get("href", "https://"), re.IGNORECASE)


@given(NASTY)
@settings(max_examples=100, deadline=None)
def test_plain_text_shows_every_character(text: str) -> None:
    """But emoji, which become pictures, and carriage returns, which HTML does not know."""
    typed = re.sub(r":[a-z0-9_+\-]+:|\r|\x00", "", text)
    section = {"type": "section", "text": plain(typed)}
    assert read(str(drawing.message_body([section], "", look()))).all("p")[0].text == typed


@given(st.text(alphabet="abc *_~`.,\n:/", max_size=40))
@settings(max_examples=100, deadline=None)
def test_formatting_never_loses_a_word(text: str) -> None:
    assert re.sub(r"[^abc]", "", read(drawn(text)).text) == re.sub(r"[^abc]", "", text)


@given(NASTY)
@settings(max_examples=100, deadline=None)
def test_markdown_blocks_have_no_raw_html_and_no_dead_schemes(text: str) -> None:
    html = str(drawing.message_body([{"type": "markdown", "text": text or "x"}], "", look()))
    assert "<script" not in html.lower()
    assert not re.search(r'(?:href|src)="(?!https?://|mailto:)', html, re.IGNORECASE)
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', html))


def test_code_in_markdown_is_escaped() -> None:
    html = str(drawing.message_body([{"type": "markdown", "text": "`<b>`\n\n<i>raw</i>"}], "", look()))
    assert f"<code>{escape('<b>')}</code>" in html
    assert escape("<i>raw</i>") in html
