"""What happens in a practice without anybody doing it: Slack goes down, time passes, something breaks and is mended.

It refuses to reach past the house: whatever breaks is a part of it.
"""

from bot.practice import switches
from bot.practice.house import House


class Fate:
    """Implements `scenario.acting.Fate` for one house."""

    def __init__(self, house: House) -> None:
        self._house = house

    def take_down(self) -> None:
        """Take Slack down: nothing reaches it, and what it would deliver is lost."""
        self._house.standin.trouble.take_down()

    def bring_back(self) -> None:
        """Bring Slack back."""
        self._house.standin.trouble.bring_back()

    async def let_pass(self, seconds: float) -> None:
        """Let so many seconds pass, for every process of the house and for Slack."""
        await self._house.clock.let_pass(seconds)

    async def happen(self, trouble: str) -> None:
        """Throw a switch by its key."""
        await switches.SWITCHES[trouble].on(self._house)

    async def recover(self, subject: str) -> None:
        """Take back whatever is wrong with a subject."""
        await switches.well_again(self._house, subject)

    @property
    def passed(self) -> float:
        """How many seconds have been let pass since the house was built."""
        return self._house.clock.passed

    def falls(self, subject: str) -> int:
        """How often a process, or Redis, has ended and is back."""
        part = self._house.parts.get(subject.removesuffix(" process"))
        return self._house.redis.restarts if part is None else part.restarts

    def troubled(self, what: str) -> bool:
        """Whether a switch is on, or any switch of a subject."""
        found = [one for one in switches.SWITCHES.values() if what in (one.key, one.subject)]
        return any(one.is_on(self._house) for one in found)
