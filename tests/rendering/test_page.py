"""The status page: what is current, what is past, and every update as it was approved."""

import json
import re
from dataclasses import replace
from typing import Any

from tests import builders
from tests.gallery_check import check
from tests.rendering.paper import facts_for, render, render_page


def entry(template: str, incident: int, number: int, at: str, **changes: Any) -> dict[str, Any]:
    """A published update, as the status outlet keeps it."""
    about = replace(builders.incident(), id=f"inc{incident}", number=incident)
    rendition = render(template, facts_for(template), incident=about)["status"]
    fields = json.loads(rendition.part("json"))
    kept = {"html": rendition.part("html"), "published_at": at, "number": number, "update_id": f"u{incident}{number}"}
    return {**fields, **kept, **changes}


ONGOING = entry("outage/investigating", 12, 1, "2026-11-22T03:10:00+00:00")
NEWER = entry("outage/identified", 12, 2, "2026-11-22T03:40:00+00:00")
OVER = entry("outage/resolved", 11, 2, "2026-11-20T09:00:00+00:00")
BEFORE = entry("outage/monitoring", 11, 1, "2026-11-20T08:00:00+00:00")


def test_page_is_as_reviewed() -> None:
    check("renditions/page.html", render_page([OVER, ONGOING, BEFORE, NEWER]))
    check("renditions/page-quiet.html", render_page([]))


def test_current_and_past_are_told_apart_by_the_newest_update() -> None:
    page = render_page([ONGOING, OVER, BEFORE, NEWER])
    current, past = page.index("Current incidents"), page.index("Past incidents")
    assert current < page.index("INC-12") < past < page.index("INC-11")
    assert "Nothing is reported right now" not in page
    times = re.findall(r'Published <time datetime="([^"]+)"', page)
    assert times == ["2026-11-22T03:40:00Z", "2026-11-22T03:10:00Z", "2026-11-20T09:00:00Z", "2026-11-20T08:00:00Z"]


def test_nothing_to_report_says_so() -> None:
    assert "Nothing is reported right now" in render_page([])
    assert "Current incidents" not in render_page([OVER])
    assert "Nothing is reported right now" in render_page([OVER])


def test_approved_fragments_are_on_the_page_byte_for_byte() -> None:
    odd = entry(
        "outage/investigating", 13, 1, "2026-11-22T03:50:00+00:00", html="<article>  odd   \n\n\n {{ x }}</article>"
    )
    page = render_page([ONGOING, NEWER, odd])
    for shown in (ONGOING, NEWER, odd):
        assert shown["html"] in page


def test_an_older_number_published_later_is_the_newest() -> None:
    late = entry("outage/resolved", 12, 1, "2026-11-22T05:00:00+00:00")
    assert "Current incidents" not in render_page([NEWER, late])


def test_the_order_of_the_entries_does_not_matter() -> None:
    entries = [ONGOING, NEWER, OVER, BEFORE]
    assert render_page(entries) == render_page(entries[::-1])


def test_page_needs_nothing_from_elsewhere() -> None:
    page = render_page([ONGOING, OVER])
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=", page)
    assert "url(" not in page
    assert '<html lang="en">' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
