from collections.abc import Mapping

import pytest

from auditor import iam
from auditor.iam.conditions import Checked, check
from auditor.iam.elements import Condition
from auditor.iam.request import ContextValue
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Part, Symbol, Text, text

HOLE = Unknown(Cause.NOT_HERE, "a parameter")
YES, NO, OPEN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
ARN = "arn:aws:sns:eu-west-1:111111111111:orders"
Given = str | Text | list[str] | None


def checked(
    operator: str,
    values: str | Text | list[str],
    given: Given = None,
    *,
    more: Mapping[str, ContextValue] | None = None,
    variables: bool = True,
    closed: bool = True,
) -> Checked:
    """A condition on the key ``k:K`` against a request whose key ``k:k`` has a value (None: is absent)."""
    wanted = tuple(text(each) for each in values) if isinstance(values, list) else (text(values),)
    context: dict[str, ContextValue] = dict(more or {})
    if given is not None:
        context["k:k"] = tuple(map(text, given)) if isinstance(given, list) else (text(given),)
    request = iam.Request(
        caller=iam.ANONYMOUS,
        action="a:B",
        resource=text("*"),
        resource_account=text("1"),
        context=context,
        closed=closed,
    )
    return check(Condition(operator, text("k:K"), wanted), request, variables=variables)


@pytest.mark.parametrize(
    ("operator", "values", "given", "expected"),
    [
        ("StringEquals", "a", "a", YES),
        ("StringEquals", "a", "A", NO),
        ("stringequals", "a", "a", YES),
        ("StringEquals", ["b", "a"], "a", YES),
        ("StringEquals", "a*", "ab", NO),
        ("StringNotEquals", "a", "a", NO),
        ("StringNotEquals", ["a", "b"], "b", NO),
        ("StringNotEquals", ["a", "b"], "c", YES),
        ("StringEqualsIgnoreCase", "a", "A", YES),
        ("StringNotEqualsIgnoreCase", "a", "A", NO),
        ("StringLike", "a*", "ab", YES),
        ("StringLike", "a?", "abc", NO),
        ("StringLike", "[a]", "a", NO),
        ("StringNotLike", "a*", "ab", NO),
        ("NumericEquals", "10", "10.0", YES),
        ("NumericNotEquals", "10", "11", YES),
        ("NumericLessThan", "10", "9", YES),
        ("NumericLessThan", "10", "10", NO),
        ("NumericLessThanEquals", "10", "10", YES),
        ("NumericGreaterThan", "9", "10", YES),
        ("NumericGreaterThanEquals", "10", "9", NO),
        ("DateEquals", "2026-01-01", "2026-01-01T00:00:00Z", YES),
        ("DateEquals", "1767225600", "2026-01-01T00:00:00Z", YES),
        ("DateLessThan", "2026-01-01T00:00:00+01:00", "2025-12-31T23:00:00Z", NO),
        ("DateGreaterThan", "2026-01-01", "1767225601", YES),
        ("DateNotEquals", "2026-01-01", "2026-01-02", YES),
        ("DateGreaterThanEquals", "2026", "2025-12-31", OPEN),
        ("DateEquals", "2026-02", "2026-02-01T00:00:00Z", YES),
        ("Bool", "true", "True", YES),
        ("Bool", "true", "false", NO),
        ("Bool", ["true", "false"], "false", YES),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", YES),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", NO),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", YES),
        ("IpAddress", "203.0.113.0/24", "203.0.114.9", NO),
        ("IpAddress", "203.0.113.9", "203.0.113.9", YES),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", YES),
        ("IpAddress", "203.0.113.0/24", "2001:db8::1", NO),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", NO),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", YES),
        ("ArnEquals", ARN, ARN, YES),
        ("ArnEquals", "arn:aws:sns:*:111111111111:*", ARN, YES),
        ("ArnLike", "arn:aws:sns:*:*:o?ders", ARN, YES),
        ("ArnNotLike", "arn:aws:sns:*:111111111111:*", ARN, NO),
        ("ArnNotEquals", "arn:aws:sns:*:222222222222:*", ARN, YES),
        ("StringLike", "arn:aws:sns:*:orders", ARN, YES),
    ],
)
def test_operators(operator: str, values: str | list[str], given: Given, expected: Truth) -> None:
    assert checked(operator, values, given).truth is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", NO),
        ("StringLike", NO),
        ("NumericEquals", NO),
        ("DateLessThan", NO),
        ("Bool", NO),
        ("IpAddress", NO),
        ("ArnEquals", NO),
        ("StringNotEquals", YES),
        ("StringNotLike", YES),
        ("NumericNotEquals", YES),
        ("NotIpAddress", YES),
        ("ArnNotLike", YES),
        ("StringEqualsIfExists", YES),
        ("StringNotEqualsIfExists", YES),
        ("ForAllValues:StringEquals", YES),
        ("ForAllValues:StringEqualsIfExists", YES),
        ("ForAnyValue:StringEquals", NO),
        ("ForAnyValue:StringNotEquals", NO),
        ("ForAnyValue:StringEqualsIfExists", OPEN),
    ],
)
def test_an_absent_key(operator: str, expected: Truth) -> None:
    assert checked(operator, "1", None).truth is expected


@pytest.mark.parametrize(
    ("operator", "values", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], YES),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], NO),
        ("ForAllValues:StringEquals", ["a"], [], YES),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "a"], NO),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], YES),
        ("ForAnyValue:StringEquals", ["a"], ["b", "a"], YES),
        ("ForAnyValue:StringEquals", ["a"], ["b", "c"], NO),
        ("ForAnyValue:StringEquals", ["a"], [], NO),
        ("ForAnyValue:StringNotEquals", ["a"], ["a"], NO),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], YES),
        ("StringEquals", ["a"], ["a", "b"], OPEN),
        ("StringEquals", ["a", "b"], ["a", "b"], YES),
    ],
)
def test_several_values(operator: str, values: list[str], given: list[str], expected: Truth) -> None:
    assert checked(operator, values, given).truth is expected


@pytest.mark.parametrize(
    ("values", "given", "expected"),
    [
        ("true", None, YES),
        ("false", None, NO),
        ("true", "x", NO),
        ("false", "x", YES),
        ("perhaps", "x", OPEN),
        ("true", [], OPEN),
    ],
)
def test_null(values: str, given: Given, expected: Truth) -> None:
    assert checked("Null", values, given).truth is expected


@pytest.mark.parametrize(
    ("operator", "value", "given"),
    [
        ("StringMatches", "a", "a"),
        ("NumericNotEquals", "ten", "10"),
        ("NumericNotEquals", "10", "12abc"),
        ("DateNotEquals", "yesterday", "2026-01-01"),
        ("NotIpAddress", "everywhere", "10.0.0.1"),
        ("ArnLike", "orders", "orders"),
        ("ArnLike", "arn:aws:sns:*:orders", ARN),
        ("ArnNotLike", "arn:aws:sns:*:*:*", "orders"),
    ],
)
def test_what_is_not_documented_is_not_decided(operator: str, value: str, given: str) -> None:
    found = checked(operator, value, given)
    assert found.truth is OPEN
    assert [why.cause for why in found.unknowns] == [Cause.UNDECIDED]


@pytest.mark.parametrize(
    ("value", "given", "expected"),
    [
        ("${aws:username}", "bob", YES),
        ("${AWS:UserName}", "bob", YES),
        ("home/${aws:username}/*", "home/bob/x", YES),
        ("${aws:missing}", "bob", NO),
        ("${aws:missing, 'bob'}", "bob", YES),
        ("${aws:username, 'eve'}", "bob", YES),
        ("${aws:many}", "a", NO),
        ("${*}", "*", YES),
        ("${*}", "x", NO),
        ("${?}${$}", "?$", YES),
        ("${unclosed", "${unclosed", YES),
        ("${a, b}", "x", OPEN),
    ],
)
def test_policy_variables(value: str, given: str, expected: Truth) -> None:
    more: dict[str, ContextValue] = {"aws:username": (text("bob"),), "aws:many": (text("a"), text("b"))}
    assert checked("StringLike", value, given, more=more).truth is expected


_PARAMETER = Symbol("Parameter")


@pytest.mark.parametrize(
    ("parts", "given", "expected"),
    [
        # {aws:username} behind the dollar, or what is around a brace, makes a variable.
        (("$", HOLE), "bob", OPEN),
        (("home/$", HOLE), "home/bob", OPEN),
        (("home/$", HOLE), "away/bob", NO),
        (("$", _PARAMETER, "}/x"), "bob/x", OPEN),
        (("$", _PARAMETER, "}/x"), "bob/y", NO),
        ((HOLE, "{aws:username}"), "bob", OPEN),
        ((HOLE, "username}"), "bob", OPEN),
        ((HOLE, "user", HOLE, "}"), "bob", OPEN),
        (("${aws:", HOLE, "}/x"), "bob/x", OPEN),
        (("${aws:", HOLE, "}/x"), "bob/y", NO),
        # Account ids and names hold no braces; a variable that is written in full stays one.
        (("$", Symbol("account"), "}"), "bob", NO),
        (("$", Symbol("TopicName")), "bob", NO),
        ((HOLE, "/${aws:username}"), "x/bob", OPEN),
        ((HOLE, "/${aws:username}"), "x/eve", NO),
        (("${aws:username}", HOLE), "eve", NO),
        (("$x", HOLE), "bob", NO),
    ],
)
def test_what_is_not_told_may_be_part_of_a_variable(parts: tuple[Part, ...], given: str, expected: Truth) -> None:
    more: dict[str, ContextValue] = {"aws:username": (text("bob"),)}
    assert checked("StringEquals", text(*parts), given, more=more).truth is expected
    known = checked("StringEquals", text(*parts), given, more=more, variables=False).truth
    assert known is not YES


def test_a_value_of_a_variable_holds_no_wildcards() -> None:
    more: dict[str, ContextValue] = {"aws:username": (text("b*"),)}
    assert checked("StringLike", "${aws:username}", "bob", more=more).truth is NO
    assert checked("StringLike", "${aws:username}", "b*", more=more).truth is YES


def test_a_negated_operator_holds_against_a_variable_without_value() -> None:
    assert checked("StringNotEquals", "${aws:missing}", "bob").truth is YES
    assert checked("ArnNotLike", "arn:aws:iam::1:user/${aws:missing}", "arn:aws:iam::1:user/bob").truth is YES
    many: dict[str, ContextValue] = {"aws:many": (text("a"), text("b"))}
    assert checked("StringNotEquals", "${aws:many}", "bob", more=many).truth is OPEN


@pytest.mark.parametrize(
    ("operator", "value", "given"),
    [
        ("NumericEquals", "ten", "10"),
        ("NumericLessThan", "10", "12abc"),
        ("DateEquals", "yesterday", "2026-01-01"),
        ("IpAddress", "everywhere", "10.0.0.1"),
        ("Bool", "true", "perhaps"),
        ("BinaryEquals", "QmluYXJ5", "?"),
        ("ArnLike", "arn:aws:sns:*:*:*", "orders"),
        ("ArnLike", "arn:::orders", "arn:aws:sns:eu-west-1:1:orders"),
    ],
)
def test_what_cannot_be_compared_does_not_match(operator: str, value: str, given: str) -> None:
    assert checked(operator, value, given).truth is NO


def test_there_are_no_variables_in_the_older_language() -> None:
    more: dict[str, ContextValue] = {"aws:username": (text("bob"),)}
    assert checked("StringEquals", "${aws:username}", "bob", more=more, variables=False).truth is NO
    assert checked("StringEquals", "${aws:username}", "${aws:username}", more=more, variables=False).truth is YES


def test_a_key_that_the_request_does_not_list_is_unknown_unless_it_is_closed() -> None:
    found = checked("StringEquals", "a", None, closed=False)
    assert found.truth is OPEN
    assert found.unknowns == (Unknown(Cause.UNDECIDED, "the value of k:k in the request is not told"),)


@pytest.mark.parametrize(
    ("operator", "value", "given", "expected"),
    [
        ("StringEquals", text(Symbol("account")), text(Symbol("account")), YES),
        ("StringEquals", text(Symbol("account")), text("111111111111"), OPEN),
        ("StringEquals", text(Symbol("account")), text("nobody"), NO),
        ("StringNotEquals", text(Symbol("account")), text(Symbol("account")), NO),
        ("StringEquals", text(HOLE), text("a"), OPEN),
        ("StringLike", text("a", HOLE), text("b"), NO),
        (
            "ArnLike",
            text("arn:aws:ses:*:", Symbol("account"), ":*"),
            text("arn:aws:ses:eu-west-1:", Symbol("account"), ":identity/a"),
            YES,
        ),
        ("Bool", text(HOLE), text("true"), OPEN),
        ("StringEqualsIgnoreCase", text("A", Symbol("account")), text("a", Symbol("account")), YES),
    ],
)
def test_symbols_and_holes(operator: str, value: Text, given: Text, expected: Truth) -> None:
    found = checked(operator, value, given)
    assert found.truth is expected
    assert bool(found.unknowns) is (expected is OPEN)


def test_an_explanation_names_the_values() -> None:
    assert checked("StringEquals", ["a", "b"], "c").text == "StringEquals k:K = a, b does not hold for c"
    assert checked("StringEquals", "a", None).text == "StringEquals k:K = a: the request carries no value"
