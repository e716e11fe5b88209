"""What is written for our own people stays with them: the plan says who reads a channel, tickets get outside words."""

from copy import copy
from dataclasses import replace

from bot.domain.plan import Plan, Through
from bot.domain.telling import Telling, TellingKind
from bot.outlets.slack_channel import SlackBroadcast
from bot.plan.loading import load
from bot.usecases.wording import wording
from tests.builders import BO, NOON
from tests.handlers.update_world import World, draft_by, world

SECRET = "Ask Bo for the override code."


def with_customers(plan: Plan) -> Plan:
    """The plan with customers in the broadcast channel."""
    rows = tuple(replace(o, audiences=("customers",)) if o.through is Through.BROADCAST else o for o in plan.outlets)
    return replace(plan, outlets=rows)


def inside() -> World:
    """A night whose Slack outlet is read by our own people alone."""
    night = world()
    slack = copy(night.services.outlets["slack"])
    slack.layout = "internal"
    night.services = replace(night.services, outlets={**night.services.outlets, "slack": slack})
    return night


async def told(night: World) -> str:
    """The words for tickets."""
    update = night.update
    telling = Telling(
        id="t", number=1, kind=TellingKind.UPDATE, at=NOON, stage=update.stage, update_id=update.id, settled=True
    )
    return await wording(night.services, night.incident, telling)


def test_the_broadcast_channel_of_the_shipped_plan_stays_inside() -> None:
    assert load(None).plan.stays_inside(Through.BROADCAST)


def test_a_channel_that_customers_read_or_that_nobody_says_anything_of_does_not() -> None:
    plan = load(None).plan
    assert not with_customers(plan).stays_inside(Through.BROADCAST)
    assert not replace(plan, outlets=()).stays_inside(Through.BROADCAST)
    unknown = replace(plan, audiences=tuple(a for a in plan.audiences if a.name != "sales"))
    assert not unknown.stays_inside(Through.BROADCAST)


def test_a_channel_is_taken_for_the_customers_unless_said_otherwise() -> None:
    chat = world().services.chat
    assert SlackBroadcast(chat, "C0123456789").layout == "slack"
    assert SlackBroadcast(chat, "C0123456789", inside=True).layout == "internal"


async def test_only_the_internal_text_of_an_update_has_the_workaround() -> None:
    night = inside()
    update = await draft_by(night, BO, workaround=SECRET)
    kept = {p.outlet: (await night.memory.blob(p.rendition)).decode() for p in update.latest.planned}
    assert {outlet for outlet, text in kept.items() if SECRET in text} == {"slack"}


async def test_tickets_get_the_words_for_customers() -> None:
    night = inside()
    await draft_by(night, BO, workaround=SECRET)
    words = await told(night)
    assert "Paying by card fails for customers in the EU." in words
    assert SECRET not in words


async def test_tickets_get_the_plainest_words_where_nothing_is_for_inside() -> None:
    night = inside()
    await draft_by(night, BO)
    assert (await told(night)).startswith("Investigating: Checkout fails for EU cards")
