"""Identity policy lets everybody send e-mail as the identity.

## What it checks

Every Allow statement of a sending authorization policy, with its conditions and the Deny statements beside it: whether
it lets principals send that are not confined to known accounts or organizations. Amazon SES documents such policies for
the actions that send; what a statement for other actions gives to everybody is undecided. Conditions on
`ses:FromAddress`, `ses:Recipients` and the like limit what is sent, not who sends it, and neither do negated operators,
`IfExists` or values that match everything.
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

import msgspec

from auditor.finding import Evidence, Fix, Severity, Verdict, failed
from auditor.iam.decision import Grant, Reach
from auditor.model.known import Cause, Truth, Unknown
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

SENDING = (
    "ses:SendEmail",
    "ses:SendRawEmail",
    "ses:SendTemplatedEmail",
    "ses:SendBulkTemplatedEmail",
    "ses:SendBulkEmail",
)
OTHER = Unknown(Cause.UNDECIDED, "what the policy of an identity gives of actions that do not send is not documented")


@rule.check
def check(policy: IdentityPolicy, ask: Questions) -> Iterator[Verdict]:
    sending = {grant.digest: grant for grant in ask.grants(policy, *SENDING)}
    yield from judged(
        policy,
        [_doubted(grant, sending.get(grant.digest)) for grant in ask.grants(policy)],
        bad=lambda grant: grant.gives(Reach.PUBLIC) & (_sends(sending.get(grant.digest)) | Truth.UNKNOWN),
        finding=lambda grant: _finding(policy, grant),
        question="lets everybody send",
        good=f"Policy {policy.name} lets nobody send who is not confined.",
        untold=ask.untold(policy),
    )


def _sends(grant: Grant | None) -> Truth:
    return Truth.FALSE if grant is None else grant.allows(*SENDING) & grant.gives(Reach.PUBLIC)


def _doubted(grant: Grant, sending: Grant | None) -> Grant:
    """The same, with why it is not told whether it lets everybody send where that is so."""
    if _sends(sending) is Truth.TRUE or grant.unknowns:
        return grant
    told = () if sending is None else sending.unknowns
    return msgspec.structs.replace(grant, unknowns=told or (OTHER,))


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
