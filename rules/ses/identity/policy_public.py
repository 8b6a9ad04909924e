"""Identity policy lets everybody send e-mail as the identity.

## What it checks

Every Allow statement of a sending authorization policy, with its conditions: whether it gives anything to principals
that are not confined to known accounts or organizations. Conditions on `ses:FromAddress`, `ses:Recipients` and the like
limit what is sent, not who sends it, and neither do negated operators, `IfExists` or values that match everything.
IAM Access Analyzer does not analyse SES identities, so no AWS tool reports this.

## Why it matters

Anybody with an AWS account can send e-mail from your domain, signed with your DKIM key and passing DMARC. Complaints and
block-list entries fall on the domain.

## How to fix

Name the accounts or roles that send for you, or confine the statement with `aws:PrincipalOrgID`; add `ses:FromAddress`
to limit which addresses they may use.

## References

- https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
- https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policy-examples.html
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
"""

from collections.abc import Iterator

from auditor.finding import Evidence, Fix, Severity, Verdict, failed
from auditor.iam.decision import Grant, Reach
from auditor.model.ses import IdentityPolicy
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import but_for, judged, statement_place

rule = Rule(
    id="ses-identity-policy-public",
    applies_to=IdentityPolicy,
    severity=Severity.CRITICAL,
    stage="stable",
    since="0.1",
    controls={},
)


@rule.check
def check(policy: IdentityPolicy, ask: Questions) -> Iterator[Verdict]:
    yield from judged(
        policy,
        ask.grants(policy),
        bad=lambda grant: grant.gives(Reach.PUBLIC),
        finding=lambda grant: _finding(policy, grant),
        question="lets everybody send",
        good=f"Policy {policy.name} lets nobody send who is not confined.",
        untold=ask.untold(policy),
    )


def _finding(policy: IdentityPolicy, grant: Grant) -> Verdict:
    limits = f"; its conditions confine nobody: {'; '.join(grant.limits)}" if grant.limits else ""
    what = ", ".join(grant.actions)
    return failed(
        f"Statement {grant.statement} of policy {policy.name} lets everybody do {what}.",
        evidence=(
            Evidence(
                "statement",
                f"statement {grant.statement} allows {what} to everybody{limits}{but_for(grant.denied)}",
                statement_place(grant, policy),
            ),
        ),
        fix=Fix(
            "Name the accounts or roles that send for you, or confine the statement with aws:PrincipalOrgID.",
            locks_out=("senders of other accounts that you do not name",),
            terraform="""\
principals {
  type        = "AWS"
  identifiers = ["111122223333"]
}""",
        ),
    )
