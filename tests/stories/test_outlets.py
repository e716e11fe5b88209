"""Outlets in trouble: the others do not wait, nothing comes twice, late or unapproved (row 7, 11, 18-21, 30, 5b)."""

from bot.domain.update import Outcome
from bot.practice.slack_standin import visible_text
from tests.stories.night import WORDS, Night, buttons

DELIVERED, EXPIRED, REFUSED = Outcome.DELIVERED, Outcome.EXPIRED, Outcome.REFUSED


async def test_retry_after_of_one_outlet_holds_up_that_one_alone() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode, night.hook.retry_after = 429, "600"
        await night.approve()
        await night.until(lambda: night.hook.asked >= 1)
        others = [night.arrived(name) for name in ("status", "slack", "email")]
        await night.until(lambda: all(night.arrived(name) for name in ("status", "slack", "email")), say=str(others))
        await night.shows(night.ask, "asks to come later")
        asked = night.hook.asked  # twice, where this process stood still for a lease before it could write it down
        night.hook.mode = "take"
        night.clock.move(minutes=9)
        await night.shows(night.card, "asks to come later")
        assert night.hook.asked == asked, "it was asked before its Retry-After"
        night.clock.move(minutes=1, seconds=5)
        await night.published()


async def test_an_outlet_down_for_an_hour_expires_is_not_sent_late_and_a_new_draft_is_offered() -> None:
    async with Night().begin() as night:
        await night.declare()
        later = int(night.clock.seconds()) + 3 * 3600
        await night.draft({**WORDS, "Next update by": later})
        await night.mail.stop()
        await night.approve()
        await night.until(lambda: night.arrived("webhook") and night.arrived("slack") and night.arrived("status"))
        await night.shows(night.ask, "Next try")
        for _ in range(4):
            night.clock.move(minutes=15, seconds=5)
            await night.until(lambda: _tried_again(night))
        outcomes = await night.ended()
        assert outcomes["email"] == {EXPIRED: 3}
        assert outcomes["webhook"] == outcomes["slack"] == outcomes["status"] == {DELIVERED: 1}
        await night.shows(night.ask, "too late")
        await night.mail.start()
        answer = await night.press("cleo", night.ask, "Draft again with new times")
        assert answer.view is not None
        assert "Paying by card fails" in str(answer.view.content)
        assert not night.mail.letters
        await night.draft({}, view=answer.view)
        await night.approve(2)
        await night.published(2)


async def test_what_could_not_leave_before_its_promise_came_near_stays_here() -> None:
    async with Night(outlets=("webhook",)).begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode, night.hook.retry_after = 429, "1200"
        await night.approve()
        await night.until(lambda: night.hook.asked == 1)
        await night.shows(night.ask, "asks to come later")
        night.hook.mode = "take"
        night.clock.move(minutes=26)
        outcomes = await night.ended()
        assert outcomes == {"status": {DELIVERED: 1}, "webhook": {EXPIRED: 1}}
        await night.shows(night.ask, "the next update was promised for a time that is past or under 10 min away")
        answer = await night.press("cleo", night.ask, "Draft again with new times")
        assert answer.view is not None


async def _tried_again(night: Night) -> bool:
    """The mail has been tried since the clock moved, or has ended."""
    delivery = (await night.update()).delivery("email")
    return delivery.settled or (delivery.next_try is not None and delivery.next_try > night.clock.now())


async def test_an_update_overtaken_by_the_next_arrives_nowhere_where_it_had_not_left() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        night.hook.mode, night.hook.retry_after = 429, "120"
        await night.approve()
        await night.until(lambda: len(night.arrived()) == 5 and night.hook.asked)
        await night.draft({"What customers see": "The newer words."}, text="update identified")
        night.hook.mode = "take"
        await night.approve(2)
        await night.published(2)
        outcomes = await night.ended(1)
        assert outcomes["webhook"] == {EXPIRED: 1}
        assert [*outcomes["email"]] == [*outcomes["slack"]] == [DELIVERED]
        (hook,) = night.arrived("webhook")
        assert "The newer words." in hook.parts[0]
        for outlet in ("slack", "status"):
            first, second = night.arrived(outlet)
            assert "The newer words." in str(second)
            assert "The newer words." not in str(first)


async def test_stop_in_the_middle_of_two_hundred_letters_lets_nothing_more_leave() -> None:
    async with Night(recipients=200, outlets=("email",)).begin() as night:
        await night.declare()
        await night.draft()
        night.mail.pause_after = 20
        await night.approve()
        await night.until(lambda: night.mail.waiting == 4)
        begun = len(night.mail.letters)
        await night.press("sam", night.ask, "Stop")
        night.mail.go_on()
        outcomes = await night.ended()
        left = len(night.mail.letters)
        assert left == begun, "something left after Stop"
        assert outcomes["email"] == {DELIVERED: left, EXPIRED: 200 - left}
        await night.shows(night.ask, f"{left} delivered, {200 - left} not sent")
        await night.tells("sam", "is stopped")
        assert "Correct" in buttons(await night.ask())


async def test_what_was_approved_is_sent_although_the_list_of_recipients_changed_since() -> None:
    async with Night(worker=True, outlets=("email",)).begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        await night.here.stop_worker()
        await night.click("ben", ask, "Approve")
        (night.home / "recipients.txt").write_text("somebody-else@example.com\n")
        await night.here.start_worker()
        await night.published()
        assert {one.to for one in night.mail.letters} == {f"customer-{n}@example.com" for n in range(3)}


async def test_a_batch_of_letters_interrupted_by_a_mail_server_that_goes_away_goes_on_with_the_rest() -> None:
    async with Night(recipients=40, outlets=("email",)).begin() as night:
        await night.declare()
        await night.draft()
        night.mail.pause_after = 12
        await night.approve()
        await night.until(lambda: night.mail.waiting == 4)
        await night.mail.stop()
        await night.until(lambda: _tried_again(night))
        await night.mail.start()
        night.clock.move(minutes=2)
        outcomes = await night.ended()
        in_doubt = outcomes["email"].get(Outcome.UNKNOWN, 0)
        assert 1 <= in_doubt <= 4
        assert outcomes["email"][DELIVERED] == 40 - in_doubt
        assert len(night.mail.letters) == len({one.to for one in night.mail.letters})


async def test_an_outlet_that_says_no_is_refused_and_not_asked_again() -> None:
    async with Night(outlets=("webhook", "email")).begin() as night:
        night.hook.mode, night.mail.mode = 422, "refuse"
        await night.declare()
        await night.draft()
        await night.approve()
        outcomes = await night.ended()
        assert outcomes == {"status": {DELIVERED: 1}, "webhook": {REFUSED: 1}, "email": {REFUSED: 3}}
        assert night.hook.asked == 1
        await night.shows(night.ask, "refused")


async def test_a_webhook_whose_reply_was_lost_is_asked_again_under_the_same_id() -> None:
    async with Night(outlets=("webhook",)).begin() as night:
        night.hook.mode = "take and cut"
        await night.declare()
        await night.draft()
        await night.approve()
        await night.until(lambda: night.hook.asked >= 1)
        night.hook.mode = "take"
        night.clock.move(minutes=2)
        await night.published()
        assert len(night.hook.posts) >= 2
        assert len(night.hook.kept) == 1


async def test_pings_markup_and_header_breaks_in_customer_text_are_inert_everywhere() -> None:
    nasty = "<!channel> <@U000000004> {{ 7*7 }} <script>x</script> <https://evil.example|bank>\r\nBcc: all@example.com"
    async with Night().begin() as night:
        await night.declare("Cards <!here> {{ 7*7 }}")
        await night.draft({**WORDS, "Headline": "Cards fail <!channel> {{ 7*7 }}", "What customers see": nasty})
        await night.approve()
        await night.published()
        (post,) = [m for m in night.slack.messages(night.broadcast) if m.user == night.slack.workspace.bot.id]
        assert "<!channel>" not in post.text
        assert "<script>" not in night.arrived("email")[0].parts[2]
        assert "<script>" not in (night.home / "status" / "index.html").read_text()
        assert "49" not in night.arrived("slack")[0].parts[0]
        assert "Bcc" not in night.mail.letters[0].subject
        everyone = [n for n in night.slack.notifications(night.person("dee")) if n.channel == night.broadcast.id]
        assert not everyone
        assert "{{ 7*7 }}" in visible_text(post.blocks)
