"""The exit code of a run, and the sentence that says why."""

from enum import IntEnum

from auditor.finding import Severity
from auditor.gate.outcome import Judged


class Exit(IntEnum):
    """What the caller of the process is told."""

    PASSED = 0
    GATE_FAILED = 1
    USAGE = 2
    NO_INPUT = 3
    INCOMPLETE = 4


def exit_code(judged: Judged) -> Exit:
    """The exit code of an audit.

    Wrong usage or configuration ended the run before. Then, the first that applies: no input could be read; the gate
    failed; the audit is incomplete; passed. With ``require_complete`` an incomplete audit is told first of the two.
    """
    if not judged.audit.inventory.inputs:
        return Exit.NO_INPUT
    return decide(
        failed=judged.failed, complete=judged.complete, require_complete=judged.configuration.require_complete
    )


def decide(*, failed: bool, complete: bool, require_complete: bool) -> Exit:
    """The exit code of whatever was judged from inputs that were read."""
    if require_complete and not complete:
        return Exit.INCOMPLETE
    if failed:
        return Exit.GATE_FAILED
    return Exit.PASSED if complete else Exit.INCOMPLETE


def closing(judged: Judged) -> str:
    """The last line of a report: ``failed: …``, ``incomplete …``, ``passed`` or ``passed, 3 checks undecided``."""
    if not judged.audit.inventory.inputs:
        return "no input could be read"
    settings = judged.configuration
    reasons = [
        _over(len(judged.failing), "finding", settings.fail_on),
        _over(len(judged.undecided_failing), "undecided check", settings.fail_on_unknown),
    ]
    failed = "failed: " + ", ".join(reason for reason in reasons if reason) if judged.failed else ""
    undecided = f", {count(len(judged.undecided), 'check')} undecided" if judged.undecided else ""
    match exit_code(judged):
        case Exit.GATE_FAILED:
            return failed + ("" if judged.complete else "; incomplete")
        case Exit.INCOMPLETE:
            return "incomplete" + (f"; {failed}" if failed else undecided)
        case _:
            return f"passed{undecided}"


def count(number: int, noun: str) -> str:
    """``1 check``, ``2 checks``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _over(number: int, noun: str, threshold: Severity | None) -> str:
    return f"{count(number, noun)} at or over {threshold}" if number and threshold else ""
