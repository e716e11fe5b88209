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
