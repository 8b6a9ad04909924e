"""Policy lets its users send e-mail as every identity of the account.

## What it checks

Customer managed and inline policies with an Allow statement for a sending action of SES on every identity, without a
condition on `ses:FromAddress`. `ses:SendBulkEmail` has no such condition key, so only a resource confines it.

## Why it matters

A leaked key of one application then sends as the whole company: invoices, password resets, the chief executive. DKIM
signs it, DMARC passes it, and the reputation of every identity pays for it.

## How to fix

Name the identity and the configuration set in Resource, and add `StringEquals` or `StringLike` on `ses:FromAddress`.

## References

- https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
"""

from collections.abc import Iterator

from auditor import iam
from auditor.finding import Evidence, Fix, Framework, Severity, Verdict, failed
from auditor.iam.decision import Power
from auditor.model.iam import InlinePolicy, ManagedPolicy
from auditor.model.known import Truth
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import judged, statement_place

rule: Rule[ManagedPolicy | InlinePolicy] = Rule(
    id="iam-policy-send-as-anyone",
    applies_to=(ManagedPolicy, InlinePolicy),
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={Framework.NIST_800_53_R5: ("AC-6",)},
)

SENDING = ("ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail", "ses:SendBulkTemplatedEmail")
BULK = "ses:SendBulkEmail"


@rule.check
def check(policy: ManagedPolicy | InlinePolicy, ask: Questions) -> Iterator[Verdict]:
    if isinstance(policy, ManagedPolicy) and policy.aws_managed:
        return
    parsed = ask.identity_policy(policy)
    found = iam.powers(parsed, (*SENDING, BULK), service="ses")
    if not found and not parsed.open:
        return
    yield from judged(
        policy,
        found,
        bad=_is_bad,
        finding=lambda power: _finding(policy, power),
        question="lets its users send as every identity",
        good=f"{policy.name} confines sending to identities or sender addresses.",
        untold=parsed.open,
    )


def _is_bad(power: Power) -> Truth:
    addressed = "ses:fromaddress" in power.limiting_keys
    confined = Truth.of(addressed and BULK not in power.actions)
    return power.granted & power.every_resource & ~power.taken_back & ~confined


def _finding(policy: ManagedPolicy | InlinePolicy, power: Power) -> Verdict:
    what, where = ", ".join(power.actions), ", ".join(power.resources)
    return failed(
        f"Statement {power.statement} of {policy.name} lets its users send as every identity.",
        evidence=(
            Evidence(
                "statement",
                f"statement {power.statement} allows {what} on {where} without confining ses:FromAddress",
                statement_place(power, policy),
            ),
        ),
        fix=Fix(
            "Name the identity and the configuration set in Resource, and add a condition on ses:FromAddress.",
            locks_out=("senders that use other identities or addresses through this policy",),
            cloudformation="""\
Resource:
  - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/example.com
  - !Sub arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/main
Condition:
  StringEquals: {"ses:FromAddress": shop@example.com}""",
        ),
    )
