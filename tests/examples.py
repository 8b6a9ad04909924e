"""How many cases a test tries that makes its own.

The gate tries a few that are the same in every run. HYPOTHESIS_PROFILE=long tries twenty times as many, and properties
other ones in every run; HYPOTHESIS_EXAMPLES=2000 does so with that many in each test.
"""

import os

TOLD = os.environ.get("HYPOTHESIS_EXAMPLES")
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("long" if TOLD else "gate")


def examples(in_the_gate: int) -> int:
    """The number of cases."""
    if TOLD:
        return int(TOLD)
    return 20 * in_the_gate if PROFILE == "long" else in_the_gate
