"""SMTP user can do more than send e-mail.

## What it checks

IAM users that hold SMTP credentials: members of `AWSSESSendingGroupDoNotRename`, users with the policy
`AmazonSesSendingAccess`, or named `ses-smtp-user…`. They need `ses:SendRawEmail` and nothing else: the finding names
statements that allow other actions, and a console password.

## Why it matters

SMTP credentials are long-lived keys that lie in mail programs, printers and plug-ins. Whoever finds them has all that
the user may do.

## How to fix

Leave `ses:SendRawEmail` on the identity, with a condition on `ses:FromAddress`; use another principal for the rest.

## References

- https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
"""

from collections.abc import Iterator

from auditor.finding import Evidence, Fix, Framework, Severity, Verdict, failed, passed, undecided
from auditor.iam.document import Statement
from auditor.model.iam import User
from auditor.model.known import Known, Unknown, unknowns
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="iam-user-smtp-excess",
    applies_to=User,
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={Framework.NIST_800_53_R5: ("AC-6",)},
)

GROUP = "AWSSESSendingGroupDoNotRename"
POLICY = "AmazonSesSendingAccess"
FIX = Fix(
    "Leave ses:SendRawEmail on the identity, and give the rest to another principal.",
    locks_out=("whoever uses the user for something else than SMTP",),
)


@rule.check
def check(user: User, ask: Questions) -> Iterator[Verdict]:
    inline = ask.inline_policies(user)
    if not _sends_by_smtp(user, [str(policy.name) for policy in inline.items]):
        return
    bad = False
    if isinstance(user.has_password, Known) and user.has_password.value:
        bad = True
        yield failed(
            f"SMTP user {user.name} has a console password.",
            subject=("password",),
            evidence=(Evidence("attribute", "the user has a login profile", user.location),),
            fix=FIX,
        )
    untold = [*inline.unknowns, *unknowns(user.has_password, user.groups, user.managed_policies)]
    for policy in inline.items:
        parsed = ask.identity_policy(policy)
        untold += parsed.open
        for statement in parsed.statements:
            excess = _excess(statement)
            if excess:
                bad = True
                place = statement.location if statement.location.path else policy.location
                yield failed(
                    f"SMTP user {user.name} may do more than send: {', '.join(excess)}.",
                    subject=(str(policy.name), statement.digest),
                    evidence=(
                        Evidence(
                            "statement",
                            f"statement {statement.label} of {policy.name} allows {', '.join(excess)}",
                            place,
                        ),
                    ),
                    fix=FIX,
                    location=place,
                )
    if bad:
        return
    if untold:
        yield undecided(f"Whether SMTP user {user.name} may do more than send is not decided.", tuple(untold))
    else:
        yield passed(f"SMTP user {user.name} may send and nothing else by its own policies.")


def _sends_by_smtp(user: User, policies: list[str]) -> bool:
    groups = [] if isinstance(user.groups, Unknown) else [str(group) for group in user.groups.value]
    managed = [] if isinstance(user.managed_policies, Unknown) else [str(arn) for arn in user.managed_policies.value]
    return (
        GROUP in groups
        or POLICY in policies
        or any(arn.endswith(f"/{POLICY}") for arn in managed)
        or str(user.name).startswith("ses-smtp-user")
    )


def _excess(statement: Statement) -> tuple[str, ...]:
    """The actions that a statement certainly allows beside sending raw mail."""
    if not isinstance(statement.effect, Known) or statement.effect.value != "Allow" or statement.unusable is not None:
        return ()
    if statement.not_actions is not None:
        return tuple(f"all but {action}" for action in statement.not_actions.items)
    written = statement.actions.items if statement.actions is not None else ()
    return tuple(str(action) for action in written if (action.literal or "").lower() not in {"", "ses:sendrawemail"})
