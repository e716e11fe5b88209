"""Who is there in a practice without a scenario: a small company, a guest, and a customer from another company.

Everybody is made up. It refuses real names and real addresses.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.practice.scenario.script import Player, Script
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, SlackStandIn

_HERE, _FAR = "Europe/Amsterdam", "America/New_York"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody of the cast. `approves`: is on the list of approvers. `zone` is an IANA name."""

    name: str
    about: str
    zone: str = _HERE
    approves: bool = False
    guest: bool = False
    outside: bool = False


CAST = (
    Part("ada", "on call, finds it first"),
    Part("cleo", "writes to customers", zone=_FAR),
    Part("ben", "a second approver", approves=True),
    Part("dana", "a third approver", zone=_FAR, approves=True),
    Part("sam", "answers customers"),
    Part("gus", "works for an agency", guest=True),
    Part("olga", "works at a customer", zone=_FAR, outside=True),
)
TITLE = "Practice"


def about() -> dict[str, str]:
    """Return what each of them does, by name."""
    return {one.name: one.about for one in CAST}


def script() -> Script:
    """Return a script without steps: the house needs to know who is in it and who gets letters."""
    return Script(
        path=Path("practice"),
        title=TITLE,
        people=tuple(Player(one.name, one.about, guest=one.guest) for one in CAST if not one.outside),
        steps=(),
        approvers=tuple(one.name for one in CAST if one.approves),
        recipients=("anna@shop.example", "bram@bakery.example", "chiara@clinic.example"),
    )


def settle_in(standin: SlackStandIn) -> None:
    """Give everybody their zone, and bring in who is of another company, with a channel shared with them."""
    for one in CAST:
        if one.outside:
            standin.add_person(one.name, team_id=OUTSIDE_TEAM_ID)
        user = standin.person(one.name).user
        user.tz = one.zone
        now = datetime.fromtimestamp(standin.stage.now(), tz=ZoneInfo(one.zone))
        user.tz_offset = int((now.utcoffset() or now - now).total_seconds())
    person = standin.person
    outsiders = [person(one.name) for one in CAST if one.outside]
    standin.add_channel("with-acme", members=(person("sam"), person("cleo"), *outsiders), is_ext_shared=True)
    standin.add_channel("agency", members=(person("ada"), *(person(one.name) for one in CAST if one.guest)))
    standin.add_usergroup("support", (person("sam"),))
