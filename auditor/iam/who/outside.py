"""Whom the resource's policy lets in and the inventory does not hold: accounts, organizations, services, everybody."""

import re
from collections.abc import Iterable, Iterator

from auditor.iam.elements import Condition, Policy, Statement
from auditor.iam.exposure import exposure, is_public
from auditor.iam.operators import operator
from auditor.iam.principal import account_of
from auditor.iam.who.answer import Outsiders
from auditor.iam.who.screen import Part
from auditor.iam.who.target import Target
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.known import Known, Truth, Unknown, any_of
from auditor.model.organizations import Organization
from auditor.model.text import Text, text

_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]+")
_OF_ACCOUNT = frozenset({"aws:principalaccount", "kms:calleraccount"})
_OF_ORGANIZATION = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_OF_SERVICE = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
_SESSION = re.compile(r"arn:([^:]*):sts::(\d{12}):assumed-role/([^/]+)/.+")


def outsiders(inventory: Inventory, target: Target, parts: Iterable[Part]) -> Outsiders:
    """Whom the policy of a resource may let in beside the principals of the inventory."""
    statements = [statement for part in parts for statement in part.policy.statements if _allows(statement)]
    held = accounts_of(inventory)
    organizations = {str(item.name) for item in inventory.of(Organization)}
    names = [name for statement in statements for name in _names(statement)]
    accounts = {account for kind, account in names if kind == "account"} - held
    others = {name for kind, name in names if kind == "organization"} - organizations
    arns = {name for kind, name in names if kind == "principal" and not _is_held(inventory, name)}
    return Outsiders(
        accounts=tuple(sorted(accounts)),
        organizations=tuple(sorted(others)),
        principals=tuple(sorted(arns)),
        everybody=_everybody(target, parts),
    )


def accounts_of(inventory: Inventory) -> frozenset[str]:
    """The accounts of which IAM was read, or that hold principals."""
    read = {row.account for row in inventory.coverage if row.operation.startswith("iam:")}
    return frozenset(
        read
        | {item.account.literal or "" for item in inventory.of(User)}
        | {item.account.literal or "" for item in inventory.of(Role)}
    )


def services(parts: Iterable[Part]) -> tuple[str, ...]:
    """The service principals that Allow statements name."""
    found: dict[str, None] = {}
    for part in parts:
        for statement in part.policy.statements:
            if not _allows(statement):
                continue
            for named in statement.principals.items if statement.principals is not None else ():
                if named.kind == "Service" and named.value.literal is not None:
                    found[named.value.literal] = None
            for condition in statement.conditions:
                if (condition.key.literal or "").lower() in _OF_SERVICE:
                    told = (value.literal or "" for value in condition.values)
                    found |= dict.fromkeys(name for name in told if _SERVICE.fullmatch(name))
    return tuple(found)


def names_everybody(parts: Iterable[Part]) -> bool:
    """Whether an Allow statement is for whoever fulfils its conditions, or for all but a few."""
    return any(
        statement.principals is None
        or any(named.kind == "*" or named.value.literal == "*" for named in statement.principals.items)
        for part in parts
        for statement in part.policy.statements
        if _allows(statement)
    )


def _allows(statement: Statement) -> bool:
    return not (isinstance(statement.effect, Known) and statement.effect.value == "Deny")


def _names(statement: Statement) -> Iterator[tuple[str, str]]:
    """What a statement names, as kind and name; a condition narrows whom the principals mean."""
    for named in statement.principals.items if statement.principals is not None else ():
        literal = named.value.literal
        if named.kind != "AWS" or literal is None or literal == "*":
            continue
        account = account_of(named.value)
        if account is not None:
            yield "account", account.literal or str(account)
        else:
            yield "principal", literal
    for condition in statement.conditions:
        yield from _named_by(condition)


def _named_by(condition: Condition) -> Iterator[tuple[str, str]]:
    how = operator(condition.operator)
    if how is None or how.negated:
        return
    key = (condition.key.literal or "").lower()
    for value in condition.values:
        literal = value.literal or ""
        if key in _OF_ACCOUNT and _ACCOUNT.fullmatch(literal):
            yield "account", literal
        elif key in _OF_ORGANIZATION and _ORGANIZATION.match(literal):
            yield "organization", literal.partition("/")[0]
        elif key == "aws:principalarn":
            account = literal.split(":")[4:5]
            if account and _ACCOUNT.fullmatch(account[0]):
                yield ("principal", literal) if "*" not in literal and "?" not in literal else ("account", account[0])


def _is_held(inventory: Inventory, arn: str) -> bool:
    """Whether a principal is in the inventory; a session is when its role is."""
    session = _SESSION.fullmatch(arn)
    if session is None:
        written = text(arn)
        return any(
            written in inventory.index(kind, "arn", lambda item: [item.arn] if item.arn is not None else [])
            for kind in (User, Role)
        )
    named = inventory.index(Role, "account-name", lambda role: [text(role.account, "/", role.name)])
    return text(f"{session[2]}/{session[3]}") in named


def _everybody(target: Target, parts: Iterable[Part]) -> Truth:
    """Whether anybody is let in, whatever the account."""
    owner = target.owner if target.owner is not None else Text(())
    found = any_of(_public(part.policy, target, owner) for part in parts)
    restricted = target.restrict_public
    if isinstance(restricted, Unknown):
        return found & Truth.UNKNOWN
    return Truth.FALSE if restricted.value else found


def _public(policy: Policy, target: Target, owner: Text) -> Truth:
    return is_public(exposure(policy, text(target.arn), owner))


def shut_out(target: Target, account: Text, policies: Iterable[Policy]) -> Truth:
    """Whether RestrictPublicBuckets keeps principals of an account out of a bucket whose policy is public.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    if target.owner is None or account.equals(target.owner) is Truth.TRUE:
        return Truth.FALSE
    if isinstance(target.restrict_public, Known) and not target.restrict_public.value:
        return Truth.FALSE
    public = any_of(is_public(exposure(policy, None, target.owner)) for policy in policies)
    return public if isinstance(target.restrict_public, Known) else public & Truth.UNKNOWN
