"""Canonical users as what they may be: an account that policies also name otherwise.

A canonical user id stands for an account, or for an origin access identity of Amazon CloudFront, and does not tell
which. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
"""

from collections.abc import Iterable

from msgspec.structs import replace

from auditor.iam.elements import Named, Policy, Principals, Statement
from auditor.model.known import Cause, Unknown
from auditor.model.text import Symbol, text

_KIND = "CanonicalUser"


def accounts_not_told(policies: Iterable[Policy]) -> tuple[Unknown, ...]:
    """Whose canonical user ids policies name."""
    statements = (statement for policy in policies for statement in policy.statements)
    elements = (each for statement in statements for each in (statement.principals, statement.not_principals))
    ids = dict.fromkeys(named.value for each in elements if each is not None for named in each.items if _is_one(named))
    return tuple(Unknown(Cause.NOT_HERE, f"which account has the canonical user id {each}") for each in ids)


def as_accounts(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The policies with an account that is not told in place of each canonical user, for the same one the same."""
    return tuple(replace(policy, statements=tuple(map(_as_account, policy.statements))) for policy in policies)


def _as_account(statement: Statement) -> Statement:
    return replace(
        statement,
        principals=_accounts(statement.principals),
        not_principals=_accounts(statement.not_principals),
    )


def _accounts(principals: Principals | None) -> Principals | None:
    if principals is None or not any(map(_is_one, principals.items)):
        return principals
    return replace(principals, items=tuple(_account(named) if _is_one(named) else named for named in principals.items))


def _account(named: Named) -> Named:
    return Named("AWS", text(Symbol("account", f"canonical user {named.value}")))


def _is_one(named: Named) -> bool:
    return named.kind == _KIND and named.value.is_exact
