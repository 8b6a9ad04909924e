"""How a command ends: exit codes, and one line on stderr for what went wrong."""

import sys

EXIT_PASSED = 0
EXIT_GATE = 1
EXIT_USAGE = 2
EXIT_NO_INPUT = 3
EXIT_INCOMPLETE = 4
EXIT_BROKEN_PIPE = 141
"""What a shell gives for a command that a closed pipe ended: 128 and the number of the signal."""


class Stop(Exception):  # noqa: N818 - it ends the command, with or without fault
    """Ends a command with a message on stderr and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def explain(message: str, code: int) -> int:
    """Write one line on stderr, made safe for a terminal and a workflow log, and give back the code."""
    from auditor.report.terminal import plain, printable_lines

    sys.stderr.write(printable_lines(f"auditor: {plain(message)}\n"))
    return code
