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


def test_a_canonical_user_may_be_an_account_that_is_named() -> None:
    user = allow({"CanonicalUser": "0123abc"})
    gone = allow({"AWS": "111111111111"}, Effect="Deny")
    assert compared([user], [user, gone]) is Truth.UNKNOWN
    assert compared([user, gone], [user]) is Truth.FALSE
    assert compared([{**user, "Action": "sns:Publish"}], [user, {**gone, "Action": "sns:Subscribe"}]) is Truth.FALSE
    parts = [{**user, "Action": each} for each in ("sns:P*", "sns:S*")]
    assert compared([{**user, "Action": ["sns:Publish", "sns:Subscribe"]}], parts) is Truth.FALSE
    assert compared([user], [allow({"CanonicalUser": "4567def"})]) is Truth.TRUE


def tags(operator: str, *values: str, **more: object) -> Statement:
    condition = {operator: {"aws:TagKeys": list(values)}}
    return {"Effect": "Allow", "Action": "sns:*", "Resource": "*", "Condition": condition, **more}


SOME = tags("ForAnyValue:StringEquals", "a")


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ([SOME], [SOME, tags("StringEquals", "b", Effect="Deny")]),
        ([tags("StringEquals", "a", "b")], [tags("StringEquals", "a"), tags("StringEquals", "b"), SOME]),
    ],
)
def test_what_an_operator_without_quantifier_makes_of_several_values_is_not_told(
    new: list[Statement], old: list[Statement]
) -> None:
    policies = [iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": each})) for each in (new, old)]
    assert difference(policies[:1], policies[1:]).truth is Truth.UNKNOWN


def test_one_value_is_among_the_patterns_together_or_alone() -> None:
    new, old = [tags("StringEquals", "a", "b")], [tags("StringEquals", "a"), tags("StringEquals", "b")]
    policies = [iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": each})) for each in (new, old)]
    assert difference(policies[:1], policies[1:]).truth is Truth.FALSE


def test_a_request_of_a_unique_id_is_decided_like_all_others() -> None:
    deleted = allow({"AWS": "AIDAAAAAAAAAAAAAAAAAA"})
    assert compared([deleted], []) is Truth.TRUE
    assert compared([deleted], [allow({"AWS": "AIDABBBBBBBBBBBBBBBBBB"})]) is Truth.TRUE
    both = {"StringEquals": {"x:y": "a"}, "ForAnyValue:StringLike": {"x:y": "b"}}
    assert compared([{**deleted, "Condition": both}], []) is Truth.UNKNOWN
