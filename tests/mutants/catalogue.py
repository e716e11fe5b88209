"""All mutants. A new safety rule gets one here, with the test that sees it broken (README.md says how)."""

from tests.mutants.counting import COUNTING
from tests.mutants.doubts import DOUBTS
from tests.mutants.hearing import HEARING
from tests.mutants.lasting import LASTING
from tests.mutants.memory import MEMORY
from tests.mutants.moments import MOMENTS
from tests.mutants.mutant import Mutant
from tests.mutants.playbook import PLAYBOOK
from tests.mutants.rules import RULES
from tests.mutants.searches import SEARCHES
from tests.mutants.ways_out import WAYS_OUT

MUTANTS: tuple[Mutant, ...] = (
    *RULES,
    *COUNTING,
    *SEARCHES,
    *MEMORY,
    *LASTING,
    *DOUBTS,
    *WAYS_OUT,
    *HEARING,
    *PLAYBOOK,
    *MOMENTS,
)
