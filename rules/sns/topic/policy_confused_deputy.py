"""Topic policy lets an AWS service in for every customer of that service.

## What it checks

Every Allow statement with a service principal: whether conditions tie the service to known accounts or resources
(`aws:SourceAccount`, `aws:SourceArn`, `aws:SourceOrgID`, `aws:SourceOrgPaths`). The ARN of an S3 bucket names no
account, so a bucket needs `aws:SourceAccount` as well; where one bucket is named, the severity is low, because somebody
else gets in only by taking the name after the bucket was deleted.

Conditions with `IfExists` or `ForAllValues` hold for requests without a source as well: they pass for services of which
AWS documents that they always send it (Amazon SES, Amazon S3, CloudWatch alarms), and are undecided for others.

`events.amazonaws.com` alone is informational: AWS documents the topic policy for Amazon EventBridge without conditions.
A statement that lets everybody in is reported by `sns-topic-policy-public` instead.

## Why it matters

The service acts for whoever asks it to. Without a condition on the source, somebody in another account can make their
S3 bucket, alarm or SES configuration set publish to your topic: the service is allowed to, and does not know whose topic
it is (the confused deputy).

## How to fix

Add a condition with `StringEquals` `aws:SourceAccount` for your account and `ArnLike` `aws:SourceArn` for the resource
that publishes. `aws:PrincipalOrgID` does not help: a service principal belongs to no organization and would be locked
out.

## References

- https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
- https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from collections.abc import Iterator

from auditor.finding import Evidence, Fix, Severity, Verdict, failed
from auditor.iam import Statement
from auditor.iam.decision import Grant, Reach
from auditor.model.known import Truth, Unknown
from auditor.model.sns import TopicPolicy
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import judged, statement_place

rule = Rule(
    id="sns-topic-policy-confused-deputy",
    applies_to=TopicPolicy,
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={},
)

WITHOUT_SOURCE = frozenset({"events.amazonaws.com"})
"""Services whose documented topic policy has no condition on the source."""
POSITIVE = frozenset({"ArnEquals", "ArnLike", "StringEquals", "StringLike"})


@rule.check
def check(policy: TopicPolicy, ask: Questions) -> Iterator[Verdict]:
    grants = [grant for grant in ask.grants(policy) if grant.reach is not Reach.PUBLIC]
    untold = ask.untold(policy)
    if not untold and not any(grant.services for grant in grants):
        return
    statements = () if isinstance(policy.document, Unknown) else ask.policy(policy.document.value).statements
    named = frozenset(statement.digest for statement in statements if _names_its_source(statement))
    yield from judged(
        policy,
        grants,
        bad=_deputy,
        finding=lambda grant: _finding(policy, grant, named),
        question="lets a service in for every account",
        good=f"{policy.name} ties every service that it lets in to known accounts.",
        untold=untold,
        severity=lambda grant: _severity(grant, named),
    )


def _deputy(grant: Grant) -> Truth:
    return ~grant.confined if grant.services else Truth.FALSE


def _names_its_source(statement: Statement) -> bool:
    """Whether a condition holds for one resource only, though its ARN may name no account."""
    return any(
        (condition.key.literal or "").lower() == "aws:sourcearn"
        and condition.operator in POSITIVE
        and condition.open is None
        and not any(isinstance(part, str) and set(part) & set("*?") for arn in condition.values for part in arn.parts)
        for condition in statement.conditions
    )


def _severity(grant: Grant, named: frozenset[str]) -> Severity | None:
    if WITHOUT_SOURCE.issuperset(grant.services):
        return Severity.INFO
    return Severity.LOW if grant.digest in named else None


def _finding(policy: TopicPolicy, grant: Grant, named: frozenset[str]) -> Verdict:
    services = "every AWS service" if "*" in grant.services else ", ".join(grant.services)
    return failed(
        f"Statement {grant.statement} of {policy.name} lets {services} in on behalf of any account.",
        evidence=(
            Evidence(
                "statement",
                f"statement {grant.statement} allows {', '.join(grant.actions)} to {services} without a condition that "
                "ties it to known accounts",
                statement_place(grant, policy),
            ),
        ),
        fix=Fix(
            "Add conditions on aws:SourceAccount and aws:SourceArn of what publishes.",
            locks_out=(f"resources of other accounts for which {services} publishes here",),
            terraform="""\
condition {
  test     = "StringEquals"
  variable = "aws:SourceAccount"
  values   = [data.aws_caller_identity.current.account_id]
}""",
            cloudformation="""\
Condition:
  StringEquals:
    aws:SourceAccount: !Ref AWS::AccountId""",
        ),
        severity=_severity(grant, named),
    )
