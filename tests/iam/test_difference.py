import itertools
from typing import Any

import iam_trees
import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.difference import Difference, Kind, Witness, difference
from auditor.iam.request import ContextValue
from auditor.iam.statement import PolicyKind, applies
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.policy import Document
from auditor.model.text import text

lenient = settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
ANN = "arn:aws:iam::111111111111:user/ann"
ORDERS = "arn:aws:sns:eu-west-1:111111111111:orders"


def allowed(parsed: iam.Policy, request: iam.Request, kind: PolicyKind) -> Truth:
    """Whether a policy by itself allows a request."""
    truths = {"Allow": Truth.FALSE, "Deny": Truth.FALSE}
    for statement in parsed.statements:
        assert isinstance(statement.effect, Known)
        truths[statement.effect.value] |= applies(statement, request, parsed, kind=kind).truth
    return truths["Allow"] & ~truths["Deny"]


def asked(witness: Witness) -> iam.Request:
    """The request of a witness; of a principal that is not told, ann is one."""
    shown = witness.principal or ANN
    kind, _, name = shown.partition(":")
    if kind == "service":
        who = iam.Caller(iam.Kind.SERVICE, service=name)
    elif kind == "federated":
        who = iam.Caller(iam.Kind.FEDERATED, text(name))
    elif kind == "canonical":
        who = iam.Caller(iam.Kind.CANONICAL_USER, text(name))
    else:
        who = iam.caller(text(shown)) if kind == "arn" else iam.ANONYMOUS
    context: dict[str, ContextValue] = {key: tuple(map(text, found)) for key, found in witness.context.items()}
    context["aws:principalisawsservice"] = (text("true" if kind == "service" else "false"),)
    if who is iam.ANONYMOUS:
        context["aws:principalaccount"] = (text("anonymous"),)
    if who.account is not None and who.arn is not None:
        context.setdefault("aws:principalaccount", (who.account,))
        context.setdefault("aws:principalarn", (who.arn,))
    return iam.Request(
        caller=who,
        action=witness.action,
        resource=text(witness.resource),
        resource_account=text("111111111111"),
        context=context,
        closed=True,
    )


def told(data: Any, *, named: bool) -> Document:
    drawn = data.draw(iam_trees.documents(named=named))
    return iam_trees.Filling(data.draw, named=named).document(drawn)


def requests_of(data: Any, named: bool) -> iam.Request:  # noqa: FBT001
    shown = data.draw(
        st.sampled_from(("anonymous", "service:ses.amazonaws.com", ANN, "arn:aws:iam::222222222222:root"))
        if named
        else st.just("")
    )
    keys = [key.lower() for key in iam_trees.KEYS if not key.startswith("aws:Principal")]
    context = data.draw(st.dictionaries(st.sampled_from(keys), st.sampled_from(iam_trees.VALUES), max_size=3))
    return asked(
        Witness(
            action=data.draw(st.sampled_from(("sns:Publish", "sns:Subscribe", "sqs:SendMessage"))),
            resource=data.draw(st.sampled_from((ORDERS, "arn:aws:sqs:eu-west-1:111111111111:orders", "*"))),
            principal=shown,
            context={key: (value,) for key, value in context.items()},
        )
    )


@lenient
@pytest.mark.parametrize("named", [False, True])
@given(st.data())
def test_every_witness_is_allowed_by_the_new_policy_and_not_by_the_old_one(named: bool, data: Any) -> None:  # noqa: FBT001
    kind = Kind.RESOURCE if named else Kind.IDENTITY
    judged_as = PolicyKind.RESOURCE if named else PolicyKind.IDENTITY
    new, old = iam.parse(told(data, named=named)), iam.parse(told(data, named=named))
    found = difference([new], [old], kind=kind)
    if found.truth is Truth.TRUE:
        assert found.witness is not None
        request = asked(found.witness)
        assert allowed(new, request, judged_as) is not Truth.FALSE, found
        assert allowed(old, request, judged_as) is not Truth.TRUE, found


@lenient
@pytest.mark.parametrize("named", [False, True])
@given(st.data())
def test_a_request_that_is_allowed_only_now_is_never_missed(named: bool, data: Any) -> None:  # noqa: FBT001
    kind = Kind.RESOURCE if named else Kind.IDENTITY
    judged_as = PolicyKind.RESOURCE if named else PolicyKind.IDENTITY
    new, old = iam.parse(told(data, named=named)), iam.parse(told(data, named=named))
    found = difference([new], [old], kind=kind)
    for _ in range(5):
        request = requests_of(data, named)
        if allowed(new, request, judged_as) is Truth.TRUE and allowed(old, request, judged_as) is Truth.FALSE:
            assert found.truth is not Truth.FALSE, request


@lenient
@pytest.mark.parametrize("named", [False, True])
@given(st.data())
def test_a_filled_in_policy_never_contradicts_the_comparison(named: bool, data: Any) -> None:  # noqa: FBT001
    kind = Kind.RESOURCE if named else Kind.IDENTITY
    new, old = data.draw(iam_trees.documents(named=named)), data.draw(iam_trees.documents(named=named))
    partly = difference([iam.parse(new)], [iam.parse(old)], kind=kind)
    if partly.truth is Truth.UNKNOWN:
        assert partly.unknowns
        return
    for _ in range(3):
        one, two = iam_trees.Filling(data.draw, named=named), iam_trees.Filling(data.draw, named=named)
        two.symbols = one.symbols
        whole = difference([iam.parse(one.document(new))], [iam.parse(two.document(old))], kind=kind)
        assert whole.truth in {partly.truth, Truth.UNKNOWN}, (partly, whole)


@lenient
@pytest.mark.parametrize("named", [False, True])
@given(st.data())
def test_a_policy_gives_nothing_that_it_does_not_give(named: bool, data: Any) -> None:  # noqa: FBT001
    kind = Kind.RESOURCE if named else Kind.IDENTITY
    same = iam.parse(told(data, named=named))
    assert difference([same], [same], kind=kind).truth is not Truth.TRUE


def compared(new: object, old: object, **options: Any) -> Difference:
    return difference([iam.parse(iam_trees.plain(new))], [iam.parse(iam_trees.plain(old))], **options)


def statement(effect: str, action: object, resource: object, **more: object) -> dict[str, object]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: object, version: str = "2012-10-17") -> dict[str, object]:
    return {"Version": version, "Statement": list(statements)}


PUBLISH = document(statement("Allow", "sns:Publish", ORDERS))


def test_the_same_access_in_other_words_is_nothing_new() -> None:
    other = document(statement("Allow", ["SNS:Publish"], [ORDERS, ORDERS]))
    assert compared(other, PUBLISH) == Difference(truth=Truth.FALSE)


def test_several_statements_cover_together_what_none_covers_alone() -> None:
    new = document(statement("Allow", ["sns:Publish", "sns:Subscribe"], "arn:aws:sns:*:*:o*"))
    old = document(
        statement("Allow", "sns:Publish", "arn:aws:sns:*:*:*"),
        statement("Allow", "sns:Sub*", "arn:aws:sns:*:*:o*"),
        statement("Allow", "sns:Subscribe", "arn:aws:sns:*:*:p*"),
    )
    assert compared(new, old) == Difference(truth=Truth.FALSE)


def test_a_deny_that_went_away_is_new_access() -> None:
    old = document(statement("Allow", "sns:*", "*"), statement("Deny", "sns:DeleteTopic", ORDERS))
    found = compared(document(statement("Allow", "sns:*", "*", Sid="All")), old, real=True)
    assert found == Difference(
        truth=Truth.TRUE,
        statement="All",
        witness=Witness(action="sns:DeleteTopic", resource=ORDERS),
    )


def test_a_condition_that_went_away_is_new_access() -> None:
    limit = {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}
    old = document(statement("Allow", "sns:Publish", ORDERS, Condition=limit))
    found = compared(PUBLISH, old)
    assert found.witness == Witness(action="sns:Publish", resource=ORDERS)
    assert compared(old, PUBLISH) == Difference(truth=Truth.FALSE)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}),
        ({"NotIpAddress": {"aws:SourceIp": "10.1.0.0/16"}}, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, {"NumericLessThanEquals": {"s3:max-keys": "9"}}),
        (
            {"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}},
            {"DateLessThan": {"aws:CurrentTime": "2029-01-01T00:00:00Z"}},
        ),
        ({"StringLike": {"sns:Endpoint": "*@example.com"}}, {"StringLike": {"sns:Endpoint": "a*@example.com"}}),
        (
            {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}},
            {"StringEquals": {"aws:RequestedRegion": "eu-west-2"}},
        ),
        ({"StringEqualsIgnoreCase": {"sns:Protocol": "https"}}, {"StringEquals": {"sns:Protocol": ["https", "HTTPS"]}}),
        ({"Null": {"aws:TokenIssueTime": "false"}}, {"StringLike": {"aws:TokenIssueTime": "2*"}}),
        ({"BoolIfExists": {"aws:SecureTransport": "true"}}, {"Bool": {"aws:SecureTransport": "true"}}),
        (
            {"ForAllValues:StringLike": {"aws:TagKeys": ["a*", "b*"]}},
            {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
        ),
        (
            {"ForAnyValue:StringLike": {"aws:TagKeys": ["a*"]}},
            {"ForAnyValue:StringEquals": {"aws:TagKeys": ["ab"]}, "ForAllValues:StringLike": {"aws:TagKeys": "*"}},
        ),
    ],
)
def test_a_narrower_condition_gives_less(wide: object, narrow: object) -> None:
    much = document(statement("Allow", "sns:Publish", ORDERS, Condition=wide))
    little = document(statement("Allow", "sns:Publish", ORDERS, Condition=narrow))
    assert compared(little, much).truth is Truth.FALSE
    assert compared(much, little).truth is Truth.TRUE


def test_a_wildcard_in_the_middle_of_an_arn_stays_in_its_segment() -> None:
    new = document(statement("Allow", "sns:Publish", "arn:aws:sns:eu-west-1:1:a:b"))
    old = document(statement("Allow", "sns:Publish", "arn:aws:sns:*:b"))
    assert compared(new, old).truth is Truth.TRUE


def test_a_variable_is_the_same_value_in_both_policies() -> None:
    own = document(statement("Allow", "s3:*", "arn:aws:s3:::home/${aws:username}/*"))
    wide = document(statement("Allow", "s3:*", "arn:aws:s3:::home/*"))
    assert compared(own, own).truth is Truth.FALSE
    assert compared(own, wide).truth is Truth.FALSE
    assert compared(wide, own).truth is Truth.TRUE


def test_a_variable_of_the_old_language_is_plain_text() -> None:
    own = statement("Allow", "s3:*", "arn:aws:s3:::home/${aws:username}/*")
    assert compared(document(own), document(own, version="2008-10-17")).truth is Truth.TRUE


def test_accounts_and_their_principals() -> None:
    def let_in(principal: object) -> dict[str, object]:
        return document(statement("Allow", "sns:Publish", ORDERS, Principal=principal))

    account, root = let_in({"AWS": "222222222222"}), let_in({"AWS": "arn:aws:iam::222222222222:root"})
    role = let_in({"AWS": "arn:aws:iam::222222222222:role/team/deploy"})
    session = let_in({"AWS": "arn:aws:sts::222222222222:assumed-role/deploy/s"})
    service = let_in({"Service": "ses.amazonaws.com"})
    for narrow, wide in itertools.product((account, root, role, session, service), (let_in("*"),)):
        assert compared(narrow, wide, kind=Kind.RESOURCE).truth is Truth.FALSE
        assert compared(wide, narrow, kind=Kind.RESOURCE).truth is Truth.TRUE
    assert compared(account, root, kind=Kind.RESOURCE).truth is Truth.FALSE
    assert compared(root, account, kind=Kind.RESOURCE).truth is Truth.FALSE
    assert compared(session, role, kind=Kind.RESOURCE).truth is Truth.FALSE
    assert compared(role, session, kind=Kind.RESOURCE).truth is Truth.TRUE
    found = compared(service, account, kind=Kind.RESOURCE)
    assert found.witness == Witness(action="sns:Publish", resource=ORDERS, principal="service:ses.amazonaws.com")


def test_a_condition_on_the_account_of_the_principal_is_a_limit_of_principals() -> None:
    limit = {"StringEquals": {"aws:PrincipalAccount": "222222222222"}}
    everybody = document(statement("Allow", "sns:Publish", ORDERS, Principal="*", Condition=limit))
    named = document(statement("Allow", "sns:Publish", ORDERS, Principal={"AWS": "222222222222"}))
    assert compared(everybody, named, kind=Kind.RESOURCE).truth is Truth.FALSE
    assert compared(named, everybody, kind=Kind.RESOURCE).truth is Truth.FALSE


def test_real_requests_leave_out_what_an_action_cannot_name() -> None:
    new = document(statement("Allow", "sns:ListTopics", ORDERS))
    empty = document(statement("Allow", "s3:ListBucket", "*"))
    assert compared(new, empty).truth is Truth.TRUE
    assert compared(new, empty, real=True).truth is Truth.FALSE


def test_more_work_than_the_engine_takes_on_is_unknown() -> None:
    patterns = [f"arn:aws:s3:::*{letter * 30}*" for letter in "abcdefghijklmnopqrstuvwxyz"]
    old = document(*(statement("Allow", "s3:*", pattern) for pattern in patterns))
    new = document(statement("Allow", "s3:*", "*"), *(statement("Deny", "s3:*", each[:-9] + "*") for each in patterns))
    assert compared(new, old).truth in {Truth.UNKNOWN, Truth.TRUE}


@lenient
@pytest.mark.parametrize("named", [False, True])
@given(st.data())
def test_shared_policies_count_on_both_sides(named: bool, data: Any) -> None:  # noqa: FBT001
    kind = Kind.RESOURCE if named else Kind.IDENTITY
    new, old, both = (iam.parse(told(data, named=named)) for _ in range(3))
    beside = difference([new], [old], kind=kind, shared=[both])
    together = difference([new, both], [old, both], kind=kind)
    assert Truth.UNKNOWN in {beside.truth, together.truth} or beside.truth is together.truth


def test_a_gap_of_a_shared_policy_is_the_same_on_both_sides() -> None:
    unread = iam.unread(Unknown(Cause.NOT_HERE, "not read"))
    narrow = document(statement("Allow", "sns:Publish", ORDERS))
    wide = document(statement("Allow", "sns:*", ORDERS))
    refusing = document(statement("Allow", "sns:*", ORDERS), statement("Deny", "sns:Publish", ORDERS))
    assert compared(narrow, wide, shared=[unread]).truth is Truth.FALSE
    assert compared(wide, narrow, shared=[unread]).truth is Truth.UNKNOWN
    assert compared(wide, refusing, shared=[unread]).truth is Truth.UNKNOWN
