"""Condition operators, and conditions of a statement together, as the authors of iam-simulate expect them."""

from collections.abc import Iterable
from pathlib import Path

from asking import as_truth, condition, request
from scoring import Case, Difference, Score, cases

from auditor.iam.conditions import check
from auditor.iam.operators import operator
from auditor.iam.variables import Lacking, Template, compiled
from auditor.model.known import Truth, all_of
from auditor.model.text import text

_TRUTH = "authors of iam-simulate"
_USER_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
_OTHER_TYPE = (
    "AWS does not document what a negated operator makes of a value that is not of its type"
    f" ({_USER_GUIDE}/reference_policies_elements_condition_operators.html)"
)
_NULL = (
    "negated operators do match against a variable without value"
    f" ({_USER_GUIDE}/reference_policies_variables.html#policy-vars-no-value)"
)
_NO_OPERATOR = (
    "IAM refuses a policy with an operator that does not exist, so what it would do is not documented"
    f" ({_USER_GUIDE}/reference_policies_elements_condition_operators.html)"
)
_EPOCH = (
    "a date in digits is in seconds since 1970"
    f" ({_USER_GUIDE}/reference_policies_condition-keys.html#condition-keys-epochtime)"
)
_DISCOVERY = "they ask what could hold while parts of the context are left open, by rules of that tool"


def score(data: Path) -> tuple[Score, ...]:
    return (
        _operators(cases(data, "iam-simulate/condition_operators.jsonl")),
        _blocks(cases(data, "iam-simulate/condition_blocks.jsonl")),
    )


def _operators(found: Iterable[Case]) -> Score:
    total = 0
    differences = []
    for case in found:
        total += 1
        asked = request(context={**case["context"], "k:k": case["requestValue"]})
        ours = check(condition(case["operator"], "k:k", case["policyValues"]), asked, variables=True).truth
        if ours is not as_truth(case["expected"]):
            theirs = str(case["expected"]).lower()
            differences.append(Difference(case["id"], ours.value, theirs, _why(case, ours)))
    return Score(suite="iam-simulate/operators", truth=_TRUTH, total=total, must=0.99, differences=tuple(differences))


def _why(case: Case, ours: Truth) -> str:
    """The reason for a difference, empty where there is none that we know."""
    how = operator(case["operator"])
    if how is None:
        return _NO_OPERATOR
    if how.negated and ours is Truth.TRUE and any(_lacks(each, case) for each in case["policyValues"]):
        return _NULL
    if how.negated and ours is Truth.UNKNOWN:
        return _OTHER_TYPE
    digits = any(str(each).isdigit() for each in (*case["policyValues"], case["requestValue"]))
    return _EPOCH if how.base.startswith("date") and digits else ""


def _lacks(value: str, case: Case) -> bool:
    made = compiled(text(value), variables=True)
    return isinstance(made, Template) and isinstance(made.fill(request(context=case["context"])), Lacking)


def _blocks(found: Iterable[Case]) -> Score:
    total = left = 0
    differences = []
    for case in found:
        if case["mode"] == "Discovery":
            left += 1
            continue
        total += 1
        asked = request(context=case["context"])
        written = [condition(each["op"], each["key"], each["values"]) for each in case["conditions"]]
        ours = all_of(check(each, asked, variables=True).truth for each in written)
        if ours is not as_truth(case["matches"]):
            strange = any(operator(each.operator) is None for each in written)
            theirs = str(case["matches"]).lower()
            differences.append(Difference(case["id"], ours.value, theirs, _NO_OPERATOR if strange else ""))
    return Score(
        suite="iam-simulate/blocks",
        truth=_TRUTH,
        total=total,
        must=0.99,
        differences=tuple(differences),
        left_out={_DISCOVERY: left} if left else {},
    )
