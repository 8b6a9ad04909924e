import json
from typing import Any

import iam_trees
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.document import parse
from auditor.iam.elements import Named, Statement
from auditor.model.known import Cause, Known, Unknown
from auditor.model.origin import Location
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping, Sequence
from auditor.model.text import Symbol, text

HOLE = Unknown(Cause.NOT_HERE, "a parameter")
ALLOW = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
elements = st.sampled_from(
    (
        *("Version", "Statement", "Id", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
        *("Resource", "NotResource", "Condition", "AWS", "Service", "StringEquals", "Allow", "Deny", "2012-10-17", "*"),
    )
)
policy_like = st.recursive(
    elements | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(elements, inner, max_size=5),
    max_leaves=20,
)


def only(data: object) -> Statement:
    """The statement of a document with one."""
    (found,) = parse(iam_trees.plain({"Version": "2012-10-17", "Statement": data})).statements
    return found


@given(st.one_of(json_values, policy_like))
def test_any_json_is_parsed(data: object) -> None:
    policy = parse(Document(json=json.dumps(data)))
    assert policy.open or policy.statements or isinstance(data, dict)


@given(st.text(max_size=40))
def test_any_text_is_parsed(written: str) -> None:
    parse(Document(json=written))


def test_what_is_no_json_could_say_anything() -> None:
    policy = parse(Document(json="{"))
    assert policy.statements == ()
    assert [why.cause for why in policy.open] == [Cause.FAILED]


@pytest.mark.parametrize("in_actions", [True, False])
def test_a_document_that_is_too_long_could_say_anything(in_actions: bool) -> None:  # noqa: FBT001
    long = ["sns:" + "a" * 1020] * 1024 if in_actions else "a" * 2**20
    data = {"Statement": ALLOW | {"Action" if in_actions else "Sid": long}}
    why = Unknown(Cause.LIMIT, "the policy document is longer than 1,048,576 characters: not read")
    for document in (Document(json=json.dumps(data)), iam_trees.plain(data)):
        assert parse(document).open == (why,)
        assert parse(document).statements == ()
    assert parse(iam_trees.plain({"Statement": ALLOW | {"Sid": "a" * (2**20 - 200)}})).open == ()


def test_equal_documents_are_parsed_once() -> None:
    one, two = (Document(json=json.dumps({"Statement": ALLOW})) for _ in range(2))
    assert parse(one) is parse(two)


def test_a_single_statement_and_single_values_are_lists_of_one() -> None:
    single = parse(iam_trees.plain({"Version": "2012-10-17", "Statement": ALLOW}))
    listed = parse(
        iam_trees.plain(
            {"Version": "2012-10-17", "Statement": [{**ALLOW, "Action": ["sns:Publish"], "Resource": ["*"]}]}
        )
    )
    assert single.statements[0].digest == listed.statements[0].digest
    assert single.statements[0].actions == listed.statements[0].actions


def test_elements() -> None:
    found = only(
        {
            "Sid": "One",
            "Effect": "Deny",
            "NotPrincipal": {"AWS": ["111111111111", "*"], "Service": "ses.amazonaws.com"},
            "NotAction": ["sns:*", "sqs:*"],
            "NotResource": "arn:aws:sns:*:*:*",
            "Condition": {"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"s3:max-keys": [10, "20"]}},
        }
    )
    assert found.label == "One"
    assert found.index == 1
    assert found.effect == Known("Deny")
    assert found.location == Location(pointer="/Statement")
    assert found.principals is None
    assert found.not_principals is not None
    assert found.not_principals.items == (
        Named("AWS", text("111111111111")),
        Named("AWS", text("*")),
        Named("Service", text("ses.amazonaws.com")),
    )
    assert found.actions is None
    assert found.not_actions is not None
    assert [str(item) for item in found.not_actions.items] == ["sns:*", "sqs:*"]
    assert found.not_resources is not None
    assert [str(item) for item in found.conditions] == [
        "Bool aws:SecureTransport = false",
        "NumericLessThan s3:max-keys = 10, 20",
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("written", "kind"),
    [("*", "*"), ("arn:aws:iam::111111111111:role/a", "AWS"), ({"AWS": "*"}, "AWS"), ({"Federated": "x"}, "Federated")],
)
def test_principals(written: Any, kind: str) -> None:
    found = only({**ALLOW, "Principal": written})
    assert found.principals is not None
    assert [named.kind for named in found.principals.items] == [kind]


def test_statements_without_sid_are_named_by_their_place() -> None:
    policy = parse(iam_trees.plain({"Statement": [ALLOW, {**ALLOW, "Sid": ""}, {**ALLOW, "Sid": "Three"}]}))
    assert [each.label for each in policy.statements] == ["#1", "#2", "Three"]


def test_the_digest_is_of_the_content_alone() -> None:
    policy = parse(
        iam_trees.plain({"Statement": [ALLOW, {**ALLOW, "Sid": "Other"}, {**ALLOW, "Action": "sns:Subscribe"}]})
    )
    first, same, other = (each.digest for each in policy.statements)
    assert len(first) == 32
    assert first == same
    assert first != other


def test_no_literal_passes_for_a_symbol_in_the_digest() -> None:
    account = Symbol("account", "stack")
    resources = (
        text(account),
        *(text(each) for each in (repr(account), str(text(account)), str(("symbol", "account")))),
    )
    trees = [mapping(Statement=mapping(**{**PLAIN, "Resource": Leaf(each)})) for each in resources]
    assert len({parse(Document(tree=tree)).statements[0].digest for tree in trees}) == 4


def test_a_statement_that_breaks_the_grammar_shares_no_digest_with_one_that_does_not() -> None:
    assert only({**ALLOW, "Sid": 5}).digest != only({**ALLOW, "Sid": "Five"}).digest


def test_the_digest_ignores_the_order_of_conditions() -> None:
    one = only({**ALLOW, "Condition": {"Bool": {"a:b": "true"}, "StringLike": {"c:d": "e"}}})
    two = only({**ALLOW, "Condition": {"StringLike": {"c:d": "e"}, "Bool": {"a:b": "true"}}})
    assert one.digest == two.digest


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Effect": "allow"}, "Effect is neither Allow nor Deny"),
        ({"Effect": None}, "Effect is neither Allow nor Deny"),
        ({"Action": []}, "Action is empty"),
        ({"Action": [1]}, "Action holds something that is not a string"),
        ({"NotAction": "a:b"}, "Action and NotAction stand together"),
        ({"NotResource": "*"}, "Resource and NotResource stand together"),
        ({"Principal": "*", "NotPrincipal": "*"}, "Principal and NotPrincipal stand together"),
        ({"Principal": 1}, "Principal is neither * nor a mapping"),
        ({"Principal": {"Aws": "*"}}, "'Aws' is no kind of principal"),
        ({"Condition": "x"}, "Condition is not a mapping"),
        ({"Condition": {"Bool": "x"}}, "the condition Bool is not a mapping"),
        ({"Condition": {"Bool": {"a:b": {}}}}, "the condition Bool holds something that is not a string"),
        ({"Actions": "*"}, "'Actions' is no element of a statement"),
        ({"Sid": 1}, "Sid is not a string"),
    ],
)
def test_breaches_of_the_grammar_make_a_statement_unusable(change: dict[str, object], problem: str) -> None:
    found = only({**ALLOW, **change})
    assert problem in [each.text for each in found.problems]
    assert found.unusable is not None
    assert found.unusable.cause is Cause.FAILED


@pytest.mark.parametrize(
    ("missing", "problem"), [("Effect", "there is no Effect"), ("Action", "there is neither Action nor NotAction")]
)
def test_missing_elements(missing: str, problem: str) -> None:
    found = only({key: value for key, value in ALLOW.items() if key != missing})
    assert [each.text for each in found.problems] == [problem]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"Version": "2012-10-18", "Statement": ALLOW}, "Version is neither 2012-10-17 nor 2008-10-17"),
        ({"Statement": ["x"]}, "statement #1 is not a mapping"),
        ({}, "there is no Statement"),
        ({"Statement": ALLOW, "Rule": 1}, "'Rule' is no element of a policy"),
        ([], "the document is not a mapping"),
    ],
)
def test_breaches_outside_of_statements_leave_the_policy_open(data: object, problem: str) -> None:
    policy = parse(iam_trees.plain(data))
    assert [each.text for each in policy.problems] == [problem]
    assert [why.cause for why in policy.open] == [Cause.FAILED]


@pytest.mark.parametrize(
    ("data", "variables"), [({}, False), ({"Version": "2008-10-17"}, False), ({"Version": "2012-10-17"}, True)]
)
def test_variables_exist_in_the_newer_version_only(data: dict[str, str], *, variables: bool) -> None:
    assert parse(iam_trees.plain({**data, "Statement": ALLOW})).has_variables is variables


def mapping(**entries: Any) -> Mapping:
    return Mapping(tuple(Entry(text(key), node) for key, node in entries.items()))


def leaf(written: str) -> Leaf:
    return Leaf(text(written))


PLAIN = {"Effect": leaf("Allow"), "Action": leaf("sns:Publish"), "Resource": leaf("*")}


def test_gaps_survive() -> None:
    statements = Sequence(
        (
            Gap(HOLE),
            mapping(**{**PLAIN, "Effect": Gap(HOLE)}),
            mapping(**{**PLAIN, "Action": Gap(HOLE)}),
            mapping(**{**PLAIN, "Resource": Sequence((leaf("a"), Gap(HOLE)))}),
            mapping(**{**PLAIN, "Resource": Sequence((leaf("a"),), Location(), HOLE)}),
            mapping(**PLAIN, Principal=Gap(HOLE)),
            mapping(**PLAIN, Principal=mapping(AWS=Gap(HOLE))),
            mapping(**PLAIN, Condition=Gap(HOLE)),
            mapping(**PLAIN, Condition=mapping(Bool=Gap(HOLE))),
            mapping(**PLAIN, Condition=mapping(Bool=mapping(Key=Gap(HOLE)))),
        )
    )
    policy = parse(Document(tree=mapping(Statement=statements)))
    assert policy.open == (HOLE,)
    effect, action, listed, open_list, principal, account, condition, operator, values = policy.statements
    assert effect.effect == HOLE
    assert action.actions is not None
    assert action.actions.open == HOLE
    assert action.actions.items == ()
    for each in (listed, open_list):
        assert each.resources is not None
        assert each.resources.open == HOLE
        assert each.resources.items == (text("a"),)
    for each in (principal, account):
        assert each.principals is not None
        assert each.principals.open == HOLE
    assert condition.open == HOLE
    assert operator.open == HOLE
    assert values.open is None
    assert values.conditions[0].open == HOLE
    assert [each.problems for each in policy.statements] == [()] * 9


def test_an_open_mapping_may_hold_every_element_that_is_not_told() -> None:
    tree = Mapping((Entry(text("Effect"), leaf("Allow")),), Location(), HOLE)
    (found,) = parse(Document(tree=mapping(Statement=tree))).statements
    assert found.open == HOLE
    assert found.actions is not None
    assert found.actions.open == HOLE
    assert found.resources is not None
    assert found.resources.open == HOLE
    assert found.principals is not None
    assert found.principals.open == HOLE
    assert found.problems == ()


def test_a_document_that_is_a_gap_is_open() -> None:
    policy = parse(Document(tree=Gap(HOLE)))
    assert policy.open == (HOLE,)
    assert policy.version == HOLE


def test_symbols_in_keys_and_values_survive() -> None:
    provider = Symbol("Provider.Name")
    tree = mapping(
        **PLAIN, Condition=Mapping((Entry(text("StringEquals"), Mapping((Entry(text(provider, ":sub"), leaf("x")),))),))
    )
    (found,) = parse(Document(tree=mapping(Statement=tree))).statements
    assert found.conditions[0].key == text(provider, ":sub")
