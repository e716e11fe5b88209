"""A pytest plugin that tells the runner what happened in a mutated tree: which tests failed, when, and with what.

`MUTANT_REPORT` names the file to write, `MUTANT_MODULE` the changed module: it is imported first, so that a mutant
that cannot even be imported is told apart from one that was seen.
"""

import importlib
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

_seen: dict[str, Any] = {"failed": {}, "passed": [], "from": "", "broken": ""}


def pytest_configure(config: pytest.Config) -> None:
    """Import what was changed, and say from where the program comes."""
    import bot

    _seen["from"] = bot.__file__
    try:
        if module := os.environ.get("MUTANT_MODULE", ""):
            _seen["from"] = importlib.import_module(module).__file__
    except Exception as fault:
        _seen["broken"] = repr(fault)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Note how each test ended."""
    report = yield
    if call.when == "call" and report.passed:
        _seen["passed"].append(item.nodeid)
    elif report.failed and call.excinfo is not None:
        _seen["failed"].setdefault(item.nodeid, [call.when, *_names(call.excinfo.value)])
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write it down."""
    Path(os.environ["MUTANT_REPORT"]).write_text(json.dumps(_seen))


def _names(fault: BaseException) -> list[str]:
    """Return the name of the exception, or those of the exceptions of a group."""
    if isinstance(fault, BaseExceptionGroup):
        return [name for one in fault.exceptions for name in _names(one)]
    return [type(fault).__name__]
