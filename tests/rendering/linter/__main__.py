"""`python -m tests.rendering.linter [--misses]`: how often the judge of drafts agrees with the labelled corpus.

`--misses` lists where it does not, in the tuning half alone: the other half is not for looking at.
"""

import sys

from bot.domain.wording import Kind
from tests.rendering.linter.corpus import LANGUAGES, SETS, Score, corpus, score


def main() -> None:
    """Print precision and recall of every set."""
    for half in SETS:
        whole = score(half)
        print(f"{half}: {whole.lines} lines, {whole.clean} of them clean; {whole.clean_alarmed} clean ones alarmed")
        _row("all", whole)
        for language in LANGUAGES:
            _row(language, score(half, language))
        for kind in Kind:
            if whole.right[kind] + whole.wrong[kind] + whole.missed[kind]:
                count = whole.right[kind] + whole.missed[kind]
                print(f"  {kind.value:<17} {whole.precision(kind):.3f} {whole.recall(kind):.3f}  of {count}")
        print()
    if "--misses" in sys.argv:
        _misses()


def _row(name: str, found: Score) -> None:
    print(f"  {name:<17} precision {found.precision():.3f}, recall {found.recall():.3f}")


def _misses() -> None:
    for line in corpus("tuning"):
        if line.found != line.kinds:
            missed = ", ".join(sorted(line.kinds - line.found))
            wrong = "; ".join(f"{one.kind}: {one.quote}" for one in line.findings if one.kind not in line.kinds)
            print(f"{line.where} missed [{missed}] wrong [{wrong}]\n    {next(iter(line.texts.values()))}")


if __name__ == "__main__":
    main()
