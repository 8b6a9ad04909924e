"""Actions, resources and principals against the elements of statements, as the authors of iam-simulate expect them."""

from collections.abc import Iterable
from pathlib import Path

from asking import as_truth, request
from scoring import Case, Difference, Score, cases

from auditor.cli.iam.request_case import caller_of
from auditor.iam.elements import Named, Patterns, Policy, Principals, Statement
from auditor.iam.request import ANONYMOUS, Caller
from auditor.iam.statement import PolicyKind, acts, applies, rests_on
from auditor.model.known import Known, Truth
from auditor.model.text import text

_TRUTH = "authors of iam-simulate"
_USER_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_PATTERN = "they ask about a pattern of resources, by rules of that tool; a request has one resource"
_DISCOVERY = "they leave out the name of the session, by rules of that tool"
_ORDER = ("Match", "SessionRoleMatch", "AccountLevelMatch", "NoMatch", "unknown")
_KINDS = {
    "identity": PolicyKind.IDENTITY,
    "session": PolicyKind.IDENTITY,
    "pb": PolicyKind.IDENTITY,
    "resource": PolicyKind.RESOURCE,
    "scp": PolicyKind.SERVICE_CONTROL,
    "rcp": PolicyKind.RESOURCE_CONTROL,
    "vpce": PolicyKind.ENDPOINT,
}


def score(data: Path) -> tuple[Score, ...]:
    return (
        _actions(cases(data, "iam-simulate/action_match.jsonl")),
        _resources(cases(data, "iam-simulate/resource_match.jsonl")),
        _principals(cases(data, "iam-simulate/principal_match.jsonl")),
    )


def _statement(effect: str = "Allow", **elements: Patterns | Principals) -> Statement:
    everything = Patterns((text("*"),))
    if not {"actions", "not_actions"} & set(elements):
        elements["actions"] = everything
    if not {"resources", "not_resources"} & set(elements):
        elements["resources"] = everything
    return Statement(index=1, label="#1", digest="", effect=Known(effect), **elements)


def _actions(found: Iterable[Case]) -> Score:
    total = 0
    differences = []
    for case in found:
        total += 1
        name = "actions" if case["kind"] == "Action" else "not_actions"
        ours, _ = acts(_statement(**{name: Patterns(tuple(map(text, case["patterns"])))}), case["request"])
        if ours is not as_truth(case["matches"]):
            differences.append(Difference(case["id"], ours.value, str(case["matches"]).lower()))
    return Score(suite="iam-simulate/actions", truth=_TRUTH, total=total, must=0.99, differences=tuple(differences))


def _resources(found: Iterable[Case]) -> Score:
    total = left = 0
    differences = []
    for case in found:
        if case["resource_is_pattern"] and not case["wildcard_only_action"]:
            left += 1
            continue
        total += 1
        name = "resources" if case["kind"] == "Resource" else "not_resources"
        statement = _statement(case["effect"], **{name: Patterns(tuple(map(text, case["patterns"])))})
        asked = request(case["context"], resource=case["resource"], account=case["resource_account"])
        ours, _ = rests_on(statement, asked, variables=True, kind=_KINDS[case["policy_type"]])
        if ours is not as_truth(case["matches"]):
            differences.append(Difference(case["id"], ours.value, str(case["matches"]).lower(), _why(case, ours)))
    return Score(
        suite="iam-simulate/resources",
        truth=_TRUTH,
        total=total,
        must=0.99,
        differences=tuple(differences),
        left_out={_PATTERN: left} if left else {},
    )


def _why(case: Case, ours: Truth) -> str:
    """The reason for a difference about resources, empty where there is none that we know."""
    kind = _KINDS[case["policy_type"]]
    excepts = case["kind"] == "NotResource" and ours is Truth.TRUE
    if excepts and any("${" in each for each in case["patterns"]):
        return (
            "a pattern with a variable that has no value matches no resource, so NotResource takes none out"
            f" ({_USER_GUIDE}/reference_policies_variables.html#policy-vars-no-value)"
        )
    if any(each.endswith("*") and each.count(":") < 5 for each in case["patterns"]):
        return (
            "a * at the end of a segment goes on over the colons"
            f" ({_USER_GUIDE}/reference_policies_elements_resource.html)"
        )
    if any(each.count(":") < 5 for each in case["patterns"]):
        if kind is PolicyKind.IDENTITY and excepts:
            return (
                "it is completed with *, and NotResource means everything else"
                f" ({_USER_GUIDE}/reference-arns.html, note on incomplete ARNs)"
            )
        if ours is Truth.UNKNOWN:
            return (
                "AWS completes short ARNs in identity-based policies; what it makes of them elsewhere is not documented"
                f" ({_USER_GUIDE}/reference-arns.html)"
            )
        if not excepts:
            return ""
        return (
            "completed or not, it is not this resource, and NotResource means everything else"
            f" ({_USER_GUIDE}/reference_policies_elements_notresource.html)"
        )
    types = [each.split(":", 5)[5].split("/")[0].split(":")[0] for each in case["patterns"]]
    if ours is Truth.UNKNOWN and any("*" in each for each in types):
        return f"AWS says that no wildcard can stand in the type of a resource ({_USER_GUIDE}/reference-arns.html)"
    return ""


def _principals(found: Iterable[Case]) -> Score:
    total = left = 0
    differences = []
    for case in found:
        if case["mode"] == "Discovery":
            left += 1
            continue
        total += 1
        ours, theirs = _how(case), case["matches"]
        if ours != theirs:
            differences.append(Difference(case["id"], ours, theirs))
    return Score(
        suite="iam-simulate/principals",
        truth=_TRUTH,
        total=total,
        must=0.99,
        differences=tuple(differences),
        left_out={_DISCOVERY: left} if left else {},
    )


def _how(case: Case) -> str:
    """How the principals of a case name its caller, in the words of the suite."""
    name, listed = "principals", case.get("principals")
    if "stmt" in case:
        name = "principals" if "Principal" in case["stmt"] else "not_principals"
        written = case["stmt"].get("Principal", case["stmt"].get("NotPrincipal"))
        listed = [{"type": kind, "id": each} for kind, ids in written.items() for each in _list(ids)]
    elif case["kind"] == "not":
        name = "not_principals"
    named = Principals(tuple(Named(each["type"], text(each["id"])) for each in listed or []))
    statement = _statement(case.get("effect") or "Allow", **{name: named})
    found = applies(statement, request(who=_caller(case["request"])), Policy(), kind=PolicyKind.RESOURCE)
    if found.match is None or found.truth is Truth.FALSE:
        return "NoMatch"
    strengths = (found.match.anybody | found.match.direct, found.match.role, found.match.account)
    if Truth.TRUE not in strengths:
        return "unknown"
    return _ORDER[strengths.index(Truth.TRUE)]


def _list(found: str | list[str]) -> list[str]:
    return found if isinstance(found, list) else [found]


def _caller(found: str | Case) -> Caller:
    return caller_of(found) if isinstance(found, str) else ANONYMOUS
