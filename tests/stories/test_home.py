"""The home tab: drawn when it is opened, again when something changes, and only for those who look."""

import json

from tests.stories.night import Night


def _home(night: Night, name: str) -> str:
    return json.dumps(night.slack.workspace.homes.get(night.person(name).id, {}), ensure_ascii=False)


async def test_it_shows_what_waits_for_me_and_follows_what_changes() -> None:
    async with Night().begin() as night:
        await night.person("ben").open_home()
        await night.until(lambda: "Open incidents (0)" in _home(night, "ben"))
        await night.declare()
        await _drawn(night, "ben", "Checkout fails for EU cards")
        await night.draft()
        await _drawn(night, "ben", "Approve update #1")
        await night.person("cleo").open_home()
        await night.until(lambda: "You are the communications lead" in _home(night, "cleo"))
        assert "Approve update #1" not in _home(night, "cleo")
        answer = await night.person("ben").click_home("Read everything")
        assert answer.view is not None
        assert "Declare an incident" in _home(night, "ben")
        declared = await night.person("ben").click_home("Declare an incident")
        assert declared.view is not None
        assert declared.view.title == "Declare an incident"
        assert night.slack.workspace.homes.keys() == {night.person("ben").id, night.person("cleo").id}


async def test_it_is_drawn_for_nobody_who_has_not_looked_for_a_day_and_for_no_guest() -> None:
    async with Night().begin() as night:
        await night.person("ben").open_home()
        await night.until(lambda: "Open incidents (0)" in _home(night, "ben"))
        await night.person("gus").open_home()
        night.clock.move(minutes=25 * 60)
        await night.declare()
        await night.person("ada").open_home()
        await night.until(lambda: "Open incidents (1)" in _home(night, "ada"))
        night.clock.move(minutes=1)
        assert "Open incidents (0)" in _home(night, "ben")
        assert _home(night, "gus") == "{}"


async def test_a_burst_of_changes_is_one_drawing() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("ben").open_home()
        await night.until(lambda: "INC-1" in _home(night, "ben"))
        before = len(night.slack.calls_of("views.publish"))
        for severity in ("sev2", "sev3", "sev4", "sev1", "sev2"):
            await night.person("ada").command("/incident", f"severity {severity}", channel=night.room)
        await _drawn(night, "ben", "SEV2")
        assert len(night.slack.calls_of("views.publish")) - before <= 2


async def _drawn(night: Night, name: str, words: str) -> None:
    def there() -> bool:
        night.clock.move(seconds=1)
        return words in _home(night, name)

    await night.until(there, say=words)


async def test_what_i_follow_is_there_is_left_in_one_click_and_changes_with_every_other_way() -> None:
    async with Night().begin() as night:
        await night.declare()
        sam = night.person("sam")
        await sam.open_home()
        await _drawn(night, "sam", "Nothing that is open. Press Follow")
        await sam.command("/incident", "follow INC-1", channel="incidents")
        await sam.command("/incident", "follow sev2", channel="incidents")
        await _drawn(night, "sam", "home_unfollow:SEV2")
        followed = f"home_unfollow:{(await night.incident()).id}"
        assert followed in _home(night, "sam")
        await sam.click_home(followed)
        await night.until(lambda: followed not in _home(night, "sam"), say="it is gone")
        kept = await night.memory.subscriptions.get(sam.id)
        assert (kept.incidents, len(kept.severities)) == (frozenset(), 1)
        await sam.command("/incident", "unfollow sev2", channel="incidents")
        await _drawn(night, "sam", "Nothing that is open. Press Follow")


async def test_following_draws_no_tab_of_somebody_who_has_not_looked() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("sam").command("/incident", "follow INC-1", channel="incidents")
        await night.person("ben").open_home()
        await _drawn(night, "ben", "INC-1")
        assert night.slack.workspace.homes.keys() == {night.person("ben").id}


async def test_opening_it_draws_the_ages_anew_although_nothing_has_changed() -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.person("ben").open_home()
        await _drawn(night, "ben", "for 0 min")
        night.clock.move(minutes=12)
        await night.person("ben").open_home()
        await night.until(lambda: "for 12 min" in _home(night, "ben"), say="the age as it is now")


async def test_who_may_need_a_secret_and_has_none_makes_one_there() -> None:
    async with Night().begin() as night:
        ben = night.person("ben")
        for name in ("ben", "sam"):
            await night.person(name).open_home()
            await _drawn(night, name, "What you follow")
        assert "Make a secret" not in _home(night, "sam"), "sam neither approves nor holds a role"
        answer = await ben.click_home("Make a secret")
        assert answer.view is not None
        assert answer.view.title == "Your secret"
        await _not_drawn(night, "ben", "Make a secret")
        await night.declare()
        await night.person("cleo").open_home()
        await _drawn(night, "cleo", "Make a secret")


async def _not_drawn(night: Night, name: str, words: str) -> None:
    def gone() -> bool:
        night.clock.move(seconds=1)
        return words not in _home(night, name)

    await night.until(gone, say=f"no {words}")
