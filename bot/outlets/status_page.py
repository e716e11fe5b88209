"""The status page: our own files in a folder, put by version, for Clarion or any web server to serve.

It keeps every entry it was ever given; it refuses to write in place, to let an older update take a newer
one's place, and to guess when its own file is damaged.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.update import OutletKind, Recipient, Rendition
from bot.outlets.base import PublicOutlet, checking, host_and_port, only_three_failures, parse_url
from bot.outlets.whole_files import LockBusy, PartlyReplaced, locked, replace_whole
from bot.ports import Limits, OutcomeUnknown, Receipt, Refused, Speaks, Unavailable

Entry = dict[str, Any]
# Draws entries in a language; the links lead to the same page in every language that there is, with its own among them.
Links = tuple[tuple[str, str], ...]
Page = Callable[[list[Entry], str, Links], str]

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class StatusPage(PublicOutlet):
    """Writes `status.json`, `index.html` and one `incident-<id>.html` for each incident, in the base language; and
    the pages again for each further language of what is on them: `index.fr.html`, `incident-<id>.fr.html`.

    The rendition's "json" part is an object with at least incident_id, update_id and number (of the update
    within its incident); its fields become the entry's, beside "html" and "json" verbatim and "published_at".
    """

    name = "status"
    label = "Status page"
    layout = "status"
    kind = OutletKind.IDEMPOTENT
    speaks = Speaks.EACH
    envelope: tuple[str, ...] = ("published_at",)
    limits = Limits(parts={"html": 100_000, "json": 100_000})

    def __init__(
        self,
        folder: Path,
        url: str,
        page: Page,
        now: Callable[[], datetime],
        *,
        base: str = "en",
        lock_wait: float = 10.0,
    ) -> None:
        """`page` draws entries, newest first; `now` gives `published_at`; `base`: the base language.

        Raises ValueError on a bad `url`.
        """
        self._base = base
        split = parse_url(url, "the status page's address")
        self._folder, self._page, self._now, self._lock_wait = folder, page, now, lock_wait
        self._address = f"{split.scheme}://{host_and_port(split)}{split.path}"
        self.destination = f"status:{self._address}"

    async def recipients(self) -> tuple[Recipient, ...]:
        """Return the page itself."""
        return (Recipient(id="page", address=self._address),)

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Put the update on the page. The same update again is one entry with its first `published_at`."""
        with only_three_failures():
            html, text = self.require_fit(rendition, "html", "json")
            entry = _entry(html, text)
            await asyncio.to_thread(self._with_lock, lambda: self._put(entry))
            return Receipt(reference=str(entry["update_id"]))

    async def check(self) -> str:
        """Write and remove a probe file, and read the page's own file."""
        with checking():
            count = await asyncio.to_thread(self._with_lock, self._probe)
            return f"The status page can be written; it holds {count} updates."

    def _with_lock(self, work: Callable[[], int]) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with locked(self._folder, self._lock_wait):
                return work()
        except LockBusy:
            raise Unavailable("another process is writing the status page and does not finish") from None
        except PartlyReplaced as fault:
            raise OutcomeUnknown(f"the status page was written only in part ({_reason(fault)})") from None
        except OSError as fault:
            raise Unavailable(f"the status page's folder cannot be written ({_reason(fault)})") from None

    def _put(self, entry: Entry) -> int:
        entries = self._read()
        before = next((e for e in entries if self._version(e) == self._version(entry)), None)
        entry["published_at"] = before["published_at"] if before else self._now().isoformat()
        entries = in_order([e for e in entries if e is not before] + [entry])
        incident = entry["incident_id"]
        own = [e for e in entries if e["incident_id"] == incident]
        replace_whole(
            self._folder,
            {
                "status.json": json.dumps({"entries": entries}, ensure_ascii=False, indent=1).encode(),
                **self._pages("index", entries),
                **self._pages(f"incident-{incident}", own),
            },
        )
        return len(entries)

    def _pages(self, stem: str, entries: list[Entry]) -> dict[str, bytes]:
        """Return a page in each language of its entries, the base language's under the name that it always had."""
        spoken = (self._base, *sorted({self._version(e)[1] for e in entries} - {self._base}))
        links = tuple((one, f"{stem}.html" if one == self._base else f"{stem}.{one}.html") for one in spoken)
        return {name: self._draw(self._told_in(entries, one), one, links) for one, name in links}

    def _told_in(self, entries: list[Entry], language: str) -> list[Entry]:
        """Return each update once: in this language, else in the base language, else as it is there."""
        chosen: dict[str, Entry] = {}
        for wanted in (language, self._base, ""):
            for entry in entries:
                if wanted in (self._version(entry)[1], ""):
                    chosen.setdefault(entry["update_id"], entry)
        return [entry for entry in entries if chosen[entry["update_id"]] is entry]

    def _version(self, entry: Entry) -> tuple[str, str]:
        """Return the update and the language of an entry; one without a language is of the base."""
        language = str(entry.get("language", ""))
        return str(entry["update_id"]), language if _LANGUAGE.fullmatch(language) else self._base

    def _draw(self, entries: list[Entry], language: str, links: Links) -> bytes:
        try:
            return self._page(entries, language, links if len(links) > 1 else ()).encode()
        except Exception as fault:
            raise Unavailable(f"the status page could not be drawn ({type(fault).__name__})") from None

    def _read(self) -> list[Entry]:
        try:
            kept = json.loads((self._folder / "status.json").read_bytes())["entries"]
            return [_require_keys(e) for e in kept]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError):
            raise Unavailable("status.json is damaged: put a whole one back, or move it away to begin anew") from None

    def _probe(self) -> int:
        replace_whole(self._folder, {".probe": b"probe\n"})
        (self._folder / ".probe").unlink()
        return len(self._read())


def in_order(entries: list[Entry]) -> list[Entry]:
    """Return the entries newest first: incidents by when they were first heard of, updates by when they came.

    An update's number is no measure of age: #2 may be approved after #3. The worker keeps the order of approvals
    at each outlet, so what comes later *is* later (failure model 21).
    """
    first: dict[str, str] = {}
    for entry in entries:
        incident, at = entry["incident_id"], entry["published_at"]
        first[incident] = min(first.get(incident, at), at)
    return sorted(
        entries,
        key=lambda e: (first[e["incident_id"]], e["incident_id"], e["published_at"], e["number"]),
        reverse=True,
    )


def _entry(html: str, text: str) -> Entry:
    try:
        fields = json.loads(text)
        return {**_require_keys({**fields, "published_at": ""}), "html": html, "json": text}
    except (ValueError, KeyError, TypeError):
        raise Refused("the text for the status page lacks its incident, its update or its number") from None


def _require_keys(entry: Any) -> Entry:
    ids_are_safe = all(_SAFE_ID.fullmatch(entry[key]) for key in ("incident_id", "update_id"))
    if not ids_are_safe or type(entry["number"]) is not int or not isinstance(entry["published_at"], str):
        raise ValueError("not an entry of the status page")
    return dict(entry)


def _reason(fault: OSError) -> str:
    return os.strerror(fault.errno) if fault.errno else type(fault).__name__
