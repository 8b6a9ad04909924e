"""SMTP user can do more than send e-mail.

## What it checks

IAM users that hold SMTP credentials of Amazon SES: members of the group `AWSSESSendingGroupDoNotRename`, holders of the
policy `AmazonSesSendingAccess`, tagged `InvokedBy` = `SESConsole`, or named `ses-smtp-user…`, as the SES console makes
them. Each of these is more than such a user needs:

- an Allow statement for anything but `ses:Send…`, in a policy of its own or of its groups, unless a Deny without
  conditions in one of these policies takes the rest back;
- a password for the console;
- more than one active access key (low: two are needed while one is rotated).

Sending from every identity is reported on the policy, by `iam-policy-send-as-anyone`.

## Why it matters

An SMTP password is derived from the secret of an access key and is copied into printers, scripts and configuration files.
It does not expire. Whoever finds the key that it was made of has everything that the user may do.

## How to fix

Give the user one policy that allows `ses:SendRawEmail` on its identity and configuration set with a condition on
`ses:FromAddress`. Do other work with a role. Delete the password and keys that are not used.

## References

- https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from collections.abc import Iterator

from auditor.evidence import attribute, place
from auditor.finding import Evidence, Fix, Related, Severity, Verdict, failed, passed, undecided
from auditor.iam.document import Statement
from auditor.iam.elements import Patterns
from auditor.iam.remainder import DENIES, leaves_only
from auditor.model.iam import InlinePolicy, ManagedPolicy, User
from auditor.model.known import Cause, Known, Truth, Unknown, Value, any_of, truth, unknowns
from auditor.model.origin import Location
from auditor.model.text import Text
from auditor.questions import Questions
from auditor.rule import Rule

rule = Rule(
    id="iam-user-smtp-excess",
    applies_to=User,
    severity=Severity.MEDIUM,
    stage="stable",
    since="0.1",
    controls={},
)

GROUP = "AWSSESSendingGroupDoNotRename"
POLICY = "AmazonSesSendingAccess"
NAME = "ses-smtp-user"
SENDING = "ses:send"
AnyPolicy = InlinePolicy | ManagedPolicy


@rule.check
def check(user: User, ask: Questions) -> Iterator[Verdict]:
    policies = ask.policies_of(user)
    is_smtp = _is_smtp(user, [policy.value for policy in policies if isinstance(policy, Known)])
    if is_smtp is Truth.FALSE:
        return
    found = [*_permissions(user, policies, ask), *_password(user), *_keys(user)]
    if is_smtp is Truth.UNKNOWN:
        if found:
            yield undecided(
                f"Whether {user.name}, which can do more than send, is an SMTP user is not told.",
                ask.why(user.groups, user.tags),
            )
        return
    yield from found
    if not found:
        yield passed(f"{user.name} can send e-mail and nothing else.")


def _is_smtp(user: User, policies: list[AnyPolicy]) -> Truth:
    name = user.name.literal or ""
    if name.startswith(NAME) or any(policy.name.literal == POLICY for policy in policies):
        return Truth.TRUE
    grouped = Truth.UNKNOWN
    if isinstance(user.groups, Known):
        grouped = any_of(Truth.of(group.literal == GROUP) for group in user.groups.value)
    tagged = Truth.UNKNOWN
    if isinstance(user.tags, Known):
        tag = user.tags.value.get("InvokedBy")
        tagged = Truth.of(tag is not None and tag.literal == "SESConsole")
    return grouped | tagged


def _permissions(user: User, policies: tuple[Value[AnyPolicy], ...], ask: Questions) -> Iterator[Verdict]:
    """One verdict per policy that allows more than sending, and one for all that is not told."""
    gaps: list[Unknown] = []
    told = [(policy.value, ask.identity_policy(policy.value)) for policy in policies if isinstance(policy, Known)]
    gaps.extend(policy for policy in policies if isinstance(policy, Unknown))
    # What is not told of one policy may be a Deny of what another allows.
    hidden = any(parsed.open for _, parsed in told)
    for policy, parsed in told:
        allowed = [each for each in parsed.statements if _excess(each) is not Truth.FALSE]
        left = {each.index: ~any_of(leaves_only(other, each, f"{SENDING}*") for _, other in told) for each in allowed}
        excess = [each for each in allowed if (_excess(each) & left[each.index]) is Truth.TRUE]
        if excess and not hidden:
            yield _too_much(user, policy, excess)
        else:
            gaps.extend(parsed.open)
            gaps.extend(why for each in allowed if left[each.index] is not Truth.FALSE for why in _doubts(each))
    if gaps:
        yield undecided(
            f"Whether {user.name} can do more than send is not decided: not all of its policies are told.",
            tuple(dict.fromkeys(gaps)),
            subject=("permissions",),
        )


def _excess(statement: Statement) -> Truth:
    """Whether a statement allows anything but sending."""
    allows = truth(statement.effect.map(lambda effect: effect == "Allow"))
    if statement.unusable is not None:
        return allows & Truth.UNKNOWN
    if statement.actions is None:
        return allows & Truth.of(statement.not_actions is not None)
    other = any_of(_is_other(action) for action in statement.actions.items)
    return allows & (other if statement.actions.open is None else other | Truth.UNKNOWN)


def _is_other(action: Text) -> Truth:
    literal = action.literal
    return Truth.UNKNOWN if literal is None else Truth.of(not literal.lower().startswith(SENDING))


def _doubts(statement: Statement) -> tuple[Unknown, ...]:
    """Why it is not decided whether a statement allows anything but sending."""
    if _excess(statement) is Truth.TRUE:
        return (DENIES,)
    actions = statement.actions or Patterns()
    gaps = (statement.unusable, actions.open, *(hole for item in actions.items for hole in item.holes))
    told = tuple(gap for gap in gaps if gap is not None) + unknowns(statement.effect)
    return told or (Unknown(Cause.NOT_HERE, f"the actions of statement {statement.label}"),)


def _too_much(user: User, policy: AnyPolicy, excess: list[Statement]) -> Verdict:
    actions = [
        str(action)
        for statement in excess
        for action in (statement.actions or Patterns()).items
        if _is_other(action) is Truth.TRUE
    ]
    what = ", ".join(dict.fromkeys(actions)) or "all but a few actions"
    return failed(
        f"{user.name} holds SMTP credentials, and policy {policy.name} allows it {what} as well.",
        subject=("permissions", policy.address),
        evidence=tuple(
            Evidence("statement", f"statement {item.label} of {policy.name}", _place(item, policy)) for item in excess
        ),
        fix=Fix(
            "Leave the user ses:SendRawEmail on its identity and configuration set; do the rest with a role.",
            locks_out=(f"whatever does {what} with the credentials of {user.name}",),
        ),
        related=(Related(policy, "allows more than sending"),),
    )


def _place(statement: Statement, policy: AnyPolicy) -> Location:
    return statement.location if statement.location.path else policy.location


def _password(user: User) -> Iterator[Verdict]:
    has = truth(user.has_password)
    if has is Truth.UNKNOWN:
        yield undecided(
            f"Whether {user.name} has a password is not told.", unknowns(user.has_password), subject=("password",)
        )
    elif has is Truth.TRUE:
        yield failed(
            f"{user.name} holds SMTP credentials and can log in to the console as well.",
            subject=("password",),
            evidence=(attribute("the user has a password", user.has_password, user),),
            fix=Fix(
                "Delete the user's login profile.", locks_out=(f"people who log in to the console as {user.name}",)
            ),
            location=place(user.has_password, user),
        )


def _keys(user: User) -> Iterator[Verdict]:
    keys = user.access_keys
    if isinstance(keys, Unknown):
        yield undecided(f"The access keys of {user.name} are not told.", (keys,), subject=("keys",))
        return
    active = [key for key in keys.value if truth(key.active) is Truth.TRUE]
    perhaps = [key.active for key in keys.value if isinstance(key.active, Unknown)]
    if len(active) > 1:
        yield failed(
            f"{user.name} has {len(active)} active access keys, each of which makes an SMTP password.",
            subject=("keys",),
            evidence=tuple(
                Evidence("attribute", f"access key …{key.access_key_id[-4:]} is active", user.location)
                for key in active
            ),
            fix=Fix(
                "Deactivate the key whose SMTP password is not used any more, and delete it when nothing fails.",
                locks_out=("senders that still use the password made of that key",),
            ),
            severity=Severity.LOW,
        )
    elif len(active) + len(perhaps) > 1:
        yield undecided(
            f"How many access keys of {user.name} are active is not told.", unknowns(*perhaps), subject=("keys",)
        )
