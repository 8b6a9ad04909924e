"""Policy allows all actions of SES, SNS, IAM, KMS or SQS by a wildcard.

## What it checks

Customer managed and inline policies with an Allow statement for `ses:*`, `sns:*` or another service of the parameter
`services`, unless a Deny of the same policy certainly takes it back. `*` and a NotAction that leaves nothing of the
service out allow the same, as AWS Security Hub counts them; where they make an administrator they are
`iam-policy-full-admin`'s, and this rule says nothing about them.

## Why it matters

`ses:*` is more than sending: it deletes event destinations, turns suppression off, replaces identity policies and reads
addresses. `sns:*` rewrites topic policies and subscribes anybody. Actions that AWS adds later are allowed too.

## How to fix

List the actions that are used. A sender needs `ses:SendEmail` or `ses:SendRawEmail` on its identity and configuration
set, a publisher `sns:Publish` on its topics.

## References

- https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
"""

from collections.abc import Collection, Iterator

from auditor import iam
from auditor.finding import Evidence, Fix, Framework, Severity, Verdict, failed
from auditor.iam.decision import Power
from auditor.iam.document import Policy
from auditor.model.iam import InlinePolicy, ManagedPolicy
from auditor.model.known import Truth, any_of
from auditor.questions import Questions
from auditor.rule import Parameter, Rule
from auditor.statements import judged, statement_place

rule: Rule[ManagedPolicy | InlinePolicy] = Rule(
    id="iam-policy-service-wildcard",
    applies_to=(ManagedPolicy, InlinePolicy),
    severity=Severity.LOW,
    stage="stable",
    since="0.1",
    controls={
        Framework.FSBP: ("IAM.21",),
        Framework.NIST_800_53_R5: (
            *("AC-2", "AC-2(1)", "AC-3", "AC-3(15)", "AC-3(7)", "AC-5", "AC-6", "AC-6(10)", "AC-6(2)", "AC-6(3)"),
        ),
    },
    parameters=(Parameter("services", ("ses", "sns", "iam", "kms", "sqs"), "Service prefixes that are looked for."),),
)


@rule.check
def check(policy: ManagedPolicy | InlinePolicy, ask: Questions) -> Iterator[Verdict]:
    if isinstance(policy, ManagedPolicy) and policy.aws_managed:
        return
    services = ask.parameter("services")
    parsed = ask.identity_policy(policy)
    everything = {power.digest for power in iam.grants_everything(parsed) if power.stands is Truth.TRUE}
    found = tuple(
        _by_statement(parsed, everything, tuple(map(str.lower, services)) if isinstance(services, tuple) else ())
    )
    if everything and not found and not parsed.open:
        return
    yield from judged(
        policy,
        found,
        bad=lambda power: power.granted & ~power.taken_back,
        finding=lambda power: _finding(policy, power),
        question="allows all actions of a service",
        good=f"{policy.name} allows no service as a whole.",
        untold=parsed.open,
    )


def _by_statement(parsed: Policy, everything: Collection[str], services: tuple[str, ...]) -> Iterator[Power]:
    """The wildcards of each statement as one power.

    Args:
        everything: digests of the statements that make an administrator.
    """
    found: dict[str, list[iam.ServiceWildcard]] = {}
    for wildcard in iam.service_wildcards(parsed, services):
        if _is_for_nothing(wildcard.statement):
            continue
        digest = wildcard.statement.digest
        if wildcard.service and wildcard.service not in services:
            continue
        if wildcard.service and digest in everything and not _is_written(wildcard):
            continue
        found.setdefault(digest, []).append(wildcard)
    for wildcards in found.values():
        # One that is certain decides; what is not told or taken back beside it does not matter.
        truth = any_of(_is_bad(each) for each in wildcards)
        telling = [each for each in wildcards if _is_bad(each) is truth]
        first, statement = telling[0], telling[0].statement
        # What is not told of the policy may be a Deny.
        open_ = parsed.open if first.taken_back is not Truth.TRUE else ()
        yield Power(
            statement=statement.label,
            digest=statement.digest,
            actions=tuple(dict.fromkeys(f"{each.service or '?'}:*" for each in telling)),
            every_resource=Truth.UNKNOWN,
            taken_back=first.taken_back | Truth.UNKNOWN if open_ else first.taken_back,
            unknowns=tuple(dict.fromkeys((*(why for each in telling for why in each.unknowns), *open_))),
            location=statement.location,
            granted=first.certain,
        )


def _is_for_nothing(statement: iam.Statement) -> bool:
    """Whether NotResource leaves no resource."""
    spared = statement.not_resources
    return spared is not None and any(each.literal is not None and not each.literal.strip("*") for each in spared.items)


def _is_bad(wildcard: iam.ServiceWildcard) -> Truth:
    return wildcard.certain & ~wildcard.taken_back


def _is_written(wildcard: iam.ServiceWildcard) -> bool:
    """Whether the statement names the service, beside what makes an administrator."""
    actions = wildcard.statement.actions
    prefix = f"{wildcard.service}:"
    return actions is not None and any((each.literal or prefix).lower().startswith(prefix) for each in actions.items)


def _finding(policy: ManagedPolicy | InlinePolicy, power: Power) -> Verdict:
    what = ", ".join(power.actions)
    return failed(
        f"Statement {power.statement} of {policy.name} allows {what}.",
        evidence=(Evidence("statement", f"statement {power.statement} allows {what}", statement_place(power, policy)),),
        fix=Fix(
            f"Replace {what} by the actions that are used.",
            locks_out=("whatever the policy's users do that is not listed",),
        ),
    )
