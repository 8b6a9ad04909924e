"""The answers of ``auditor iam simulate``, ``compare`` and ``access`` for people. Every line is safe to print."""

from collections.abc import Iterable, Iterator

from auditor.report.iam_v1 import AccessV1, Because, CompareV1, Missing, SimulateV1, Witness
from auditor.report.terminal import plain

_MOST = 20
"""Statements that are shown."""


def simulated(found: SimulateV1) -> str:
    """The decision, what decided, what is not known and what was taken for granted."""
    asked = found.request
    lines = [f"{found.decision.replace('_', ' ')}: {asked.principal} {asked.action} {asked.resource}"]
    lines.extend(map(_reason, found.because))
    lines.extend(_not_known(found.unknown))
    lines.extend(f"  note: {each}" for each in found.assumptions)
    return _joined(lines)


def compared(found: CompareV1) -> str:
    """Whether something is new, and what."""
    if found.witness is not None:
        return _joined([f"new access: {_request(found.witness)}", *map(_reason, found.because)])
    head = "no new access" if found.result == "PASS" else "not decided"
    return _joined([head, *_not_known(found.unknown)])


def let_in(found: AccessV1, *, public: bool) -> str:
    """Whom a policy lets in; `public` for only whether that is everybody."""
    if public:
        words = {"PASS": "not public", "FAIL": "public", "UNKNOWN": "not decided whether it is public"}
        lines = [words[found.result]]
    else:
        lines = [f"audience: {found.audience}"]
        named = (
            ("accounts", found.accounts),
            ("organizations", found.organizations),
            ("services", found.services),
            ("public actions", found.public_actions),
        )
        lines.extend(f"{what}: {', '.join(names)}" for what, names in named if names)
        words = {"PASS": "not public", "FAIL": "public", "UNKNOWN": "not decided"}
        lines.append(f"by AWS's own definition: {words[found.strict]}")
    lines.extend(map(_reason, found.because[:_MOST]))
    if len(found.because) > _MOST:
        lines.append(f"  and {len(found.because) - _MOST:,} more: --format json lists all")
    if found.witness is not None:
        lines.append(f"  such as: {_request(found.witness)}")
    lines.extend(_not_known(found.unknown))
    return _joined(lines)


def _reason(found: Because) -> str:
    named = found.statement if found.statement not in found.text else ""
    where = " ".join(filter(None, (named, found.location)))
    return f"  {found.text}" + (f"  [{where}]" if where else "")


def _request(found: Witness) -> str:
    who = {"": "every principal with the policy", "anonymous": "anybody, even without credentials,"}
    limits = [f"{key} = {', '.join(values) or '(empty)'}" for key, values in found.context.items()]
    given = f" with {' and '.join(limits)}" if limits else ""
    return f"{who.get(found.principal, found.principal)} may do {found.action} on {found.resource}{given}"


def _not_known(unknown: Iterable[Missing]) -> Iterator[str]:
    yield from (f"  not known: {why.detail}" for why in unknown)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{plain(line)}\n" for line in lines)
