"""The gallery: texts and screens that people have looked at and agreed to, kept as files and compared byte for byte.

After a change that is meant, run the tests with UPDATE_GALLERY=1 and read the difference in version control:
that reading is the review.
"""

import difflib
import os
from pathlib import Path

GALLERY = Path(__file__).parent / "gallery"


def check(name: str, text: str, gallery: Path = GALLERY) -> None:
    """Compare `text` to the reviewed file `name` (a path inside the gallery), or rewrite it."""
    file = gallery / name
    made = text if text.endswith("\n") else text + "\n"
    if os.environ.get("UPDATE_GALLERY") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made.encode())
        return
    kept = file.read_bytes().decode() if file.exists() else ""
    if made != kept:
        lines = difflib.unified_diff(
            kept.splitlines(), made.splitlines(), f"reviewed: {name}", "made now", lineterm="", n=2
        )
        raise AssertionError("\n".join([f"{name} is not what was reviewed (UPDATE_GALLERY=1 accepts it)", *lines]))
