"""Whether the journal would serve on the night it is needed: it is read, and something is written beside it.

It refuses to mend anything: what is missing from a damaged file may be a delivery.
"""

import os
from pathlib import Path

from bot.journal.journal import EMERGENCY, Unreadable, remembered
from bot.journal.lines import JournalDamaged, read, replace_whole
from bot.journal.recovery import ACTS
from bot.journal.vault import VAULT, Vault

# As much as a delivery and its records take, in bytes, many times over.
_ROOM = 1 << 16
_MEND = (
    "Put the file back from a backup. If there is none, move it to another folder and keep it: what only it knows is "
    "then lost should Redis lose it, too."
)


def trouble_with(folder: Path) -> tuple[str, str] | None:
    """Return what is wrong and how to mend it, None if nothing is."""
    try:
        replace_whole(folder / "room", bytes(_ROOM))
        (folder / "room").unlink()
    except OSError as fault:
        return (
            f"Nothing can be written in {folder} ({fault.strerror}), so nothing leaves from this machine.",
            "Free its disk, or give this user the right to write there. What waits then goes on by itself.",
        )
    for file in sorted(folder.iterdir()):
        if not os.access(file, os.R_OK | os.W_OK):
            return (
                f"This user may not read and write {file}: another one made it.",
                f"Give it to the user that Clarion runs as: chown -R USER {folder}",
            )
    try:
        remembered(folder, read(folder / EMERGENCY))
        Vault.read(folder / VAULT)
        read(folder / ACTS)
    except OSError as fault:
        return (f"{fault.filename} cannot be read ({fault.strerror}).", _MEND)
    except (JournalDamaged, Unreadable) as fault:
        what = f"In {folder}: {fault}. Neither `clarion publish --emergency` nor `clarion recover` can use it."
        return (what, _MEND)
    return None
