"""`/incident secret`: made in front of its owner alone, shown once, revoked by one click."""

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.domain import secret as rules
from bot.domain.job import Job, JobKind
from bot.domain.refusals import Refusal
from bot.ports import View
from handlers.answer import Open, Say
from tests.builders import ANA, person
from tests.handlers.incident_world import Room, room, words
from tests.handlers.vault import Vault


class Queue:
    """Jobs that belong to no commit."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    async def add(self, job: Job) -> None:
        """Keep it."""
        self.jobs.append(job)


def secretive() -> tuple[Room, Vault, Queue]:
    made, queue = room(), Queue()
    made.services = replace(made.services, jobs=cast(Any, queue))
    return made, cast(Vault, made.services.secrets), queue


async def test_a_secret_is_made_shown_once_and_only_its_hash_is_kept() -> None:
    here, vault, queue = secretive()
    offered = await here.say("secret")
    assert isinstance(offered, Say)
    assert "You have no secret" in words(offered)
    shown = await here.press(offered, "Make a secret")
    assert isinstance(shown, Open)
    text = words(shown)
    typed = text[text.index("*") + 1 :].partition("*")[0]
    assert rules.matches(vault.kept[ANA], typed)
    assert typed not in str(vault.kept)
    assert [(job.kind, job.args["what"]) for job in queue.jobs] == [(JobKind.TELL_OWNER, "made")]
    assert typed not in str(queue.jobs)


async def test_a_new_one_replaces_it_and_revoking_forgets_it() -> None:
    here, vault, queue = secretive()
    await here.press(await here.say("secret"), "Make a secret")
    first = vault.kept[ANA]
    again = await here.say("secret")
    await here.press(again, "Make a new secret")
    assert vault.kept[ANA] != first
    gone = await here.press(again, "Revoke")
    assert "You have no secret" in words(gone)
    assert vault.kept == {}
    assert [job.args["what"] for job in queue.jobs] == ["made", "made", "revoked"]


async def test_the_same_click_never_makes_two() -> None:
    here, _, queue = secretive()
    offered = await here.say("secret")
    await here.press(offered, "Make a secret")
    here.acts -= 1
    with pytest.raises(Refusal, match="shown only once"):
        await here.press(offered, "Make a secret")
    assert len(queue.jobs) == 1


async def test_guests_get_none() -> None:
    here, vault, _ = secretive()
    await here.services.people.put([person(ANA, guest=True)])
    with pytest.raises(Refusal, match="Guests"):
        await here.press(await here.say("secret"), "Make a secret")
    assert vault.kept == {}


def test_the_slow_answer_says_that_nobody_has_the_secret() -> None:
    from bot.slack.views import secret

    assert isinstance(secret.shown_once("x"), View)
    assert "nobody has it" in secret.NOT_SHOWN
