"""What machines, tools and shared mailboxes are called, from `names.yaml`."""

from dataclasses import dataclass, fields
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Names:
    """Words of one part, in small letters; `names.yaml` says what each set is."""

    purposes: frozenset[str]
    stages: frozenset[str]
    inside: frozenset[str]
    tools: frozenset[str]
    mailboxes: frozenset[str]


def _read() -> Names:
    found = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
    return Names(**{one.name: frozenset(map(str, found[one.name])) for one in fields(Names)})


NAMES = _read()
