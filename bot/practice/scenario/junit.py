"""Writes how a play went as JUnit XML, which every CI reads: one test case for each step.

It keeps to what both strict schemas of this format allow, Ant's (windyroad/JUnit-Schema) and that of Jenkins
(xunit-plugin, junit-10.xsd): it refuses attributes of its own, so the line of a step stands in the words.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from bot.practice.scenario.play import Played
from bot.practice.slack_standin.standin import WALL_CLOCK

# What XML 1.0 cannot hold at all.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_HERE = "localhost"  # practice is on this machine alone


def suite(name: str, played: Sequence[Played], mistake: str = "") -> ElementTree.Element:
    """Return the report of one play, which ends now. `mistake`: why it could not even begin."""
    seconds = sum(one.seconds or 0.0 for one in played)
    counts = {
        "tests": len(played) + bool(mistake),
        "failures": sum(one.failed for one in played),
        "skipped": sum(one.seconds is None for one in played),
        "errors": int(bool(mistake)),
    }
    began = datetime.fromtimestamp(WALL_CLOCK() - seconds, UTC)
    about = {"name": f"practice.{name}", "time": f"{seconds:.3f}", "hostname": _HERE}
    # Without an offset: the schema has no place for one.
    about["timestamp"] = began.strftime("%Y-%m-%dT%H:%M:%S")
    found = ElementTree.Element("testsuite", {**about, **{k: str(v) for k, v in counts.items()}})
    ElementTree.SubElement(found, "properties")
    for one in played:
        _case(found, name, one)
    if mistake:
        _fault(_testcase(found, name, "beginning", 0.0), "error", "NotPlayed", mistake, mistake)
    for stream in ("system-out", "system-err"):
        ElementTree.SubElement(found, stream)
    return found


def write(path: Path, suites: Sequence[ElementTree.Element]) -> None:
    """Write the report: of one play its suite, of several a suite each."""
    root = suites[0]
    if len(suites) > 1:
        root = ElementTree.Element("testsuites")
        for number, one in enumerate(suites):
            one.attrib |= {"id": str(number), "package": "practice"}
        root.extend(suites)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _case(suite: ElementTree.Element, name: str, one: Played) -> None:
    case = _testcase(suite, name, f"{one.step.number:03} {one.step.words}", one.seconds or 0.0)
    if one.failed:
        words = f"{one.step.place}\nexpected: {one.expected}\nseen: {one.seen}"
        _fault(case, "failure", "DidNotHappen", f"{one.step.place}: expected: {one.expected}", words)
    elif one.seconds is None:
        ElementTree.SubElement(case, "skipped")


def _testcase(suite: ElementTree.Element, name: str, words: str, seconds: float) -> ElementTree.Element:
    about = {"classname": f"practice.{name}", "name": _clean(words), "time": f"{seconds:.3f}"}
    return ElementTree.SubElement(suite, "testcase", about)


def _fault(case: ElementTree.Element, tag: str, kind: str, message: str, words: str) -> None:
    ElementTree.SubElement(case, tag, {"type": kind, "message": _clean(message)}).text = _clean(words)


def _clean(text: str) -> str:
    return text.translate(_UNWRITABLE).encode("utf-8", "replace").decode()
