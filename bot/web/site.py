"""The public status site: files of one folder, from memory, with ETag; what changed on disk is read again.

It refuses every path that is not a plain name below the folder, and writes nothing. Whoever publishes into the folder
is another process; this one only reads.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,100}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,100}){0,3}")
_LARGEST = 5_000_000
_MOST = 500
_INDEX = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
_HEADERS = {
    # Asked again each time, answered with 304: a status that is minutes old is worse than none.
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class _Kept:
    changed: tuple[int, int, int]
    body: bytes
    etag: str


class StatusSite:
    """Serves one folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[str, _Kept] = {}

    async def serve(self, request: Request) -> Response:
        """Answer GET and HEAD below /status."""
        name = request.path_params.get("name", "") or _INDEX
        kept = self._find(name)
        if kept is None:
            return Response("Nothing is published here yet.", 404, _HEADERS, "text/plain")
        suffix = Path(name).suffix
        headers = {**_HEADERS, "etag": kept.etag}
        if suffix == ".json":
            headers["access-control-allow-origin"] = "*"
        if kept.etag in (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        return Response(kept.body, 200, {**headers, "content-type": _TYPES[suffix]})

    def _find(self, name: str) -> _Kept | None:
        if self._folder is None or not _NAME.fullmatch(name) or Path(name).suffix not in _TYPES:
            return None
        path = self._folder / name
        try:
            found = path.stat()
            changed = (found.st_mtime_ns, found.st_size, found.st_ino)
            kept = self._kept.get(name)
            if kept is not None and kept.changed == changed:
                return kept
            # A link that leads out of the folder is not published.
            if not path.resolve().is_relative_to(self._folder.resolve()) or found.st_size > _LARGEST:
                return None
            body = path.read_bytes()
        except (OSError, ValueError):
            self._kept.pop(name, None)
            return None
        if len(self._kept) >= _MOST:
            self._kept.clear()
        kept = self._kept[name] = _Kept(changed, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        return kept
