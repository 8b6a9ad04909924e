import json

import pytest

from auditor.iam.lint import iam_error as errors
from auditor.iam.lint.dates import is_date
from auditor.iam.lint.iam_error import iam_error
from auditor.iam.lint.kinds import PolicyType

TOPIC = "arn:aws:sns:eu-west-1:111122223333:orders"


def policy(**changes: object) -> str:
    """A good policy of one statement with elements changed, or taken away by None."""
    elements = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC, **changes}
    statement = {name: value for name, value in elements.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_good_policy_is_taken() -> None:
    assert iam_error(policy()) is None


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"Version": "2012-10-17", "Statement": []}',
        '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Action": "a:b", "Resource": "*"}}',
        "[" * 100_000,
        policy(Effect="Permit"),
        policy(Effect=None),
        policy(Sid=7),
        policy(Action={"sns": "Publish"}),
        policy(NotAction="sns:Publish"),
        policy(NotResource=TOPIC),
        policy(Principal="everybody"),
        policy(Condition={"stringequals": {"aws:username": "a"}}),
        policy(Condition={"StringEquals": {"aws:username": None}}),
        policy(Condition=[]),
        policy(Remark="x"),
    ],
)
def test_the_shape_comes_first(document: str) -> None:
    assert iam_error(document) == errors.SYNTAX


def test_only_managed_policies_must_have_the_current_version() -> None:
    old = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    assert iam_error(old) == errors.VERSION
    assert iam_error(old, PolicyType.IDENTITY) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Effect": "allow", "Sid": "a b"}, errors.LEGACY),
        ({"Condition": {"DateLessThan": {"aws:CurrentTime": "soon"}}, "Action": None}, errors.LEGACY),
        ({"Resource": "arn:aws::::orders"}, errors.LEGACY),
        ({"Resource": "arn:aws:sns::orders"}, errors.LEGACY),
        ({"Action": None, "Resource": "orders"}, errors.NO_ACTIONS),
        ({"Action": []}, errors.NO_ACTIONS),
        ({"Resource": None}, errors.NO_RESOURCES),
        ({"Resource": []}, errors.NO_RESOURCES),
        ({"Resource": None, "Action": "Publish"}, errors.NO_VENDOR),
        ({"Resource": "orders", "Action": "Publish"}, 'Resource orders must be in ARN format or "*".'),
        ({"Resource": ["*", "orders"]}, 'Resource orders must be in ARN format or "*".'),
        ({"Resource": "arn:azure:sns"}, 'Partition "azure" is not valid for resource "arn:azure:sns:*:*:*".'),
        ({"Resource": ["orders", "arn:aws"]}, errors.VAGUE_VENDOR),
        (
            {"Resource": "arn:aws:iam:eu-west-1:111122223333:user/eve"},
            "IAM resource arn:aws:iam:eu-west-1:111122223333:user/eve cannot contain region information.",
        ),
        ({"Resource": "arn:aws:iam::111122223333:users/eve"}, errors.IAM_PATH),
        ({"Resource": "arn:aws:iam::111122223333:*"}, None),
        (
            {"Resource": "arn:aws:s3:eu-west-1::mail"},
            "Resource arn:aws:s3:eu-west-1::mail can not contain region information.",
        ),
        ({"Resource": "arn:aws:s3:eu-west-1:111122223333:accesspoint/mail"}, None),
        ({"Action": "sns:Publish:Batch"}, errors.COLONS),
        ({"Action": ["sns:Publish", "s n s:Publish"]}, "Vendor s n s is not valid"),
        ({"Principal": "*"}, errors.PRINCIPAL),
    ],
)
def test_one_fault_is_named(changes: dict[str, object], message: str | None) -> None:
    assert iam_error(policy(**changes)) == message


def test_sids_must_be_unique_where_they_are_given() -> None:
    statement = {"Sid": "One", "Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC}
    twice = {"Version": "2012-10-17", "Statement": [statement, statement]}
    assert iam_error(json.dumps(twice)) == errors.SIDS
    nameless = {**statement, "Sid": ""}
    assert iam_error(json.dumps({**twice, "Statement": [nameless, nameless]})) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Resource": None}, errors.NO_PRINCIPAL),
        ({"Principal": {"Service": "ses.amazonaws.com"}}, errors.RESOURCE_IN_TRUST),
        ({"Principal": {"Service": "ses.amazonaws.com"}, "Resource": None}, errors.NOT_ASSUMING),
        ({"Principal": {"Service": "ses.amazonaws.com"}, "Resource": None, "Action": "sts:AssumeRole"}, None),
    ],
)
def test_trust_policies_have_their_own_faults(changes: dict[str, object], message: str | None) -> None:
    assert iam_error(policy(**changes), PolicyType.TRUST) == message


def test_policies_of_other_services_are_judged_by_shape_alone() -> None:
    assert iam_error(policy(Action=None, Principal="*"), PolicyType.RESOURCE) is None
    assert iam_error(policy(Effect="x"), PolicyType.RESOURCE) == errors.SYNTAX


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-12-24", True),
        ("2026-12-24T06:00:00Z", True),
        ("2026-12-24T06:00:00.5+01:00", True),
        ("2026-12-24T06:00:00-08:00", True),
        ("1766534400", True),
        ("9223372036854775808", False),
        ("2026-13-24", False),
        ("2026-12-32", False),
        ("2026-12-24 06:00:00Z", False),
        ("2026-12-24T24:00:00Z", False),
        ("2026-12-24T06:00Z", False),
        ("24 December", False),
        ("", False),
    ],
)
def test_dates(written: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_date(written) is expected
