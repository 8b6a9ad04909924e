"""Principals as strings: ARNs as they are, all others behind the name of their kind.

A service is ``service:sns.amazonaws.com``, a provider ``federated:…``, a canonical user ``canonical:…``, the unique id
of a deleted principal ``id:…``. Who does not sign is ``anonymous``. A session of a role is the ARN of the role, and the
name of the session in a dimension of its own. The condition keys aws:PrincipalArn, aws:PrincipalAccount,
aws:PrincipalIsAWSService and aws:PrincipalServiceName follow from the principal and are tests of the same string.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple, TypeAlias

from auditor.iam.automaton import Piece, Step, Wild
from auditor.iam.elements import Condition, Named, Policy, Principals
from auditor.iam.operators import COMPARISONS, Operator, Quantifier, boolean, operator
from auditor.iam.principal import account_of, is_placeholder, is_unique_id
from auditor.iam.request import UNSIGNED_ACCOUNT
from auditor.iam.sets.apart import are_apart
from auditor.iam.sets.atoms import EVERY, HOLE, Atom, made, made_arn, of_prefix, value_pieces
from auditor.iam.sets.checks import PRINCIPAL, SESSION, Check, Test, of_condition, one_of
from auditor.iam.sets.contents import keys_of
from auditor.iam.sets.readings import Group
from auditor.iam.sets.strings import Steps
from auditor.model import arn as arns
from auditor.model.known import Known, Truth
from auditor.model.text import Part, Text, text

Tests: TypeAlias = Mapping[str, Test]
"""Tests of the principal and of the session."""
Roles: TypeAlias = Mapping[tuple[Text, Text], tuple[Text, ...]]
"""The ARNs of roles by account and name: names of roles are unique in an account, so these are all of that name."""

_WILD = re.compile(r"[*?]")
_PREFIX_OF_KIND = {"Service": "service:", "Federated": "federated:", "CanonicalUser": "canonical:"}


def _plain(*pieces: Piece) -> Steps:
    steps = made_arn(pieces).certain
    return () if steps is None else steps


def _account_pieces(account: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return ("arn:", Wild.ANY, ":", Wild.ANY, "::", *account, ":", Wild.ANY)


IS_ARN = made_arn(("arn:", Wild.ANY, ":", Wild.ANY, "::", Wild.ANY, ":", Wild.ANY))
IS_SERVICE = made(("service:", Wild.ANY))
ANONYMOUS = made((UNSIGNED_ACCOUNT,))
_PERHAPS_ANONYMOUS = Atom(None, ANONYMOUS.lifted, ANONYMOUS.possible, UNSIGNED_ACCOUNT)
_IS_OF_ACCOUNT = made(("a", Wild.ANY))
"""ARNs and who does not sign: they begin alike, and no other does."""
_SOME_ARN = Atom(None, IS_ARN.lifted, IS_ARN.possible, "arn:{…}")
_OF_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_ID: Steps = (*_plain("id:A"), *(Step(_OF_ID),) * 15, Step(_OF_ID, loop=True))


def _people(account: tuple[Piece, ...]) -> tuple[Steps, ...]:
    return tuple(
        _plain("arn:aws", Wild.ANY, f":{service}::", *account, f":{kind}", *rest)
        for service, kind, rest in (
            ("iam", "user/", (Wild.ONE, Wild.ANY)),
            ("iam", "role/", (Wild.ONE, Wild.ANY)),
            ("iam", "root", ()),
            ("sts", "federated-user/", (Wild.ONE, Wild.ANY)),
        )
    )


PEOPLE = Group(_people((Wild.ONE,) * 12))
"""The principals that identity policies are attached to."""

_NO_PEOPLE: tuple[Steps, ...] = (
    *(_plain(f"{kind}:", Wild.ONE, Wild.ANY) for kind in ("service", "federated", "canonical")),
    _plain(UNSIGNED_ACCOUNT),
    _ID,
)
ANYBODY = Group((*PEOPLE.patterns, *_NO_PEOPLE))
"""Everybody that a resource policy can let in."""
_USERS = Group(PEOPLE.patterns[:1])
_OF_ACCOUNTS = Group((*_USERS.patterns, *_NO_PEOPLE))

_IN_SEGMENT = Step(colon=False)
SESSIONS = Group(((_IN_SEGMENT, Step(loop=True, colon=False)),))
"""Names of sessions."""

_OTHERS = _people((Wild.ONE, Wild.ANY))
_IS_USUAL = re.compile(
    r"\*|\d{12}|A[A-Z0-9]{15,127}|"
    r"arn:aws[^:]*:(iam::\d{12}:(root|user/.+|role/.+)|sts::\d{12}:(assumed-role/[^/]+/[^/]+|federated-user/.+))",
    re.DOTALL,
)


def everybody(policies: Sequence[Policy], usual: Group) -> Group:
    """The principals that policies tell apart.

    Args:
        policies: all that take part.
        usual: the principals that there usually are.

    Returns:
        More than the usual where policies name such: in documentation accounts are words. Fewer where policies do not
        tell users, roles and others of an account apart.
    """
    statements = [statement for policy in policies for statement in policy.statements]
    named = {
        each.value
        for statement in statements
        for element in (statement.principals, statement.not_principals)
        for each in (() if element is None else element.items)
        if each.kind == "AWS" and each.value.literal != "*"
    }
    literals = [each.literal for each in named if each.literal is not None]
    odd = sorted(literal for literal in literals if not _IS_USUAL.fullmatch(literal))
    if odd:
        arns_ = (literal for literal in odd if literal.startswith("arn:"))
        return Group((*usual.patterns, *_OTHERS, *map(_plain, arns_)))
    keys = keys_of(policies)
    but = any(each.not_principals is not None for each in statements)
    if but or "aws:principalarn" in keys or any(account_of(each) is None for each in named):
        return usual
    return _OF_ACCOUNTS if usual is ANYBODY else _USERS


class _Session(NamedTuple):
    """Sessions of a role: atoms of the role, and of the session's name."""

    roles: tuple[Atom, ...]
    name: Atom


def roles_of(policies: Iterable[Policy]) -> Roles:
    """The roles that policies name as principals."""
    found: dict[tuple[Text, Text], dict[Text, None]] = {}
    for policy in policies:
        for statement in policy.statements:
            for each in (statement.principals, statement.not_principals):
                for named in () if each is None else each.items:
                    parts = _parts(named.value) if named.kind == "AWS" else None
                    if parts is not None and parts.names[0].literal == "role":
                        found.setdefault((parts.account, parts.names[-1]), {})[named.value] = None
    return {key: tuple(arns_) for key, arns_ in found.items()}


class _Parts(NamedTuple):
    """The parts of a principal's ARN."""

    partition: Text
    account: Text
    names: tuple[Text, ...]


def _parts(value: Text) -> _Parts | None:
    """The parts of the ARN of a user, role or session with a name; None for others."""
    parsed = arns.parse(value)
    if not isinstance(parsed, Known):
        return None
    resource = parsed.value.resource
    # The names of users, roles and sessions have no slash, so that no symbol in their place has one.
    names = _between_slashes(resource) if not resource.holes else resource.split("/")
    if names is None or len(names) < 2:
        return None
    return _Parts(parsed.value.partition, parsed.value.account, names)


def _between_slashes(resource: Text) -> tuple[Text, ...]:
    """The parts between slashes that are written out."""
    found: list[list[Part]] = [[]]
    for part in resource.parts:
        first, *others = part.split("/") if isinstance(part, str) else (part,)
        found[-1].append(first)
        found.extend([each] for each in others)
    return tuple(text(*each) for each in found)


def of_principals(principals: Principals, roles: Roles) -> list[Tests]:
    """Principal as alternatives: the sessions that it names, and the others."""
    plain, sessions = _named(principals, roles)
    found: list[Tests] = [
        {PRINCIPAL: (one_of(session.roles),), SESSION: (one_of((session.name,)),)} for session in sessions
    ]
    if plain or principals.open is not None or not found:
        found.insert(0, {PRINCIPAL: (one_of(plain, hole=principals.open is not None),)})
    return found


_MOST_ROLES = 3
"""Roles whose sessions one NotPrincipal is taken apart for."""


def of_all_but(principals: Principals, roles: Roles) -> list[Tests] | None:
    """NotPrincipal as alternatives; None for too many."""
    plain, sessions = _named(principals, roles)
    left: dict[tuple[Atom, ...], list[Atom]] = {}
    for session in sessions:
        if not set(session.roles) <= set(plain):
            left.setdefault(session.roles, []).append(session.name)
    if len(left) > _MOST_ROLES:
        return None
    others = one_of(plain, negated=True, hole=principals.open is not None)
    found: list[Tests] = []
    for but_roles in product((True, False), repeat=len(left)):
        tests: dict[str, Test] = {PRINCIPAL: (others,)}
        for but_role, (atoms, names) in zip(but_roles, left.items(), strict=True):
            name = PRINCIPAL if but_role else SESSION
            tests[name] = (*tests.get(name, ()), one_of(atoms if but_role else names, negated=True))
        found.append(tests)
    return found


def of_perhaps_denied(principals: Principals, roles: Roles) -> list[Tests]:
    """Whom NotPrincipal of a Deny names, and not in every way that AWS asks for: it may deny them all the same.

    AWS: the user itself must be named, or both the session and its role; otherwise the policy might deny the whole
    account. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    plain, sessions = _named(principals, roles)
    if EVERY in plain:
        return []
    found: list[Tests] = []
    items = principals.items
    direct = [_atoms(named)[0] for named in items if account_of(named.value) is None]
    # Of an account, or behind a federated session.
    indirect = [atom for atom in plain if atom not in direct]
    if indirect:
        found.append({PRINCIPAL: (one_of(indirect), one_of((*direct, _IS_ROLE, _IS_ROOT), negated=True))})
    in_session = [atom for atom in (*plain, *(role for each in sessions for role in each.roles)) if atom is not HOLE]
    if any(_may_be_role(atom) for atom in in_session):
        both: dict[tuple[Atom, ...], list[Atom]] = {}
        for session in sessions:
            if set(session.roles) <= set(plain):
                both.setdefault(session.roles, []).append(session.name)
        but = [role for roles_ in both for role in roles_]
        others = (one_of(in_session), one_of((_IS_ROLE,)), one_of(but, negated=True))
        found.append({PRINCIPAL: others, SESSION: (_PRESENT,)})
        for named_roles, names in both.items():
            found.append({PRINCIPAL: (one_of(named_roles),), SESSION: (_PRESENT, one_of(names, negated=True))})
    return found


_IS_ROLE = made_arn(("arn:", Wild.ANY, ":iam::", Wild.ANY, ":role/", Wild.ANY))
_IS_USER = made_arn(("arn:", Wild.ANY, ":iam::", Wild.ANY, ":user/", Wild.ANY))
_IS_SESSION = made_arn(("arn:", Wild.ANY, ":sts::", Wild.ANY, ":assumed-role/", Wild.ANY))
_IS_FEDERATED = made_arn(("arn:", Wild.ANY, ":sts::", Wild.ANY, ":federated-user/", Wild.ANY))
_NOT_TAKEN_APART = tuple(
    (shape, Atom(None, some.lifted, some.possible, some.shown))
    for shape, some in ((_IS_SESSION, _IS_ROLE), (_IS_USER, _IS_FEDERATED))
)
"""What an ARN may be, and the principals that it names then beside itself."""
_IS_ROOT = made_arn(("arn:", Wild.ANY, ":iam::", Wild.ANY, ":root"))
_PRESENT = Check(Operator("null", negated=True, quantifier=Quantifier.SINGLE, if_exists=False, wildcards=False), ())


def _may_be_role(atom: Atom) -> bool:
    return ":user/" not in atom.shown and not atom.shown.startswith(("service:", "federated:", "canonical:", "id:"))


def _named(principals: Principals, roles: Roles) -> tuple[list[Atom], list[_Session]]:
    """The atoms of the principals, and the sessions among them."""
    plain: dict[Atom, None] = {}
    sessions: list[_Session] = []
    for named in principals.items:
        session = _session(named.value, roles) if named.kind == "AWS" else None
        if session is None:
            plain.update(dict.fromkeys(_atoms(named)))
        else:
            sessions.append(session)
    return list(plain), sessions


def _atoms(named: Named) -> tuple[Atom, ...]:
    value = named.value
    if named.kind == "*" or (named.kind == "AWS" and value.literal == "*"):
        return (EVERY,)
    if named.kind != "AWS":
        prefix = _PREFIX_OF_KIND.get(named.kind)
        return (HOLE,) if prefix is None else (of_prefix(prefix, value),)
    if value.holes:
        return (_SOME_ARN if arns.is_arn(value) else HOLE,)
    literal = value.literal
    if is_placeholder(value) or (literal is not None and _WILD.search(literal)):
        # AWS refuses wildcards here, and accepts no other form.
        return (Atom(None, EVERY.lifted, EVERY.possible, str(value)),)
    account = account_of(value)
    if account is not None:
        return (_of_account(account),)
    if is_unique_id(value):
        return (of_prefix("id:", value),)
    user = _federated(value)
    own = of_prefix("", value)
    if user is not None:
        return (own, user)
    if literal is not None or not arns.is_arn(value):
        return (own,)
    # Of what cannot be taken apart it is not told which role or user it is of.
    return (own, *(some for shape, some in _NOT_TAKEN_APART if not are_apart(own, shape)))


def _of_account(account: Text) -> Atom:
    return _of_account_pieces(tuple(account.parts))


def _federated(value: Text) -> Atom | None:
    """The federated sessions of a user."""
    parts = _parts(value)
    if parts is None or parts.names[0].literal != "user":
        return None
    return _of_federated(parts.partition, parts.account, parts.names[-1])


@lru_cache(maxsize=8192)
def _of_federated(partition: Text, account: Text, user: Text) -> Atom:
    return made_arn(("arn:", *partition.parts, ":sts::", *account.parts, ":federated-user/", *user.parts))


def _session(value: Text, roles: Roles) -> _Session | None:
    """The session that an ARN names. Its role is one of that name, with any path."""
    parts = _parts(value)
    if parts is None or len(parts.names) != 3 or parts.names[0].literal != "assumed-role" or value.holes:
        return None
    _, role, name = parts.names
    known = roles.get((parts.account, role))
    if known is not None:
        return _Session(tuple(of_prefix("", each) for each in known), made(tuple(name.parts)))
    ahead = ("arn:", *parts.partition.parts, ":iam::", *parts.account.parts, ":role/")
    atoms = (made_arn((*ahead, *role.parts)), made_arn((*ahead, Wild.ANY, "/", *role.parts)))
    return _Session(atoms, made(tuple(name.parts)))


def of_key(condition: Condition, key: str, *, variables: bool) -> Check | None:
    """The check of a condition on a key that follows from the principal; None when it cannot be made."""
    how = operator(condition.operator)
    if how is None:
        return None
    if key == "aws:principalisawsservice":
        return _of_service_flag(condition)
    if key == "aws:principalarn" or how.base == "null":
        found = of_condition(condition, variables=variables)
        return None if found is None else found._replace(present=_HAS[key])
    if how.base not in {"stringequals", "stringlike", "stringequalsignorecase"} or condition.open is not None:
        return None
    pieces = [value_pieces(value, variables=variables, wildcards=how.wildcards) for value in condition.values]
    if key == "aws:principalservicename":
        fold = how.base == "stringequalsignorecase"
        return Check(how, tuple(made(("service:", *each), fold=fold) for each in pieces), IS_SERVICE)
    atoms = tuple(atom for each in pieces for atom in (_of_account_pieces(each), *_unsigned(each, how.base)))
    if not how.negated and not how.if_exists and how.quantifier is not Quantifier.ALL:
        # Whoever is in an account has the key.
        return one_of(atoms)
    return Check(how, atoms, _HAS[key])


@lru_cache(maxsize=8192)
def _of_account_pieces(account: tuple[Piece, ...]) -> Atom:
    return made_arn(_account_pieces(account))


def _unsigned(account: tuple[Piece, ...], base: str) -> Iterator[Atom]:
    """Who does not sign, where that is of an account too."""
    truth = COMPARISONS[base](account, text(UNSIGNED_ACCOUNT))
    if truth is not Truth.FALSE:
        yield ANONYMOUS if truth is Truth.TRUE else _PERHAPS_ANONYMOUS


_HAS = {
    "aws:principalservicename": IS_SERVICE,
    "aws:principalarn": IS_ARN,
    "aws:principalaccount": _IS_OF_ACCOUNT,
}
"""Who has a key."""


def _of_service_flag(condition: Condition) -> Check | None:
    how = operator(condition.operator)
    wanted = {boolean(value.literal or "") for value in condition.values}
    if how is None or how.base not in {"bool", "stringequals"} or condition.open is not None or len(wanted) != 1:
        return None
    flag = wanted.pop()
    return None if flag is None else one_of((IS_SERVICE,), negated=(flag is False) is not how.negated)


KEYS = frozenset({"aws:principalarn", "aws:principalaccount", "aws:principalisawsservice", "aws:principalservicename"})
"""Keys that follow from the principal."""
