"""What was drawn is taken again where nothing that the drawing read has changed, and only there."""

from dataclasses import replace
from typing import Any

from bot.domain.incident import Channel, Incident
from tests.builders import incident
from tests.crash.drawn import DrawnOnce, noting


class Screens:
    """Counts, and reads more where there is a channel."""

    def __init__(self) -> None:
        self.drawings = 0

    def card(self, of: Incident, beside: str) -> str:
        """Draw."""
        self.drawings += 1
        return f"{of.name} {of.title} {beside}" + (of.channel.name if of.channel.id else "")


def test_what_a_drawing_does_not_read_does_not_have_it_drawn_again() -> None:
    screens, real = Screens(), Screens()
    drawn: Any = DrawnOnce(screens)
    one = incident()
    same = replace(one, version=9, impact="Other", channel=Channel(name="unread"))
    assert [drawn.card(each, "now") for each in (one, same)] == [real.card(each, "now") for each in (one, same)]
    assert screens.drawings == 1


def test_whatever_a_drawing_reads_has_it_drawn_again() -> None:
    screens, real = Screens(), Screens()
    drawn: Any = DrawnOnce(screens)
    one = incident()
    others = (
        replace(one, title="Other"),
        replace(one, drill=True),
        replace(one, private=True),
        replace(one, channel=Channel(id="C1", name="inc-1")),
        replace(one, channel=Channel(id="C1", name="inc-1-moved")),
    )
    for each in (one, *others, *others):
        assert drawn.card(each, "now") == real.card(each, "now")
    assert drawn.card(one, "later") == real.card(one, "later")
    known = screens.drawings
    assert drawn.card(others[-1], "now").endswith("inc-1-moved")
    assert screens.drawings == known
    elsewhere: Any = DrawnOnce(Screens())
    elsewhere.learn(drawn.news())
    assert elsewhere.card(others[0], "now") == real.card(others[0], "now")


def test_an_incident_that_notes_what_is_read_equals_what_it_stands_for() -> None:
    one, read = incident(), set[str]()
    noted = noting(one, read)
    assert isinstance(noted, Incident)
    assert noted.title == one.title
    assert noted.channel.name == one.channel.name
    assert read == {"title", "channel.name"}
    assert noted == one
    assert read >= {"updates", "version"}
