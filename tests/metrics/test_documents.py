"""The tables of metrics and of log events are what the code has; what to watch can be asked."""

import ast
import re

from bot.metrics.instruments import REGISTRY
from bot.metrics.standing import STANDING
from tests.architecture.sources import ROOT, sources

DOCUMENT = (ROOT / "bot" / "metrics" / "README.md").read_text()
README = (ROOT / "README.md").read_text()
# What a label may be about: names of the code and of the settings.
BOUNDED = {"kind", "code", "method", "result", "how", "outlet", "outcome", "lane", "version", "python"}
LEVELS = ("info", "warning", "error")


def registered() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every metric of ours: type and labels."""
    found = {}
    for collector, names in REGISTRY._collector_to_names.items():
        if collector is STANDING or not names or not names[0].startswith("clarion_"):
            continue
        kind = {"info": "gauge"}.get(str(getattr(collector, "_type")), str(getattr(collector, "_type")))  # noqa: B009 - the library has no public way
        name = str(getattr(collector, "_name"))  # noqa: B009 - the library has no public way
        name += {"counter": "_total", "info": "_info"}.get(str(getattr(collector, "_type")), "")  # noqa: B009 - as above
        found[name] = (kind, tuple(getattr(collector, "_labelnames")))  # noqa: B009 - as above
    for family in STANDING.describe():
        found[family.name] = ("gauge", tuple(getattr(family, "_labelnames")))  # noqa: B009 - as above
    found["clarion_build_info"] = ("gauge", ("version", "python"))
    return found


def test_the_table_of_metrics_is_the_registry() -> None:
    rows = re.findall(r"^\| `(clarion_\w+)` \| (\w+) \|([^|]*)\|", DOCUMENT, re.MULTILINE)
    told = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert told == registered()


def test_names_and_labels_keep_the_conventions() -> None:
    for name, (kind, labels) in registered().items():
        assert re.fullmatch(r"clarion(_[a-z]+)+", name), name
        assert name.endswith("_total") == (kind == "counter"), name
        assert kind != "histogram" or name.endswith("_seconds"), name
        assert set(labels) <= BOUNDED, name
    assert all(family.documentation.endswith(".") for family in REGISTRY.collect() if family.name.startswith("clarion"))


def test_what_to_watch_asks_for_metrics_that_exist() -> None:
    section = README.partition("## What to watch")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| [^|]+ \| `([^`]+)` \|$", section, re.MULTILINE)
    assert len(rows) == 6
    known = registered()
    buckets = {f"{name}_bucket" for name, (kind, _) in known.items() if kind == "histogram"}
    for row in rows:
        assert row.count("(") == row.count(")"), row
        assert row.count("[") == row.count("]"), row
        asked = set(re.findall(r"\bclarion_\w+", row))
        assert asked, row
        assert asked <= set(known) | buckets, row
        words = set(re.findall(r"\b[a-z_]+\b", re.sub(r"\[\w+\]|clarion_\w+", "", row)))
        assert words <= {"max", "min", "sum", "by", "rate", "histogram_quantile", "le", "outlet", "or"}, row
        for by in re.findall(r"by \((\w+)\)", row):
            assert by in {"le", "outlet"}


def events() -> dict[str, set[str]]:
    """Every event that the code logs, with its levels."""
    found: dict[str, set[str]] = {}
    for source in sources():
        for node in ast.walk(source.tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            logger = ast.unparse(node.func.value)
            if logger in ("log", "_log") or logger.endswith("get_logger()"):
                event = node.args[0]
                assert isinstance(event, ast.Constant), f"{source.path}:{node.lineno}: an event is a fixed name"
                found.setdefault(str(event.value), set()).add(node.func.attr)
    return found


def test_the_table_of_events_is_what_the_code_logs() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| ([a-z, ]+) \|", DOCUMENT.partition("## The log")[2], re.MULTILINE)
    assert {name: set(levels.split(", ")) for name, levels in rows} == events()
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in events())
