"""The whole draft: what is missing, what the plan cannot keep, and where two texts do not say the same.

It refuses to compare texts word by word: only times and numbers can be compared across outlets and languages.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.domain.facts import EstimateKind, Stage
from bot.domain.wording import Finding, Judged, Kind, Told
from bot.rendering.linter.lists import Lists, lists
from bot.rendering.linter.numbers import unmatched, values
from bot.rendering.linter.places import Places
from bot.rendering.linter.shapes import secrets
from bot.rendering.linter.spoken import digits_of
from bot.rendering.linter.terms import Word

LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "French", "it": "Italian", "pl": "Polish"}
# How much is read on each outlet, in characters; ours. A subject is cut at about 70 on a screen and 40 on a phone; a
# text message of two parts holds 306; a post 280 (X) to 500 (Mastodon); what an approval card shows whole is 1,500.
LONGEST_HEADLINE = 90
LONGEST: Mapping[str, int] = {"sms": 306, "social": 280, "push": 178, "slack": 1_500, "status": 2_500, "email": 3_000}
# A draft proposes full five minutes, and writing it takes a few.
_ROOM = timedelta(minutes=10)
# What differs in a text is told so often: more of the same, such as a pasted table, says nothing new. Of the other text
# so many are named.
_MOST, _MOST_NAMED = 8, 3


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with a draft as a whole."""
    yield from _missing(judged)
    yield from _too_late(judged)
    yield from _too_long(judged)
    yield from _languages(judged)
    yield from _outlets(judged)


def promises(
    text: str, field: str, locale: str, listed: Lists, spoken: Sequence[Word], judged: Judged
) -> Iterator[Finding]:
    """Yield promises in a text that the plan does not keep: more often, or another time for the next update."""
    for sentence in _sentences(spoken):
        if listed.updates.anywhere(sentence):
            for start, end, every in _every(text, listed, sentence):
                if every < judged.cadence:
                    why = f"promises more than the plan, which has an update every {_spoken(judged.cadence)}."
                    yield _at(text, field, locale, Kind.PROMISE, (start, end), why, f"every {_spoken(judged.cadence)}")
        if judged.facts.next_update_by and listed.again.anywhere(sentence):
            yield from _other_time(text, field, locale, sentence, judged, judged.facts.next_update_by)


def _other_time(
    text: str, field: str, locale: str, sentence: Sequence[Word], judged: Judged, due: datetime
) -> Iterator[Finding]:
    promised = _clock(due, judged.facts.zone)
    for value in values(text):
        if value.time and sentence[0].start <= value.start <= sentence[-1].end and value.value != promised:
            why = "is not when the next update is promised."
            yield _at(text, field, locale, Kind.CONTRADICTION, (value.start, value.end), why, "leave the time out here")


def _every(text: str, listed: Lists, sentence: Sequence[Word]) -> Iterator[tuple[int, int, timedelta]]:
    """Yield what returns in a sentence: "every five minutes", "chaque heure", "co 15 minut"."""
    counts = listed.counts
    for match in listed.every.find(sentence):
        count = 1
        for word in [one for one in sentence if one.start >= match.end][:3]:
            if word.folded in listed.units:
                yield match.start, word.end, timedelta(minutes=count * listed.units[word.folded])
                break
            told = digits_of(word, counts)
            if not told or len(told) > 4:
                break
            count = int(told)


def _missing(judged: Judged) -> Iterator[Finding]:
    facts, base = judged.facts, next(iter(judged.texts), "en")
    if judged.stage in (Stage.IDENTIFIED, Stage.MONITORING) and facts.estimate.kind is EstimateKind.UNKNOWN:
        yield Finding(
            kind=Kind.NO_ESTIMATE,
            field="estimate",
            locale=base,
            why="The cause is known, and customers read nothing of when it works again.",
            offer="give a range, even a wide one with low confidence",
        )
    for told in judged.told:
        clocks = {value.value for value in values(told.text)}
        if facts.next_update_by and _clock(facts.next_update_by, facts.zone) not in clocks:
            yield _left_out(told, Kind.NO_NEXT_UPDATE, "when the next update comes", "next_update")
        latest = facts.estimate.latest
        if facts.estimate.kind is EstimateKind.RANGE and latest and _clock(latest, facts.zone) not in clocks:
            yield _left_out(told, Kind.NO_ESTIMATE, "when it works again", "estimate")


def _left_out(told: Told, kind: Kind, what: str, piece: str) -> Finding:
    return Finding(
        kind=kind,
        field="",
        locale=told.locale,
        outlet=told.outlet,
        why=f"{told.label} does not say {what}.",
        offer=f"put {piece} into its template",
    )


def _too_late(judged: Judged) -> Iterator[Finding]:
    due = judged.facts.next_update_by
    if due is not None and due - judged.written_at > judged.cadence + _ROOM:
        yield Finding(
            kind=Kind.PROMISE,
            field="next_update_by",
            locale=next(iter(judged.texts), "en"),
            why=f"The plan has an update every {_spoken(judged.cadence)}; this promises the next one later.",
            offer=f"promise it for {_spoken(judged.cadence)} from now",
        )


def _too_long(judged: Judged) -> Iterator[Finding]:
    for locale, fields in judged.texts.items():
        length = len(fields.get("headline", ""))
        if length > LONGEST_HEADLINE:
            why = f"The headline has {length} characters; subjects are cut at about 70."
            offer = f"say it in {LONGEST_HEADLINE} or fewer"
            yield Finding(kind=Kind.TOO_LONG, field="headline", locale=locale, why=why, offer=offer)
    for told in judged.told:
        longest = LONGEST.get(told.outlet.partition("-")[0])
        if longest and len(told.text) > longest:
            why = f"{told.label} has {len(told.text):,} characters; few people read more than {longest:,} there."
            yield Finding(
                kind=Kind.TOO_LONG,
                field="",
                locale=told.locale,
                outlet=told.outlet,
                why=why,
                offer="leave something out",
            )


def _languages(judged: Judged) -> Iterator[Finding]:
    base, *others = judged.texts or ("en",)
    for locale in others:
        for field, text in judged.texts[locale].items():
            before = judged.texts[base].get(field, "")
            if before and text and before != text:
                yield from _differing(field, base, before, locale, text)


def _differing(field: str, base: str, before: str, locale: str, text: str) -> Iterator[Finding]:
    for there, said, here, own in ((base, before, locale, text), (locale, text, base, before)):
        silent = Places(own, secrets(own))
        said_alone = _said_alone(said, own)
        odd = (
            value
            for value in unmatched(own, said, lists(here).counts, lists(there).counts)
            if silent.free((value.start, value.end))
        )
        for value in islice(odd, _MOST):
            why = f"is not in the {LANGUAGES.get(there, there)} text."
            others = [text for text, time in said_alone if time == value.time]
            tells = f"{LANGUAGES.get(there, there)} has {', '.join(others[:_MOST_NAMED])}; write the same"
            offer = tells if others else "write the same in both"
            yield _at(own, field, here, Kind.CONTRADICTION, (value.start, value.end), why, offer)


def _said_alone(text: str, other: str) -> list[tuple[str, bool]]:
    """Return the times and numbers that only `text` says, as written there, and whether each is a time. No secret."""
    there, silent = {one.value for one in values(other)}, Places(text, secrets(text))
    alone = (one for one in values(text) if one.value not in there and silent.free((one.start, one.end)))
    return [(text[one.start : one.end], one.time) for one in alone]


def _outlets(judged: Judged) -> Iterator[Finding]:
    for locale in judged.texts:
        told = [one for one in judged.told if one.locale == locale]
        if len(told) < 2:
            continue
        longest = max(told, key=lambda one: len(one.text))
        for one in told:
            counts = lists(locale).counts
            odd = unmatched(one.text, longest.text, counts, counts) if one is not longest else ()
            silent = Places(one.text, secrets(one.text))
            for value in islice((v for v in odd if silent.free((v.start, v.end))), _MOST):
                quote = one.text[value.start : value.end]
                why = f"{one.label} says {quote}, and {longest.label} does not."
                yield Finding(
                    kind=Kind.CONTRADICTION, field="", locale=locale, outlet=one.outlet, why=why, offer="say the same"
                )


def _sentences(spoken: Sequence[Word]) -> Iterator[Sequence[Word]]:
    start = 0
    for number, word in enumerate(spoken):
        if number > start and not word.joined:
            yield spoken[start:number]
            start = number
    if start < len(spoken):
        yield spoken[start:]


def _at(text: str, field: str, locale: str, kind: Kind, span: tuple[int, int], why: str, offer: str) -> Finding:
    start, end = span
    return Finding(
        kind=kind, field=field, locale=locale, start=start, end=end, quote=text[start:end], why=why, offer=offer
    )


def _clock(moment: datetime, zone: str) -> str:
    local = moment.astimezone(_zone(zone))
    return f"{local.hour}:{local:%M}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _spoken(every: timedelta) -> str:
    minutes = int(every.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )
