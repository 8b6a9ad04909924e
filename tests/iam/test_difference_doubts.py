"""Comparisons of what AWS does not say for certain: there is no proof where it may make a difference."""

import iam_trees
import pytest

from auditor import iam
from auditor.iam.difference import Kind, difference
from auditor.model.known import Truth

OWNER = "arn:aws:iam::111111111111"
SESSION, OTHER_SESSION = (f"arn:aws:sts::111111111111:assumed-role/{each}/s" for each in ("deploy", "other"))
ROLE, OTHER_ROLE = f"{OWNER}:role/deploy", f"{OWNER}:role/other"
ANN, SESSION_OF_ANN = f"{OWNER}:user/ann", "arn:aws:sts::111111111111:federated-user/ann"
Statement = dict[str, object]


def allow(principal: object = "*", **more: object) -> Statement:
    return {"Effect": "Allow", "Principal": principal, "Action": "sns:*", "Resource": "*", **more}


def deny_all_but(*named: str) -> Statement:
    return {"Effect": "Deny", "NotPrincipal": {"AWS": list(named)}, "Action": "sns:*", "Resource": "*"}


def compared(new: list[Statement], old: list[Statement]) -> Truth:
    policies = [iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": each})) for each in (new, old)]
    return difference(policies[:1], policies[1:], kind=Kind.RESOURCE).truth


@pytest.mark.parametrize(
    ("named", "asking", "is_let_in"),
    [
        ((SESSION,), SESSION, Truth.UNKNOWN),
        ((ROLE,), SESSION, Truth.UNKNOWN),
        ((SESSION, ROLE), SESSION, Truth.TRUE),
        ((SESSION, ROLE, "111111111111"), SESSION, Truth.TRUE),
        ((SESSION, ROLE, OTHER_ROLE), OTHER_SESSION, Truth.UNKNOWN),
        ((SESSION, OTHER_SESSION, ROLE), OTHER_SESSION, Truth.UNKNOWN),
        ((ANN,), SESSION_OF_ANN, Truth.UNKNOWN),
        ((ANN, SESSION_OF_ANN), SESSION_OF_ANN, Truth.TRUE),
        ((ANN,), ANN, Truth.TRUE),
        (("111111111111",), ANN, Truth.UNKNOWN),
        (("111111111111",), "222222222222", Truth.FALSE),
    ],
)
def test_a_deny_of_all_but_some_may_deny_those_that_it_does_not_name_in_every_way(
    named: tuple[str, ...], asking: str, is_let_in: Truth
) -> None:
    one = allow({"AWS": asking})
    assert compared([one, deny_all_but(*named)], []) is is_let_in
    assert compared([one, deny_all_but(*named)], [one]) is Truth.FALSE
    if asking != ANN:  # Who is a federated session of hers may be denied.
        gone = {Truth.TRUE: Truth.FALSE, Truth.UNKNOWN: Truth.UNKNOWN, Truth.FALSE: Truth.TRUE}
        assert compared([one], [one, deny_all_but(*named)]) is gone[is_let_in]
