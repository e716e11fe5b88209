"""How a screen is looked at: by axe-core, for what bars people; by pictures, for people who review them.

Pictures are written with UPDATE_GALLERY=1 alone, into the gallery; what differs from run to run (times, ports, digests)
is the same in all of them. It refuses to compare pictures: fonts differ from machine to machine.
"""

from __future__ import annotations

import os
from typing import Final, Literal

from axe_playwright_python.async_playwright import Axe

from tests.browser.driving import Seat
from tests.gallery_check import GALLERY

LIGHT: Final[Literal["light"]] = "light"
DARK: Final[Literal["dark"]] = "dark"
# Words are changed in place, photographed, and put back.
_STILL = """() => {
  const still = [
    [/\\b\\d{1,2}:\\d{2}:\\d{2}\\b/g, "09:41:00"], [/(?<!:)\\b\\d{1,2}:\\d{2}(?= |$|\\.)/g, "09:41"],
    [/127\\.0\\.0\\.1:\\d+/g, "127.0.0.1:8000"],
    [/\\b[A-Z][a-z]{2} \\d{1,2}, \\d{4}/g, "Mar 3, 2026"], [/\\b\\d{1,2} [A-Z][a-z]+ 20\\d{2}/g, "3 March 2026"],
    [/\\b[0-9a-f]{12,64}\\b/g, (all) => "0123456789abcdef".repeat(4).slice(0, all.length)],
    [/\\b[0-9a-z]{26}\\b/g, "01j00000000000000000000000"],
  ];
  window.wasShown = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    let words = node.data;
    if (node.parentElement.matches("time[data-since]")) words = "9 s";
    else for (const [from, to] of still) words = words.replace(from, to);
    if (words !== node.data) { window.wasShown.push([node, "data", node.data]); node.data = words; }
  }
  for (const one of document.querySelectorAll("input[type=datetime-local]")) if (one.value) {
    window.wasShown.push([one, "value", one.value]);
    one.value = "2026-03-03T09:41";
  }
}"""
_AS_BEFORE = "() => { for (const [node, name, was] of window.wasShown) node[name] = was; }"


async def picture(seat: Seat, name: str) -> None:
    """Write the screen to the gallery, if it is being updated."""
    if os.environ.get("UPDATE_GALLERY") != "1":
        return
    file = GALLERY / "pages" / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    await seat.page.evaluate(_STILL)
    await seat.page.screenshot(path=file, animations="disabled", caret="hide")
    await seat.page.evaluate(_AS_BEFORE)


async def bars_nobody(seat: Seat, *, where: str, but: tuple[str, ...] = ()) -> None:
    """Note in `seat.wrong` what axe-core finds on the screen, in light and in dark. `but`: rules that do not fit it."""
    for scheme in (LIGHT, DARK):
        await seat.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        result = await Axe().run(seat.page, options={"resultTypes": ["violations"], "iframes": False})
        for rule in result.response["violations"]:
            for node in rule["nodes"] if rule["id"] not in but else ():
                seat.wrong.append(f"{where}, {scheme}: {rule['id']}: {node['html'][:200]}\n{node['failureSummary']}")
    await seat.page.emulate_media(color_scheme=LIGHT, reduced_motion="reduce")


# What shows and lies outside the window, and in nothing that scrolls sideways by itself.
_OUTSIDE = """() => [...document.querySelectorAll("button, a, input, select, textarea, summary")].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!one.checkVisibility() || box.width < 2 || (box.left >= -1 && box.right <= innerWidth + 1)) return false;
  for (let up = one.parentElement; up; up = up.parentElement)
    if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth + 1) return false;
  return one.className !== "skip";
}).map((one) => one.outerHTML.slice(0, 120))"""


async def fits(seat: Seat, *, where: str) -> None:
    """Note in `seat.wrong` if the page is wider than the window, or something to press lies outside of it."""
    wide = await seat.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        seat.wrong.append(f"{where}: {wide} pixels lie outside the window")
    seat.wrong += [f"{where}: outside the window: {one}" for one in await seat.page.evaluate(_OUTSIDE)]
