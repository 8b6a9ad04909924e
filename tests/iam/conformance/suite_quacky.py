"""Comparisons of mutated policies that a model counter decided, with the resource types that actions take."""

from pathlib import Path

from scoring import Case, Difference, Score, cases

from auditor import iam
from auditor.iam.difference import Kind, difference
from auditor.model.known import Truth
from auditor.model.policy import Document, node_of

_RESULTS = {Truth.TRUE: "more", Truth.FALSE: "not more", Truth.UNKNOWN: "unknown"}
_VERSION = (
    "one of the two policies has no Version, so that its policy variables are plain text and not the value of the"
    " request (IAM JSON policy elements: Version)"
)
_ADDRESS = (
    "a policy denies by NotIpAddress; the witness is a request that the one policy allows and the other refuses,"
    " decided without sets, which the counter does not see (IAM JSON policy elements: Condition operators, IP address)"
)
_ABSENT = (
    "both policies deny by the same BoolIfExists with the value written as a JSON boolean, and are equal in effect (IAM"
    " JSON policy elements: Condition operators, Boolean)"
)
_SESSIONS = (
    "NotPrincipal names a user; whether that excepts the user's federated sessions, whom Allow of the user lets in, is"
    " not documented (IAM JSON policy elements: NotPrincipal)"
)
_WILD_TYPE = (
    "a wildcard stands in the type of the resource, where AWS says that none can be used, so that it is not told what"
    " the statement gives (IAM identifiers: Paths in ARNs)"
)


def _reason(case: Case, ours: str) -> str:
    written = str(case["p1"])
    if ":*/*" in written and ours == "unknown":
        return _WILD_TYPE
    if "NotPrincipal" in written and ours == "unknown":
        return _SESSIONS
    if "${" in written and ("Version" in case["p1"]) != ("Version" in case["p2"]):
        return _VERSION
    if "NotIpAddress" in written and ours == "more":
        return _ADDRESS
    return _ABSENT if "BoolIfExists" in written and case["p1"]["Statement"] == case["p2"]["Statement"] else ""


def score(data: Path) -> tuple[Score, ...]:
    total = 0
    found = []
    for case in cases(data, "quacky/compare.jsonl"):
        one, two = (iam.parse(Document(tree=node_of(case[name]))) for name in ("p1", "p2"))
        kind = Kind.RESOURCE if "Principal" in str(case["p1"]) else Kind.IDENTITY
        for name, new, old in (("p1", one, two), ("p2", two, one)):
            total += 1
            ours = _RESULTS[difference([new], [old], kind=kind, real=True).truth]
            theirs = "more" if case[f"{name}_allows_more"] else "not more"
            if ours != theirs:
                found.append(Difference(f"{case['id']} {name}", ours, theirs, _reason(case, ours)))
    return (Score(suite="quacky", truth="a model counter", total=total, must=0.98, differences=tuple(found)),)
