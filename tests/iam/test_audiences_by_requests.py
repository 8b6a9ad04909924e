"""The audience of a policy against all requests that it tells apart, and against the comparison of policies."""

import iam_audiences
import iam_trees
from examples import examples
from hypothesis import HealthCheck, given, settings
from iam_audiences import ORG, OTHER, OWN, Case

from auditor import iam
from auditor.iam import Reach
from auditor.iam.difference import Kind, difference
from auditor.model.known import Truth

some = settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))


@some
@given(iam_audiences.cases())
def test_the_audience_is_who_gets_in(case: Case) -> None:
    audience, let = case.audience, iam_audiences.let_in(case)
    told = (audience.known_reach, audience.at_most, case.document)
    assert audience.at_most is not None
    assert audience.at_most.width >= let.least.width, (told, iam_audiences.shown(let.shows))
    assert audience.known_reach.width <= let.most.width, (told, let.most)
    if let.least is let.most:
        assert audience.reach is let.least, (told, iam_audiences.shown(let.shows))


@some
@given(iam_audiences.cases())
def test_a_service_is_confined_if_it_does_nothing_for_strangers(case: Case) -> None:
    grants = case.audience.grants
    surely, perhaps = iam_audiences.acts_for_strangers(case)
    if surely:
        assert any(grant.reach is Reach.PUBLIC or grant.confined is not Truth.TRUE for grant in grants), case.document
    if not perhaps:
        assert all(grant.confined is not Truth.FALSE for grant in grants), (grants, case.document)


# -- the comparison of policies ---------------------------------------------------------------------------------------

FREE = ("aws:SecureTransport", "sns:Endpoint", "aws:PrincipalTag/team")
KEYS = (*FREE, "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID")


def policy(effect: str, *conditions: dict[str, dict[str, object]]) -> iam.Policy:
    """A policy with a statement about everything for each condition."""
    plain = {"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"}
    statements = [plain | {"Condition": condition} for condition in conditions]
    return iam.parse(iam_trees.plain({"Version": "2012-10-17", "Statement": statements}))


KNOWN_CALLERS = policy(
    "Allow",
    {"StringEquals": {"aws:PrincipalAccount": [OWN, OTHER]}},
    {"StringEquals": {"aws:PrincipalOrgID": [ORG, "o-xyz"]}},
)
NEVER_SENT = policy(
    "Deny",
    {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    {"Null": {"aws:PrincipalOrgID": "false", "aws:PrincipalArn": "true"}},
    {"Null": {"aws:PrincipalTag/team": "false", "aws:PrincipalArn": "true"}},
    {"Null": {"aws:SecureTransport": "true"}},
    {"StringNotEquals": {"aws:ResourceAccount": OWN}},
    {"Null": {"aws:PrincipalOrgID": "false"}, "StringNotLike": {"aws:PrincipalOrgID": "o-?*"}},
)
"""Requests that nobody can send to a resource of the owner, and those of services."""


@some
@given(iam_audiences.cases(KEYS))
def test_what_is_public_lets_in_more_than_known_callers(case: Case) -> None:
    found = difference([on_the_resource(case)], [KNOWN_CALLERS], kind=Kind.RESOURCE, shared=[NEVER_SENT])
    public = iam.is_public(case.audience)
    if found.truth is Truth.TRUE:
        assert public is not Truth.FALSE, (case.document, found)
    if found.truth is Truth.FALSE and "Service" not in str(case.document):
        assert public is not Truth.TRUE, (case.document, found)


def on_the_resource(case: Case) -> iam.Policy:
    """The policy as far as it is about the resource and its service."""
    prefix = case.on.actions[0].partition(":")[0]
    names = [f"{prefix}:*"]
    outside: list[dict[str, object]] = [{"Effect": "Deny", "Principal": "*", "NotAction": names, "Resource": "*"}]
    if case.on.patterns:
        where = [case.on.arn, f"{case.on.arn}/*"] if prefix == "s3" else [case.on.arn]
        outside.append({"Effect": "Deny", "Principal": "*", "Action": "*", "NotResource": where})
    statements = [*case.document["Statement"], *outside]
    return iam.parse(iam_trees.plain(case.document | {"Statement": statements}))
