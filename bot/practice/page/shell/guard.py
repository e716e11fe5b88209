"""Who may talk to the page: a browser on this machine that has it open, and nobody else.

The page acts as anybody in the practice, so it refuses other hosts' names (a name that was pointed at 127.0.0.1), posts
from other pages, and posts that are not JSON; its answers allow no script but its own files.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = frozenset({"127.0.0.1", "localhost"})
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Blocks carry colours of their own; styles cannot act.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        # The status page is beside the chat, from another port of this machine.
        "frame-src 'self' http://127.0.0.1:* http://localhost:*",
        "frame-ancestors 'self'",
        "form-action 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        if scope["type"] != "http":
            return  # the page has no sockets
        headers = Headers(scope=scope)
        if why := _why_not(scope["method"], headers):
            await JSONResponse({"ok": False, "says": why[1]}, why[0])(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    told.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, answer)


def _why_not(method: str, headers: Headers) -> tuple[int, str] | None:
    host = headers.get("host", "")
    if _name(f"//{host}") not in NAMES:
        return 421, "The practice page answers on 127.0.0.1 and localhost only."
    if method in ("GET", "HEAD"):
        return None
    if headers.get("origin") != f"http://{host}" or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return 403, "This did not come from the practice page."
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return 415, "Posts are JSON here."
    return None


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
