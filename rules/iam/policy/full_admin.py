"""Policy allows every action on every resource.

## What it checks

Customer managed and inline policies with an Allow statement for all actions (`*`, `*:*`, or a NotAction that leaves the
administration of IAM in) on all resources, unless a Deny of the same policy certainly takes it back.

## Why it matters

Whoever has the policy is an administrator: it can send as every identity, read every topic, and give itself the rest.

## How to fix

List the actions that are used and the resources they are used on. For administrators, attach the AWS managed policy
AdministratorAccess to a role that is assumed for the task, with MFA.

## References

- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
- https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1
"""

from collections.abc import Iterator

from auditor import iam
from auditor.finding import Evidence, Fix, Framework, Severity, Verdict, failed
from auditor.iam.decision import Power
from auditor.model.iam import InlinePolicy, ManagedPolicy
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import judged, statement_place

rule: Rule[ManagedPolicy | InlinePolicy] = Rule(
    id="iam-policy-full-admin",
    applies_to=(ManagedPolicy, InlinePolicy),
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={
        Framework.FSBP: ("IAM.1",),
        Framework.CIS_AWS_7_0: ("2.14",),
        Framework.CIS_AWS_5_0: ("1.15",),
        Framework.CIS_AWS_3_0: ("1.16",),
        Framework.NIST_800_53_R5: ("AC-3", "AC-5", "AC-6"),
    },
)


@rule.check
def check(policy: ManagedPolicy | InlinePolicy, ask: Questions) -> Iterator[Verdict]:
    if isinstance(policy, ManagedPolicy) and policy.aws_managed:
        return
    parsed = ask.identity_policy(policy)
    yield from judged(
        policy,
        iam.grants_everything(parsed),
        bad=lambda power: power.granted & power.every_resource & ~power.taken_back,
        finding=lambda power: _finding(policy, power),
        question="allows everything",
        good=f"{policy.name} does not allow everything.",
        untold=parsed.open,
    )


def _finding(policy: ManagedPolicy | InlinePolicy, power: Power) -> Verdict:
    limits = f", limited by {', '.join(power.limiting_keys)}" if power.limiting_keys else ""
    return failed(
        f"Statement {power.statement} of {policy.name} allows every action on every resource{limits}.",
        evidence=(
            Evidence(
                "statement",
                f"statement {power.statement} allows {', '.join(power.actions)} on {', '.join(power.resources)}{limits}",
                statement_place(power, policy),
            ),
        ),
        fix=Fix(
            "List the actions that are used and the ARNs they are used on.",
            locks_out=("whatever the policy's users do that is not listed",),
        ),
    )
