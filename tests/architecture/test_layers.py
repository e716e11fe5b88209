"""Who may import whom: the contracts in pyproject.toml hold, and each would notice a breach."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import ROOT, sources

LINT = Path(sys.executable).parent / "lint-imports"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
BREACHES = {
    "bot/domain/incident.py": "import os\nimport bot.usecases.incidents",
    "bot/usecases/incidents.py": "import redis\nimport bot.config",
    "handlers/grammar.py": "import bot.storage.keys",
    "bot/slack/views/incident.py": "import bot.usecases.incidents",
    "bot/outlets/smtp.py": "import bot.outlets.webhook",
    "bot/rendering/times.py": "import redis",
}


def lint(folder: Path) -> str:
    done = subprocess.run(
        [str(LINT), "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return " ".join((done.stdout + done.stderr).split())


def test_every_contract_is_kept() -> None:
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in lint(ROOT)


def test_every_contract_would_notice_a_breach(tmp_path: Path) -> None:
    for room in ("bot", "handlers"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, breach in BREACHES.items():
        file = tmp_path / path
        file.write_text(f"{file.read_text()}\n{breach}\n")
    assert f"Contracts: 0 kept, {len(CONTRACTS)} broken." in lint(tmp_path)


def test_every_outlet_is_named_in_the_contract_that_keeps_them_apart() -> None:
    (contract,) = [one for one in CONTRACTS if one["type"] == "independence"]
    adapters = {
        source.path.removesuffix(".py").replace("/", ".")
        for source in sources()
        if source.path.startswith("bot/outlets/")
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "PublicOutlet" for base in node.bases)
    }
    assert adapters <= set(contract["modules"])
