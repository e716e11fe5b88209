"""What comes in at the gate: rubbish changes nothing, repeats change nothing more (row 1, 32, 33)."""

import asyncio

import pytest

from bot.practice.slack_standin import SignedRequest
from bot.practice.slack_standin.transport import AsgiTransport
from tests.stories.night import Night

RUBBISH = (
    b"",
    b"\x00\xff\xfe",
    b"payload=",
    b"payload=%7B",
    b"payload=[]",
    b"payload=null",
    b"command=/incident",
    b"command=%2Fincident&text=x&team_id=&user_id=",
    b'{"type":"event_callback"}',
    b"[" * 50_000,
    b'payload={"type":"block_actions","actions":[{"action_id":7}]}',
    b'payload={"type":"view_submission","view":{"state":{"values":[]}}}',
)


async def test_rubbish_signed_or_not_is_refused_without_a_trace() -> None:
    async with Night(worker=False, outlets=()).begin() as night:
        before = night.redis.command("DBSIZE"), night.memory.highest_commit, await night.memory.commit_number()
        for body in RUBBISH:
            signed = night.slack.signed(body)
            as_json = night.slack.signed(body, content_type="application/json")
            for request in (signed, as_json):
                answer = await night.slack.send(request)
                assert answer.status in (200, 400), (body, answer)
            unsigned = SignedRequest(body, {"content-type": "application/x-www-form-urlencoded"})
            wrongly = night.slack.signed(body, secret="somebody-else")
            old = night.slack.signed(body, timestamp=int(night.clock.seconds()) - 301)
            for request in (unsigned, wrongly, old):
                assert (await night.slack.send(request)).status == 401
        huge = night.slack.signed(b"payload=" + b"x" * (1024 * 1024 + 1))
        assert (await night.slack.send(huge)).status == 413
        after = night.redis.command("DBSIZE"), night.memory.highest_commit, await night.memory.commit_number()
        assert after == before
        assert not [c for c in night.slack.calls if c.method not in ("auth.test", "users.info")]


async def test_a_byte_identical_replay_has_the_first_answer_and_one_effect_in_every_web_process() -> None:
    async with Night().begin() as night:
        declared = await night.declare()
        await night.draft()
        approved = await night.approve()
        await night.published()
        second = await night.here.start_web()
        other = AsgiTransport(second.app)
        submitted = next(a for a in night.slack.answers if a.kind == "view")
        for first in (declared, submitted, approved):
            again = await night.slack.replay(first)
            assert (again.status, again.body) == (200, first.body)
            elsewhere = await other.send(first.request)
            assert elsewhere.status == 200
        assert await night.memory.incidents.find(2) is None
        incident = await night.incident()
        assert len(incident.updates) == 1
        assert len(incident.updates[0].revisions) == 1
        assert len(incident.updates[0].approvals) == 1
        await night.published()


async def test_the_same_declaration_at_two_web_processes_at_once_is_one_incident() -> None:
    async with Night().begin() as night:
        second = AsgiTransport((await night.here.start_web()).app)
        text = f"Logins fail sev2 {night.person('ada').mention}"
        answer = await night.person("ada").command("/incident", text)
        await asyncio.gather(*(second.send(answer.request) for _ in range(4)))
        await night.until(night.opened)
        assert await night.memory.incidents.find(2) is None
        assert len([c for c in night.slack.calls_of("conversations.create") if c.ok]) == 1


@pytest.mark.parametrize(("who", "words"), [("gus", "guest"), ("olaf", "other companies")])
async def test_a_guest_or_somebody_from_another_company_cannot_approve(who: str, words: str) -> None:
    async with Night().begin() as night:
        await night.declare()
        await night.draft()
        ask = await night.ask()
        stranger = night.person(who)
        night.slack.workspace.channel(night.room).members.append(stranger.id)
        for label in ("Approve", "Withdraw"):
            answer = await stranger.click(ask, label)
            assert answer.status == 200
        await night.until(lambda: words in night.told(who).lower(), say=f"{who} is told")
        update = await night.update()
        assert not update.approvals
        assert update.submission is not None
        assert not night.arrived()
