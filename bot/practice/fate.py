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
