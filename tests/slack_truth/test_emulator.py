"""The stand-in and an emulator that others wrote give the same answers, but for a list that says who is right."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.practice.slack_standin import SlackStandIn
from tests.slack_truth import emulator
from tests.slack_truth.alike import Pair, Seen, Step
from tests.slack_truth.disputed import DISPUTES, dispute
from tests.slack_truth.plans import LINK, MODAL, PLANS, numbered

# Names stay taken in the emulator, which outlives a plan.
NUMBER = itertools.count()


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulator.running(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@asynccontextmanager
async def pair(theirs: str) -> AsyncIterator[Pair]:
    standin = SlackStandIn(people=("ada", "ben"))
    async with aiohttp.ClientSession() as session, standin.serve():
        both = Pair(session, standin, theirs)
        await both.meet()
        yield both


def unexplained(seen: Sequence[Seen]) -> list[Seen]:
    return [each for each in seen if each.shape or (each.ours != each.theirs and dispute(*each.difference) is None)]


async def played(theirs: str, plan: tuple[Step, ...]) -> list[Seen]:
    async with pair(theirs) as both:
        return await both.play(numbered(plan, next(NUMBER)))


@pytest.mark.parametrize("name", PLANS)
async def test_both_answer_alike_where_slack_is_particular(theirs: str, name: str) -> None:
    seen = await played(theirs, PLANS[name])
    assert len(seen) == len(PLANS[name])
    assert unexplained(seen) == []


async def test_every_listed_difference_is_still_seen(theirs: str) -> None:
    seen = {each.difference for plan in PLANS.values() for each in await played(theirs, plan)}
    forgotten = [d for d in DISPUTES if not any((method, d.ours, d.theirs) in seen for method in d.methods)]
    assert forgotten == []


async def test_a_trigger_is_too_old_after_three_seconds_for_both(theirs: str) -> None:
    async with pair(theirs) as both:
        await both.step(Step("views.generateTriggerId", {"user_id": "$ada"}, "trigger"))
        # The emulator has no clock to move. It counts whole seconds, so 3.1 s are always enough.
        await asyncio.sleep(3.1)
        late = await both.step(Step("views.open", {"trigger_id": "$trigger", "view": MODAL}))
    assert (late.ours, late.theirs) == ("expired_trigger_id", "expired_trigger_id")


ROOMS = st.sampled_from(["$one", "$two", "$nowhere"])
WHO = st.sampled_from(["$ada", "$ben", "$ada,$ben", "$clarion", "U0NOBODY", "$ben,U0NOBODY"])
ONE = st.sampled_from(["$ada", "$ben", "$clarion", "U0NOBODY"])
POSTS = st.sampled_from(["$one post", "$two post", "1.000001"])
NAMES = st.sampled_from(["one-{n}", "two-{n}", "three-{n}", "", "-", "x" * 81, "ONE-{n}"])
TEXTS = st.sampled_from(["hello", "", "x" * 250, "x" * 251])


def touching(method: str, **arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Step]:
    """A step with a channel and more."""
    place = "channel_id" if method.startswith("bookmarks.") else "channel"
    return st.fixed_dictionaries({place: ROOMS, **arguments}).map(lambda given: Step(method, given))


def creating(room: str) -> st.SearchStrategy[Step]:
    return NAMES.map(lambda name: Step("conversations.create", {"name": name}, room))


def posting(room: str) -> st.SearchStrategy[Step]:
    return TEXTS.map(lambda text: Step("chat.postMessage", {"channel": f"${room}", "text": text}, f"{room} post"))


STEPS = st.one_of(
    creating("one"),
    creating("two"),
    posting("one"),
    posting("two"),
    touching("conversations.rename", name=NAMES),
    touching("conversations.setTopic", topic=TEXTS),
    touching("conversations.setPurpose", purpose=TEXTS),
    touching("conversations.invite", users=WHO),
    touching("conversations.kick", user=ONE),
    *(touching(f"conversations.{verb}") for verb in ("archive", "info", "join", "leave", "members", "history")),
    touching("chat.update", ts=POSTS, text=TEXTS),
    touching("chat.delete", ts=POSTS),
    touching("chat.postEphemeral", user=ONE, text=TEXTS),
    touching("pins.add", timestamp=POSTS),
    touching("pins.remove", timestamp=POSTS),
    touching("reactions.add", timestamp=POSTS, name=st.sampled_from(["eyes", "tada"])),
    touching("bookmarks.add", **{name: st.just(value) for name, value in LINK.items()}),
)
START = (
    Step("conversations.create", {"name": "one-{n}"}, "one"),
    Step("chat.postMessage", {"channel": "$one", "text": "x"}, "one post"),
)


@given(st.lists(STEPS, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_answer_alike_whatever_is_done_in_whatever_order(theirs: str, steps: list[Step]) -> None:
    # A random call may be wrong in two ways at once. Which is said first is documented nowhere, so only whether it is
    # refused must be the same here; the plans, with one thing wrong at a time, compare the errors.
    seen = asyncio.run(played(theirs, (*START, *steps)))
    assert [each for each in unexplained(seen) if each.shape or "ok" in (each.ours, each.theirs)] == []
