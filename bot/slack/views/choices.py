"""The buttons of an approval: what each carries, and what it asks before it counts.

It refuses to carry more than ids and the digest that was looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.incident import Incident
from bot.domain.languages import languages_of
from bot.domain.update import Planned, Update
from bot.slack.views.blocks import DANGER, PRIMARY, actions, button, clip, confirm
from bot.slack.views.forms import pack, small_number, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a button is about; "" for what it does not carry. `round`: which try of a delivery, 0 for the first."""

    incident_id: str = ""
    update_id: str = ""
    digest: str = ""
    outlet: str = ""
    template: str = ""
    locale: str = ""
    round: int = 0


def aimed(value: str) -> Aim:
    """Read a button's value."""
    ids = unpack(value)
    return Aim(
        incident_id=ids.get("incident", ""),
        update_id=ids.get("update", ""),
        digest=ids.get("digest", ""),
        outlet=ids.get("outlet", ""),
        template=ids.get("template", ""),
        locale=ids.get("locale", ""),
        round=small_number(ids.get("round", ""), 6) or 0,
    )


def decisions(incident: Incident, update: Update, *, approvable: bool) -> list[Block]:
    """Return the buttons of a waiting update; Approve only where every word has been shown."""
    carried = pack(incident=incident.id, update=update.id, digest=update.latest.digest)
    asked = confirm(
        f"Publish update #{update.number} now?",
        f"It goes to {where_to(update.latest.planned)}",
        "Approve and publish",
        "Not yet",
    )
    approve = button("Approve", "update_approve", carried, style=PRIMARY, confirm=asked)
    reject = button("Reject", "update_reject", carried, style=DANGER)
    alone = button("Nobody else can approve", "update_glass", carried)
    first = [approve] if approvable else []
    tongues = [languages(incident, update)] if len(languages_of(update)) > 1 else []
    return [
        actions(*first, read(incident, update), reject),
        actions(edit(incident, update), *tongues, withdraw(incident, update), alone),
    ]


def where_to(planned: Sequence[Planned]) -> str:
    """Return outlets and numbers of recipients in one sentence, short enough for a confirmation (300: Slack docs)."""
    total = sum(p.recipient_count for p in planned)
    shares: dict[str, list[Planned]] = {}
    for plan in planned:
        shares.setdefault(plan.outlet, []).append(plan)
    named: list[str] = []
    for share in shares.values():
        several = f", {len(share)} languages" if len(share) > 1 else ""
        words = f"{clip(share[0].label, 60)} ({sum(p.recipient_count for p in share):,}{several})"
        if sum(map(len, named)) + len(words) > 160:
            named.append(f"and {len(shares) - len(named)} more")
            break
        named.append(words)
    outlets = "1 outlet" if len(shares) == 1 else f"{len(shares)} outlets"
    return f"{outlets}, {recipients(total)}: {', '.join(named)}."


def recipients(count: int) -> str:
    """Return a number of recipients in words."""
    return "1 recipient" if count == 1 else f"{count:,} recipients"


def read(incident: Incident, update: Update) -> ButtonElement:
    """Return the button that opens every text in full."""
    return button("Read everything", "update_read", aim(incident, update))


def edit(incident: Incident, update: Update) -> ButtonElement:
    """Return the button that opens the form with the newest words."""
    return button("Edit", "update_edit", aim(incident, update))


def languages(incident: Incident, update: Update) -> ButtonElement:
    """Return the button that opens the update's languages."""
    return button("Languages", "update_languages", aim(incident, update))


def withdraw(incident: Incident, update: Update) -> ButtonElement:
    """Return the button that takes a waiting update back."""
    asked = confirm(f"Withdraw update #{update.number}?", "Nobody will be asked to approve it any more.", "Withdraw")
    return button("Withdraw", "update_withdraw", aim(incident, update), confirm=asked)


def card(link: str) -> list[ButtonElement]:
    """Return the button that leads to the card, if there is a link."""
    return [button("Open the request", "update_open", url=link)] if link else []


def aim(incident: Incident, update: Update) -> str:
    """Return the ids of an update as a button carries them."""
    return pack(incident=incident.id, update=update.id)
