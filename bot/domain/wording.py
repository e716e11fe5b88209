"""Wording: what a careful reader would say of the words of an update, before it leaves (requirement R16).

Findings are judged elsewhere (`ports.Words.findings`); here is what they are, which of them stop a draft, and how
somebody keeps words all the same. They are part of neither the text nor the digest: who keeps words names the digest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import text
from bot.domain.facts import Facts, Stage
from bot.domain.refusals import Refusal

LONGEST_REASON = 500
# Of a secret only the beginning is ever repeated: enough to find it, too little to use it.
_OF_A_SECRET = 4
LONGEST_QUOTE = 60
MOST_ON_RECORD = 100


class Kind(StrEnum):
    """What is wrong with words, in the words that people read and write into the plan."""

    SECRET = "secret"  # noqa: S105 - the name of a kind
    TRACE = "stack trace"
    HOST = "internal host"
    ADDRESS = "internal address"
    CODE_NAME = "code name"
    JARGON = "jargon"
    BLAME = "blame"
    VAGUE = "vague"
    PROMISE = "promise"
    NO_ESTIMATE = "no estimate"
    NO_NEXT_UPDATE = "no next update"
    CONTRADICTION = "contradiction"
    TOO_LONG = "too long"
    HARD = "hard to read"


BLOCKING = (Kind.SECRET, Kind.TRACE, Kind.HOST, Kind.ADDRESS, Kind.CODE_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingPolicy:
    """Which findings stop a draft and which are only told. A kind in neither is not told."""

    blocks: tuple[Kind, ...] = BLOCKING
    advises: tuple[Kind, ...] = tuple(kind for kind in Kind if kind not in BLOCKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a reader would say.

    Attributes:
        field: of the facts, "" if it is about more than one of them.
        locale: language of the text.
        start, end: where the words are in that field's text, in characters; both 0 if it is about no words in it.
        quote: those words, exactly.
        why: why customers should not read them; it follows the quote, and is a whole sentence where there is none.
        offer: other words, in the text's language, or what to do, without a full stop; "" if there are none.
        outlet: whose text it is about, "" for all of them.
        blocks: whether it stops the draft.
        language: the text's, by name, where it is not the base language; else "".
    """

    kind: Kind
    field: str
    locale: str
    start: int = 0
    end: int = 0
    quote: str = ""
    why: str
    offer: str = ""
    outlet: str = ""
    blocks: bool = False
    language: str = ""

    @property
    def shown(self) -> str:
        """The quoted words as they may be repeated: shortened, a secret to its first characters."""
        if self.kind is Kind.SECRET:
            return f"{self.quote[:_OF_A_SECRET]}…"
        flat = " ".join(self.quote.split())
        return flat if len(flat) <= LONGEST_QUOTE else f"{flat[: LONGEST_QUOTE - 1].rstrip()}…"

    @property
    def sentence(self) -> str:
        """The words, why, and what to write instead; and in which language, where there are several."""
        where = f"{self.language}: " if self.language else ""
        said = f"{where}“{self.shown}” {self.why}" if self.quote else f"{where}{self.why}"
        return f"{said} Instead: {self.offer}." if self.offer else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The readable text of one outlet in one language."""

    outlet: str
    label: str
    locale: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that is judged of one revision.

    Attributes:
        texts: what people typed: by locale, then by field. The first locale is the base language.
        told: what each outlet will carry, by outlet and language.
        written_at: when the revision was made, UTC.
        cadence: how long after an update the plan wants the next one.
        own_hosts: public host names of the company; its own domain is theirs.
    """

    texts: Mapping[str, Mapping[str, str]]
    told: tuple[Told, ...]
    facts: Facts
    stage: Stage
    written_at: datetime
    cadence: timedelta
    code_names: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Somebody keeps words that were found fault with: who, when, of which content, what, and why."""

    by: str
    at: datetime
    digest: str
    reason: str
    findings: tuple[str, ...] = field(default=())


def typed(facts: Facts) -> dict[str, str]:
    """Return the texts of facts that people typed, by field, in reading order."""
    return {
        "headline": facts.headline,
        "impact": facts.impact,
        "meanwhile": facts.meanwhile,
        **{name: said for name, said in facts.fields if said},
    }


def sorted_out(found: Iterable[Finding], policy: WordingPolicy) -> tuple[Finding, ...]:
    """Return the findings that the policy wants told, marked, those that stop a draft first."""
    told = [replace(one, blocks=one.kind in policy.blocks) for one in found if one.kind in _wanted(policy)]
    return tuple(sorted(told, key=lambda one: not one.blocks))


def require_clean(found: tuple[Finding, ...], reason: str) -> str:
    """Return why words are kept, cleaned; raise `Refusal` ``wording`` where some stop the draft and nobody says why.

    The refusal marks each field with the first thing that is wrong in it.
    """
    if reason.strip():
        return require_reason(reason)
    stops = [one for one in found if one.blocks]
    if not stops:
        return ""
    by_field: dict[str, list[Finding]] = {}
    for one in stops:
        by_field.setdefault(one.field or "headline", []).append(one)
    errors = {name: _said(ones) for name, ones in by_field.items()}
    first = next(iter(errors))
    raise Refusal("wording", errors[first], field=first, others=errors)


def summary(found: Iterable[Finding]) -> tuple[str, ...]:
    """Return findings as they stand on record: kind and words, no secret, each once, a hundred at most."""
    said = (f"{one.kind.value} “{one.shown}”" if one.quote else one.kind.value for one in found)
    return tuple(dict.fromkeys(said))[:MOST_ON_RECORD]


def _said(ones: list[Finding]) -> str:
    more = f" (and {len(ones) - 1} more here)" if len(ones) > 1 else ""
    return f"{ones[0].sentence}{more}"


def require_reason(raw: str) -> str:
    """Return why words are kept, cleaned. Raises `Refusal` for ``keep_because`` as `text.require_reason` does."""
    try:
        return text.require_reason(raw, LONGEST_REASON)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, field="keep_because") from None


def _wanted(policy: WordingPolicy) -> frozenset[Kind]:
    return frozenset((*policy.blocks, *policy.advises))
