"""What holds for every smaller policy, whatever the policies, the record of use and the choices."""

import json
from typing import Any

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from narrowing import ACCOUNT, ROLE, TOPIC, Data, accessed, allow, deny, document, event, narrowed, policy, trail

from auditor.iam import Effect, Policies, Request, caller, evaluate, parse
from auditor.iam.database import Access
from auditor.iam.elements import Policy, Statement
from auditor.iam.narrow import Limits, Narrowed, Record, limits
from auditor.iam.narrow.proof import prove
from auditor.iam.request import Caller, Kind
from auditor.model.known import Truth
from auditor.model.policy import Document, node_of
from auditor.model.text import text

OTHER = TOPIC.replace("orders", "bills")
SES = f"arn:aws:ses:eu-west-1:{ACCOUNT}:"
IDENTITY, SET = SES + "identity/example.com", SES + "configuration-set/main"
ME = Caller(Kind.ROLE, text(ROLE), text(ACCOUNT))
FROM = ["no-reply@example.com", "shop@example.com"]

ACTIONS = ["sns:Publish", "sns:Subscribe", "sns:CreateTopic", "sns:ListTopics", "iam:PassRole",
           "ses:SendEmail", "ses:SendRawEmail", "ses:SendBulkEmail", "ses:GetSendQuota",
           "ses:CreateEmailIdentity"]  # fmt: skip
PATTERNS = [*ACTIONS, "sns:*", "ses:*", "ses:Send*", "ses:*Email", "sns:*Topic*", "sns:Newer*", "*"]
RESOURCES = [TOPIC, OTHER, "*", "*", f"arn:aws:sns:*:{ACCOUNT}:*", f"{TOPIC[:-3]}*", IDENTITY, SES + "*",
             SES + "identity/*", SES + "configuration-set/*", "arn:aws:ses:*",
             f"arn:aws:sns:eu-west-1:{ACCOUNT}:${{aws:username}}*"]  # fmt: skip
CONDITIONS = [
    None,
    None,
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"stringlike": {"ses:FromAddress": "*@example.com"}},
    {"StringEquals": {"aws:PrincipalTag/team": "${aws:username}"}},
]
STATEMENTS = st.builds(
    lambda effect, key, patterns, resource_key, resources, condition: {
        "Effect": effect,
        key: patterns,
        resource_key: resources,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    st.sampled_from(["Action", "Action", "Action", "NotAction"]),
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3),
    st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]),
    st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=3),
    st.sampled_from(CONDITIONS),
)
DOCUMENTS = st.lists(
    st.builds(
        # A dollar sign of the old language is written otherwise in the current one, and then often not proven.
        lambda statements, version: document(
            *statements, version="2012-10-17" if "${" in json.dumps(statements) else version
        ),
        st.lists(STATEMENTS, min_size=1, max_size=3),
        st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]),
    ),
    min_size=1,
    max_size=2,
)
EVENTS = st.one_of(
    st.builds(
        lambda name, topic: event(name, requestParameters={"topicArn": topic} if topic else {}),
        st.sampled_from(["Publish", "Subscribe", "CreateTopic", "ListTopics"]),
        st.sampled_from([None, TOPIC, OTHER]),
    ),
    st.builds(
        lambda name, sender, arns: event(
            name,
            source="ses",
            eventCategory="Data",
            requestParameters={"fromEmailAddress": sender} if sender else {},
            resources=[{"ARN": arn} for arn in arns],
        ),
        st.sampled_from(["SendEmail", "SendBulkEmail"]),
        st.sampled_from([None, *FROM]),
        st.sampled_from([[], [IDENTITY], [IDENTITY, SET, SES + "template/a"]]),
    ),
)
RECORDS = st.one_of(
    st.none(),
    st.builds(lambda events: trail(*events), st.lists(EVENTS, max_size=4)),
    st.builds(
        lambda sns, tracked: accessed({"ses": True, "sns": sns}, {"ses:CreateEmailIdentity": tracked}),
        st.booleans(),
        st.booleans(),
    ),
)
PLAIN = {
    "only_recorded": st.booleans(),
    "own_account": st.booleans(),
    "drop_vain": st.booleans(),
    "expand": st.booleans(),
    "levels": st.sampled_from([(), (), (Access.LIST, Access.READ), (Access.WRITE,)]),
}
PINS = {
    "identities": st.sampled_from([(), ("example.com",), (IDENTITY, SES + "identity/a@example.com")]),
    "configuration_sets": st.sampled_from([(), ("main",)]),
    "topics": st.sampled_from([(), (TOPIC,), ("orders", "bills")]),
    "senders": st.sampled_from([(), (FROM[0],), ("*@example.com",)]),
}
BOUNDS = st.sampled_from(
    [
        limits(None, None),
        limits([policy(allow(["ses:*", "sns:Publish"]))], None),
        limits([policy(allow("*"))], [[policy(allow("*"), deny("sns:*"))], [policy(allow("*"))]]),
        limits([policy(allow("*", [OTHER, IDENTITY]))], None),
    ]
)


def made_of(documents: list[Data], record: Record | None, options: dict[str, Any], bounds: Limits) -> Narrowed:
    return narrowed(*documents, record=record, limits=lambda _: bounds, **options)


def written(made: Narrowed) -> Policy:
    return policy() if made.document is None else parse(Document(tree=node_of(made.document)))


def contents(statements: list[Statement]) -> set[str]:
    return {each.digest for each in statements}


def decided(given_policies: list[Policy], action: str, resource: str, sender: str) -> Effect:
    request = Request(
        caller=caller(text(ROLE)),
        action=action,
        resource=text(resource),
        resource_account=text(ACCOUNT),
        context={"aws:requestedregion": (text("eu-west-1"),), "ses:fromaddress": (text(sender),)},
        closed=True,
    )
    return evaluate(request, Policies(identity=tuple(given_policies))).effect


@settings(max_examples=examples(25))
@given(DOCUMENTS, RECORDS, st.fixed_dictionaries(PLAIN), BOUNDS)
def test_nothing_is_added_and_no_use_is_lost(
    documents: list[Data], record: Record | None, options: dict[str, Any], bounds: Limits
) -> None:
    made = made_of(documents, record, options, bounds)
    old = [parse(Document(tree=node_of(each))) for each in documents]
    assert made.proof.subset is Truth.TRUE
    # An access level is a choice against what was used.
    lost = {each.use.action for each in made.proof.lost}
    assert not lost or options["levels"]
    new = written(made)
    # The proof is about the document that is written, not about what it was made of.
    assert prove(new, old, (), ME, text(ACCOUNT)).subset is Truth.TRUE
    for use in record.uses if record is not None else ():
        if use.resource and use.action not in lost | set(made.vain_uses):
            before = decided(old, use.action, use.resource, FROM[0])
            assert before is not Effect.ALLOW or decided([new], use.action, use.resource, FROM[0]) is Effect.ALLOW


@settings(max_examples=examples(25))
@given(DOCUMENTS, RECORDS, st.fixed_dictionaries(PLAIN | PINS), BOUNDS)
def test_a_smaller_policy_is_a_subset_keeps_denials_and_conditions(
    documents: list[Data], record: Record | None, options: dict[str, Any], bounds: Limits
) -> None:
    made = made_of(documents, record, options, bounds)
    old = [parse(Document(tree=node_of(each))) for each in documents]
    new = written(made)
    assert prove(new, old, (), ME, text(ACCOUNT)).subset is Truth.TRUE
    before = [each for one in old for each in one.statements]
    denials = [each for each in before if not each.is_allow]
    assert contents(denials) == contents([each for each in new.statements if not each.is_allow])
    kept = [set(map(str, each.conditions)) for each in before if each.is_allow]
    allowing = [each for each in new.statements if each.is_allow]
    assert all(any(set(map(str, each.conditions)) >= one for one in kept) for each in allowing)
    for action in ACTIONS:
        for resource in (TOPIC, OTHER, IDENTITY, SET, "*"):
            for sender in (FROM[0], "x@example.org"):
                if decided([new], action, resource, sender) is Effect.ALLOW:
                    assert decided(old, action, resource, sender) is Effect.ALLOW


@settings(max_examples=examples(25))
@given(DOCUMENTS, RECORDS, st.fixed_dictionaries(PLAIN | PINS), BOUNDS)
def test_narrowing_again_changes_nothing(
    documents: list[Data], record: Record | None, options: dict[str, Any], bounds: Limits
) -> None:
    made = made_of(documents, record, options, bounds)
    if made.document is None:
        return
    again = made_of([made.document], record, options, bounds)
    assert again.document == made.document
    assert again.dropped == 0


@settings(max_examples=examples(25))
@given(DOCUMENTS, st.fixed_dictionaries(PINS))
def test_pinned_senders_and_resources_are_all_that_is_left_of_wildcards(
    documents: list[Data], options: dict[str, Any]
) -> None:
    made = narrowed(*documents, **options)
    new = written(made)
    if options["senders"]:
        sent = decided([new], "ses:SendEmail", IDENTITY, "x@example.org")
        old = [parse(Document(tree=node_of(each))) for each in documents]
        named = [
            each
            for one in old
            for each in one.statements
            if any((row.key.literal or "").lower() == "ses:fromaddress" for row in each.conditions)
        ]
        assert named or sent is not Effect.ALLOW
