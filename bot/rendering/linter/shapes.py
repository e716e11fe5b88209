"""What is known by its shape in any language: secrets, traces of a program, names and addresses of machines.

Every pattern begins at something rare and repeats a bounded number of times, so that none can take long. It refuses to
take an order number, a version, a time, the public page or a support mailbox for something internal.
"""

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.domain.wording import Kind
from bot.rendering.linter.lists.names import NAMES as _NAMES
from bot.rendering.linter.passwords import passwords
from bot.rendering.linter.places import Places


@dataclass(frozen=True, slots=True)
class Shape:
    """Where something of a kind stands; `what` says which."""

    kind: Kind
    start: int
    end: int
    what: str


# Prefixes that vendors give their keys, each followed by what the key looks like (their docs, and GitHub's list of
# patterns for secret scanning).
_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AROA)[0-9A-Z]{12,20}"
    r"|gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_\w{20,255}|glpat-[\w-]{16,64}"
    r"|xox[a-z]-[\w-]{8,200}|xapp-[\w-]{8,200}"
    r"|(?:sk|pk|rk)_(?:live|test)_\w{8,200}|sk-[\w-]{16,200}|whsec_[\w+/=-]{8,200}"
    r"|AIza[\w-]{30,40}|ya29\.[\w-]{20,200}|npm_\w{30,50}|pypi-[\w-]{16,255}|SG\.[\w-]{10,40}\.[\w-]{10,60}"
    r"|dop_v1_\w{32,80}|shpat_\w{20,50}|hf_\w{20,60}|hvs\.\w{20,120}"
    r"|eyJ[\w-]{8,2000}\.[\w-]{4,2000}(?:\.[\w-]{0,2000})?"
    r")"
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]{3,40}-----[^-]{0,4000}(?:-----END [A-Z ]{3,40}-----)?")
_IN_URL = re.compile(r"\b[a-z][a-z0-9+]{1,12}://[^\s/:@]{1,80}:[^\s/@]{1,120}@[^\s/]{1,200}")
_RUN = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/=_-]{20,2000}(?![\w+/=-])")
_LEAST_ENTROPY = 3.5  # bits a character; English words run together have about 3, random base64 about 5 (Shannon)

_TRACES = (
    re.compile(r"Traceback \(most recent call last\):?[^\n]{0,200}(?:\n[^\n]{1,300}){0,40}"),
    re.compile(r"\bFile \"[^\"\n]{1,200}\", line \d{1,6}(?:, in [\w.<>]{1,80})?"),
    re.compile(r"\bException in thread \"[^\"\n]{0,100}\"[^\n]{0,200}"),
    re.compile(
        r"\b(?:Caused by|Unhandled exception|Uncaught exception|fatal error|panic|stack ?trace):[^\n]{1,200}", re.I
    ),
    re.compile(r"\bat [\w$.<>]{1,150}\([^()\n]{0,150}\)(?: in [^\s]{1,100}:line \d{1,6})?"),
    re.compile(r"\bat [\w$.<> ]{1,100}\(?/[^\s()]{1,150}:\d{1,6}(?::\d{1,6})?\)?"),
    re.compile(
        r"(?<![\w.])(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z][A-Za-z0-9]{1,60}(?:Error|Exception)\b(?:: [^\n.\"'”»]{1,160})?"
    ),
    re.compile(
        r"\bgoroutine \d{1,6}\b|\bruntime error:[^\n]{1,120}|"
        r"\b(?:SIGSEGV|SIGKILL|SIGABRT)\b|\b[Ss]eg(?:mentation )?fault\b|\bcore dumped\b"
    ),
    re.compile(
        r"\b(?:ORA|SQLSTATE|PLS|TNS)[- \[]{1,2}\w{4,6}\]?(?:: [^\n\"”»]{1,160})?"
        r"|\bE(?:CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|ACCES|PIPE)\b"
    ),
    re.compile(
        r"(?<![\w/.-])[\w./\\-]{1,120}\.(?:py|java|jsx?|tsx?|rb|go|php|cs|cpp|c|rs|kt|scala|exs?|swift)"
        r"(?::\d{1,6}(?::\d{1,6})?|:line \d{1,6}|, line \d{1,6})"
    ),
    re.compile(r"(?<![\w/.:])/(?:srv|opt|usr|var|etc|app|home|root|tmp|mnt|proc)/[\w./-]{1,150}"),
    re.compile(r"(?<!\w)[A-Z]:\\[\w .\\-]{1,150}|(?<!\w)0x[0-9a-fA-F]{6,16}\b"),
)

_GLUED = re.compile(
    r"(?<![\w.@/-])(?:db|srv|web|app|node|host|vm|lb|pg|kafka|redis|mysql|mongo|k8s|esx|dc|nas|gw|fw|mx|ns)(?:0\d{1,3}|\d{2,4})(?![\w@-])"
)
# In capitals a name is one only with a place or a padded number in it: APP-2231 is a ticket, WEB-20 a coupon.
_CAPITALS = re.compile(
    r"(?<![\w.@/-])(?:[A-Z][A-Z0-9]{1,20}(?:-[A-Z0-9]{1,20}){1,6}|(?:DB|ESX|K8S|NAS|SQL|SRV|VM)0\d{1,2})(?![\w@]|-\w)"
)
_MACHINE = re.compile(r"(?<![\w.@/-])[a-z][a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){1,6}(?![\w@]|-\w)")
_POD = re.compile(r"[a-z0-9-]{3,60}-[0-9a-f]{8,10}-[a-z0-9]{5}")
_CLOUD = re.compile(
    r"(?<![\w-])(?:ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}|i-[0-9a-f]{8,17}|arn:aws:[\w:/*.-]{5,200})(?![\w])"
)
_NAME = re.compile(
    r"(?<![\w.@/-])(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.){1,8}[A-Za-z]{2,24}(?::\d{2,5})?(?![\w@-])"
)
# "baz-zam-02.example.com": whatever it is for, nobody numbers a public page like this.
_PADDED = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-0\d{1,2}\.")
_VENDORS = (
    "compute.amazonaws.com",
    "rds.amazonaws.com",
    "elb.amazonaws.com",
    "cache.amazonaws.com",
    "cloudapp.azure.com",
)

_URL = re.compile(
    r"\b(?P<scheme>[a-z][a-z0-9+]{1,12})://(?P<host>\[[0-9a-fA-F:.]{2,45}\]|[^\s/:?#\"'<>«»„“”|]{1,253})(?::(?P<port>\d{1,5}))?(?P<rest>[^\s\"'<>«»„“”|]{0,2000})",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<!\w)\\\\[\w.-]{2,60}\\[\w.$-]{1,80}")
_MAIL = re.compile(
    r"(?<![\w.+-])(?P<box>[A-Za-z0-9][\w.+-]{0,63})@(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})"
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?::\d{2,5})?(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:%\w{1,16})?(?:/\d{1,3})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}(?![\w:-])")
_VERSION = re.compile(
    r"(?:\bv|\bversion|\bversione|\bwersj\w|\bwersją|\brelease|\bbuild|\bfirmware)[\s.:]{0,3}$", re.IGNORECASE
)


def shapes(text: str, own_hosts: Iterable[str]) -> Iterator[Shape]:
    """Yield everything of a shape that customers should not read, in no order; some may overlap."""
    own = tuple(host.lower() for host in own_hosts if host)
    yield from _secrets(text)
    for pattern in _TRACES:
        for match in pattern.finditer(text):
            yield Shape(Kind.TRACE, match.start(), match.end(), "trace")
    yield from _addresses(text)
    yield from _urls_and_mail(text, own)
    yield from _hosts(text, own)


def harmless(text: str) -> Iterator[tuple[int, int]]:
    """Yield where addresses stand: in them no word is a word."""
    for pattern in (_URL, _MAIL):
        for match in pattern.finditer(text):
            yield match.span()


@lru_cache(maxsize=64)
def secrets(text: str) -> tuple[tuple[int, int], ...]:
    """Return where secrets stand."""
    return tuple((one.start, one.end) for one in _secrets(text))


def entropy(text: str) -> float:
    """Return Shannon's entropy of a text in bits a character."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values()) if total else 0.0


def _secrets(text: str) -> Iterator[Shape]:
    for pattern in (_TOKENS, _KEY_BLOCK, _IN_URL):
        for match in pattern.finditer(text):
            yield Shape(Kind.SECRET, match.start(), match.end(), "key")
    for start, end in passwords(text):
        yield Shape(Kind.SECRET, start, end, "password")
    addresses = Places(text, harmless(text))
    for match in _RUN.finditer(text):
        if addresses.free((match.start(), match.start() + 1)) and _random(match[0]):
            yield Shape(Kind.SECRET, match.start(), match.end(), "key")


def _random(run: str) -> bool:
    if re.fullmatch(r"[0-9a-f]{32,}", run):
        return any(c.isdigit() for c in run) and any(c.isalpha() for c in run)
    kinds = (str.islower, str.isupper, str.isdigit)
    if not all(any(map(kind, run)) for kind in kinds) or entropy(run) < _LEAST_ENTROPY:
        return False
    # "INV-2026-00417-Customer" has all three kinds in pieces of one kind each; a key mixes them within a piece.
    pieces = [piece for piece in re.split(r"[-_/=+]", run) if piece]
    return any(len(p) >= 12 and sum(any(map(kind, p)) for kind in kinds) >= 2 and _mixes(p) for p in pieces)


def _mixes(piece: str) -> bool:
    """Say whether letters and digits, or cases, change often within a piece: in words they hardly do."""
    classes = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in piece]
    changes = sum(a != b for a, b in pairwise(classes))
    return changes >= len(piece) / 4


def _addresses(text: str) -> Iterator[Shape]:
    for match in _IPV4.finditer(text):
        bare = re.split(r"[/:]", match[0])[0]
        if _valid(bare) and not _VERSION.search(text[max(0, match.start() - 20) : match.start()]):
            yield Shape(Kind.ADDRESS, match.start(), match.end(), "ip")
    for match in _IPV6.finditer(text):
        if any(c.isalnum() for c in match[0]) and _valid(re.split(r"[/%]", match[0])[0]):
            yield Shape(Kind.ADDRESS, match.start(), match.end(), "ip")
    for match in _MAC.finditer(text):
        yield Shape(Kind.ADDRESS, match.start(), match.end(), "mac")
    for match in _SHARE.finditer(text):
        yield Shape(Kind.ADDRESS, match.start(), match.end(), "url")


def _valid(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _urls_and_mail(text: str, own: tuple[str, ...]) -> Iterator[Shape]:
    for match in _URL.finditer(text):
        host = match["host"].lower().rstrip(".,;")
        port = match["port"] or ""
        web = match["scheme"].lower() in ("http", "https", "mailto", "tel", "webcal")
        if host not in own and (not web or port not in ("", "80", "443") or _inside(host) or "." not in host):
            rest = match["rest"].rstrip(".,;:!?)")
            yield Shape(Kind.ADDRESS, match.start(), match.end() - len(match["rest"]) + len(rest), "url")
    for match in _MAIL.finditer(text):
        if match["box"].lower() not in _NAMES.mailboxes or _inside(match["host"].lower()):
            yield Shape(Kind.ADDRESS, match.start(), match.end(), "mail")


def _hosts(text: str, own: tuple[str, ...]) -> Iterator[Shape]:
    for pattern in (_GLUED, _CLOUD):
        for match in pattern.finditer(text):
            yield Shape(Kind.HOST, match.start(), match.end(), "host")
    for match in _MACHINE.finditer(text):
        if _named_machine(match[0]):
            yield Shape(Kind.HOST, match.start(), match.end(), "host")
    for match in _CAPITALS.finditer(text):
        parts = match[0].lower().split("-")
        padded = bool(re.search(r"(?<!\d)0\d{1,2}$", match[0])) or any(part in _NAMES.stages for part in parts)
        if padded and (len(parts) == 1 or _named_machine(match[0].lower())):
            yield Shape(Kind.HOST, match.start(), match.end(), "host")
    for match in _NAME.finditer(text):
        host = match[0].partition(":")[0].lower()
        numbered = bool(_PADDED.match(host))
        if host not in own and (numbered or _inside(host) or any(_named_machine(label) for label in host.split("."))):
            yield Shape(Kind.HOST, match.start(), match.end(), "host")


def _named_machine(name: str) -> bool:
    if _POD.fullmatch(name) and any(c.isdigit() for c in name.split("-")[-2]):
        return True
    parts = name.split("-")
    counted = bool(re.fullmatch(r"[a-z]{0,12}\d{1,4}[a-z]?", parts[-1]))
    meant = [re.sub(r"\d+$", "", part) in _NAMES.purposes for part in parts]
    return (
        len(parts) > 1 and any(meant) and (counted or (sum(meant) > 1 and any(part in _NAMES.stages for part in parts)))
    )


def _inside(host: str) -> bool:
    """Say whether a host name belongs inside: by its ending, by the tool it names, or because it is an address."""
    bare = host.strip("[]")
    if _valid(bare) or bare == "localhost":
        return True
    labels = bare.split(".")
    if labels[-1] in _NAMES.inside or bare.endswith(_VENDORS) or bare.endswith(".home.arpa"):
        return True
    words = {word for label in labels[:-1] for word in label.split("-")}
    return bool(words & (_NAMES.tools | {"svc", "corp"})) or any(_named_machine(label) for label in labels[:-1])
