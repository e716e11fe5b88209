"""Secrets kept in this process, for conversations."""

from datetime import datetime

from bot.domain.secret import Enrolment, Tries, Use


class Vault:
    """Implements `ports.Secrets`."""

    def __init__(self) -> None:
        self.kept: dict[str, Enrolment] = {}
        self.counted: dict[str, Tries] = {}
        self.noted: dict[str, list[Use]] = {}

    async def get(self, user_id: str) -> Enrolment | None:
        """Return what is kept."""
        return self.kept.get(user_id)

    async def put(self, kept: Enrolment) -> None:
        """Keep it."""
        self.kept[kept.user_id] = kept
        await self.right(kept.user_id)

    async def remove(self, user_id: str) -> bool:
        """Forget it."""
        return self.kept.pop(user_id, None) is not None

    async def tries(self, user_id: str) -> Tries:
        """Return what is counted."""
        return self.counted.get(user_id, Tries())

    async def everybody(self) -> tuple[Enrolment, ...]:
        """Nobody asks."""
        raise AssertionError

    async def swap(self, user_id: str, before: Tries, after: Tries) -> bool:
        """Count."""
        if self.counted.get(user_id, Tries()) != before:
            return False
        self.counted[user_id] = after
        return True

    async def right(self, user_id: str) -> None:
        """Forget what is counted."""
        self.counted.pop(user_id, None)

    async def note(self, user_id: str, use: Use) -> None:
        """Write it down."""
        self.noted.setdefault(user_id, []).append(use)

    async def uses(self, user_id: str, since: datetime | None = None) -> tuple[Use, ...]:
        """Return what was written down."""
        return tuple(self.noted.get(user_id, ()))
