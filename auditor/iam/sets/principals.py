"""Principals as strings: ARNs as they are, all others behind the name of their kind.

A service is ``service:sns.amazonaws.com``, a provider ``federated:…``, a canonical user ``canonical:…``, the unique id
of a deleted principal ``id:…``, and nobody in particular ``anonymous``. The condition keys aws:PrincipalArn,
aws:PrincipalAccount and aws:PrincipalIsAWSService follow from the principal and are tests of the same string.
"""

import re
from collections.abc import Iterable

from auditor.iam.automaton import Piece, Wild
from auditor.iam.elements import Condition, Named, Policy, Principals
from auditor.iam.operators import boolean, operator
from auditor.iam.principal import account_of
from auditor.iam.sets.atoms import EVERY, HOLE, Atom, made, of_prefix
from auditor.iam.sets.checks import Check, of_condition, one_of
from auditor.iam.sets.strings import Steps
from auditor.iam.variables import Variable, pieces_of
from auditor.model import arn as arns
from auditor.model.known import Known
from auditor.model.text import Symbol, Text

_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}")
_PREFIX_OF_KIND = {"Service": "service:", "Federated": "federated:", "CanonicalUser": "canonical:"}


def _plain(*pieces: Piece) -> Steps:
    steps = made(pieces, arn=True).certain
    return () if steps is None else steps


def _account_pieces(account: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return ("arn:", Wild.ANY, ":", Wild.ANY, "::", *account, ":", Wild.ANY)


IS_ARN = made(("arn:", Wild.ANY, ":", Wild.ANY, "::", Wild.ANY, ":", Wild.ANY), arn=True)
IS_SERVICE = made(("service:", Wild.ANY))
ANONYMOUS = made(("anonymous",))


def _people(account: tuple[Piece, ...]) -> tuple[Steps, ...]:
    return tuple(
        _plain("arn:aws", Wild.ANY, f":{service}::", *account, f":{kind}", *rest)
        for service, kind, rest in (
            ("iam", "user/", (Wild.ONE, Wild.ANY)),
            ("iam", "role/", (Wild.ONE, Wild.ANY)),
            ("iam", "root", ()),
            ("sts", "assumed-role/", (Wild.ONE, Wild.ANY, "/", Wild.ONE, Wild.ANY)),
            ("sts", "federated-user/", (Wild.ONE, Wild.ANY)),
        )
    )


PEOPLE = _people((Wild.ONE,) * 12)
"""The principals that identity policies are attached to."""

OTHERS = _people((Wild.ONE, Wild.ANY))
"""The same with anything in place of the account: policies in documentation hold such principals."""

ANYBODY: tuple[Steps, ...] = (
    *PEOPLE,
    *(_plain(f"{kind}:", Wild.ONE, Wild.ANY) for kind in ("service", "federated", "canonical", "id")),
    _plain("anonymous"),
)
"""Everybody that a resource policy can let in."""


def are_usual(policies: Iterable[Policy]) -> bool:
    """Whether all accounts that principals and aws:PrincipalAccount name have twelve digits."""
    for policy in policies:
        for statement in policy.statements:
            for named in (statement.principals, statement.not_principals):
                for each in () if named is None else named.items:
                    if each.kind == "AWS" and each.value.literal not in {None, "*"} and not _is_usual(each.value):
                        return False
    return True


def _is_usual(value: Text) -> bool:
    literal = value.literal or ""
    account = literal.split(":")[4] if literal.count(":") >= 5 else literal
    return _ACCOUNT.fullmatch(account) is not None or _UNIQUE_ID.fullmatch(literal) is not None


def of_principals(principals: Principals, *, negated: bool) -> Check:
    """The check of Principal or NotPrincipal."""
    atoms = [atom for named in principals.items for atom in _atoms(named)]
    return one_of(atoms, negated=negated, hole=principals.open is not None)


def _atoms(named: Named) -> tuple[Atom, ...]:
    value = named.value
    if named.kind == "*" or (named.kind == "AWS" and value.literal == "*"):
        return (EVERY,)
    if named.kind != "AWS":
        prefix = _PREFIX_OF_KIND.get(named.kind)
        return (HOLE,) if prefix is None else (of_prefix(prefix, value),)
    account = account_of(value)
    if account is not None:
        return (_of_account(account),)
    literal = value.literal
    if literal is not None and _UNIQUE_ID.fullmatch(literal):
        return (of_prefix("id:", value),)
    if literal is not None and ("*" in literal or not literal.startswith("arn:")):
        # AWS refuses wildcards here, and accepts no other form.
        return (Atom(None, EVERY.lifted, EVERY.possible, literal),)
    session = _sessions(value)
    return (of_prefix("", value), *(() if session is None else (session,)))


def _of_account(account: Text) -> Atom:
    return made(_account_pieces(tuple(account.parts)), arn=True)


def _sessions(value: Text) -> Atom | None:
    """The sessions of a role; their ARNs do not have its path."""
    parts = arns.parse(value)
    if not isinstance(parts, Known) or parts.value.service.literal != "iam":
        return None
    names = parts.value.resource.split("/")
    if names is None or len(names) < 2 or names[0].literal != "role":
        return None
    account: tuple[Piece, ...] = tuple(parts.value.account.parts)
    partition: tuple[Piece, ...] = tuple(parts.value.partition.parts)
    pieces = ("arn:", *partition, ":sts::", *account, ":assumed-role/", *names[-1].parts, "/", Wild.ANY)
    return made(pieces, arn=True)


def of_key(condition: Condition, key: str, *, variables: bool) -> Check | None:
    """The check of a condition on a key that follows from the principal; None when it cannot be made."""
    how = operator(condition.operator)
    if how is None:
        return None
    if key == "aws:principalisawsservice":
        return _of_service_flag(condition)
    if key == "aws:principalarn" or how.base == "null":
        found = of_condition(condition, variables=variables)
        return None if found is None else found._replace(present=IS_ARN)
    if how.base not in {"stringequals", "stringlike", "stringequalsignorecase"} or condition.open is not None:
        return None
    atoms = tuple(
        made(_account_pieces(_value_pieces(value, variables=variables, wildcards=how.wildcards)), arn=True)
        for value in condition.values
    )
    return Check(how, atoms, IS_ARN)


def _value_pieces(value: Text, *, variables: bool, wildcards: bool) -> tuple[Piece, ...]:
    raw = pieces_of(value, variables=variables, wildcards=wildcards)
    return tuple(
        Symbol(f"${{{each.key}}}", "variable of a policy") if isinstance(each, Variable) else each for each in raw
    )


def _of_service_flag(condition: Condition) -> Check | None:
    how = operator(condition.operator)
    wanted = {boolean(value.literal or "") for value in condition.values}
    if how is None or how.base not in {"bool", "stringequals"} or condition.open is not None or len(wanted) != 1:
        return None
    flag = wanted.pop()
    return None if flag is None else one_of((IS_SERVICE,), negated=(flag is False) is not how.negated)


KEYS = frozenset({"aws:principalarn", "aws:principalaccount", "aws:principalisawsservice"})
"""Keys that follow from the principal."""
