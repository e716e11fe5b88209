"""The words of the panes, as they were read and agreed to."""

from bot.practice.outside import STATUS, Approved, Arrival, Received
from bot.practice.page.out.verdicts import by_outlet, judged
from bot.practice.page.paper import Paper
from bot.practice.switches import SWITCHES
from bot.practice.switches.switch import capital
from tests.gallery_check import check

TEXTS = ("Investigating: Logins fail", "Nobody can log in.\n", "<p>Nobody can log in.</p>\n")
AT = 1_800_000_000.0


def test_the_switches_say_what_they_do_and_what_should_be_seen() -> None:
    lines = [
        f"{capital(one.key)}{' (over as it happens)' if one.lasting is None else ''}\n  {one.does}\n  {one.seen}\n"
        for one in SWITCHES.values()
    ]
    check("practice/make_it_hurt.txt", "\n".join(lines))


def test_what_went_out_is_drawn_as_agreed() -> None:
    page = ("<p>Nobody can log in.</p>", '{"number": 1}')
    approved = (
        Approved(1, 1, "e-mail", TEXTS, frozenset({"anna@shop.example"})),
        Approved(1, 1, "status page", page, frozenset({"page"})),
    )
    letter = Received(Arrival("e-mail", "anna@shop.example", TEXTS), AT, (("To", "anna@shop.example"),), b"raw")
    received = (Received(Arrival("status page", "page", page), AT, (), b"{}"), letter, letter)
    draw = Paper("out").draw
    drawn = draw(
        outlets=by_outlet(judged(received, approved)),
        refused=["a post whose signature does not fit"],
        status=STATUS,
        page="<!doctype html><title>Status</title>",
        address="http://127.0.0.1:1/status",
        whole=False,
    )
    nothing = draw(outlets=(), refused=[], status=STATUS, page="", address="", whole=True)
    check("practice/what_went_out.html", f"{drawn}\n<hr>\n{nothing}")
