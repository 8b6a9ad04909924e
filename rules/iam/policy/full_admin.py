"""Policy allows every action on every resource.

## What it checks

- Customer managed and inline policies with an Allow statement for all actions on all resources: `*`, `*:*`, or a
  NotAction that leaves an action by which a principal can give itself the rest. These write the policies that it has:
  `iam:PutUserPolicy`, `iam:AttachUserPolicy`, the same for roles and groups, and `iam:CreatePolicyVersion`.
- Unless Deny statements of the same policy, without conditions, take all of these actions back on every resource: `*`
  with a Deny of `iam:*` is what NotAction `iam:*` is, and makes nobody an administrator (the AWS managed policy
  `PowerUserAccess` is written so). AWS Security Hub's IAM.1 does not look at Deny statements and fails it.
- Where none of these is left, but one that takes over another principal is (its access keys or password, its trust
  policy, its groups, an older version of a policy, or its role passed to a service), it is undecided: whether there is
  an administrator to become depends on the account. `auditor iam escalate` tells.
- Users, roles and groups with an AWS managed policy that does the same, `AdministratorAccess` above all. Nobody can edit
  such a policy, so the finding is on who has it.

A condition does not make an administrator harmless; the finding names it.

## Why it matters

Whoever has the policy is an administrator: it can send as every identity, read every topic, and give itself the rest.

## How to fix

List the actions that are used and the resources they are used on. For administrators, attach the AWS managed policy
`AdministratorAccess` to a role that is assumed for the task, with MFA, and waive the finding about that role.

## References

- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
- https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
- https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1
"""

from collections.abc import Iterator

from auditor import iam
from auditor.evidence import place
from auditor.finding import Evidence, Fix, Framework, Severity, Verdict, failed, passed, undecided
from auditor.iam.decision import Power
from auditor.model import arn as arns
from auditor.model.iam import Group, InlinePolicy, ManagedPolicy, Role, User
from auditor.model.known import Cause, Known, Truth, Unknown, any_of
from auditor.model.text import Text
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import judged, statement_place

rule: Rule[ManagedPolicy | InlinePolicy | User | Role | Group] = Rule(
    id="iam-policy-full-admin",
    applies_to=(ManagedPolicy, InlinePolicy, User, Role, Group),
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={
        Framework.FSBP: ("IAM.1",),
        Framework.CIS_AWS_7_0: ("2.14",),
        Framework.CIS_AWS_6_0: ("2.15",),
        Framework.CIS_AWS_5_0: ("1.15",),
        Framework.CIS_AWS_4_0: ("1.16",),
        Framework.CIS_AWS_3_0: ("1.16",),
        Framework.NIST_800_53_R5: (
            *("AC-2", "AC-2(1)", "AC-3", "AC-3(15)", "AC-3(7)", "AC-5", "AC-6", "AC-6(10)", "AC-6(2)", "AC-6(3)"),
        ),
        Framework.ISO_27001: ("A.5.18", "A.8.2"),
    },
)

ADMINISTRATOR = "policy/AdministratorAccess"


@rule.check
def check(subject: ManagedPolicy | InlinePolicy | User | Role | Group, ask: Questions) -> Iterator[Verdict]:
    if isinstance(subject, User | Role | Group):
        yield from _attached(subject, ask)
    elif not (isinstance(subject, ManagedPolicy) and subject.aws_managed):
        parsed = ask.identity_policy(subject)
        yield from judged(
            subject,
            iam.grants_everything(parsed),
            bad=lambda power: power.stands,
            finding=lambda power: _finding(subject, power),
            question="allows everything",
            good=f"{subject.name} does not allow everything.",
            untold=parsed.open,
        )


def _finding(policy: ManagedPolicy | InlinePolicy, power: Power) -> Verdict:
    limits = f", limited by {', '.join(power.limiting_keys)}" if power.limiting_keys else ""
    what = "allows every action on every resource"
    if any(action.startswith("not ") for action in power.actions):
        what = "lets its holder give itself every action on every resource"
    return failed(
        f"Statement {power.statement} of {policy.name} {what}{limits}.",
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


def _attached(principal: User | Role | Group, ask: Questions) -> Iterator[Verdict]:
    """The AWS managed policies of a principal; others are judged where they stand."""
    attached = principal.managed_policies
    where = place(attached, principal)
    if isinstance(attached, Unknown):
        yield undecided(f"The managed policies of {principal.name} are not told.", (attached,), location=where)
        return
    truths = {arn: _is_administrator(arn, principal, ask) for arn in attached.value}
    if any(truth is Truth.TRUE for truth in truths.values()):
        yield failed(
            f"{principal.name} is an administrator by an AWS managed policy.",
            evidence=tuple(
                Evidence("attribute", f"{arn} is attached", where)
                for arn, truth in truths.items()
                if truth is Truth.TRUE
            ),
            fix=Fix(
                "Detach it, and allow the actions that are used on the resources they are used on.",
                locks_out=(f"whatever {principal.name} does that is not allowed elsewhere",),
            ),
            location=where,
        )
    elif any(truth is Truth.UNKNOWN for truth in truths.values()):
        gaps = tuple(
            why
            for arn, truth in truths.items()
            if truth is Truth.UNKNOWN
            for why in arn.holes or (Unknown(Cause.NOT_HERE, f"which policy {arn} is"),)
        )
        yield undecided(f"Whether {principal.name} is an administrator is not decided.", gaps, location=where)
    elif any(truth is Truth.FALSE for truth in truths.values()):
        yield passed(f"No AWS managed policy makes {principal.name} an administrator.")


def _is_administrator(arn: Text, principal: User | Role | Group, ask: Questions) -> Truth | None:
    """Whether it is an AWS managed policy that allows everything; None for one that is not AWS's."""
    found = ask.managed_policy(arn, principal)
    if isinstance(found, Known) and found.value is not None:
        if not found.value.aws_managed:
            return None
        if isinstance(found.value.document, Known):
            return any_of(power.stands for power in iam.grants_everything(ask.identity_policy(found.value)))
    parts = arns.parse(arn)
    if isinstance(parts, Unknown):
        return Truth.UNKNOWN
    is_aws = parts.value.account.equals("aws")
    return None if is_aws is Truth.FALSE else is_aws & parts.value.resource.equals(ADMINISTRATOR)
