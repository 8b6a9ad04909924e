"""Who can, over random accounts: agreement with deciding requests one by one."""

import json
from typing import Any

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from iam_accounts import ACCOUNT, OTHER, allow, deny, details, document, role_arn, user_arn

from auditor import iam
from auditor.iam.access import Named
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.request import ContextValue, principal_context
from auditor.iam.who import Question, WhoCan, ask
from auditor.model.known import Known, Truth
from auditor.model.policy import Document
from auditor.model.text import text

QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
VALUES = {
    "aws:sourcevpc": [None, "vpc-1", "vpc-2", "VPC-1", "vpc-12", "vpc-"],
    "aws:sourceip": ["10.0.0.1", "10.0.0.255", "10.1.0.1", "192.0.2.1", "2001:db8::1"],
    "aws:securetransport": ["true", "false"],
    "aws:multifactorauthage": [None, "0", "59", "60", "61", "3600"],
    "aws:currenttime": ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"],
    "aws:useragent": [None, "a", "b", "ab", "ba", "aba"],
}
WRITTEN: dict[str, tuple[list[str], list[str]]] = {
    "aws:SourceVpc": (
        ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike"],
        ["vpc-1", "vpc-2", "vpc-*", "*", "VPC-1"],
    ),
    "aws:SourceIp": (["IpAddress", "NotIpAddress"], ["10.0.0.0/24", "10.0.0.0/8", "10.0.0.1", "2001:db8::/32"]),
    "aws:SecureTransport": (["Bool"], ["true", "false"]),
    "aws:MultiFactorAuthAge": (
        ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"],
        ["60", "3600", "0"],
    ),
    "aws:CurrentTime": (["DateLessThan", "DateGreaterThanEquals", "DateNotEquals"], ["2026-01-01T00:00:00Z"]),
    "aws:UserAgent": (["StringLike", "StringNotLike", "StringEquals", "StringNotEquals"], ["a*", "*b", "a", "?", "*"]),
    "aws:PrincipalArn": (
        ["ArnLike", "ArnNotLike", "StringEquals"],
        [role_arn("r"), user_arn("u"), f"arn:aws:iam::{ACCOUNT}:role/*", "arn:aws:iam::*:user/*"],
    ),
}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, dict[str, Any]] = {}
    for key in draw(st.lists(st.sampled_from(sorted(WRITTEN)), max_size=2, unique=True)):
        operators, values = WRITTEN[key]
        operator = draw(st.sampled_from(operators)) + draw(st.sampled_from(["", "", "IfExists"]))
        if draw(st.integers(0, 6)) == 0:
            operator, values = "Null", ["true", "false"]
        made.setdefault(operator, {})[key] = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
    return {"Condition": made} if made else {}


@st.composite
def statements(draw: st.DrawFn, *, principal: bool = False) -> dict[str, Any]:
    make = draw(st.sampled_from([allow, allow, deny]))
    action = draw(st.sampled_from(["sqs:SendMessage", "sqs:*", "*"]))
    more = draw(conditions())
    if principal:
        named = draw(st.sampled_from(["*", {"AWS": ACCOUNT}, {"AWS": role_arn("r")}, {"AWS": [user_arn("u"), OTHER]}]))
        more = more | {"Principal": named}
    return make(action, draw(st.sampled_from(["*", QUEUE, QUEUE + "?"])), **more)


policies = st.lists(statements(), min_size=1, max_size=3)
requests = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in VALUES.items()})


def named(statements: list[dict[str, Any]]) -> tuple[Named, ...]:
    return (Named("policy", Known(Document(json=json.dumps(document(*statements))))),)


def allowed(answer: WhoCan, principal: str) -> Truth:
    if any(each.principal == principal for each in answer.who):
        return Truth.TRUE
    return Truth.UNKNOWN if any(each.principal == principal for each in answer.undecided) else Truth.FALSE


@settings(max_examples=examples(150))
@given(
    own=policies,
    resource=st.lists(statements(principal=True), max_size=2),
    boundary=st.none() | policies,
    scp=st.none() | st.lists(policies, min_size=1, max_size=2),
    drawn=st.lists(requests, min_size=20, max_size=20),
    is_user=st.booleans(),
)
def test_whoever_is_not_listed_has_no_request_that_is_allowed(
    own: list[dict[str, Any]],
    resource: list[dict[str, Any]],
    boundary: list[dict[str, Any]] | None,
    scp: list[list[dict[str, Any]]] | None,
    drawn: list[dict[str, str | None]],
    *,
    is_user: bool,
) -> None:
    name = "u" if is_user else "r"
    limited = f"arn:aws:iam::{ACCOUNT}:policy/limit"
    changes = {} if boundary is None else {name: {"PermissionsBoundary": {"PermissionsBoundaryArn": limited}}}
    kind = "users" if is_user else "roles"
    inventory = details(**{kind: {name: own}}, changes=changes, policies={"limit": boundary or []})
    levels = None if scp is None else tuple(map(named, scp))
    question = Question(
        action="sqs:SendMessage", resource=QUEUE, policies=named(resource) if resource else (), scp=levels, rcp=()
    )
    arn = user_arn(name) if is_user else role_arn(name)
    found = allowed(ask(question, inventory), arn)
    told = Policies(
        identity=tuple(each.policy for each in named(own)),
        resource=tuple(each.policy for each in named(resource)) if resource else (),
        boundary=None if boundary is None else tuple(each.policy for each in named(boundary)),
        scp=None if levels is None else tuple(tuple(each.policy for each in level) for level in levels),
        rcp=(),
    )
    for each in drawn:
        caller = iam.caller(text(arn))
        context: dict[str, ContextValue] = principal_context(caller, text(ACCOUNT))
        context |= {key: None if value is None else (text(value),) for key, value in each.items()}
        request = iam.Request(
            caller=caller,
            action="sqs:SendMessage",
            resource=text(QUEUE),
            resource_account=text(ACCOUNT),
            context=context,
            closed=True,
        )
        if evaluate(request, told).allowed is Truth.TRUE:
            assert found is not Truth.FALSE, each
