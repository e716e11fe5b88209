"""A process that can die: every call of a port goes through it, and from its death on it has no effect any more.

It dies before or after the n-th time that it comes to a point. Death is a BaseException, so that nothing is tidied up
on the way out; its Services, connections and leases are never used again.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any, cast

from bot.ports import Held, Services
from bot.ports.effects import EFFECTS, READS
from tests.crash.fate import Fate
from tests.crash.history import Begin, Commit, Died, History
from tests.crash.turns import Turns

_PORTS = ("incidents", "jobs", "attempts", "people", "secrets", "subscriptions", "chat")


class Death(BaseException):
    """The process is gone."""


class Process:
    """One web process or worker."""

    def __init__(self, name: str, services: Services, fate: Fate, turns: Turns, history: History) -> None:
        self.name = name
        self.dead = False
        self._fate, self._turns, self._history = fate, turns, history
        self._held: list[Held] = []
        watched = {port: self._watched(port, getattr(services, port)) for port in _PORTS}
        outlets = {name: self._watched("outlets", outlet) for name, outlet in services.outlets.items()}
        self.services: Services = replace(services, outlets=outlets, **watched)

    async def effect(self, effect: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """Make a call that changes something outside."""

        async def run() -> Any:
            self._die(effect, "before")
            answer = await call()
            self._history.trace.append((self.name, effect))
            self._note(effect, answer)
            self._die(effect, "after")
            return answer

        return await self._turns.take(run)

    def abandon(self) -> None:
        """Let no heartbeat of a dead process go on."""
        self.dead = True
        for held in self._held:
            cast(Any, held)._stop()
        self._held.clear()

    async def _look(self, call: Callable[[], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            if self.dead:
                raise Death
            return await call()

        answer = await self._turns.take(run)
        if self.dead:
            raise Death
        return answer

    def _die(self, effect: str, moment: str) -> None:
        if not self.dead and self._fate.strikes(effect, moment):
            self.dead = True
            self._history.trace.append((self.name, f"dies {moment} {effect}"))
            self._history.add(Died(self.name, effect, moment))
        if self.dead:
            raise Death

    def _note(self, effect: str, answer: Any) -> None:
        if effect in ("incidents.create", "incidents.amend"):
            self._history.add(Commit(answer.incident))

    def _watched(self, port: str, real: Any) -> Any:
        made: dict[str, Any] = {}
        for method in EFFECTS.get(port, ()):
            made[method] = self._effective(port, method, getattr(real, method))
        for method in READS.get(port, ()):
            made[method] = self._reading(getattr(real, method))
        if port == "attempts":
            made["begin"] = self._beginning(real.begin)
        if port == "jobs":
            made["take"] = self._taking(real.take)
        return Watched(real, made)

    def _effective(self, port: str, method: str, real: Any) -> Any:
        async def run(*args: Any, **kwargs: Any) -> Any:
            return await self.effect(f"{port}.{method}", lambda: real(*args, **kwargs))

        return run

    def _reading(self, real: Any) -> Any:
        async def run(*args: Any, **kwargs: Any) -> Any:
            return await self._look(lambda: real(*args, **kwargs))

        return run

    def _beginning(self, real: Any) -> Any:
        """The ledger's script wants the real job; what it answers is part of the history."""

        async def run(held: Any, incident: Any, update: str, outlet: str, recipient: str, round_: int) -> Any:
            async def call() -> Any:
                answer = await real(held.real, incident, update, outlet, recipient, round_)
                self._history.add(Begin(update, outlet, recipient, round_, str(answer), incident.version, self.name))
                return answer

            return await self.effect("attempts.begin", call)

        return run

    def _taking(self, real: Any) -> Any:
        async def run(lane: str, wait: float) -> Any:
            async def call() -> Any:
                held = await real(lane, 0.0)
                if held is not None:
                    self._held.append(held)
                    self.dead = self.dead or self._fate.takes_down(held.job.id)
                return held

            held = await self.effect("jobs.take", call)
            return None if held is None else self._watched("held", held)

        return run


class Watched:
    """A port whose listed methods go through the process; everything else is the real one's."""

    def __init__(self, real: Any, methods: dict[str, Any]) -> None:
        self.__dict__.update(methods)
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def alive(processes: Iterable[Process]) -> list[Process]:
    """Those that are not dead."""
    return [one for one in processes if not one.dead]
