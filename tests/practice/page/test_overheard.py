"""What web and worker log, as people who look on hear it: once, and in plain words."""

import json
from pathlib import Path

from bot.practice.chronicle import Chronicle
from bot.practice.page.hurt.overheard import Overheard


def line(event: str, second: int, level: str = "warning", **more: object) -> str:
    return json.dumps({"event": event, "level": level, "timestamp": f"2026-11-22T03:00:{second:02}Z", **more}) + "\n"


def test_lines_are_heard_once_in_the_order_of_their_time_and_only_when_they_are_whole(tmp_path: Path) -> None:
    log, chronicle = tmp_path / "worker.log", Chronicle(lambda: 0.0)
    heard = Overheard("worker", log, chronicle)
    heard.listen()
    log.write_text(
        line("worker_ready", 0, "info", lanes=["secret lane"]) + "Traceback\n" + line("lane_troubled", 1)[:9]
    )
    heard.listen()
    heard.listen()
    assert [one.words for one in chronicle.last(9)] == ["The worker process is ready."]
    with log.open("a") as more:
        more.write(line("lane_troubled", 1)[9:] + line("storage_down", 2) + line("job_failed", 3, "error"))
        more.write(line("asked", 4, "info") + line("worker_ready", 5, "info") + "[1]\n" + '{"event": "worker_ready"}\n')
    heard.listen()
    assert [one.words for one in chronicle.last(9)][1:] == [
        "The worker process cannot reach Redis, and tries again.",
        "The worker process reports trouble: job failed.",
        "The worker process is ready.",
    ]
