"""Writes how a play went as JUnit XML, which every CI reads: one test case for each step."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from bot.practice.scenario.play import Played

# What XML 1.0 cannot hold at all.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def suite(name: str, played: Sequence[Played], mistake: str = "") -> ElementTree.Element:
    """Return the report of one play. `mistake`: why it could not even begin."""
    failures = sum(one.failed for one in played)
    skipped = sum(one.seconds is None for one in played)
    seconds = sum(one.seconds or 0.0 for one in played)
    counts = {"tests": max(len(played), 1), "failures": failures, "skipped": skipped, "errors": int(bool(mistake))}
    found = ElementTree.Element(
        "testsuite",
        {"name": f"practice.{name}", "time": f"{seconds:.3f}", **{k: str(v) for k, v in counts.items()}},
    )
    for one in played:
        _case(found, name, one)
    if mistake:
        case = ElementTree.SubElement(found, "testcase", {"classname": f"practice.{name}", "name": "beginning"})
        ElementTree.SubElement(case, "error", {"message": _clean(mistake)}).text = _clean(mistake)
    return found


def write(path: Path, suites: Sequence[ElementTree.Element]) -> None:
    """Write the report: of one play its suite, of several a suite each."""
    root = suites[0]
    if len(suites) > 1:
        root = ElementTree.Element("testsuites", {"name": "practice"})
        root.extend(suites)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _case(suite: ElementTree.Element, name: str, one: Played) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": f"practice.{name}",
            "name": _clean(f"{one.step.number:03} {one.step.words}"),
            "line": str(one.step.line),
            "time": f"{one.seconds or 0.0:.3f}",
        },
    )
    if one.failed:
        failure = ElementTree.SubElement(case, "failure", {"message": _clean(f"expected: {one.expected}")})
        failure.text = _clean(f"expected: {one.expected}\nseen: {one.seen}")
    elif one.seconds is None:
        ElementTree.SubElement(case, "skipped")


def _clean(text: str) -> str:
    return text.translate(_UNWRITABLE).encode("utf-8", "replace").decode()
