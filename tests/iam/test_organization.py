"""Comparisons of control policies, beside what AWS attaches itself."""

from typing import Any

import iam_trees
import pytest

from auditor import iam
from auditor.iam.difference import Kind, difference
from auditor.iam.elements import unread
from auditor.iam.names import control_of
from auditor.iam.organization import Control, control_difference
from auditor.model.known import Cause, Truth, Unknown

YES, NO, OPEN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
OUTSIDE = {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}
Data = dict[str, Any]


def allow(action: str = "*") -> Data:
    return {"Sid": "Some", "Effect": "Allow", "Action": action, "Resource": "*"}


def deny(action: str) -> Data:
    return {"Effect": "Deny", "Action": action, "Resource": "*"}


def outside(action: str) -> Data:
    """Of a resource control policy."""
    return deny(action) | {"Principal": "*", "Condition": OUTSIDE}


def policy(*statements: Data) -> iam.Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))


@pytest.mark.parametrize(
    ("old", "new", "expected", "statement"),
    [
        # Full access is beside policies that only refuse.
        ((deny("s3:*"),), (deny("s3:Get*"),), YES, "FullAWSAccess"),
        ((deny("s3:Get*"),), (deny("s3:*"),), NO, ""),
        ((deny("s3:*"),), (), YES, "FullAWSAccess"),
        # Lists of what is allowed stand for themselves.
        ((allow("s3:*"),), (allow("s3:*"), allow("sns:*")), YES, "Some"),
        ((allow(), deny("s3:*")), (allow(), deny("s3:Get*")), YES, "Some"),
        # Where one side allows something and the other does not, it is not told what is attached beside them.
        ((deny("s3:*"),), (allow(), deny("s3:*")), OPEN, ""),
        ((allow("sns:*"),), (deny("s3:*"),), NO, ""),
        ((deny("s3:*"),), (allow(), deny("s3:Get*")), YES, "Some"),
    ],
)
def test_service_control_policies(
    old: tuple[Data, ...], new: tuple[Data, ...], expected: Truth, statement: str
) -> None:
    found = control_difference([policy(*new)], [policy(*old)], Control.SERVICE)
    assert (found.truth, found.statement) == (expected, statement)
    assert [why.detail for why in found.unknowns] == (
        ["whether FullAWSAccess is attached beside the service control policies"] if expected is OPEN else []
    )
    assert control_difference([policy(*new)], [policy(*old)], Control.EITHER).truth is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((outside("s3:*"),), (outside("s3:Get*"),), YES),
        ((outside("s3:Get*"),), (outside("s3:*"),), NO),
        ((outside("s3:*"),), (), YES),
        # AWS does not apply them to Amazon SES.
        ((outside("ses:*"),), (), NO),
        ((outside("ses:*"), outside("s3:*")), (outside("s3:*"),), NO),
        # What AWS attaches may be told too, and an action of no service at all is passed over.
        ((outside("s3:*"),), (allow() | {"Principal": "*"}, outside("s3:*")), NO),
        ((outside("*"),), (outside("s3:*"), outside("nosuch:*")), YES),
    ],
)
def test_resource_control_policies(old: tuple[Data, ...], new: tuple[Data, ...], expected: Truth) -> None:
    assert control_difference([policy(*new)], [policy(*old)], Control.RESOURCE).truth is expected
    assert control_difference([policy(*new)], [policy(*old)], Control.EITHER).truth is expected


def test_the_witness_is_refused_by_the_old_policy() -> None:
    found = control_difference([policy(outside("s3:Get*"))], [policy(outside("s3:*"))], Control.RESOURCE)
    assert found.witness is not None
    assert found.statement == "RCPFullAWSAccess"
    assert found.witness.action.startswith("s3:")
    assert not found.witness.action.startswith("s3:Get")


def test_policies_that_only_refuse_give_nothing_by_themselves() -> None:
    new, old = [policy(outside("s3:Get*"))], [policy(outside("s3:*"))]
    assert difference(new, old, kind=Kind.RESOURCE).truth is NO


def test_policies_of_both_kinds_are_not_compared() -> None:
    found = control_difference([policy(outside("s3:*"))], [policy(deny("s3:*"))], Control.EITHER)
    assert found.truth is OPEN
    assert "are not alike" in found.unknowns[0].detail


def test_a_policy_that_is_not_told_may_allow_everything_or_refuse_it() -> None:
    hidden = unread(Unknown(Cause.NOT_HERE, "the policy"))
    for control in Control:
        assert control_difference([hidden], [policy(deny("s3:*"))], control).truth is OPEN


@pytest.mark.parametrize(
    ("written", "control"),
    [
        ("scp", Control.SERVICE),
        ("SERVICE_CONTROL_POLICY", Control.SERVICE),
        ("serviceControlPolicy", Control.SERVICE),
        (" Service Control Policy ", Control.SERVICE),
        ("rcp", Control.RESOURCE),
        ("RESOURCE_CONTROL_POLICY", Control.RESOURCE),
        ("resource-control-policy", Control.RESOURCE),
        ("aws_organizations_policy", Control.EITHER),
        ("AWS::Organizations::Policy", Control.EITHER),
        ("RESOURCE_POLICY", None),
        ("identity", None),
        ("aws_iam_policy", None),
    ],
)
def test_control_policies_go_by_many_names(written: str, control: Control | None) -> None:
    assert control_of(written) is control
