"""What the people do in a history, chapter by chapter, as people do it: they look, press, and press again.

Whoever has no answer does it again; whoever has one never does: what was answered must be there.
"""

import contextlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.incident import Step
from bot.domain.people import Caller
from bot.domain.refusals import Refusal
from bot.domain.update import Outcome
from bot.ports import Services
from bot.practice.slack_standin.screen import everything
from bot.usecases import secrets
from tests.crash.closed import Closed
from tests.crash.hands import MOST_TRIES
from tests.crash.world import Stuck
from tests.stories.acts import WORDS, buttons

_EDITED = {"What customers see": "Paying by card fails for customers in the EU and the UK."}
_CORRECTION = {"What was wrong in the earlier update": "We wrote that bank transfers work. They do not."}
_RESTORED = {"What was wrong, and what was done": "From 02:40 to 03:30 UTC card payments failed. It is fixed."}


class Night(Closed):
    """The people of one world, and what they mean to do."""

    async def declare(self) -> None:
        """Ada declares, and Sam and a guest follow."""
        slack = self.world.slack
        ada, cleo = slack.person("ada"), slack.person("cleo")
        if self.world.drill:
            await self.drilled()
        else:
            text = f"Checkout fails for EU cards sev1 {ada.mention} {cleo.mention}"
            await self.answered(lambda: ada.command("/incident", text, channel="incidents"))
        await self.world.quiet()
        found = await self.incident()
        if found is None or Step.ANNOUNCE not in found.channel.done:
            raise Stuck("the incident was declared, and its channel is not ready")
        # An announcement that Slack did not take is said on the card; people follow from there.
        shown = self.message(found.channel.announcement or found.channel.card)
        for name in ("sam", "gus"):
            await self.answered(partial(slack.person(name).click, shown, "Follow"))
        await self.world.quiet()

    async def publish(self) -> None:
        """Cleo drafts, and edits in half of the nights: then Ben presses what is stale first. Dee presses as well."""
        number = await self._next()
        await self.draft("update investigating", WORDS)
        if self.world.rng.random() < 0.5:
            await self._edited(number)
        asked = deepcopy(await self.ask(number))
        await self.press("ben", asked, "Approve", "approve")
        if self.world.rng.random() < 0.5:
            await self.press("dee", asked, "Approve", "approve")
        await self.ended(number)

    async def brief(self) -> None:
        """One update, approved: by Ben from its card, by Dee from where everything is to be read."""
        number = await self._next()
        await self.draft("update investigating", WORDS)
        if self.world.rng.random() < 0.25:
            await self._edited(number)
        asked = deepcopy(await self.ask(number))
        view = await self.opened("dee", lambda: self.world.slack.person("dee").click(asked, "Read everything"))
        for _ in range(2 * MOST_TRIES):
            if "submit" in view.content:
                break
            await self.answered(lambda: self.world.slack.person("dee").click(view, "Next"))
        await self.press("ben", asked, "Approve", "approve")
        await self.approve_as_read("dee", view)
        await self.ended(number)

    async def haunted(self) -> None:
        """A job that takes its worker down: twice, and it is done alone; three times, and it is put aside."""
        self.world.fate.haunt("deliver:", self.world.rng.choice((2, 3)))
        await self.brief()

    async def errands(self) -> None:
        """What else people do: home, a mention, a bot that was removed, and a secret for the command line."""
        slack, room = self.world.slack, await self.room()
        cleo, ada, bot = slack.person("cleo"), slack.person("ada"), slack.workspace.bot
        await self.answered(cleo.open_home)
        await self.world.during(cleo.say(room, f"<@{bot.id}> help"))
        await self.world.quiet()
        await self.world.during(ada.remove(room, bot))
        self.world.clock.at += timedelta(seconds=10)
        await self.world.quiet()
        for who in (ada, cleo):
            for dm in slack.dms(who):
                if "Bring Clarion back" in buttons(dm):
                    await self.answered(partial(who.click, dm, "Bring Clarion back"))
        await self.world.quiet()
        await self._steps()
        await self._secret()

    async def _steps(self) -> None:
        """Ada and Cleo tick off the same step, and call the parties; one of these says that it is told."""
        slack, room = self.world.slack, await self.room()
        steps = deepcopy(self.message((await self.there()).channel.runbook))
        button = next(e for _, e in everything(steps.blocks) if "watch" in str(e.get("value", "")))
        for who in ("ada", "cleo"):
            await self.answered(partial(slack.person(who).click, steps, value=button["value"], label="Done"))
            await self.answered(partial(slack.person(who).command, "/incident", "parties", channel=room))
        await self.world.quiet()
        called = self.message((await self.there()).channel.roll_call)
        told = next(e for _, e in everything(called.blocks) if e.get("action_id") == "party_say:told")
        await self.answered(partial(slack.person("sam").click, called, "Told", value=told["value"]))
        await self.world.quiet()
        incident = await self.there()
        said = [e.text for e in await self.world.memory.incidents.timeline(incident.id)]
        ticks = [tick.step for tick in incident.ticks]
        if ticks.count("watch") != 1 or sum(text.startswith("Step done") for text in said) != 1:
            raise Stuck(f"a step that was answered is not done once: {ticks}, {said}")
        if len(incident.parties) != 1 or sum(text.endswith(": told") for text in said) != 1:
            raise Stuck(f"what a party said is not there once: {incident.parties}, {said}")

    async def _secret(self) -> None:
        """Dee makes a secret, gives a wrong one and the right one on a command line, and has it forgotten."""
        dee, incident = self.world.slack.person("dee"), await self.there()
        made: list[str] = []

        async def enrol(services: Services, turn: int) -> None:
            made.append(await secrets.enrol(services, Caller(dee.id), f"enrol {turn}"))

        async def wrong(services: Services, turn: int) -> None:
            with contextlib.suppress(Refusal):
                await secrets.verify(services, replace(shown, typed="wrong"))
            self.world.clock.at += timedelta(minutes=20)

        async def right(services: Services, turn: int) -> None:
            with contextlib.suppress(Refusal):
                await secrets.verify(services, replace(shown, typed=made[-1]))

        async def forget(services: Services, turn: int) -> None:
            await secrets.revoke(services, Caller(dee.id))

        await self.world.at_a_terminal(enrol)
        shown = secrets.Attempt(
            user_id=dee.id, typed="", doing="approve", machine="ops@bastion", incident_id=incident.id
        )
        for act in (wrong, right, forget):
            await self.world.at_a_terminal(act)
        await self.world.quiet()

    async def stop_and_correct(self) -> None:
        """An update is stopped on its way; then a correction of what has left."""
        number = await self._next()
        await self.draft("update identified", {**WORDS, "What customers see": "Cards are refused. We found out why."})
        await self.press("dee", deepcopy(await self.ask(number)), "Approve", "approve")
        await self.world.some(self.world.rng.randrange(45))
        shown = deepcopy(await self.ask(number))
        if "Stop" in buttons(shown):
            await self.press("ada", shown, "Stop", "stop")
        await self.ended(number)
        shown = await self.ask(number)
        if "Correct" in buttons(shown):
            view = await self.opened("cleo", lambda: self.world.slack.person("cleo").click(shown, "Correct"))
            await self.submit("cleo", view, _CORRECTION)
            await self.world.quiet()
            await self.press("ben", deepcopy(await self.ask(number + 1)), "Approve", "approve")
            await self.ended(number + 1)

    async def end(self) -> None:
        """The restored notice, and with it the end."""
        ada, room, number = self.world.slack.person("ada"), await self.room(), await self._next()
        view = await self.opened("ada", lambda: ada.command("/incident", "resolve", channel=room))
        view = await self.opened("ada", lambda: ada.click(view, "Draft the restored notice"), above=view)
        await self.submit("ada", view, {**WORDS, **_RESTORED})
        await self.world.quiet()
        await self._in_french(number)
        await self.press("ben", deepcopy(await self.ask(number)), "Approve", "approve")
        await self.ended(number)

    async def _in_french(self, number: int) -> None:
        """Cleo says that the words are right in French as they stand: nothing ends while a language lags."""
        cleo, shown = self.world.slack.person("cleo"), deepcopy(await self.ask(number))
        view = await self.opened("cleo", lambda: cleo.click(shown, "Languages"))
        view = await self.opened("cleo", lambda: cleo.click(view, "Translate into French"), above=view)
        await self.submit("cleo", view, {"Checked": ["Every text above is right as it stands"]})
        await self.world.quiet()

    async def _edited(self, number: int) -> None:
        """Cleo edits; Ben, who still looks at the older words, presses Approve."""
        seen = deepcopy(await self.ask(number))
        view = await self.opened("cleo", lambda: self.world.slack.person("cleo").click(seen, "Edit"))
        await self.submit("cleo", view, _EDITED)
        await self.press("ben", seen, "Approve", "approve")
        await self.world.quiet()

    async def ended(self, number: int) -> None:
        """Wait for the end of an update, deciding on the way what only a person can."""
        await self.world.quiet()
        await self.approved(number)
        await self.decide_unknown(number)

    async def _next(self) -> int:
        return len((await self.there()).updates) + 1

    async def draft(self, text: str, words: Any) -> None:
        """Cleo drafts by command."""
        room, cleo = await self.room(), self.world.slack.person("cleo")
        view = await self.opened("cleo", lambda: cleo.command("/incident", text, channel=room))
        await self.submit("cleo", view, words)
        await self.world.quiet()

    async def approved(self, number: int) -> None:
        """What was pressed and answered has taken effect; else somebody presses again, as people do."""
        for _ in range(MOST_TRIES):
            if (await self.update(number)).approved:
                return
            await self.press("dee", deepcopy(await self.ask(number)), "Approve", "approve")
            await self.world.quiet()
        raise Stuck(f"update #{number} cannot be approved")

    async def decide_unknown(self, number: int) -> None:
        """Ben decides about what is unknown, until nothing is. What is refused each time he does not try for ever."""
        for turn in range(2 * MOST_TRIES):
            update = await self.update(number)
            unknown = [d.outlet for d in update.deliveries if d.tally.get(Outcome.UNKNOWN, 0)]
            if not unknown:
                return
            outlet, shown = unknown[0], deepcopy(await self.ask(number))
            offered = [one for one in ("It arrived", "Send again") if one in buttons(shown)]
            if not offered:
                raise Stuck(f"{outlet} is unknown on update #{number}, and its card offers no decision")
            label = self.world.rng.choice(offered) if turn < MOST_TRIES // 2 else offered[0]
            await self.press("ben", shown, label, label, outlet)
            await self.world.quiet()
        raise Stuck(f"update #{number} stays unknown")


# The shortest first, behind the one in which nothing may leave (`histories.HIDES`); "all" comes to every effect that
# people and workers come to.
PLOTS: dict[str, tuple[Callable[[Night], Any], ...]] = {
    "hide": (Night.hide,),
    "errands": (Night.declare, Night.errands),
    "brief": (Night.declare, Night.brief),
    "haunted": (Night.declare, Night.haunted),
    "publish": (Night.declare, Night.publish),
    "stop": (Night.declare, Night.stop_and_correct),
    "end": (Night.declare, Night.publish, Night.end),
    "errands last": (Night.declare, Night.brief, Night.errands),
    "errands first": (Night.declare, Night.errands, Night.brief),
    "all": (Night.declare, Night.haunted, Night.errands, Night.haunted),
}
