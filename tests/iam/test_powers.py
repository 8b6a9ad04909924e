from typing import Any

import iam_trees
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.elements import Policy, unread
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.policy import Document, Entry, Gap, Leaf, Mapping
from auditor.model.text import Symbol, Text, text

HOLE = Unknown(Cause.NOT_HERE, "a parameter")
SENDS = ("ses:SendEmail", "ses:SendRawEmail")
YES, NO, OPEN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
Data = dict[str, Any]


def allow(action: object = "ses:*", resource: object = "*", **more: Any) -> Data:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object = "ses:*", resource: object = "*", **more: Any) -> Data:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def policy(*statements: Data) -> Policy:
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": list(statements)}))


def sends(*statements: Data) -> tuple[iam.Power, ...]:
    return iam.powers(policy(*statements), SENDS, service="ses")


def told(**changes: Any) -> Policy:
    """A policy of one statement with nodes."""
    plain = {"Effect": Leaf(text("Allow")), "Action": Leaf(text("ses:*")), "Resource": Leaf(text("*"))} | changes
    statement = Mapping(tuple(Entry(text(key), node) for key, node in plain.items()))
    return iam.parse(Document(tree=Mapping((Entry(text("Statement"), statement),))))


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("ses:*", SENDS),
        ("*", SENDS),
        ("*:*", SENDS),
        ("ses:Send*", SENDS),
        ("SES:sendemail", SENDS[:1]),
        (["ses:SendRawEmail", "sns:Publish"], SENDS[1:]),
        ("sns:*", None),
        ("*:SendEmail", None),
    ],
)
def test_which_of_the_asked_actions_a_statement_gives(action: object, given: tuple[str, ...] | None) -> None:
    found = sends(allow(action))
    assert [power.actions for power in found] == ([] if given is None else [given])


def test_everything_but_some_actions() -> None:
    (power,) = sends({"Effect": "Allow", "NotAction": "ses:SendEmail", "Resource": "*"})
    assert power.actions == ("ses:SendRawEmail",)


@pytest.mark.parametrize(
    ("resource", "every"),
    [
        ("*", YES),
        ("arn:*", YES),
        ("arn:aws:ses:*", YES),
        ("arn:aws:ses:*:*:*", YES),
        ("arn:aws:ses:*:*:identity/*", YES),
        ("arn:aws-cn:ses:*:*:identity/*", YES),
        ("arn:aws:ses:eu-west-1:111111111111:identity/*", YES),
        ("arn:aws:ses:*:*:iden*", YES),
        ("arn:aws:ses:*:*:configuration-set/*", NO),
        ("arn:aws:ses:*:*:identity/example.org", NO),
        ("arn:aws:ses:*:*:identity/*.org", NO),
        ("arn:aws:sns:*:*:*", NO),
        ("arn:aws:ses:*:*:identity/${aws:username}", NO),
        # AWS completes what is too short with stars.
        ("arn:aws:ses", YES),
        ("arn:aws:ses:eu-west-1", YES),
        ("arn:aws:ses:*:111111111111", YES),
        ("arn:aws", YES),
        ("arn:aws:sns", NO),
        ("arn:aws:s?s", YES),
        (["arn:aws:ses:*:*:identity/example.org", "arn:aws:ses:*:*:identity/*"], YES),
    ],
)
def test_what_covers_every_identity(resource: object, every: Truth) -> None:
    (power,) = sends(allow(resource=resource))
    assert power.every_resource is every


@pytest.mark.parametrize(
    ("service", "action", "resource", "every"),
    [
        ("sns", "sns:Publish", "arn:aws:sns:*:*:*", YES),
        ("sns", "sns:Publish", "arn:aws:sns:*:111111111111:orders-*", NO),
        ("ses", "ses:CreateConfigurationSet", "arn:aws:ses:*:*:configuration-set/*", YES),
        ("kms", "kms:Decrypt", "arn:aws:kms:*:*:key/*", YES),
        ("s3", "s3:GetObject", "arn:aws:s3:::bucket/*", NO),
        ("s3", "s3:GetObject", "arn:aws:s3:::*", YES),
    ],
)
def test_what_covers_every_resource_of_other_services(service: str, action: str, resource: str, every: Truth) -> None:
    (power,) = iam.powers(policy(allow(action, resource)), (action,), service=service)
    assert power.every_resource is every


def test_all_resources_but_some() -> None:
    (power,) = sends({"Effect": "Allow", "Action": "ses:*", "NotResource": "arn:aws:ses:*:*:identity/a"})
    assert power.every_resource is YES
    assert power.resources == ("not arn:aws:ses:*:*:identity/a",)


@pytest.mark.parametrize(
    ("condition", "keys"),
    [
        ({"StringEquals": {"ses:FromAddress": "a@example.org"}}, ("ses:fromaddress",)),
        ({"StringLike": {"ses:FromAddress": "*@example.org"}}, ("ses:fromaddress",)),
        ({"StringLike": {"ses:FromAddress": "*"}}, ()),
        ({"StringLike": {"ses:FromAddress": ["*@example.org", "*"]}}, ()),
        ({"StringLike": {"ses:FromAddress": "*@*"}}, ()),
        ({"StringLike": {"ses:FromAddress": "?*@*?"}}, ()),
        ({"StringLike": {"ses:FromAddress": "?@*"}}, ("ses:fromaddress",)),
        ({"StringLike": {"ses:FromAddress": "*@*.org"}}, ("ses:fromaddress",)),
        ({"StringLike": {"ses:FromDisplayName": "*@*"}}, ("ses:fromdisplayname",)),
        ({"StringLike": {"ses:FromDisplayName": "?*"}}, ()),
        ({"StringEqualsIfExists": {"ses:FromAddress": "a@example.org"}}, ()),
        ({"StringNotEquals": {"ses:FromAddress": "a@example.org"}}, ()),
        ({"ForAllValues:StringLike": {"ses:Recipients": "*@example.org"}}, ("ses:recipients",)),
        ({"ForAllValues:StringLike": {"aws:TagKeys": "a"}}, ()),
        ({"Bool": {"aws:SecureTransport": "true"}}, ("aws:securetransport",)),
        ({"Null": {"ses:FromAddress": "false"}}, ()),
    ],
)
def test_conditions_that_limit(condition: Data, keys: tuple[str, ...]) -> None:
    (power,) = sends(allow(Condition=condition))
    assert power.limiting_keys == keys
    assert power.unknowns == ()


@pytest.mark.parametrize(
    ("denial", "taken_back"),
    [
        (deny(), YES),
        (deny("ses:Send*"), YES),
        (deny(resource="arn:aws:ses:*:*:identity/a"), NO),
        (deny("ses:SendEmail"), NO),
        (deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}), NO),
        ({"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:ses:*:*:identity/a"}, NO),
        ({"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:ses:*:*:identity/*"}, NO),
    ],
)
def test_what_the_same_policy_takes_back(denial: Data, taken_back: Truth) -> None:
    (power,) = sends(allow(), denial)
    assert power.taken_back is taken_back


def test_a_deny_of_the_resources_that_are_allowed_takes_them_back() -> None:
    (power,) = sends(allow(resource="arn:aws:ses:*:*:identity/a"), deny(resource="arn:aws:ses:*:*:identity/*"))
    assert power.taken_back is YES


@pytest.mark.parametrize(
    ("spared", "every"), [("arn:aws:ses:*:*:identity/a", NO), ("arn:aws:ses:*:*:identity/*", YES), ("*", YES)]
)
def test_a_deny_of_all_but_some_resources_leaves_these(spared: str, every: Truth) -> None:
    (power,) = sends(allow(), {"Effect": "Deny", "Action": "ses:*", "NotResource": spared})
    assert (power.every_resource, power.unknowns) == (every, ())


@pytest.mark.parametrize(
    ("condition", "keys", "unknown"),
    [
        ({"StringNotEquals": {"ses:FromAddress": "a@example.org"}}, ("ses:fromaddress",), False),
        ({"StringNotLikeIfExists": {"ses:FromAddress": "*@example.org"}}, ("ses:fromaddress",), False),
        ({"StringNotLike": {"ses:FromAddress": "*"}}, (), False),
        ({"StringEquals": {"ses:FromAddress": "a@example.org"}}, (), False),
        ({"ForAnyValue:StringNotLike": {"ses:Recipients": "*@example.org"}}, ("ses:recipients",), False),
        ({"ForAllValues:StringNotLike": {"ses:Recipients": "*@example.org"}}, (), True),
        ({"StringNotEquals": {"ses:FromAddress": "a@example.org", "aws:SourceVpce": "vpce-1"}}, (), False),
    ],
)
def test_a_deny_of_all_but_some_values_limits(condition: Data, keys: tuple[str, ...], *, unknown: bool) -> None:
    (power,) = sends(allow(), deny(Condition=condition))
    assert power.limiting_keys == keys
    assert bool(power.unknowns) is unknown
    assert power.taken_back is NO
    (other,) = sends(allow(), deny("sns:*", Condition=condition))
    assert (other.limiting_keys, other.unknowns) == ((), ())
    (elsewhere,) = sends(allow(), deny(resource="arn:aws:ses:*:*:identity/a", Condition=condition))
    assert (elsewhere.limiting_keys, elsewhere.unknowns) == ((), ())


def test_a_power_names_its_statement() -> None:
    first, second = sends(allow(Sid="Send"), deny("sns:*"), allow("ses:SendEmail"))
    assert (first.statement, second.statement) == ("Send", "#3")
    assert first.digest != second.digest
    assert second.location.pointer == "/Statement/2"


HERE = text("arn:aws:ses:", Symbol("region"), ":", Symbol("account"), ":identity/*")


@pytest.mark.parametrize(
    ("made", "granted", "every", "unknowns"),
    [
        (told(Action=Gap(HOLE)), OPEN, YES, (HOLE,)),
        (told(Action=Leaf(text("ses:", HOLE))), OPEN, YES, (HOLE,)),
        (told(Effect=Gap(HOLE)), OPEN, YES, None),
        (told(Resource=Gap(HOLE)), YES, OPEN, (HOLE,)),
        (told(Resource=Leaf(text("arn:aws:ses:*:*:identity/", HOLE))), YES, OPEN, (HOLE,)),
        (told(Resource=Leaf(text("arn:", Symbol("partition"), ":ses:*:*:identity/*"))), YES, YES, ()),
        (
            told(Resource=Leaf(text("arn:aws:ses:", Symbol("region"), ":", Symbol("account"), ":identity/*"))),
            YES,
            YES,
            (),
        ),
        (told(Resource=Leaf(text("arn:aws:ses:*:*:identity/", Symbol("Domain.Name")))), YES, NO, ()),
        (told(Condition=Gap(HOLE)), OPEN, YES, (HOLE,)),
    ],
)
def test_what_is_not_told(made: Policy, granted: Truth, every: Truth, unknowns: tuple[Unknown, ...] | None) -> None:
    (power,) = iam.powers(made, SENDS, service="ses")
    assert power.granted is granted
    assert power.every_resource is every
    if unknowns is not None:
        assert power.unknowns == unknowns


def test_other_services_are_not_concerned_by_a_hole_in_an_action() -> None:
    assert iam.powers(told(Action=Leaf(text("sns:", HOLE))), SENDS, service="ses") == ()


def test_statements_that_are_not_told_could_take_back() -> None:
    made = iam.parse(
        Document(
            tree=Mapping(
                (
                    Entry(
                        text("Statement"),
                        iam_trees.Sequence((iam_trees.node_of(allow()), Gap(HOLE))),
                    ),
                )
            )
        )
    )
    (power,) = iam.powers(made, SENDS, service="ses")
    assert power.taken_back is OPEN
    assert power.unknowns == (HOLE,)
    assert iam.powers(unread(HOLE), SENDS, service="ses") == ()


@pytest.mark.parametrize(
    ("statement", "administrator"),
    [
        (allow("*"), True),
        (allow("*:*"), True),
        (allow(["s3:*", "*"]), True),
        (allow("*", "arn:*"), True),
        (allow("*", "arn:aws:*"), True),
        (allow("*", "arn:aws:s3:::*"), False),
        (allow("iam:*"), False),
        (deny("*"), False),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, False),
        ({"Effect": "Allow", "NotAction": ["organizations:*", "iam:Create*"], "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": ["iam:Put*", "iam:Attach*"], "Resource": "*"}, True),
        (
            {"Effect": "Allow", "NotAction": ["iam:Put*", "iam:Attach*", "iam:CreatePolicyVersion"], "Resource": "*"},
            None,
        ),
    ],
)
def test_what_makes_an_administrator(statement: Data, *, administrator: bool | None) -> None:
    found = iam.grants_everything(policy(statement))
    assert [power.stands for power in found] == ([] if administrator is False else [YES if administrator else OPEN])


@pytest.mark.parametrize(
    ("statement", "denials", "stands"),
    [
        ({"effect": "Allow", "action": "*", "resource": "*"}, [], [OPEN]),
        ({"Effect": "Allow", "action": "*", "Resource": "*"}, [], [OPEN]),
        ({"Effect": "Deny", "action": "*", "Resource": "*"}, [], []),
        ({"effect": "Allow", "action": "*", "resource": "*"}, [deny("*")], [NO]),
    ],
)
def test_a_statement_that_breaks_the_grammar_may_allow_everything(
    statement: Data, denials: list[Data], stands: list[Truth]
) -> None:
    made = policy(statement, *denials)
    assert [power.stands for power in iam.grants_everything(made)] == stands
    wildcards = iam.service_wildcards(made, ("ses",))
    assert any(each.certain is OPEN and each.service == "" for each in wildcards) is bool(stands)


@pytest.mark.parametrize("given", [allow("*"), {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}])
@pytest.mark.parametrize(
    ("denials", "taken_back"),
    [
        ([deny("iam:*")], YES),
        ([deny("iam:*", "arn:aws:iam::*:*")], NO),
        ([deny(["iam:Put*", "iam:Attach*"]), deny("iam:CreatePolicyVersion")], OPEN),
        ([deny(["iam:Put*", "iam:Attach*"])], NO),
        ([deny("iam:Create*")], NO),
        ([deny("organizations:*")], NO),
        ([{"Effect": "Deny", "NotAction": ["ses:*", "sns:*"], "Resource": "*"}], YES),
        ([deny("iam:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})], NO),
        ([deny("iam:*", "arn:aws:iam::*:user/ann")], NO),
    ],
)
def test_denying_to_give_oneself_the_rest_makes_no_administrator(
    given: Data, denials: list[Data], taken_back: Truth
) -> None:
    (power,) = iam.grants_everything(policy(given, *denials))
    assert power.taken_back is taken_back


def test_several_denies_take_back_together() -> None:
    (gone,) = sends(allow(), deny("ses:SendEmail"), deny("ses:SendRawEmail"))
    assert (gone.actions, gone.taken_back) == (SENDS, YES)
    (left,) = sends(allow(), deny("ses:SendEmail"))
    assert (left.actions, left.taken_back) == (SENDS[1:], NO)


def test_several_denies_limit_together() -> None:
    other = {"StringNotEquals": {"ses:FromAddress": "a@example.org"}}
    (power,) = sends(allow(), deny("ses:SendEmail", Condition=other), deny("ses:SendRawEmail", Condition=other))
    assert power.limiting_keys == ("ses:fromaddress",)
    (half,) = sends(allow(), deny("ses:SendEmail", Condition=other))
    assert half.limiting_keys == ()
    gone = {"Effect": "Deny", "Action": "ses:SendRawEmail", "NotResource": "arn:aws:ses:*:*:identity/example.org"}
    (rest,) = sends(allow(), deny("ses:SendEmail", Condition=other), gone)
    assert (rest.every_resource, rest.limiting_keys) == (YES, ("ses:fromaddress",))


def test_an_administrator_statement_keeps_its_limits() -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    (power,) = iam.grants_everything(policy(allow("*", Condition=condition), deny("*", Condition=condition)))
    assert power.limiting_keys == ("aws:multifactorauthpresent",)
    assert power.taken_back is NO
    assert power.actions == ("*",)
    (gone,) = iam.grants_everything(policy(allow("*"), deny("*")))
    assert gone.taken_back is YES


def test_an_action_that_is_a_hole_could_be_all() -> None:
    (power,) = iam.grants_everything(told(Action=Leaf(text(HOLE))))
    assert power.granted is OPEN
    assert power.unknowns == (HOLE,)
    assert iam.grants_everything(told(Action=Leaf(text("ses:", HOLE)))) == ()


@pytest.mark.parametrize(
    ("action", "services"),
    [
        ("ses:*", ["ses"]),
        ("SNS:*", ["sns"]),
        (["ses:*", "sns:**", "s3:Get*"], ["ses", "sns"]),
        ("sns:?*", ["sns"]),
        ("sns:*?", ["sns"]),
        ("sns:??*", []),
        ("sns:?", []),
        ("*", []),
        ("*:*", []),
        ("ses:Send*", []),
    ],
)
def test_wildcards_over_a_service(action: object, services: list[str]) -> None:
    found = iam.service_wildcards(policy(allow(action)))
    assert [each.service for each in found] == services
    assert all(each.certain is YES for each in found)


@pytest.mark.parametrize(
    ("statement", "services"),
    [
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, ["ses", "sns"]),
        ({"Effect": "Allow", "NotAction": ["iam:*", "ses:DeleteEmailIdentity"], "Resource": "*"}, ["sns"]),
        ({"Effect": "Allow", "NotAction": ["s?s:*", "iam:*"], "Resource": "*"}, ["ses", "sns"]),
        ({"Effect": "Allow", "NotAction": "*", "Resource": "*"}, []),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::bucket/*"}, []),
        (allow("*", "arn:aws:sns:eu-west-1:111122223333:orders"), ["sns"]),
        (allow("*"), ["iam", "ses", "sns"]),
        (allow(["*", "ses:*"]), ["iam", "ses", "sns"]),
        (deny("*"), []),
    ],
)
def test_services_that_are_allowed_without_their_name(statement: Data, services: list[str]) -> None:
    found = iam.service_wildcards(policy(statement), ("iam", "ses", "sns"))
    assert sorted({each.service for each in found}) == services
    assert all(each.certain is YES and each.taken_back is NO for each in found)


def test_services_that_are_allowed_without_their_name_can_be_taken_back() -> None:
    found = iam.service_wildcards(policy(allow("*"), deny("ses:*"), deny("sns:Publish")), ("ses", "sns"))
    assert [(each.service, each.taken_back) for each in found] == [("ses", YES), ("sns", NO)]
    bucket = {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::bucket/*"}
    assert iam.service_wildcards(policy(allow("*"), bucket), ("ses", "sns")) == ()
    (hidden,) = iam.service_wildcards(told(Action=Leaf(text("*")), Resource=Leaf(text(HOLE))), ("ses",))
    assert (hidden.certain, hidden.unknowns) == (OPEN, (HOLE,))


def test_a_wildcard_over_a_service_can_be_taken_back() -> None:
    (found,) = iam.service_wildcards(policy(allow(), deny()))
    assert found.taken_back is YES
    two = iam.service_wildcards(policy(allow(["ses:*", "sns:*", "sns:Publish"]), deny("ses:*")))
    assert [(each.service, each.taken_back) for each in two] == [("ses", YES), ("sns", NO)]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (text("ses:", HOLE), [("ses", OPEN)]),
        (text("ses:Send", HOLE), []),
        (text(HOLE), [("", OPEN)]),
        (text(HOLE, ":*"), [("", OPEN)]),
    ],
)
def test_wildcards_that_are_not_told(action: Text, expected: list[tuple[str, Truth]]) -> None:
    found = iam.service_wildcards(told(Action=Leaf(action)))
    assert [(each.service, each.certain) for each in found] == expected


@pytest.mark.parametrize(
    ("allowed", "denied", "taken_back"),
    [
        ("arn:aws:ses:eu-west-1:111111111111:identity/*", "arn:aws:ses", YES),
        ("arn:aws:ses:eu-west-1", "arn:aws:ses:eu-west-1:*", YES),
        ("arn:aws:ses:eu-west-1", "arn:aws:ses:eu-west-1", YES),
        ("arn:aws:ses", "arn:aws:ses:eu-west-1", NO),
        ("arn:aws:ses:*:*:identity/*", "arn:aws:sns", NO),
    ],
)
def test_short_resources_are_completed_before_they_are_compared(allowed: str, denied: str, taken_back: Truth) -> None:
    (power,) = sends(allow(resource=allowed), deny(resource=denied))
    assert power.taken_back is taken_back


SEGMENTS = (("arn",), ("aws", "*"), ("ses", "*", "s?s", "sns"), ("eu-west-1", "*"), ("111111111111", "*"),
            ("identity/*", "identity/example.org", "*", "configuration-set/*"))  # fmt: skip
resources = st.tuples(*(st.sampled_from(each) for each in SEGMENTS)).flatmap(
    lambda drawn: st.integers(2, 6).map(lambda size: ":".join(drawn[:size]))
)
PLACES = tuple(
    f"arn:aws:ses:{region}:{account}:identity/{name}"
    for region in ("eu-west-1", "us-east-1")
    for account in ("111111111111", "222222222222")
    for name in ("example.org", "else.example")
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(resources, st.none() | resources)
def test_powers_agree_with_decisions(allowed: str, denied: str | None) -> None:
    made = policy(allow(resource=allowed), *([] if denied is None else [deny(resource=denied)]))
    user = iam.caller(text("arn:aws:iam::111111111111:user/ann"))
    policies = iam.Policies(identity=(made,), scp=(), rcp=())
    open_to = [
        place
        for place in PLACES
        if iam.evaluate(
            iam.Request(
                caller=user,
                action="ses:SendEmail",
                resource=text(place),
                resource_account=text("111111111111"),
                closed=True,
            ),
            policies,
        ).allowed
        is Truth.TRUE
    ]
    (power,) = sends(allow(resource=allowed), *([] if denied is None else [deny(resource=denied)]))
    if power.taken_back is YES:
        assert open_to == []
    elif denied is None and power.every_resource is YES:
        assert any("else.example" in place for place in open_to)
    elif denied is None and power.every_resource is NO:
        assert not any("else.example" in place for place in open_to)
