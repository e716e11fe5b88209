"""The Lua scripts as files, and the hash that the server knows them by.

What a script promises, and its keys and arguments, stand above its text in `scripts/`. It refuses names that
have no file, at import.
"""

import hashlib
from pathlib import Path

_FOLDER = Path(__file__).parent / "scripts"


class Script:
    """One script. `sha` is what the server called it when it was loaded last."""

    def __init__(self, name: str) -> None:
        self.text = (_FOLDER / f"{name}.lua").read_text(encoding="utf-8")
        # EVALSHA is defined with SHA-1; nothing is protected by it.
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


COMMIT = Script("commit")
ENQUEUE = Script("enqueue")
PROMOTE = Script("promote")
RENEW = Script("renew")
COUNT = Script("count")
SETTLE = Script("settle")
BEGIN = Script("begin")
RECORD = Script("record")
RETRACT = Script("retract")
SWAP = Script("swap")
TURN = Script("turn")
LIFT = Script("lift")
