"""The shape of the code: modules and functions that fit a head, and what product code never does."""

import ast

from tests.architecture.sources import sources

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
# Each longer one with its reason.
LONGER: dict[str, tuple[int, str]] = {}
LONGER_FUNCTIONS: dict[str, tuple[int, str]] = {
    "bot/wiring.py:build": (60, "the composition root: one flat list of what is built from what"),
}


def test_modules_fit_a_head() -> None:
    found = {one.path: one.lines for one in sources()}
    assert [
        f"{path}: {lines} lines, at most {most}"
        for path, lines in found.items()
        if lines > (most := LONGER.get(path, (LONGEST_MODULE,))[0])
    ] == []


def test_functions_fit_a_screen() -> None:
    found = []
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGER_FUNCTIONS.get(f"{source.path}:{node.name}", (LONGEST_FUNCTION,))[0]:
                    found.append(f"{source.path}:{node.lineno}: {node.name} has {lines} lines")
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    assert [one.path for one in sources() if one.text.strip() and not ast.get_docstring(one.tree)] == []


def test_product_code_has_no_assert() -> None:
    """`python -O` removes them, and a broken assumption must be a refusal or a fault with a name."""
    found = [
        f"{one.path}:{node.lineno}" for one in sources() for node in ast.walk(one.tree) if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_only_the_command_line_prints() -> None:
    speaks = ("bot/__main__.py", "bot/practice/")
    found = [
        f"{one.path}:{node.lineno}"
        for one in sources()
        if not one.path.startswith(speaks)
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []


def test_excuses_carry_a_reason() -> None:
    """A `noqa` names its rule and says why, on the same line."""
    found = [
        f"{one.path}:{number}"
        for one in sources()
        for number, line in enumerate(one.text.splitlines(), start=1)
        if "# noqa" in line and len(line.split("# noqa", 1)[1].split()) < 4
    ]
    assert found == []
