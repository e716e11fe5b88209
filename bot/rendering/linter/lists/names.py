"""What machines, tools and shared mailboxes are called, from `names.yaml`."""

from dataclasses import dataclass, fields

from bot.rendering.linter.lists.reading import read


@dataclass(frozen=True, slots=True)
class Names:
    """Words of one part, in small letters; `names.yaml` says what each set is."""

    purposes: frozenset[str]
    stages: frozenset[str]
    inside: frozenset[str]
    tools: frozenset[str]
    mailboxes: frozenset[str]


def _read() -> Names:
    found = read("names")
    return Names(**{one.name: frozenset(map(str, found[one.name])) for one in fields(Names)})


NAMES = _read()
