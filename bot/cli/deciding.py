"""Showing, approving, rejecting and stopping an update. What is approved is what was shown."""

from bot.cli import page
from bot.cli.following import follow
from bot.cli.session import Desk
from bot.cli.words import name
from bot.domain.coverage import lagging, require_everybody, require_translated
from bot.domain.incident import Incident
from bot.domain.keeping import require_answered
from bot.domain.languages import names_of
from bot.domain.privacy import require_public
from bot.domain.refusals import Refusal
from bot.domain.update import Update, UpdateState
from bot.ports import NotKnownYet, StorageDown
from bot.usecases import judging, snapshots, translations, updates

_OWN_WORDS = (
    "Your words are in this update, so somebody else must approve it, with a secret of their own. Approving alone is "
    "a button in Slack."
)
_UNSEEN = (
    "Clarion cannot reach its memory now, so what arrives is not shown. The approval is saved; do not repeat it. The "
    "worker goes on when the memory is back: look again with `clarion update show`."
)


async def show(desk: Desk, which: str, number: int | None) -> None:
    """Show an update with every text and outcome."""
    incident = await desk.incident(which)
    update = desk.update(incident, number)
    await desk.verified(f"show update #{update.number} of {incident.name}", incident)
    await _shown(desk, incident, update)
    for delivery in update.deliveries:
        desk.say(page.outcome(update, delivery))


async def approve(desk: Desk, which: str, number: int | None, typed: str, patience: float) -> None:
    """Show everything, have the digest typed, verify who it is, approve, follow."""
    after = await approved(desk, which, number, typed)
    if after is None:
        return
    desk.say("It goes out even if you end this command now. What arrives:")
    try:
        await follow(desk, *after, patience)
    except (StorageDown, NotKnownYet):
        # Not the sentence of a command that saved nothing: this one did, and whoever reads otherwise approves twice.
        desk.say(_UNSEEN)


async def approved(desk: Desk, which: str, number: int | None, typed: str) -> tuple[str, str] | None:
    """Show everything, have the digest typed, verify who it is, approve; return incident and update on their way.

    None: the approval is recorded and another one is needed.
    """
    services, incident = desk.services, await desk.incident(which)
    require_public(incident)  # shown before it is known who asks, so not of a private one
    update = desk.update(incident, number)
    await _shown(desk, incident, update)
    require_everybody(incident, update)  # before anybody types for nothing
    require_translated(incident, update, services.policy)
    require_answered(incident, update, await judging.today(services, incident, update))
    wanted = page.short(update)
    given = typed or desk.keyboard.ask(f"Type {wanted} to approve exactly this")
    if given.strip().lower() != wanted:
        raise Refusal(
            "stale_digest", f"That is not the digest of what is shown here ({wanted}), so nothing was approved."
        )
    by = await desk.verified(f"approve update #{update.number} of {incident.name}", incident)
    for planned in update.unread_by(by.user_id):  # shown above, in full
        await updates.record_reading(services, incident.id, update.id, planned.rendition, by, desk.operation())
    try:
        done = await updates.approve(services, incident.id, update.id, update.latest.digest, by, desk.operation())
    except Refusal as refusal:
        raise Refusal("own_words", _OWN_WORDS) if refusal.code == "own_words" else refusal from None
    after = done.update(update.id)
    if after.state is UpdateState.SUBMITTED:
        desk.say(f"Your approval of update #{after.number} is recorded. It needs another one before it leaves.")
        return None
    desk.say(f"Update #{after.number} is approved, and that is saved.")
    return incident.id, update.id


async def reject(desk: Desk, which: str, number: int | None, reason: str) -> None:
    """Send it back with a reason."""
    incident = await desk.incident(which)
    update = desk.update(incident, number)
    by = await desk.verified(f"reject update #{update.number} of {incident.name}", incident)
    await updates.reject(desk.services, incident.id, update.id, update.latest.digest, reason, by, desk.operation())
    desk.say(f"Update #{update.number} is rejected. Its author finds the reason in `clarion update show`.")


async def leave_out(desk: Desk, which: str, reason: str) -> None:
    """Leave out the languages in which nobody can be told any more, and say which."""
    incident = await desk.incident(which)
    by = await desk.verified(f"leave a language out of {incident.name}", incident)
    done = await translations.leave_out(desk.services, incident.id, reason, by, desk.operation())
    new = done.left_out[len(incident.left_out) :]
    over = " The incident is over." if done.ended else " What waits for approval can be approved without it."
    desk.say(f"{names_of(one.locale for one in new)} is left out of what is still told of {done.name}.{over}")


async def stop(desk: Desk, which: str, number: int | None) -> None:
    """Stop it, and say what had left."""
    incident = await desk.incident(which)
    update = desk.update(incident, number) if number else incident.standing or desk.update(incident, None)
    by = await desk.verified(f"stop update #{update.number} of {incident.name}", incident)
    done = await updates.stop(desk.services, incident.id, update.id, by, desk.operation())
    desk.say(f"Update #{update.number} is stopped. What has not left stays here:")
    for delivery in done.update(update.id).deliveries:
        desk.say(f"  {page.outcome(update, delivery)}")


async def _shown(desk: Desk, incident: Incident, update: Update) -> None:
    """Print the update whole. Raises Refusal if a text is damaged: what cannot be read cannot be approved."""
    texts = await snapshots.undamaged(desk.services, update)
    people = [await name(desk.services, user) for user in sorted(update.authors)]
    desk.say(f"{page.row(incident)}")
    desk.say(f"Update #{update.number} · {update.stage} · {update.state} · written by {', '.join(people)}")
    for approval in update.approvals:
        alone = f", alone: {approval.reason}" if approval.break_glass else ""
        desk.say(f"Approved by {await name(desk.services, approval.by)} at {approval.at:%H:%M} UTC{alone}")
    if update.rejection and update.state is UpdateState.REJECTED:
        desk.say(f"Rejected by {await name(desk.services, update.rejection.by)}: {update.rejection.reason}")
    desk.say(page.texts_in_full(desk.services, update.latest.planned, texts))
    desk.say(page.facts(update.latest.facts, desk.services.clock.now()))
    if missing := lagging(update):
        desk.say(page.languages(missing))
    if update.state is UpdateState.SUBMITTED and (found := judging.of_update(desk.services, incident, update, texts)):
        desk.say(page.findings(found))
    for kept in (one for one in update.kept if one.digest == update.latest.digest):
        desk.say(f"Words kept by {await name(desk.services, kept.by)}: {kept.reason}")
    desk.say(f"Digest {page.short(update)}")
