"""How the large jobs of the IAM engine grow with the account: CPU seconds, memory, and their ratios.

Every job is run over accounts of 2,500, 5,000 and 10,000 policies and principals, or policies alone. A job whose work
is linear takes about twice as long for twice as much. Run all with ``python bench/growth.py``, as ``make bench`` does,
or one by its own script: ``escalation.py``, ``lint.py``, ``narrow.py``, ``who_can.py``. Nothing here is a test.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

SIZES = (2_500, 5_000, 10_000)
RUNS = 3
AUDITOR = (sys.executable, "-m", "auditor")


class Job(NamedTuple):
    """A command over an input that is made for a size.

    Attributes:
        label: what it does.
        name: of the input; jobs of the same name share it.
        made: the input, as text, for a size.
        command: its words, ``{input}`` in place of the file.
        most: CPU seconds that the largest may take.
    """

    label: str
    name: str
    made: Callable[[int], str]
    command: tuple[str, ...]
    most: float


class Cost(NamedTuple):
    """CPU seconds, user and system, and peak memory in MB of a process."""

    seconds: float
    memory: int


def cost(command: tuple[str, ...]) -> Cost:
    """What one run costs; its output is discarded."""
    null = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    child = os.posix_spawn(command[0], command, os.environ, file_actions=[null])
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in {0, 1, 4}:
        sys.exit(f"{' '.join(command)} exited with {code}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def grow(*jobs: Job, sizes: tuple[int, ...] = SIZES, runs: int = RUNS) -> None:
    """Measure jobs at every size and print a line for each."""
    heads = "".join(f"{size:>9,}" for size in sizes)
    ratios = "".join(f"{f'x{after / before:g}':>7}" for before, after in pairwise(sizes))
    print(f"{'CPU s, median of ' + str(runs):30}{heads}{'at most':>9}{ratios}{'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for job in jobs:
            costs = []
            for size in sizes:
                path = Path(folder) / f"{job.name}-{size}"
                if not path.exists():
                    path.write_text(job.made(size))
                command = (*AUDITOR, *(word.replace("{input}", str(path)) for word in job.command))
                found = [cost(command) for _ in range(runs)]
                costs.append(
                    Cost(statistics.median(each.seconds for each in found), max(each.memory for each in found))
                )
            seconds = "".join(f"{each.seconds:9.2f}" for each in costs)
            pairs = pairwise(costs)
            ratio = "".join(f"{after.seconds / before.seconds:7.2f}" for before, after in pairs)
            print(f"{job.label:30}{seconds}{job.most:9.1f}{ratio}{costs[-1].memory:6}", flush=True)


def main() -> None:
    """All jobs."""
    import escalation
    import lint
    import narrow
    import who_can

    grow(*escalation.JOBS, *lint.JOBS, *narrow.JOBS, *who_can.JOBS)


def dumped(made: Callable[[int], object]) -> Callable[[int], str]:
    """The JSON text of an input."""
    return lambda size: json.dumps(made(size))


if __name__ == "__main__":
    main()
