"""Policy lets its users pass every role to a service.

## What it checks

Customer managed and inline policies with an Allow statement for `iam:PassRole` on every role. A condition on
`iam:PassedToService` confines to whom roles are passed, not which: the finding is then LOW.

A statement that allows every action is `iam-policy-full-admin`'s.

## Why it matters

Whoever can pass any role, an administrator's among them, to a service that runs code becomes what that role is.

## How to fix

Name the roles in Resource and the service in a condition on `iam:PassedToService`.

## References

- https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator

from auditor import iam
from auditor.finding import Evidence, Fix, Severity, Verdict, failed
from auditor.iam.decision import Power
from auditor.model.iam import InlinePolicy, ManagedPolicy
from auditor.model.known import Truth
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import judged, statement_place

rule: Rule[ManagedPolicy | InlinePolicy] = Rule(
    id="iam-policy-passrole-any",
    applies_to=(ManagedPolicy, InlinePolicy),
    severity=Severity.HIGH,
    stage="stable",
    since="0.1",
    controls={},
)


@rule.check
def check(policy: ManagedPolicy | InlinePolicy, ask: Questions) -> Iterator[Verdict]:
    if isinstance(policy, ManagedPolicy) and policy.aws_managed:
        return
    parsed = ask.identity_policy(policy)
    everything = {power.digest for power in iam.grants_everything(parsed) if power.stands is Truth.TRUE}
    found = [power for power in iam.powers(parsed, ("iam:PassRole",), service="iam") if power.digest not in everything]
    if not found and not parsed.open:
        return
    yield from judged(
        policy,
        found,
        bad=lambda power: power.granted & power.every_resource & ~power.taken_back,
        finding=lambda power: _finding(policy, power),
        question="lets its users pass every role",
        good=f"{policy.name} names the roles that may be passed.",
        untold=parsed.open,
        severity=_severity,
    )


def _severity(power: Power) -> Severity:
    """High only when it is certain that no condition confines the service."""
    return Severity.LOW if power.unknowns or "iam:passedtoservice" in power.limiting_keys else Severity.HIGH


def _finding(policy: ManagedPolicy | InlinePolicy, power: Power) -> Verdict:
    limits = f", limited by {', '.join(power.limiting_keys)}" if power.limiting_keys else ""
    return failed(
        f"Statement {power.statement} of {policy.name} lets its users pass every role{limits}.",
        evidence=(
            Evidence(
                "statement",
                f"statement {power.statement} allows iam:PassRole on {', '.join(power.resources)}{limits}",
                statement_place(power, policy),
            ),
        ),
        fix=Fix(
            "Name the roles in Resource and the service in a condition on iam:PassedToService.",
            locks_out=("users of the policy that pass roles which are not named",),
        ),
        severity=_severity(power),
    )
