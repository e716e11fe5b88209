"""An empty folder and the README's two commands. The installation itself is tried by hand: it needs a network."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="needs the repository"
)
# As from a shell: a make inside `make test` would name its folder, and take over variables such as PYTHON.
BY_HAND = {
    name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS")) and name != "PYTHON"
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh") / "clarion"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True, timeout=60)
    for name in ("Makefile", "pyproject.toml", "uv.lock"):  # as they are now, committed or not
        shutil.copy(ROOT / name, folder)
    return folder


def would_run(clone: Path, *words: str) -> str:
    return subprocess.run(
        ["make", "-n", *words], cwd=clone, env=BY_HAND, capture_output=True, text=True, timeout=60, check=True
    ).stdout


@pytest.mark.parametrize(("target", "last"), [("practice", "clarion practice"), ("test", "pytest -n ")])
def test_a_command_brings_what_it_needs(clone: Path, target: str, last: str) -> None:
    said = would_run(clone, target)
    steps = ["-m venv .venv", "pip install", "uv sync", "--locked", last]
    places = [said.index(step) for step in steps]
    assert places == sorted(places)


def test_a_second_run_installs_nothing(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    for done in (".venv/bin/uv", ".venv/.installed-from-lock"):
        (clone / done).touch()
    assert would_run(clone, "practice").strip().splitlines() == [".venv/bin/clarion practice"]
    shutil.rmtree(clone / ".venv")


def test_without_python_it_says_what_to_install(clone: Path) -> None:
    command = ["make", "PYTHON=/nowhere/python3.11", "install"]
    done = subprocess.run(command, cwd=clone, env=BY_HAND, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Clarion needs Python 3.11 or newer" in done.stdout
    assert not (clone / ".venv").exists()


def test_nothing_private_is_tracked() -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {".env", ".clarion/", ".clarion-practice/", ".venv/"} <= set(ignored)
