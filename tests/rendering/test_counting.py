"""Text messages and posts are counted as the networks count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusals import Refusal
from bot.rendering.counting import Segments, in_gsm, on_bluesky, on_mastodon, on_x, segments
from bot.rendering.shortening import ROOMS, SHORTER, Room, fit

FAMILY = "👩‍👩‍👧‍👦"
LINK = "https://status.example.com/a/very/long/address/of/an/incident"


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", Segments("GSM-7", 0, 1, 160)),
        ("a" * 160, Segments("GSM-7", 160, 1, 0)),
        ("a" * 161, Segments("GSM-7", 161, 2, 145)),
        ("a" * 306, Segments("GSM-7", 306, 2, 0)),
        ("a" * 307, Segments("GSM-7", 307, 3, 152)),
        ("é" * 160, Segments("GSM-7", 160, 1, 0)),  # some accented letters are in GSM
        ("€" * 80, Segments("GSM-7", 160, 1, 0)),  # the extension table takes two places
        ("a" * 152 + "€" + "a" * 10, Segments("GSM-7", 164, 2, 141)),  # and is not torn by the edge of a segment
        ("ą" + "a" * 69, Segments("UCS-2", 70, 1, 0)),  # one letter, and 160 become 70
        ("ą" + "a" * 70, Segments("UCS-2", 71, 2, 63)),
        ("ê" + "a" * 70, Segments("UCS-2", 71, 2, 63)),
        ("🙂" * 35, Segments("UCS-2", 70, 1, 0)),
        ("a" * 66 + "🙂" + "a" * 10, Segments("UCS-2", 78, 2, 55)),
    ],
)
def test_segments(text: str, counted: Segments) -> None:
    assert segments(text) == counted


@given(st.text(max_size=400))
def test_segments_hold_all_of_a_text_and_no_more_than_they_must(text: str) -> None:
    counted = segments(text)
    alone, joined = (160, 153) if counted.alphabet == "GSM-7" else (70, 67)
    room = alone if counted.segments == 1 else joined * counted.segments
    assert counted.units <= room
    assert counted.left >= 0
    # at most one place a segment is lost at an edge
    assert counted.segments == 1 or counted.units + counted.segments > joined * (counted.segments - 1)


def test_marks_that_gsm_lacks_are_written_as_gsm_has_them() -> None:
    assert in_gsm("L’« état » – prévu : 5\u00a0h…") == 'L\'"état" - prévu : 5 h...'


def test_letters_are_never_replaced_and_then_marks_stay_too() -> None:
    assert in_gsm("„Będzie” – o 5…") == "„Będzie” – o 5…"


@pytest.mark.parametrize(
    ("text", "x", "bluesky", "mastodon"),
    [
        ("Café", 4, 4, 4),
        ("zażółć gęślą jaźń", 17, 17, 17),
        ("日本", 4, 2, 2),
        (FAMILY, 2, 3, 1),  # Bluesky: one character, but 25 bytes, and 3,000 bytes are the limit for 300
        ("e\u0301", 2, 1, 1),
        ("“quoted”", 8, 8, 8),
        (LINK, 23, len(LINK), 23),
        ("see a.co", 4 + 23, 8, 4 + 23),
        (f"({LINK}).", 23 + 3, len(LINK) + 3, 23 + 3),  # a link ends before the marks behind it
        (f"{LINK}/日本", 23 + 4, len(LINK) + 3, 23 + 2),  # and before letters that it cannot hold
        ("http://intranet/status/page", 27, 27, 27),  # without a dot it is no link, and no shorter
        ("👩‍👩‍👧‍👦‍👦", 5 * 2 + 4, 4, 1),  # five that are joined are no emoji
    ],
)
def test_posts(text: str, x: int, bluesky: int, mastodon: int) -> None:
    assert (on_x(text), on_bluesky(text), on_mastodon(text)) == (x, bluesky, mastodon)


WAYS = SHORTER.join(["One. Two. Three.", "One. Two.", "One."])


@pytest.mark.parametrize(("most", "said"), [(16, "One. Two. Three."), (15, "One. Two."), (8, "One."), (4, "One.")])
def test_the_longest_way_of_saying_it_that_fits_is_taken(most: int, said: str) -> None:
    assert fit(WAYS, Room(most, "characters", len, str.strip), "Post") == said


def test_what_fits_in_no_way_is_refused_by_the_headlines_name() -> None:
    with pytest.raises(Refusal, match=r"Post: even the shortest form takes 4 characters; at most 3 fit") as refused:
        fit(WAYS, Room(3, "characters", len, str.strip), "Post")
    assert (refused.value.code, refused.value.field) == ("too_long", "headline")


@given(
    st.lists(st.text(alphabet="aé ą\n'", min_size=1, max_size=300), min_size=1, max_size=3),
    st.sampled_from(list(ROOMS)),
)
def test_whatever_is_said_is_one_of_the_ways_whole(ways: list[str], layout: str) -> None:
    room = ROOMS[layout]
    said = fit(SHORTER.join([*ways, "short"]), room, layout)
    assert said in {room.tidy(way) for way in (*ways, "short")}
    assert room.count(said) <= room.most
