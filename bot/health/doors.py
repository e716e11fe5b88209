"""GET /healthz, /readyz and /metrics, of the web process and of the worker.

The web process is reached from the internet, behind a proxy or not: metrics are for this very machine, and for whoever
has METRICS_TOKEN. It refuses everybody else before it looks at anything.
"""

import contextlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.health.watch import Watch
from bot.metrics.instruments import REGISTRY
from bot.metrics.standing import STANDING, Owed
from bot.ports import StorageDown
from bot.ports.standstill import NeverStill, Standstills

# Open incidents are read whole: not more often than this, in seconds, however many scrape.
OWED_FRESH_SECONDS = 5.0
# What a proxy adds. A request that has one was made by somebody else than the peer.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_CLOSED = "Metrics are for this machine alone until METRICS_TOKEN is set; see the README."

FindOwed = Callable[[], Awaitable[Owed]]


class Doors:
    """The three of them. `token` "": metrics are for this machine alone."""

    def __init__(
        self,
        watch: Watch,
        owed: FindOwed,
        *,
        token: str = "",
        standstills: Standstills | None = None,
        unwritable: Callable[[], bool] = lambda: False,
    ) -> None:
        """`unwritable`: whether this process cannot write its journal."""
        self._unwritable = unwritable
        self._standstills = standstills or NeverStill()
        self._watch = watch
        self._find = owed
        self._token = token
        self._owed: Owed | None = None
        self._at = 0.0

    @property
    def routes(self) -> Sequence[Route]:
        """The routes, for an application."""
        return (
            Route("/healthz", self._alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        )

    async def _alive(self, request: Request) -> Response:
        del request
        return PlainTextResponse("ok")

    async def _ready(self, request: Request) -> Response:
        del request
        health = await self._watch.health()
        body: dict[str, object] = {"ready": health.ready, "reasons": list(health.reasons)}
        if health.lag is not None:
            body["job_lag_seconds"] = round(health.lag, 1)
        if health.heard is not None:
            body["slack_heard_seconds_ago"] = round(health.heard, 1)
        # Not a reason to be sent no requests: people are to be answered, and told why nothing leaves.
        with contextlib.suppress(StorageDown):
            if health.ready and (still := await self._standstills.now()):
                body["publishing"] = f"on hold ({still.cause}): run `clarion recover` on {still.machine}"
        if self._unwritable():
            body["publishing"] = "nothing leaves: the journal in CLARION_HOME cannot be written; run `clarion check`"
        return JSONResponse(body, 200 if health.ready else 503)

    async def _metrics(self, request: Request) -> Response:
        if self._token:
            if not _bears(request, self._token):
                return PlainTextResponse("The token is missing or wrong.", 401, {"www-authenticate": "Bearer"})
        elif not _from_here(request):
            return PlainTextResponse(_CLOSED, 403)
        await self._set_gauges()
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(REGISTRY), 200, {"content-type": content_type, "cache-control": "no-store"})

    async def _set_gauges(self) -> None:
        health = await self._watch.health()
        try:
            if self._owed is None or monotonic() - self._at > OWED_FRESH_SECONDS:
                self._owed, self._at = await self._find(), monotonic()
        except Exception:  # Redis is away: the others are told all the same
            self._owed = None
        STANDING.show(health.overview, self._owed, health.heard)


def _bears(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _from_here(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
