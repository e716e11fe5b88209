"""Words that customers should not read: stopped with an explanation, told to the approver, kept with a reason."""

from bot.practice.slack_standin import visible_text
from tests.stories.night import Night
from tests.stories.test_without_slack import declared, enrolled

HOST = {"What customers see": "Paying fails. We restart db-prod-03 at 10.0.0.4."}
WHY = "If words were stopped and must stay: why?"


async def test_a_blocked_draft_says_why_beside_the_field_and_other_words_go_out() -> None:
    async with Night().begin() as night:
        await night.declare()
        form = await night.form("update investigating", by="cleo")
        cleo = night.person("cleo")
        await cleo.fill(form, HOST)
        answer = await cleo.submit(form)
        assert answer.errors == {
            "impact": "“db-prod-03” names one of our machines. Instead: say what does not work for customers. "
            "(and 1 more here)"
        }
        assert not (await night.incident()).updates
        await night.draft({"What customers see": "Paying fails for customers in the EU."}, view=form)
        await night.approve()
        await night.published()
        assert "db-prod-03" not in str(night.arrived())


async def test_words_kept_with_a_reason_are_read_by_the_approver_and_stay_in_the_timeline() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft({**HOST, WHY: "Partners know it by this name."})
        asked = visible_text((await night.ask()).blocks)
        assert "“db-prod-03” names one of our machines." in asked
        assert "Partners know it by this name." in asked
        await night.approve()
        await night.published()
        update = await night.update()
        assert [one.digest for one in update.kept] == [update.latest.digest]
        said = await night.person("ada").command("/incident", "timeline", channel=night.room)
        assert "words kept" in visible_text(said.view.blocks if said.view else [])


async def test_what_is_only_told_is_kept_by_whoever_reads_it_first() -> None:
    async with Night().begin() as night:
        await night.declare()
        told = await night.draft({"What customers see": "Paying fails intermittently."})
        assert told.view is not None
        assert "“intermittently” says nothing exact. Instead: say how often." in visible_text(told.view.blocks)
        opened = await night.press("ben", night.ask, "Keep it, because …")
        assert opened.view is not None
        ben = night.person("ben")
        await ben.fill(opened.view, {"Keep it, because …": "Nobody knows yet how often."})
        assert not (await ben.submit(opened.view)).errors

        async def shown() -> bool:
            return "Nobody knows yet how often." in visible_text((await night.ask()).blocks)

        await night.until(shown, say="the reason on the request")
        await night.approve()
        await night.published()


async def test_the_command_line_stops_the_same_words_and_takes_a_reason() -> None:
    async with Night(outlets=("slack", "email")).begin() as night:
        terminal = await enrolled(night, "ada", "ben", "cleo")
        await declared(terminal)
        draft = ("update", "draft", "INC-1", "--impact", HOST["What customers see"], "--next", "in 30 min")
        stopped = await terminal.run("cleo", *draft, answers=("yes",))
        assert stopped.code != 0
        assert "Internal host (stops it): “db-prod-03” names one of our machines." in stopped.out
        assert "--keep" in stopped.err
        assert not (await night.incident()).updates
        kept = await terminal.run("cleo", *draft, "--keep", "Partners know it.", answers=("yes",))
        assert kept.code == 0, kept
        approving = await terminal.run("ben", "update", "approve", "INC-1", "--digest", kept.digest, "--patience", "3")
        assert approving.code == 0, approving
        assert "Words kept by cleo: Partners know it." in approving.out.replace("Cleo", "cleo")
