"""Incidents that are not for everybody: a drill, and a private one. What must hold of them is I4."""

from functools import partial

from bot.domain.incident import Role, Severity, Step
from bot.domain.lifecycle import Declaration
from bot.domain.people import Caller
from bot.ports import Services
from bot.usecases import incidents
from tests.crash.hands import Hands
from tests.crash.world import Stuck
from tests.stories.acts import WORDS

# What people try who are not in it.
_TRIES = (("sam", "follow INC-1"), ("gus", "INC-1"), ("sam", "update INC-1"), ("ben", "parties INC-1"))


class Closed(Hands):
    """The people of one world, and what they do of this."""

    async def drilled(self) -> None:
        """Ada declares a drill: nobody can in Slack today, so at a terminal."""
        ada, cleo = self.world.slack.person("ada"), self.world.slack.person("cleo")
        said = Declaration(
            title="Checkout fails for EU cards",
            severity=Severity.SEV1,
            roles={Role.COMMUNICATIONS: cleo.id},
            declared_in=self.world.incidents.id,
            drill=True,
        )

        async def declare(services: Services, turn: int) -> None:
            if await services.incidents.find(1) is None:
                await incidents.declare(services, said, Caller(ada.id), "drill")

        await self.world.at_a_terminal(declare)

    async def hide(self) -> None:
        """Ada declares a private incident; others try what they could with another, and Cleo to publish."""
        slack = self.world.slack
        ada, cleo = slack.person("ada"), slack.person("cleo")
        text = f"--private Keys leaked by a partner sev1 {ada.mention} {cleo.mention}"
        await self.answered(lambda: ada.command("/incident", text, channel="incidents"))
        await self.world.quiet()
        found = await self.there()
        if not found.channel.private or Step.CARD not in found.channel.done:
            raise Stuck("a private incident was declared, and its private channel is not ready")
        for name, words in _TRIES:
            await self.answered(partial(slack.person(name).command, "/incident", words, channel="general"))
        room = await self.room()
        await self.answered(partial(cleo.command, "/incident", "update investigating", channel=room))
        form = slack.open_view("cleo")
        if form is not None and "submit" in form.content:
            await self.submit("cleo", form, WORDS)
        await self.world.quiet()
