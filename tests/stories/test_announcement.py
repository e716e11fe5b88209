"""The announcement: once for each incident, in its turn, and in nobody's way (row 18)."""

from bot.domain.incident import Step
from bot.practice.slack_standin import visible_text
from bot.practice.slack_standin.trouble import Fault
from tests.stories.night import Night

TITLES = ("Checkout fails", "Search is slow", "Mails are late")


def announced(night: Night) -> list[str]:
    return [m.text for m in night.slack.messages(night.incidents) if "SEV1: " in m.text and not m.thread_ts]


async def problem(night: Night, step: Step = Step.ANNOUNCE) -> str:
    return (await night.incident()).channel.problems.get(step, "")


async def test_announcements_that_must_wait_hold_no_channel_up_and_come_once_each() -> None:
    async with Night(worker=False).begin() as night:
        for title in TITLES:
            await night.declare(title)
        night.slack.trouble.plan(Fault("hang", "chat.postMessage", None, channel=night.incidents.id, name="busy"))
        await night.here.start_worker()
        for number, title in enumerate(TITLES, 1):
            await night.tells("ada", f"INC-{number} {title}: go on in")
        assert announced(night) == []
        night.slack.trouble.forget("busy")
        await night.until(lambda: len(announced(night)) == 3)
        for number in (1, 2, 3):

            async def done(number: int = number) -> bool:
                return Step.ANNOUNCE in (await night.incident(number)).channel.done

            await night.until(done)
            assert (await night.incident(number)).channel.announcement is not None
        assert sorted(announced(night)) == sorted(
            f"SEV1: {title} (INC-{n}, investigating)" for n, title in enumerate(TITLES, 1)
        )


async def test_what_slack_refuses_is_said_on_the_card_and_tried_again_once_clarion_is_in_the_channel() -> None:
    async with Night().begin() as night:
        ada, bot = night.person("ada"), night.slack.workspace.bot
        await ada.remove(night.incidents, bot)
        await night.declare()
        await night.shows(night.card, "The incidents channel was not told (not_in_channel).")
        channel = (await night.incident()).channel
        assert set(channel.problems) == {Step.ANNOUNCE}
        assert channel.announcement is None
        posts = [c for c in night.slack.calls_of("chat.postMessage") if c.arguments["channel"] == night.incidents.id]
        assert len(posts) == 1
        await ada.invite(night.incidents, night.slack.person(bot))
        await night.until(lambda: announced(night), say="it is announced after all")
        await night.until(lambda: _told_nothing_of_trouble(night), say="the card says so")
        assert len(announced(night)) == 1


async def _told_nothing_of_trouble(night: Night) -> bool:
    return "was not told" not in visible_text((await night.card()).blocks)


async def test_a_silent_slack_is_said_on_the_card_until_the_announcement_is_there_once() -> None:
    async with Night(worker=False).begin() as night:
        await night.declare()
        night.slack.trouble.plan(Fault("status", "chat.postMessage", 2, status=503, channel=night.incidents.id))
        await night.here.start_worker()
        await night.until(lambda: problem(night))
        assert await problem(night) == "The incidents channel was not told (Slack did not answer)."
        await night.until(night.opened)
        assert await problem(night) == ""
        assert len(announced(night)) == 1
        await night.until(lambda: _told_nothing_of_trouble(night))


async def test_a_worker_that_ends_behind_the_post_leaves_one_announcement() -> None:
    async with Night(worker=False).begin() as night:
        await night.declare()
        night.slack.trouble.plan(Fault("lost_reply", "chat.postMessage", 1, channel=night.incidents.id))
        night.slack.trouble.plan(Fault("status", "conversations.history", 1, status=503, channel=night.incidents.id))
        await night.here.start_worker()
        await night.until(night.opened)
        assert len(announced(night)) == 1
        assert (await night.incident()).channel.announcement is not None


async def test_an_incident_made_private_before_its_turn_is_not_announced() -> None:
    async with Night(worker=False).begin() as night:
        await night.declare("Keys leaked")
        limit = Fault("rate_limit", "chat.postMessage", None, retry_after=1, channel=night.incidents.id, name="turn")
        night.slack.trouble.plan(limit)
        await night.here.start_worker()
        await night.tells("ada", "INC-1 Keys leaked: go on in")
        await night.until(lambda: night.slack.trouble.planned("turn") and _asked_to_post(night))
        answer = await night.person("ada").command("/incident", "private", channel=night.room)
        assert answer.status == 200, answer

        async def private() -> bool:
            return (await night.incident()).private

        await night.until(private, say="it is private")
        night.slack.trouble.forget("turn")
        await night.until(night.opened, say="its private channel")
        assert announced(night) == []
        assert (await night.incident()).channel.announcement is None


def _asked_to_post(night: Night) -> bool:
    posts = night.slack.calls_of("chat.postMessage")
    return any(call.arguments["channel"] == night.incidents.id for call in posts)
