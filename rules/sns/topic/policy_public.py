"""Topic policy lets everybody in.

## What it checks

Every Allow statement of a topic policy, with its conditions, as Amazon SNS evaluates it: whether it gives anything to
principals that are not confined to known accounts, organizations, resources or networks.

- Judged by what it means, not by `Principal: "*"`: the default policy of a topic, which says `*` and confines it with
  `AWS:SourceOwner` or `AWS:SourceAccount`, is fine. So is `*` with `aws:PrincipalOrgID`, or with the `aws:SourceArn` of
  a resource whose account is told.
- `NotPrincipal` with Allow, conditions with negated operators (`StringNotEquals`), with `IfExists`, with values that
  match everything (`*`), or on keys that the caller chooses (`aws:Referer`, `aws:UserAgent`) confine nobody.
- `sns:Endpoint` and `sns:Protocol` limit what is subscribed, not who does it.
- Deny statements of the policy count: what they keep everybody from is not given, and does not raise the severity.
- An AWS service that anybody can make act is another rule: `sns-topic-policy-confused-deputy`.

## Why it matters

Anybody with an AWS account, or on the internet, can do what the statement allows: subscribe and read every message,
publish messages that your systems trust and you pay for, or, with `SetTopicAttributes` and `AddPermission`, take the
topic over. The last is critical, reading attributes alone is medium.

## How to fix

Name the principals that need access, or add a condition on `aws:SourceAccount`, `aws:SourceArn`, `aws:PrincipalOrgID`
or `aws:PrincipalAccount` with fixed values.

## References

- https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
- https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
"""

from collections.abc import Iterator

from auditor.finding import Evidence, Fix, Framework, Severity, Verdict, failed
from auditor.iam.decision import Grant, Reach
from auditor.model.known import Truth
from auditor.model.sns import TopicPolicy
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import but_for, judged, statement_place

rule = Rule(
    id="sns-topic-policy-public",
    applies_to=TopicPolicy,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={Framework.FSBP: ("SNS.4",), Framework.CIS_AWS_7_0: ("2.21",)},
)

TAKEOVER = ("sns:SetTopicAttributes", "sns:AddPermission", "sns:RemovePermission", "sns:DeleteTopic")
TRAFFIC = ("sns:Publish", "sns:Subscribe", "sns:Receive")
FIX = Fix(
    "Name the principals that need access, or confine the statement with fixed values of aws:SourceAccount, "
    "aws:SourceArn, aws:PrincipalOrgID or aws:PrincipalAccount.",
    locks_out=("every principal outside of what you name that uses the topic through this statement",),
    terraform="""\
condition {
  test     = "StringEquals"
  variable = "aws:PrincipalAccount"
  values   = [data.aws_caller_identity.current.account_id]
}""",
    cloudformation="""\
Condition:
  StringEquals:
    aws:PrincipalAccount: !Ref AWS::AccountId""",
)


@rule.check
def check(policy: TopicPolicy, ask: Questions) -> Iterator[Verdict]:
    grants = ask.grants(policy)
    severities: dict[str, Severity] = {}
    certain = any(grant.gives(Reach.PUBLIC) is Truth.TRUE for grant in grants)
    for actions, severity in ((TRAFFIC, Severity.HIGH), (TAKEOVER, Severity.CRITICAL)):
        given = ask.grants(policy, *actions) if certain else grants
        severities |= dict.fromkeys(_giving(given, actions), severity)
    yield from judged(
        policy,
        grants,
        bad=lambda grant: grant.gives(Reach.PUBLIC),
        finding=lambda grant: _finding(policy, grant, severities),
        question="lets everybody in",
        good=f"{policy.name} lets nobody in who is not confined.",
        untold=ask.untold(policy),
        severity=lambda grant: severities.get(grant.digest, Severity.MEDIUM),
    )


def _giving(grants: tuple[Grant, ...], actions: tuple[str, ...]) -> Iterator[str]:
    """The statements that give one of some actions to everybody, or may."""
    for grant in grants:
        if (grant.allows(*actions) & grant.gives(Reach.PUBLIC)) is not Truth.FALSE:
            yield grant.digest


def _finding(policy: TopicPolicy, grant: Grant, severities: dict[str, Severity]) -> Verdict:
    limits = f"; its conditions confine nobody: {'; '.join(grant.limits)}" if grant.limits else ""
    what = ", ".join(grant.actions)
    return failed(
        f"Statement {grant.statement} of {policy.name} lets everybody do {what}{but_for(grant.denied)}.",
        evidence=(
            Evidence(
                "statement",
                f"statement {grant.statement} allows {what} to everybody{limits}{but_for(grant.denied)}",
                statement_place(grant, policy),
            ),
        ),
        fix=FIX,
        severity=severities.get(grant.digest, Severity.MEDIUM),
    )
