"""What web and worker log, in plain words, for people who look on. It refuses to show a line as it was logged."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.practice.chronicle import Chronicle

# What is said of an event; the part's name goes before it. What is not here is told only if it is an error.
_WORDS: Mapping[str, str] = {
    "web_ready": "is ready",
    "worker_ready": "is ready",
    "slack_down": "cannot reach Slack, and goes on without it",
    "lease_lost": "left a job to whoever took it over",
    "storage_down": "cannot reach Redis, and tries again",
    "storage_full": "found Redis full",
    "memory_troubled": "cannot reach Redis, and tries again",
    "memory_back": "reaches Redis again",
    "lane_troubled": "cannot reach Redis, and tries again",
    "promote_troubled": "cannot reach Redis, and tries again",
    "job_not_settled": "could not record the end of a job, and does it again",
}
_SAME = 5.0  # seconds in which the same words are one thing: each lane says that Redis is away


class Overheard:
    """`listen` tells the chronicle what a part has logged since it was last called."""

    def __init__(self, part: str, log: Path, chronicle: Chronicle) -> None:
        self._part, self._log, self._chronicle = part, log, chronicle
        self._read = 0
        self._last = ("", 0.0)

    def listen(self) -> None:
        """Read on. A line that is still being written waits for the next time."""
        try:
            with self._log.open("rb") as log:
                log.seek(self._read)
                new = log.read()
        except OSError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            self._tell(line)

    def _tell(self, line: bytes) -> None:
        try:
            said = json.loads(line)
            event, at = str(said["event"]), datetime.fromisoformat(str(said["timestamp"])).timestamp()
        except (ValueError, KeyError, TypeError):
            return
        words = _WORDS.get(event, "")
        if not words and said.get("level") in ("error", "critical"):
            words = f"reports trouble: {event.replace('_', ' ')}"
        again = words == self._last[0] and at - self._last[1] < _SAME and not event.endswith("_ready")
        if not words or again:
            return
        self._last = (words, at)
        self._chronicle.say(f"The {self._part} process {words}.", at)
