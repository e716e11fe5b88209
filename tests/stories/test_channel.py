"""Opening the channel while Slack misbehaves: one channel, one card, and the card says what failed (row 18, 22, 25)."""

from bot.domain.incident import Step
from bot.domain.update import Outcome
from bot.practice.slack_standin import visible_text
from tests.stories.night import Night

NAME = "inc-1-checkout-fails-for-eu-cards"


def _created(night: Night) -> list[str]:
    names = [c.name for c in night.slack.workspace.channels.values() if c.name.startswith("inc-")]
    return sorted(names)


async def test_a_429_on_creation_is_waited_out_and_gives_one_channel() -> None:
    async with Night().begin() as night:
        night.slack.trouble.rate_limit("conversations.create", times=1, retry_after=1)
        await night.declare()
        limited, made = night.slack.calls_of("conversations.create")
        assert made.at - limited.at >= 1.0
        assert _created(night) == [NAME]


async def test_a_name_taken_by_an_older_archived_channel_gives_a_numbered_name() -> None:
    async with Night(worker=False).begin() as night:
        old = night.slack.workspace.add_channel(NAME)
        old.is_archived, old.created = True, int(night.clock.seconds()) - 86_400
        await night.here.start_worker()
        await night.declare()
        await night.until(night.opened)
        assert _created(night) == [NAME, f"{NAME}-2"]
        assert (await night.incident()).channel.name == f"{NAME}-2"


async def test_a_lost_reply_to_the_creation_finds_the_channel_and_makes_no_second() -> None:
    async with Night().begin() as night:
        night.slack.trouble.lose_reply("conversations.create", times=1)
        await night.declare()
        assert _created(night) == [NAME]
        assert (await night.incident()).channel.id == night.slack.workspace.channel(NAME).id


async def test_lost_replies_to_posts_leave_one_card_one_announcement_and_one_of_each_note() -> None:
    async with Night().begin() as night:
        night.slack.trouble.lose_reply("chat.postMessage", times=3)
        await night.declare()
        incident = await night.incident()
        assert incident.channel.card is not None
        await night.tells("cleo", "You are the communications lead")
        for channel in (NAME, "incidents"):
            marks = [str(m.metadata) for m in night.slack.messages(channel) if m.metadata]
            assert len(marks) == len(set(marks)) > 0
        await night.draft()
        await night.approve()
        await night.published()


async def test_a_missing_scope_on_the_topic_leaves_the_rest_done_and_said_on_the_card() -> None:
    async with Night().begin() as night:
        night.slack.trouble.fail("conversations.setTopic", "missing_scope")
        await night.declare()
        await night.shows(night.card, "The topic could not be set (missing_scope).")
        channel = (await night.incident()).channel
        assert set(channel.problems) == {Step.TOPIC}
        assert channel.announcement is not None
        assert night.slack.workspace.channel(NAME).bookmarks
        await night.draft()
        await night.approve()
        await night.published()


async def test_one_bad_invitee_keeps_nobody_else_out() -> None:
    async with Night(worker=False).begin() as night:
        await night.declare()
        night.person("cleo").user.deleted = True
        await night.here.start_worker()
        await night.until(night.opened)
        members = night.slack.workspace.channel(NAME).members
        assert night.person("ada").id in members
        assert night.person("cleo").id not in members
        await night.until(lambda: _problem(night))
        card = visible_text((await night.card()).blocks)
        assert "Invite them by hand" in card


async def _problem(night: Night) -> bool:
    return "Not invited" in visible_text((await night.card()).blocks)


async def test_slack_down_after_the_approval_leaves_the_other_outlets_alone_and_cards_catch_up() -> None:
    async with Night(outlets=("email", "webhook")).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        await night.here.stop_worker()
        await night.click("ben", ask, "Approve")
        night.slack.trouble.take_down()
        await night.here.start_worker()  # it remembers who it is
        await night.published()
        assert "delivered" not in visible_text((await night.ask()).blocks)
        night.slack.trouble.bring_back()
        await night.shows(night.ask, ": delivered")
        await night.shows(night.card, ": delivered")


async def test_slack_down_holds_up_its_own_outlet_alone() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.ask()
        night.slack.trouble.rate_limit("chat.postMessage", times=None, retry_after=1)
        await night.approve()
        await night.until(lambda: night.arrived("webhook") and len(night.arrived("email")) == 3)
        assert not night.arrived("slack")
        night.slack.trouble.clear()
        await night.published()


async def test_a_revoked_token_stops_neither_mail_nor_webhook_and_slack_follows_when_it_is_mended() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        await night.ask()
        night.slack.trouble.fail("*", "token_revoked")
        await night.person("ada").click(await night.ask(), "Approve")
        await night.until(lambda: night.arrived("webhook") and len(night.arrived("email")) == 3)
        night.slack.trouble.clear()
        night.clock.move(minutes=2)
        await night.shows(night.card, ": 3 delivered")
        outcomes = await night.ended()
        assert outcomes["webhook"] == outcomes["status"] == {Outcome.DELIVERED: 1}
        # The broadcast was refused for certain, and is said to be.
        assert outcomes["slack"] in ({Outcome.REFUSED: 1}, {Outcome.DELIVERED: 1})
