"""Topic lets everybody publish messages.

## What it checks

Every Allow statement of a topic policy that covers `sns:Publish`, with its conditions and the Deny statements beside
it: whether anybody may publish, or (informational) every principal of an organization. `sns:Protocol` and
`sns:Endpoint` do not limit publishing, because a publish request carries neither.

`sns-topic-policy-public` reports that a policy is open to everybody whatever the action; this rule is about the messages
that come in. Waive one and the other still watches, as for a topic that everybody may subscribe to.

## Why it matters

Whatever reads the topic trusts its messages. Who may publish can inject forged bounces, which suppress addresses of
your customers, forged alarms or orders, and you pay for each delivery; text messages cost the most. Within an
organization it may be what you want, and any compromised workload of any account can do it.

## How to fix

Let only the services and roles publish that have to: a service principal with `aws:SourceAccount` and `aws:SourceArn`,
a role by its ARN.

## References

- https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
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
    id="sns-topic-publish-unrestricted",
    applies_to=TopicPolicy,
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={Framework.FSBP: ("SNS.4",), Framework.CIS_AWS_7_0: ("2.21",)},
)


@rule.check
def check(policy: TopicPolicy, ask: Questions) -> Iterator[Verdict]:
    yield from judged(
        policy,
        ask.grants(policy, "sns:Publish"),
        bad=_publishing_is_open,
        finding=lambda grant: _finding(policy, grant),
        question="lets everybody publish",
        good=f"{policy.name} lets only named publishers publish.",
        untold=ask.untold(policy),
    )


def _publishing_is_open(grant: Grant) -> Truth:
    return grant.allows("sns:Publish") & (grant.gives(Reach.PUBLIC) | grant.gives(Reach.ORG))


def _finding(policy: TopicPolicy, grant: Grant) -> Verdict:
    public = grant.reach is Reach.PUBLIC
    which = f"organization {', '.join(grant.organizations)}" if grant.organizations else "the owner's organization"
    who = "everybody" if public else f"every principal of {which}"
    limits = f"; conditions: {'; '.join(grant.limits)}" if grant.limits else ""
    return failed(
        f"Statement {grant.statement} of {policy.name} lets {who} publish.",
        evidence=(
            Evidence(
                "statement",
                f"statement {grant.statement} allows {', '.join(grant.actions)} to {who}{limits}"
                + but_for(grant.denied),
                statement_place(grant, policy),
            ),
        ),
        fix=Fix(
            "Allow sns:Publish to the services and roles that have to, each with its source or ARN.",
            locks_out=(f"publishers among {who} that you do not name",),
            terraform="""\
principals {
  type        = "Service"
  identifiers = ["ses.amazonaws.com"]
}
condition {
  test     = "StringEquals"
  variable = "aws:SourceAccount"
  values   = [data.aws_caller_identity.current.account_id]
}""",
            cloudformation="""\
Principal: {Service: ses.amazonaws.com}
Condition:
  StringEquals:
    aws:SourceAccount: !Ref AWS::AccountId""",
        ),
        severity=None if public else Severity.INFO,
    )
