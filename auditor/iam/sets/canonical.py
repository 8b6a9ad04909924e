"""Principals that decisions do not know, as those that they know.

A canonical user may be an account that policies also name otherwise, and a unique id is somebody of its own.

A canonical user id stands for an account, or for an origin access identity of Amazon CloudFront, and does not tell
which. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
"""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from auditor.iam.elements import Named, Policy, Principals, Statement
from auditor.iam.principal import is_unique_id
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
    return _renamed(policies, _account)


def with_ids_told(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The policies with canonical users in place of unique ids: both are somebody by that name and nobody else."""
    return _renamed(policies, _told)


def _account(named: Named) -> Named:
    return Named("AWS", text(Symbol("account", f"canonical user {named.value}"))) if _is_one(named) else named


def _told(named: Named) -> Named:
    return Named(_KIND, named.value) if named.kind == "AWS" and is_unique_id(named.value) else named


def _is_one(named: Named) -> bool:
    return named.kind == _KIND and named.value.is_exact


def _renamed(policies: Iterable[Policy], rename: Callable[[Named], Named]) -> tuple[Policy, ...]:
    def of_principals(found: Principals | None) -> Principals | None:
        return None if found is None else replace(found, items=tuple(map(rename, found.items)))

    def of_statement(each: Statement) -> Statement:
        names = of_principals(each.principals), of_principals(each.not_principals)
        return replace(each, principals=names[0], not_principals=names[1])

    return tuple(replace(policy, statements=tuple(map(of_statement, policy.statements))) for policy in policies)
