"""Folders of their own for what a test's processes write: in memory where the machine offers it.

Every commit and every line of a journal is synced to the disk, and a busy disk may take a second for it. No test is
about that; what a killed process leaves behind is the same in memory.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# Containers may have 64 MB there, which a run could fill.
ENOUGH_BYTES = 1 << 30


def private_folder(prefix: str) -> Path:
    """Make a folder that only this user can read. Whoever asked removes it."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_root()))


def _root() -> Path | None:
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES else None
