"""What lines of a journal say of each delivery: begun, how it ended, or taken back. The rules are those of Redis.

It refuses to forget: an older round never overwrites a newer one, and "delivered" stays.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.update import Outcome
from bot.ports import Attempt

Share = tuple[str, str]  # update id, outlet


def begun(update_id: str, outlet: str, recipient: str, round_: int) -> dict[str, Any]:
    """Return the line of an intention."""
    return {"k": "begin", "u": update_id, "o": outlet, "r": recipient, "n": round_}


def ended(update_id: str, outlet: str, recipient: str, attempt: Attempt) -> dict[str, Any]:
    """Return the line of an outcome."""
    line = {"k": "end", "u": update_id, "o": outlet, "r": recipient, "n": attempt.round}
    return {**line, "is": attempt.outcome.value if attempt.outcome else "", "said": attempt.detail}


def taken_back(update_id: str, outlet: str, recipient: str, round_: int) -> dict[str, Any]:
    """Return the line that takes an intention back: nothing had left."""
    return {"k": "back", "u": update_id, "o": outlet, "r": recipient, "n": round_}


class Ledger:
    """Built from lines in their order."""

    def __init__(self, lines: Iterable[Mapping[str, Any]] = ()) -> None:
        self._shares: dict[Share, dict[str, Attempt]] = {}
        self._before: dict[tuple[str, str, str], Attempt | None] = {}
        # How often the open intention was begun: another try takes its own back, never the one before it.
        self._tries: dict[tuple[str, str, str], int] = {}
        for line in lines:
            self.take_in(line)

    def take_in(self, line: Mapping[str, Any]) -> None:
        """Take in one more line; those that are about something else are left alone."""
        if line["k"] not in ("begin", "end", "back"):
            return
        share = self._shares.setdefault((line["u"], line["o"]), {})
        who, round_, key = line["r"], line["n"], (line["u"], line["o"], line["r"])
        known = share.get(who)
        if line["k"] == "back":
            open_ = known is not None and known.outcome is None and known.round == round_
            if open_ and (tries := self._tries.pop(key, 1)) > 1:
                self._tries[key] = tries - 1
            elif open_:
                before = self._before.pop(key, None)
                if before is None:
                    del share[who]
                else:
                    share[who] = before
        elif known and (known.round > round_ or (known.round == round_ and known.outcome is Outcome.DELIVERED)):
            return
        elif line["k"] == "end":
            self._tries.pop(key, None)
            share[who] = Attempt(Outcome(line["is"]) if line["is"] else None, round_, line["said"])
        elif known is None or known.round < round_:
            self._before[key] = known
            self._tries.pop(key, None)
            share[who] = Attempt(None, round_)
        elif known.outcome is None:
            self._tries[key] = self._tries.get(key, 1) + 1

    def of(self, update_id: str, outlet: str) -> Mapping[str, Attempt]:
        """Return what is known of one outlet's share, by recipient id."""
        return dict(self._shares.get((update_id, outlet), {}))

    @property
    def shares(self) -> tuple[Share, ...]:
        """Return every share of which something is known."""
        return tuple(share for share, known in self._shares.items() if known)
