"""The table of permissions as people read it. `python -m tests.gate.permission_table` prints it for its README."""

from bot.domain.permissions import PERMISSIONS, Standing

# Colleagues first, then those who are none; how a column is headed.
HEADS = {
    Standing.COLLEAGUE: "colleague",
    Standing.COMMANDER: "commander",
    Standing.COMMUNICATIONS: "comms lead",
    Standing.SUPPORT: "support lead",
    Standing.SCRIBE: "scribe",
    Standing.APPROVER: "approver",
    Standing.DECLARER: "declarer",
    Standing.AUTHOR: "author",
    Standing.GUEST: "guest",
    Standing.OUTSIDER: "outsider",
    Standing.BOT: "bot",
    Standing.DEACTIVATED: "closed account",
}
_STRANGERS = (Standing.GUEST, Standing.OUTSIDER, Standing.BOT, Standing.DEACTIVATED)


def drawn() -> str:
    """Return the table in Markdown."""
    lines = [f"| may | {' | '.join(HEADS.values())} |", f"| --- |{' --- |' * len(HEADS)}"]
    for act, rule in PERMISSIONS.items():
        cells = []
        for standing in HEADS:
            held = frozenset({standing}) if standing in _STRANGERS else frozenset({standing, Standing.COLLEAGUE})
            cells.append("never" if standing in rule.never else "yes" if rule.allows(held) else "")
        lines.append(f"| {act.value} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(drawn())
