from typing import Any

import iam_trees
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.elements import Policy
from auditor.iam.printing import UnprintableError, data_of, document_of
from auditor.model.origin import Location
from auditor.model.policy import Document


def placeless(policy: Policy) -> Policy:
    """Without the places of its parts, and what is open in no order."""
    statements = tuple(
        msgspec.structs.replace(
            each,
            location=Location(),
            conditions=tuple(msgspec.structs.replace(one, location=Location()) for one in each.conditions),
        )
        for each in policy.statements
    )
    return msgspec.structs.replace(policy, statements=statements, open=tuple(sorted(policy.open, key=repr)))


@given(st.booleans().flatmap(lambda named: iam_trees.documents(named=named)))
def test_a_printed_policy_is_parsed_to_the_same(document: Document) -> None:
    policy = iam.parse(document)
    again = iam.parse(document_of(policy))
    assert placeless(again) == placeless(policy)
    assert [each.digest for each in again.statements] == [each.digest for each in policy.statements]


@given(iam_trees.documents(named=True), st.data())
def test_a_policy_that_is_told_is_printed_as_json(document: Document, data: Any) -> None:
    policy = iam.parse(iam_trees.Filling(data.draw, named=True).document(document))
    printed = data_of(policy)
    assert placeless(iam.parse(iam_trees.plain(printed))) == placeless(policy)
    assert data_of(iam.parse(iam_trees.plain(printed))) == printed


def test_the_form_of_a_document() -> None:
    written = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "A",
                "Effect": "Allow",
                "Principal": {"AWS": ["1", "2"], "Service": "ses.amazonaws.com"},
                "Action": "sns:Publish",
                "NotResource": ["x", "y"],
                "Condition": {"StringEquals": {"a:b": "c", "d:e": ["f", "g"]}, "Null": {"h:i": "true"}},
            },
            {"Effect": "Deny", "NotPrincipal": {"AWS": "1"}, "NotAction": "*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
        ],
    }
    assert data_of(iam.parse(iam_trees.plain(written))) == written


def test_a_single_statement_becomes_a_list_and_a_missing_version_the_old_one() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert data_of(iam.parse(iam_trees.plain({"Statement": statement}))) == {
        "Version": "2008-10-17",
        "Statement": [statement],
    }


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (iam.parse(iam_trees.plain([])), "the policy breaks the grammar: the document is not a mapping"),
        (
            iam.parse(iam_trees.plain({"Statement": {"Effect": "Allow", "Resource": "*"}})),
            "the policy breaks the grammar: there is neither Action nor NotAction",
        ),
    ],
)
def test_of_a_broken_policy_nothing_is_printed(policy: Policy, why: str) -> None:
    with pytest.raises(UnprintableError) as raised:
        document_of(policy)
    assert str(raised.value) == why


def test_what_is_not_told_is_no_json() -> None:
    with pytest.raises(UnprintableError, match="not told: a parameter"):
        data_of(iam.unread(iam_trees.Unknown(iam_trees.Cause.NOT_HERE, "a parameter")))
