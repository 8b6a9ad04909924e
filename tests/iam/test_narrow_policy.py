"""Smaller policies: what is left out, what stays, and the proof."""

from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from narrowing import ACCOUNT, ROLE, TOPIC, USER, Data, accessed, allow, deny, document, event, narrowed, policy, trail

from auditor.iam import Effect, Policies, Request, caller, evaluate, parse
from auditor.iam.database import action_names, expand
from auditor.iam.difference import difference
from auditor.iam.elements import Patterns
from auditor.iam.narrow import Kind, NarrowError, Use, listed
from auditor.iam.narrow.piecewise import is_subset
from auditor.iam.narrow.proof import prove, restricted
from auditor.iam.request import Caller
from auditor.iam.request import Kind as CallerKind
from auditor.model.known import Truth
from auditor.model.policy import Document, node_of
from auditor.model.text import text

OTHER = TOPIC.replace("orders", "bills")
SUBSCRIBED = event("Subscribe", requestParameters={"topicArn": TOPIC})
ME = Caller(CallerKind.ROLE, text(ROLE), text(ACCOUNT))


def statements(*documents: Data, **options: Any) -> list[Data]:
    made = narrowed(*documents, **options)
    assert made.proof.holds
    return [] if made.document is None else list(made.document["Statement"])  # type: ignore[call-overload]


def test_unused_actions_go_and_invisible_ones_stay() -> None:
    (publish, subscribe) = statements(
        document(allow(["sns:Publish", "sns:Subscribe", "sns:DeleteTopic"])), record=trail(SUBSCRIBED)
    )
    assert publish == {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
    assert subscribe == {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC}


def test_only_what_is_recorded_when_asked_for() -> None:
    assert statements(
        document(allow(["sns:Publish", "sns:Subscribe", "sns:Newer"])), record=trail(SUBSCRIBED), only_recorded=True
    ) == [{"Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC}]


def test_a_service_wildcard_becomes_what_is_used_or_undecided() -> None:
    made = narrowed(document(allow("sns:*")), record=trail(SUBSCRIBED))
    undecided = {"sns:ConfirmSubscription", "sns:Publish", "sns:Unsubscribe"}
    assert set(listed(made.dropped)) == set(expand("sns:*")) - undecided - {"sns:Subscribe"}
    assert set(listed(made.undecided)) == undecided
    assert made.document == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": sorted(undecided), "Resource": "*"},
            {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC},
        ],
    }
    (found,) = made.findings.policies
    assert [each.kind for each in found.found] == [Kind.SERVICE_WILDCARD, Kind.EVERY_RESOURCE, Kind.UNUSED]
    assert found.found[-1].count == made.dropped.bit_count()


def test_everything_becomes_everything_but_what_is_unused() -> None:
    (statement,) = statements(document(allow("*")), record=accessed({"sqs": False, "sns": True}))
    assert statement == {"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"}


def test_everything_becomes_what_is_recorded() -> None:
    made = narrowed(document(allow("*")), record=trail(SUBSCRIBED), only_recorded=True)
    assert made.document is not None
    assert made.document["Statement"] == [{"Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC}]
    assert made.dropped.bit_count() == len(action_names()) - 1
    assert made.proof.holds


def test_denials_and_conditions_stay() -> None:
    secure = {"Bool": {"aws:SecureTransport": "true"}}
    refused = deny("sns:*", OTHER, Sid="Not")
    assert statements(
        document(allow(["sns:Subscribe", "sns:CreateTopic"], Condition=secure), refused), record=trail(SUBSCRIBED)
    ) == [
        {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC, "Condition": secure},
        {"Sid": "Not", "Effect": "Deny", "Action": "sns:*", "Resource": OTHER},
    ]


def test_a_use_under_an_untold_condition_is_kept_by_comparing_sets() -> None:
    owner = {"StringEquals": {"aws:PrincipalTag/team": "mail"}}
    proof = narrowed(document(allow("sns:Subscribe", Condition=owner)), record=trail(SUBSCRIBED)).proof
    assert (proof.uses, proof.decided, proof.by_sets, proof.lost) == (1, 0, 1, ())


def test_a_use_that_a_policy_of_the_resource_allows_is_not_missed() -> None:
    made = narrowed(document(allow("sns:Subscribe", OTHER)), record=trail(SUBSCRIBED))
    assert made.document is None
    assert (made.proof.not_before, made.proof.holds) == (1, True)


def test_a_statement_for_another_resource_goes() -> None:
    assert statements(
        document(allow("sns:Subscribe", OTHER, Sid="A"), allow("sns:Subscribe", TOPIC, Sid="B")),
        record=trail(SUBSCRIBED),
    ) == [{"Sid": "B", "Effect": "Allow", "Action": "sns:Subscribe", "Resource": TOPIC}]


def test_policies_are_joined_and_sids_stand_once() -> None:
    assert statements(
        document(allow("sns:Publish", Sid="A")), document(allow("sqs:SendMessage", Sid="A")), record=trail()
    ) == [
        {"Sid": "A", "Effect": "Allow", "Action": "sns:Publish", "Resource": "*"},
        {"Sid": "A2", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"},
    ]


def test_policies_of_groups_are_joined_in_and_named() -> None:
    made = narrowed(
        document(allow("sns:Publish")), user=True, groups={"g": document(allow("ses:SendRawEmail"))}, record=trail()
    )
    assert len(made.replaces) == 2
    assert len(made.of_groups) == 1
    assert "group" in made.of_groups[0] or "/g" in made.of_groups[0]


def test_dollars_of_the_old_language_stay_plain() -> None:
    old = document(allow("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:${aws:username}"), version="2008-10-17")
    (statement,) = statements(old, record=trail())
    assert statement["Resource"] == "arn:aws:sqs:eu-west-1:111122223333:${$}{aws:username}"


def test_variables_keep_the_resources() -> None:
    own = "arn:aws:sns:eu-west-1:111122223333:${aws:PrincipalTag/team}"
    assert statements(document(allow("sns:Subscribe", own)), record=trail(SUBSCRIBED)) == [
        {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": own}
    ]


def test_confining_to_the_own_account_leaves_phones_and_star_only_actions() -> None:
    assert statements(
        document(allow(["sns:Publish", "sns:Subscribe", "sns:ListTopics", "ses:SendEmail"])), own_account=True
    ) == [
        {"Effect": "Allow", "Action": ["sns:Publish", "sns:ListTopics"], "Resource": "*"},
        {"Effect": "Allow", "Action": "sns:Subscribe", "Resource": f"arn:aws:sns:*:{ACCOUNT}:*"},
        {
            "Effect": "Allow",
            "Action": "ses:SendEmail",
            "Resource": [f"arn:aws:ses:*:{ACCOUNT}:{kind}/*" for kind in ("configuration-set", "identity", "template")],
        },
    ]


def test_without_a_record_nothing_goes() -> None:
    made = narrowed(document(allow("sns:*")))
    assert made.document == document({"Effect": "Allow", "Action": "sns:*", "Resource": "*"})
    assert (made.dropped, made.undecided, made.has_record) == (0, 0, False)


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ((), "has no policies"),
        ((document({"Effect": "Allow", "Action": "sns:*", "Resource": "*", "Nope": 1}),), "cannot be written again"),
        (({"Version": "2012-10-17"},), "cannot be written again"),
    ],
)
def test_what_cannot_be_written_again_is_told(documents: tuple[Data, ...], message: str) -> None:
    with pytest.raises(NarrowError, match=message):
        narrowed(*documents, record=trail())


def test_a_lost_use_is_told() -> None:
    old, new = policy(allow("sns:*")), policy(allow("sns:Publish"))
    use = Use("sns:Subscribe", TOPIC)
    proof = prove(new, [old], [use], ME, text(ACCOUNT))
    assert (proof.subset, proof.holds) == (Truth.TRUE, False)
    assert [(lost.use, lost.truth) for lost in proof.lost] == [(use, Truth.FALSE)]


def test_a_larger_policy_is_told_with_a_request() -> None:
    proof = prove(policy(allow("sns:*")), [policy(allow("sns:Publish"))], [], ME, text(ACCOUNT))
    assert proof.subset is Truth.FALSE
    assert proof.witness is not None
    assert proof.witness.action.lower().startswith("sns:")


def test_a_policy_is_restricted_to_one_action_on_one_resource() -> None:
    found = restricted(policy(allow("sns:*", [TOPIC, OTHER]), allow("ses:*"), deny("*")), "sns:Publish", TOPIC)
    assert [each.actions for each in found.statements] == [Patterns((text("sns:Publish"),)), Patterns((text("*"),))]
    assert [each.resources for each in found.statements] == [Patterns((text(TOPIC),)), Patterns((text("*"),))]


ACTIONS = ["sns:Publish", "sns:Subscribe", "sns:CreateTopic", "sns:ListTopics", "ses:SendEmail", "iam:PassRole"]
RESOURCES = [TOPIC, OTHER, "*", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:o*"]
STATEMENTS = st.builds(
    lambda effect, key, actions, resources, condition: {
        "Effect": effect,
        key: actions,
        "Resource": resources,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    st.sampled_from(["Action", "Action", "Action", "NotAction"]),
    st.lists(st.sampled_from([*ACTIONS, *ACTIONS, "sns:*", "sns:*Topic*", "*", "ses:Send*"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
    st.sampled_from([None, None, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}]),
)
EVENTS = st.builds(
    lambda name, topic: event(name, requestParameters={"topicArn": topic} if topic else {}),
    st.sampled_from(["Publish", "Subscribe", "CreateTopic", "ListTopics"]),
    st.sampled_from([None, TOPIC, OTHER]),
)


OPTIONS = st.fixed_dictionaries({"only_recorded": st.booleans(), "own_account": st.booleans()})


@settings(max_examples=examples(60))
@given(st.lists(STATEMENTS, min_size=1, max_size=3), st.lists(EVENTS, max_size=4), OPTIONS)
def test_every_smaller_policy_is_proven_and_agrees_with_decisions(
    written: list[Data], events: list[Data], options: dict[str, bool]
) -> None:
    record = trail(*events)
    made = narrowed(document(*written), record=record, **options)
    old = policy(*written)
    new = policy() if made.document is None else parse(Document(tree=node_of(made.document)))
    assert made.proof.subset is Truth.TRUE
    assert made.proof.lost == ()
    for action in ACTIONS:
        for resource in (TOPIC, OTHER, "*"):
            asked = [_decide(each, action, resource) for each in (new, old)]
            assert asked[0] is not Effect.ALLOW or asked[1] is Effect.ALLOW
    for use in record.uses:
        if use.resource and _decide(old, use.action, use.resource) is Effect.ALLOW:
            assert _decide(new, use.action, use.resource) is Effect.ALLOW


POLICIES = st.lists(STATEMENTS, min_size=1, max_size=3)


@settings(max_examples=examples(50))
@given(POLICIES, POLICIES)
def test_what_is_proven_piece_by_piece_is_so_as_a_whole(new: list[Data], old: list[Data]) -> None:
    for one, other in ((policy(*new), policy(*old)), (policy(*new), policy(*new, *old))):
        if is_subset(one, [other]):
            assert difference([one], [other]).truth is Truth.FALSE


@pytest.mark.parametrize(
    ("new", "old", "proven"),
    [
        (allow("sns:Publish", TOPIC), allow("sns:*", "arn:aws:sns:*"), True),
        (allow("sns:Newer"), allow("sns:New*"), True),
        (allow("sns:Newer"), allow("sns:Publish"), False),
        ({"Effect": "Allow", "NotAction": ["sns:*", "ses:*"], "Resource": "*"}, allow("*"), True),
        (
            {"Effect": "Allow", "NotAction": ["sns:*", "ses:*"], "Resource": "*"},
            {"Effect": "Allow", "NotAction": "sns:*", "Resource": "*"},
            True,
        ),
        (
            {"Effect": "Allow", "NotAction": "sns:*", "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["sns:*", "ses:*"], "Resource": "*"},
            False,
        ),
        (
            {"Effect": "Allow", "Action": "sns:Publish", "NotResource": TOPIC},
            {"Effect": "Allow", "Action": "sns:*", "NotResource": TOPIC},
            True,
        ),
        (allow("sns:Publish", Condition={"Odd": {"a:b": "c"}}), allow("sns:*", Condition={"Odd": {"a:b": "c"}}), True),
        (allow("sns:Publish", Condition={"Odd": {"a:b": "c"}}), allow("sns:*"), True),
        (allow("sns:Publish"), allow("sns:*", Condition={"Odd": {"a:b": "c"}}), False),
    ],
)
def test_one_statement_covers_another(new: Data, old: Data, *, proven: bool) -> None:
    assert is_subset(policy(new), [policy(old)]) is proven


def test_a_variable_is_none_in_the_old_language() -> None:
    own = allow("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:${aws:username}")
    old = parse(Document(tree=node_of(document(own, version="2008-10-17"))))
    assert not is_subset(policy(own), [old])
    assert is_subset(policy(own), [policy(own)])


def test_a_denial_that_is_missing_is_seen() -> None:
    assert not is_subset(policy(allow("sns:*")), [policy(allow("sns:*"), deny("sns:Publish"))])
    assert is_subset(policy(allow("sns:*"), deny("sns:Publish")), [policy(allow("sns:*"), deny("sns:Publish"))])


def _decide(given_policy: Any, action: str, resource: str) -> Effect:
    request = Request(
        caller=caller(text(ROLE)),
        action=action,
        resource=text(resource),
        resource_account=text(ACCOUNT),
        context={"aws:requestedregion": (text("eu-west-1"),)},
        closed=True,
    )
    return evaluate(request, Policies(identity=(given_policy,))).effect


def test_the_user_of_smtp_keeps_raw_mail_where_the_service_looks_unused() -> None:
    record = accessed({"ses": False}, smtp=True)
    made = narrowed(document(allow(["ses:SendRawEmail", "ses:SendEmail"])), user=True, record=record)
    assert made.document is not None
    assert made.document["Statement"] == [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}]
    assert made.principal.arn == text(USER)
