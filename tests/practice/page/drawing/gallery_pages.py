"""Every screen that the gallery reviews as text is drawn for the practice page too.

`tests.view_text.describe` calls `drawn` for each screen that it describes, so a screen that is new in the gallery is
covered by being there. With DRAW_GALLERY=<folder> each screen is also written as a page, to be looked at in a browser.
"""

import json
import os
import re
from hashlib import sha256
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.ports import Message, View
from bot.practice.page import drawing

STATIC = Path(drawing.__file__).parent.parent / "static"
PEOPLE = (("U0ANA", "Ana Silva"), ("U0BO", "Bo Larsen"), ("U0CY", "Cy Young"), ("U0DEE", "Dee Okafor"))


def look(reader: str = "U0ANA") -> drawing.Look:
    names = dict(PEOPLE)
    return drawing.Look(
        user_name=lambda user: names.get(user, user),
        channel_name=lambda channel: {"C0CUSTOMERS": "customers"}.get(channel, channel.lower()),
        usergroup_name=lambda group: group.lower(),
        zone=ZoneInfo("Europe/Amsterdam"),
        people=PEOPLE,
        channels=(("C0GENERAL", "general"), ("C0CUSTOMERS", "customers")),
        reader=reader,
    )


def drawn(screen: Message | View) -> Markup:
    """Return the screen as the practice page shows it. Fails where a part of it cannot be drawn."""
    if isinstance(screen, Message):
        body = drawing.message_body(_plain(screen.blocks), screen.text, look())
    else:
        body = drawing.view_body(_plain(screen.payload["blocks"]), {}, {}, look())
    missing = re.findall(rf'class="[^"]*\b{drawing.UNSUPPORTED}\b[^"]*">([^<]*)', body)
    assert missing == [], f"the practice page cannot draw: {missing}"
    folder = os.environ.get("DRAW_GALLERY")
    if folder:
        write(Path(folder), screen, body)
    return body


def write(folder: Path, screen: Message | View, body: Markup) -> None:
    test = os.environ.get("PYTEST_CURRENT_TEST", "screen").split(" ")[0].rpartition("/")[2]
    name = re.sub(r"\W+", "-", test)
    folder.mkdir(parents=True, exist_ok=True)
    frame = _modal(screen, body) if isinstance(screen, View) else f'<div class="message">{body}</div>'
    (folder / f"{name}-{sha256(body.encode()).hexdigest()[:6]}.html").write_text(page(frame))


def page(frame: str) -> str:
    """Return a whole page around a drawn screen, as bare as one can be."""
    css, script = (STATIC / "blocks.css").read_text(), (STATIC / "blocks.js").read_text()
    return (
        f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{css}'
        "body{margin:0;padding:20px;background:var(--bk-back)}.message{max-width:720px}"
        ".modal{max-width:520px;border:1px solid var(--bk-line);border-radius:12px;box-sizing:border-box}"
        ".modal>*{padding:16px 24px;margin:0;font:700 20px var(--bk-font);color:var(--bk-text)}"
        f"</style>{frame}<script>{script}</script>"
    )


def _modal(view: View, body: Markup) -> str:
    title = view.payload.get("title", {}).get("text", "Home")
    return f'<div class="modal"><h2>{escape(title)}</h2><div style="font-weight:400">{body}</div></div>'


def _plain(blocks: object) -> list[dict[str, object]]:
    """As it reaches Slack: bare JSON."""
    made: list[dict[str, object]] = json.loads(json.dumps(blocks))
    return made
