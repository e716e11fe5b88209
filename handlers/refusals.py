"""The one error room: everything that a conversation raises becomes a sentence for the person who asked.

A `Refusal` is an answer, with the way out that it offers. Trouble with the memory says whether something was saved,
and never guesses (failure model 15, 16). All else is a fault of ours: it gets a reference, and a line in the log that
holds where it happened and nothing of what was said. It refuses to let anything through to Slack as an error.
"""

import asyncio
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.domain.refusals import Refusal
from bot.ports import Halted, NotKnownYet, Services, StorageDown, StorageFull, Unsure
from bot.slack.views import notice
from bot.usecases.traces import Traces
from handlers.answer import Answer, Errors, Say
from handlers.heard import Heard, Kind
from handlers.said import Said
from handlers.tasks import Tasks

Handler = Callable[[Services, Said], Awaitable[Answer]]
Tell = Callable[[str], Awaitable[None]]

_BY_HAND = (
    "If customers must hear something now: on a machine where Clarion runs, `clarion publish --emergency` works "
    "without its memory; else publish by hand where you normally would, with a second person reading the text first."
)
_DOWN = f"Clarion cannot reach its memory just now; nothing was saved. Try again in a minute. {_BY_HAND}"
_FULL = (
    "Clarion's memory is full, so it takes nothing new; nothing was saved. Updates that are on their way still go out, "
    f"and what became of them is recorded. Ask whoever runs Clarion to give it more memory. {_BY_HAND}"
)
_PERHAPS = (
    "Clarion's memory failed on the way, so this may have been saved or not. Look before you do it again: at the "
    f"incident's card, or with `/incident list` or `/incident following`. {_BY_HAND}"
)
_HALTED = (
    "Publishing is on hold, so this was not saved: Clarion's memory came back older than what has already happened, or "
    "an emergency publication has to be put on record. Whoever runs Clarion has to look at it with `clarion recover`; "
    "then do this again. New incidents and drafts are still taken."
)
_UNKNOWN = "It is not known yet whether this was saved. Please do not repeat it: Clarion is looking and will tell you."
_SAVED = "It was saved after all. You do not need to do anything."
_NOT_SAVED = f"It was not saved. Please do it again. {_BY_HAND}"
_STILL_UNKNOWN = f"It is still not known whether your last step was saved. Look at the incident's card. {_BY_HAND}"

# How long after "not known yet" Clarion looks again, in seconds; together less than the 30 min of a response_url.
LOOKS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_DEEPEST = 6
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class HeardOut:
    """An answer, and whether the act is settled: an unsettled one may be tried again by the same form."""

    answer: Answer
    settled: bool = True


async def hear_out(services: Services, handler: Handler, heard: Heard, tasks: Tasks, tell: Tell) -> HeardOut:
    """Return what the handler answers, or what the person reads instead. Never raises an Exception."""
    traces = Traces()
    try:
        with traces.honest():
            answer = await handler(traces.followed(services), heard.said)
    except Refusal as refusal:
        return HeardOut(_refused(refusal, heard), settled=False)
    except StorageDown as fault:
        structlog.get_logger().warning("memory_troubled", why=str(fault), name=heard.said.name[:80])
        return _said(_PERHAPS, keeps=False) if isinstance(fault, Unsure) else _said(_DOWN)
    except StorageFull:
        return _said(_FULL)
    except Halted:
        return _said(_HALTED)
    except NotKnownYet as fault:
        tasks.spawn(_look_again(services, fault.operation, tell))
        return _said(_UNKNOWN, keeps=False)
    except Exception as error:
        return _said(went_wrong(note_fault(error, services.ids.new(), heard)))
    return HeardOut(answer, settled=not isinstance(answer, Errors))


def went_wrong(reference: str) -> str:
    """Return the sentence for a fault of ours."""
    return f"Something went wrong in Clarion, reference {reference}. Try again; if it stays, pass the reference on."


def note_fault(error: Exception, fresh_id: str, heard: Heard | None = None) -> str:
    """Log where an unforeseen error happened, without what anybody said, and return its reference."""
    reference = fresh_id[-8:].upper()
    structlog.get_logger().error(
        "handler_failed",
        reference=reference,
        error=type(error).__name__,
        where=[f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-_DEEPEST:]],
        kind=heard.kind.value if heard else "",
        name=heard.said.name[:80] if heard else "",
    )
    return reference


def _refused(refusal: Refusal, heard: Heard) -> Answer:
    # Slack shows errors only beside inputs of the submitted form, and refuses the answer otherwise (Slack docs).
    if heard.kind is Kind.SUBMISSION and refusal.field in heard.inputs:
        marked = {refusal.field: refusal.sentence, **refusal.others}
        return Errors({name: _unlinked(sentence) for name, sentence in marked.items() if name in heard.inputs})
    return Say(notice.said(refusal.sentence, refusal.way), keeps=True)


def _unlinked(sentence: str) -> str:
    """Return a sentence as an error beside a field can show it: there Slack draws no mention, only its id."""
    return _MENTION.sub(lambda m: "this person" if m.start() else "This person", sentence)


def _said(sentence: str, *, keeps: bool = True) -> HeardOut:
    """`keeps`: nothing was saved, so what was typed into a form must not be lost. Else it is not to be sent again."""
    return HeardOut(Say(notice.said(sentence), keeps=keeps), settled=False)


async def _look_again(services: Services, operation: str, tell: Tell) -> None:
    for wait in LOOKS:
        await asyncio.sleep(wait)
        try:
            known = await services.incidents.committed(operation)
        except (StorageDown, StorageFull, NotKnownYet):
            continue
        if known is not None:
            await tell(_SAVED if known else _NOT_SAVED)
            return
    await tell(_STILL_UNKNOWN)
