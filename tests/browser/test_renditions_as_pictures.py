"""E-mails and the status page as a browser shows them: every scenario and stage, one sheet a language.

With UPDATE_GALLERY=1 the sheets are written as pictures, for people who review how it looks; pictures are never
compared, because fonts differ from machine to machine.
"""

from __future__ import annotations

import base64
import json
import os
import re
import struct
import zlib
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from bot.rendering.page import StatusPage
from tests.gallery_check import GALLERY
from tests.rendering.matrix import Cell, cells, locales, realistic

# As narrow as phones get, and what is taken for it on the sheet.
PHONE, CARD, COLUMNS = 320, 460, 8
_LARGEST = 600_000
_FRAME = """<!doctype html><html lang="{locale}"><meta charset="utf-8"><style>{style}
body {{ margin: 0; padding: 12px; background: #fff; color: #1b1f24; font-family: Arial, sans-serif; }}
.sheet {{ display: grid; grid-template-columns: repeat(auto-fill, {width}px); gap: 12px; align-items: start; }}
.card {{ border: 1px solid #c8ccd1; width: {width}px; box-sizing: border-box; overflow: hidden; }}
.card > b {{ display: block; padding: 4px 10px; background: #e8eaed; font: 700 15px Arial, sans-serif; }}
.card > div {{ padding: 10px; }} .card main {{ padding: 0; }}
</style><body><div class="sheet">{cards}</div></body></html>"""


def email(cell: Cell) -> str:
    """What is inside the body of an e-mail; its style is in its tags."""
    html = realistic(cell.locale)[cell.template.name]["email"].part("html")
    return _between(html, "body")


def page(cell: Cell) -> str:
    """What is inside the status page with this one update on it."""
    return _between(_page(cell), "body")


def _page(cell: Cell) -> str:
    rendition = realistic(cell.locale)[cell.template.name]["status"]
    entry: dict[str, Any] = {**json.loads(rendition.part("json")), "html": rendition.part("html")}
    return StatusPage(locale=cell.locale)([{**entry, "published_at": "2026-11-22T03:10:00+00:00"}])


def _between(html: str, tag: str) -> str:
    found = re.search(rf"<{tag}[^>]*>(.*)</{tag}>", html, re.DOTALL)
    assert found
    return found[1]


def sheet(locale: str, kind: str, width: int) -> str:
    """All of a language on one page."""
    draw = {"email": email, "page": page}[kind]
    found = cells(locale)
    style = _between(_page(found[0]), "style") if kind == "page" else ""
    cards = [f'<section class="card"><b>{cell.template.name}</b><div>{draw(cell)}</div></section>' for cell in found]
    return _FRAME.format(locale=locale, style=style, width=width, cards="\n".join(cards))


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("kind", ["email", "page"])
async def test_nothing_is_wider_than_a_phone(browser: Browser, locale: str, kind: str) -> None:
    window = await browser.new_page(viewport={"width": PHONE + 24, "height": 800}, color_scheme="light")
    await window.set_content(sheet(locale, kind, PHONE))
    widths = await window.eval_on_selector_all(".card", "all => all.map((one) => [one.innerText, one.scrollWidth])")
    assert len(widths) == len(cells(locale))
    assert [text[:80] for text, width in widths if width > PHONE] == []
    await window.close()


@pytest.mark.skipif(os.environ.get("UPDATE_GALLERY") != "1", reason="pictures are written with UPDATE_GALLERY=1")
@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("kind", ["email", "page"])
async def test_sheets_are_written_for_review(browser: Browser, locale: str, kind: str) -> None:
    wide = (CARD + 12) * COLUMNS + 12
    window = await browser.new_page(
        viewport={"width": wide, "height": 800}, device_scale_factor=0.6, color_scheme="light"
    )
    await window.set_content(sheet(locale, kind, CARD))
    shown = await window.screenshot(full_page=True, animations="disabled")
    picture = await _in_greys(window, shown)
    await window.close()
    file = GALLERY / "renditions" / locale / f"{kind}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(picture)
    assert 10_000 < len(picture) < _LARGEST


# Draws a picture and gives its pixels back as 16 greys, two in a byte, each line behind a zero: as PNG has them.
_PIXELS = """async (source) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const [wide, high] = [image.width, image.height], line = 1 + Math.ceil(wide / 2);
  const canvas = new OffscreenCanvas(wide, high).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const seen = canvas.getImageData(0, 0, wide, high).data, packed = new Uint8Array(line * high);
  for (let y = 0, from = 0; y < high; y++) for (let x = 0; x < wide; x++, from += 4) {
    const grey = Math.round((seen[from] * 0.3 + seen[from + 1] * 0.59 + seen[from + 2] * 0.11) / 17);
    packed[y * line + 1 + (x >> 1)] |= x % 2 ? grey : grey << 4;
  }
  let text = "";
  for (let at = 0; at < packed.length; at += 32768) text += String.fromCharCode(...packed.subarray(at, at + 32768));
  return [wide, high, btoa(text)];
}"""


async def _in_greys(window: Page, png: bytes) -> bytes:
    """Return the picture in 16 greys: a third of the size, and read as well."""
    source = "data:image/png;base64," + base64.b64encode(png).decode()
    wide, high, pixels = await window.evaluate(_PIXELS, source)
    head = struct.pack(">IIBBBBB", wide, high, 4, 0, 0, 0, 0)  # PNG: 4 bits a pixel, greys
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(base64.b64decode(pixels), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
