"""Exposure and evaluation are two readings of the same policy: neither may let in whom the other keeps out."""

from typing import Any

import iam_trees
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.request import ContextValue
from auditor.model.known import Truth
from auditor.model.text import text

TOPIC = text("arn:aws:sns:eu-west-1:111111111111:orders")
OWNER = text("111111111111")
STRANGER = "333333333333"
ALLOW_ALL = iam.parse(
    iam_trees.plain({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
)
exhaustive = settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))


def stranger(secure: str, protocol: str | None, action: str = "sns:Publish") -> iam.Request:
    """Somebody of an account, an organization and a network that no policy names."""
    who = iam.caller(text(f"arn:aws:iam::{STRANGER}:role/intruder"))
    return request(who, secure, protocol, action)


def request(who: iam.Caller, secure: str, protocol: str | None, action: str = "sns:Publish") -> iam.Request:
    context: dict[str, ContextValue] = {
        "aws:securetransport": (text(secure),),
        "aws:sourceip": (text("198.51.100.7"),),
        "aws:principalisawsservice": (text("false"),),
    }
    if who.account is not None:
        context |= {
            "aws:principalaccount": (who.account,),
            "aws:principalarn": (who.arn,),
            "aws:principalorgid": (text("o-stranger"),),
        }
    if protocol is not None:
        context["sns:protocol"] = (text(protocol),)
    return iam.Request(caller=who, action=action, resource=TOPIC, resource_account=OWNER, context=context, closed=True)


def service(secure: str) -> iam.Request:
    """Amazon SES on behalf of that account."""
    made = iam.service_request(
        "ses.amazonaws.com",
        "sns:Publish",
        TOPIC,
        resource_account=OWNER,
        source_account=text(STRANGER),
        source_arn=text(f"arn:aws:ses:eu-west-1:{STRANGER}:identity/a"),
    )
    context = dict(made.context) | {"aws:securetransport": (text(secure),)}
    return iam.Request(
        caller=made.caller,
        action=made.action,
        resource=made.resource,
        resource_account=OWNER,
        context=context | {"aws:sourceorgid": (text("o-stranger"),)},
        closed=True,
    )


@exhaustive
@given(st.data(), st.sampled_from(("true", "false")), st.sampled_from((None, "https", "sqs")))
def test_who_is_allowed_is_in_the_audience(data: Any, secure: str, protocol: str | None) -> None:
    document = iam_trees.Filling(data.draw, named=True).document(data.draw(iam_trees.documents(named=True)))
    policy = iam.parse(document)
    audience = iam.exposure(policy, TOPIC, OWNER)
    everybody = iam.is_public(audience)
    policies = iam.Policies(resource=(policy,), identity=(ALLOW_ALL,), scp=(), rcp=())
    for each in (stranger(secure, protocol), request(iam.ANONYMOUS, secure, protocol)):
        decision = iam.evaluate(each, policies)
        if decision.allowed is Truth.TRUE and each.caller.account is not None:
            assert audience.at_most in {iam.Reach.PUBLIC, iam.Reach.ACCOUNTS, iam.Reach.ORG}, (audience, decision)
            named = STRANGER in str(document)
            assert everybody is not Truth.FALSE or named, (audience, decision)
        elif decision.allowed is Truth.TRUE:
            assert everybody is not Truth.FALSE, (audience, decision)
    decision = iam.evaluate(service(secure), policies)
    if decision.allowed is Truth.TRUE:
        confined = all(grant.confined is Truth.TRUE for grant in audience.grants if grant.services)
        assert everybody is not Truth.FALSE or not confined, (audience, decision)


@exhaustive
@given(st.data())
def test_what_is_public_lets_a_stranger_in_under_some_context(data: Any) -> None:
    document = iam_trees.Filling(data.draw, named=True).document(data.draw(iam_trees.documents(named=True)))
    policy = iam.parse(document)
    audience = iam.exposure(policy, TOPIC, OWNER)
    public = [grant for grant in audience.grants if grant.reach is iam.Reach.PUBLIC]
    acting = [grant for grant in public if grant.allows("sns:Publish") is Truth.TRUE]
    if not acting or {"other:Key", "aws:SecureTransport"} & {*_keys(policy)}:
        # Their values in these policies are nonsense that no request carries.
        return
    policies = iam.Policies(resource=(policy,), identity=(ALLOW_ALL,), scp=(), rcp=())
    tries = [
        iam.evaluate(made, policies)
        for secure in ("true", "false")
        for protocol in (None, "https", "sqs", *iam_trees.VALUES)
        for action in ("sns:Publish", "sns:PublishBatch", "sns:Subscribe", "sns:Else")
        for made in (
            stranger(secure, protocol, action),
            request(iam.ANONYMOUS, secure, protocol, action),
            service(secure),
        )
    ]
    assert any(decision.allowed is not Truth.FALSE for decision in tries), (audience, policy)


def _keys(policy: iam.Policy) -> list[str]:
    return [str(condition.key) for statement in policy.statements for condition in statement.conditions]
