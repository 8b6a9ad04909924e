from typing import Any

import iam_trees
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import iam
from auditor.iam.request import ContextValue
from auditor.model.known import Truth
from auditor.model.text import Text, text

RESOURCES = (
    text("arn:aws:sns:eu-west-1:111111111111:orders"),
    text("arn:", iam_trees.PARTITION, ":sns:", iam_trees.REGION, ":", iam_trees.ACCOUNT, ":", iam_trees.NAME),
    text("arn:aws:sns:eu-west-1:", iam_trees.ACCOUNT, ":orders"),
)
OWNERS = (text("111111111111"), text(iam_trees.ACCOUNT))
SOURCES = (
    text("arn:aws:ses:eu-west-1:111111111111:identity/a"),
    text("arn:aws:ses:eu-west-1:", iam_trees.ACCOUNT, ":identity/a"),
)
CALLERS = (
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:iam::111111111111:role/team/admin",
    "arn:aws:sts::111111111111:assumed-role/admin/session",
    "arn:aws:iam::222222222222:root",
    "arn:aws:iam::222222222222:user/bob",
)


@st.composite
def requests(draw: Any) -> iam.Request:
    resource, owner = draw(st.sampled_from(RESOURCES)), draw(st.sampled_from(OWNERS))
    if draw(st.booleans()):
        return iam.service_request(
            "ses.amazonaws.com",
            "sns:Publish",
            resource,
            resource_account=owner,
            source_account=draw(st.sampled_from(OWNERS)),
            source_arn=draw(st.sampled_from(SOURCES)),
        )
    context: dict[str, ContextValue] = {"aws:securetransport": (text("true"),), "aws:sourceip": (text("10.1.2.3"),)}
    who = draw(st.sampled_from((iam.ANONYMOUS, *(iam.caller(text(arn)) for arn in CALLERS))))
    if who.account is not None:
        context |= {"aws:principalaccount": (who.account,), "aws:principalarn": (who.arn,)}
    return iam.Request(
        caller=who,
        action="sns:Publish",
        resource=resource,
        resource_account=owner,
        context=context,
        closed=draw(st.booleans()),
    )


def told(filling: iam_trees.Filling, request: iam.Request) -> iam.Request:
    """The request with its symbols filled in."""

    def bound(written: Text) -> Text:
        return filling.text(written, ())

    context: dict[str, ContextValue] = {
        key: tuple(bound(item) for item in value) if isinstance(value, tuple) else value
        for key, value in request.context.items()
    }
    return iam.Request(
        caller=request.caller,
        action=request.action,
        resource=bound(request.resource),
        resource_account=bound(request.resource_account),
        context=context,
        closed=request.closed,
        absent_prefixes=request.absent_prefixes,
    )


lenient = settings(max_examples=examples(30), suppress_health_check=list(HealthCheck))


@lenient
@given(iam_trees.documents(named=True), iam_trees.documents(named=False), requests(), st.data())
def test_a_filled_in_policy_never_contradicts_the_decision(
    resource: Any, identity: Any, request: iam.Request, data: Any
) -> None:
    partly = iam.Policies(resource=(iam.parse(resource),), identity=(iam.parse(identity),), scp=(), rcp=())
    decision = iam.evaluate(request, partly)
    if decision.effect is iam.Effect.UNKNOWN:
        assert decision.unknowns
    for _ in range(3):
        named, plain = iam_trees.Filling(data.draw, named=True), iam_trees.Filling(data.draw, named=False)
        plain.symbols = named.symbols
        whole = iam.Policies(
            resource=(iam.parse(named.document(resource)),),
            identity=(iam.parse(plain.document(identity)),),
            scp=(),
            rcp=(),
        )
        found = iam.evaluate(told(named, request), whole)
        if decision.effect is not iam.Effect.UNKNOWN:
            assert found.effect is decision.effect, (decision, found)
        elif decision.allowed is Truth.FALSE:
            assert found.allowed is Truth.FALSE, (decision, found)


@lenient
@given(iam_trees.documents(named=True), st.sampled_from(RESOURCES), st.sampled_from(OWNERS), st.data())
def test_a_filled_in_policy_never_contradicts_its_exposure(
    document: Any, resource: Text, owner: Text, data: Any
) -> None:
    audience = iam.exposure(iam.parse(document), resource, owner)
    public = iam.is_public(audience)
    for _ in range(3):
        filling = iam_trees.Filling(data.draw, named=True)
        found = iam.exposure(iam.parse(filling.document(document)), filling.text(resource, ()), filling.text(owner, ()))
        if public is not Truth.UNKNOWN:
            assert iam.is_public(found) is public, (audience, found)
        if audience.reach is not iam.Reach.UNKNOWN:
            assert found.reach is audience.reach, (audience, found)
        assert audience.at_most is not None
        assert found.at_most is not None
        assert found.at_most.width <= audience.at_most.width
        assert found.known_reach.width >= audience.known_reach.width


@lenient
@given(iam_trees.documents(named=False), st.data())
def test_a_filled_in_policy_never_contradicts_its_powers(document: Any, data: Any) -> None:
    asked = ("sns:Publish", "sns:Subscribe")
    partly = iam.parse(document)
    if partly.open:
        return
    before = {power.statement: power for power in iam.powers(partly, asked, service="sns")}
    filling = iam_trees.Filling(data.draw, named=False)
    whole = iam.parse(filling.document(document))
    after = {power.statement: power for power in iam.powers(whole, asked, service="sns")}
    assert set(after) <= set(before)
    for label, power in before.items():
        if power.granted is Truth.TRUE:
            assert label in after
        if label in after and power.granted is Truth.TRUE:
            if power.every_resource is not Truth.UNKNOWN:
                assert after[label].every_resource is power.every_resource, (power, after[label])
            if power.taken_back is not Truth.UNKNOWN:
                assert after[label].taken_back is power.taken_back, (power, after[label])
