"""Policy lets its users send e-mail as every identity of the account.

## What it checks

Customer managed and inline policies with an Allow statement for a sending action of SES on every identity, unless a
condition confines the sender: `ses:FromAddress`, `ses:TenantName`, or a tag of the identity (`aws:ResourceTag/…`). A
Deny of the same policy that spares only some senders or identities confines it too.

- `ses:SendBulkEmail` carries no `ses:FromAddress`. A plain condition on it denies bulk sending altogether; one with
  `IfExists`, or with `ForAllValues`, lets bulk sending pass as anyone.
- For the other actions `IfExists` and `ForAllValues` are undecided: AWS does not document that every request carries the
  address.
- A condition on `ses:Recipients` limits who gets the mail, not who it seems to come from; the severity is then low.

A statement that allows every action is `iam-policy-full-admin`'s.

## Why it matters

A leaked key of one application then sends as the whole company: invoices, password resets, the chief executive. DKIM
signs it, DMARC passes it, and the reputation of every identity pays for it.

## How to fix

Name the identity and the configuration set in Resource, and add `StringEquals` or `StringLike` on `ses:FromAddress` in a
statement without `ses:SendBulkEmail`.

## References

- https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
"""

from collections.abc import Iterator

import msgspec

from auditor import iam
from auditor.finding import Evidence, Fix, Severity, Verdict, failed
from auditor.iam.decision import Power
from auditor.model.iam import InlinePolicy, ManagedPolicy
from auditor.model.known import Cause, Truth, Unknown
from auditor.questions import Questions
from auditor.rule import Rule
from auditor.statements import judged, statement_place

rule: Rule[ManagedPolicy | InlinePolicy] = Rule(
    id="iam-policy-send-as-anyone",
    applies_to=(ManagedPolicy, InlinePolicy),
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={},
)

SENDING = ("ses:SendEmail", "ses:SendRawEmail", "ses:SendTemplatedEmail", "ses:SendBulkTemplatedEmail")
BULK = "ses:SendBulkEmail"
FROM_ADDRESS = "ses:fromaddress"
CONFINING = frozenset({FROM_ADDRESS, "ses:tenantname"})
MAYBE_ABSENT = Unknown(Cause.UNDECIDED, "whether every request to send carries ses:FromAddress is not documented")


@rule.check
def check(policy: ManagedPolicy | InlinePolicy, ask: Questions) -> Iterator[Verdict]:
    if isinstance(policy, ManagedPolicy) and policy.aws_managed:
        return
    parsed = ask.identity_policy(policy)
    everything = {power.digest for power in iam.grants_everything(parsed) if power.stands is Truth.TRUE}
    found = [power for power in iam.powers(parsed, (*SENDING, BULK), service="ses") if power.digest not in everything]
    if not found and not parsed.open:
        return
    softly = {statement.digest for statement in parsed.statements if _names_sender_if_there(statement)}
    yield from judged(
        policy,
        [_with_doubt(power) if power.digest in softly and BULK not in power.actions else power for power in found],
        bad=_is_bad,
        finding=lambda power: _finding(policy, power),
        question="lets its users send as every identity",
        good=f"{policy.name} confines sending to identities or sender addresses.",
        untold=parsed.open,
        severity=_severity,
    )


def _names_sender_if_there(statement: iam.Statement) -> bool:
    """Whether a condition on the sender holds for requests that carry none."""
    return any(
        (condition.key.literal or "").lower() == FROM_ADDRESS
        and (condition.operator.endswith("IfExists") or condition.operator.startswith("ForAllValues:"))
        and "Not" not in condition.operator
        and not any(value.literal is not None and not value.literal.strip("*") for value in condition.values)
        for condition in statement.conditions
    )


def _with_doubt(power: Power) -> Power:
    """The same, undecided on account of a condition that holds for requests without a sender."""
    return msgspec.structs.replace(power, unknowns=(*power.unknowns, MAYBE_ABSENT))


def _is_bad(power: Power) -> Truth:
    confined = any(key in CONFINING or key.startswith("aws:resourcetag/") for key in power.limiting_keys)
    if confined:
        return Truth.FALSE
    certain = power.granted & power.every_resource & ~power.taken_back
    # What is not told may be the very condition that confines the sender.
    return certain & Truth.UNKNOWN if power.unknowns else certain


def _severity(power: Power) -> Severity:
    return Severity.LOW if "ses:recipients" in power.limiting_keys else rule.severity


def _finding(policy: ManagedPolicy | InlinePolicy, power: Power) -> Verdict:
    what, where = ", ".join(power.actions), ", ".join(power.resources)
    limits = f", limited by {', '.join(power.limiting_keys)} only" if power.limiting_keys else ""
    return failed(
        f"Statement {power.statement} of {policy.name} lets its users send as every identity.",
        evidence=(
            Evidence(
                "statement",
                f"statement {power.statement} allows {what} on {where} without confining the sender{limits}",
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
        severity=_severity(power),
    )
