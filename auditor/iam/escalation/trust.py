"""Trust policies that let in more than those who are named: the whole account, or everybody."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.iam.document import parse
from auditor.iam.elements import Named, Policy
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.principal import account_of
from auditor.iam.request import Caller, Kind, Request
from auditor.model.known import Truth, Unknown, any_of
from auditor.model.policy import MAX_DEPTH, Document, node_of
from auditor.model.text import Text, text

ACCOUNT = "111111111111"
"""Stands for the account of roles that are given without one."""

_REFERENCE = re.compile(r"\$\{([A-Za-z_][\w-]*(?:\[[^\]]*\])?(?:\.[\w*-]+(?:\[[^\]]*\])?)+)\}")
_ROOT = re.compile(r"(^|[._-])root([._-]|$)")
_OTHER = "zq7x0"
_NOBODYS = "999999999999"


class OpenTrust(NamedTuple):
    """Whether a trust policy lets in every principal of some account that may assume roles.

    Attributes:
        role: name of the role.
        truth: TRUE, or UNKNOWN where `unknowns` decide.
        everybody: whether it lets in principals of any account.
    """

    role: str
    truth: Truth
    everybody: Truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()


def open_trust(role: str, policy: Policy, account: Text) -> OpenTrust:
    """Whether some principal that is not named may assume a role: of its account, of one that is named, of any.

    They are asked as callers that may do sts:AssumeRole everywhere by their own policies.
    """
    named = (account_of(each.value) for each in _principals(policy) if each.kind == "AWS")
    accounts = dict.fromkeys((account, *(each for each in named if each is not None and each.literal is not None)))
    found = [_asked(role, policy, account, each) for each in accounts]
    foreign = _asked(role, policy, account, text(_NOBODYS))
    truth = any_of((foreign[0], *(each[0] for each in found)))
    unknowns = dict.fromkeys(why for each in (*found, foreign) for why in each[1])
    return OpenTrust(role, truth, foreign[0], tuple(unknowns) if truth is Truth.UNKNOWN else ())


def _principals(policy: Policy) -> Iterator[Named]:
    for statement in policy.statements:
        if statement.principals is not None:
            yield from statement.principals.items


def _asked(role: str, policy: Policy, account: Text, of: Text) -> tuple[Truth, tuple[Unknown, ...]]:
    caller = Caller(Kind.USER, text("arn:aws:iam::", of, f":user/{_OTHER}"), of)
    request = Request(
        caller=caller,
        action="sts:AssumeRole",
        resource=text("arn:aws:iam::", account, f":role/{role}"),
        resource_account=account,
        context={"aws:principalaccount": (of,), "aws:principalisawsservice": (text("false"),)},
    )
    found = evaluate(request, Policies(identity=(_MAY_ASSUME,), resource=(policy,)))
    return found.allowed, found.unknowns


_MAY_ASSUME = parse(
    Document(
        tree=node_of(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
            }
        )
    )
)


class References:
    """Documents with references of a template in them, ``${var.caller}``, as the values they are taken for.

    A reference to the ARN of a role that is at hand is that ARN. One whose name says so (``root``) is the account's
    root, which means every principal of the account. Any other stands for one principal, or one name, that is not
    told. What was taken for what stands in `assumptions`. Policy variables (``${aws:username}``) are no references.

    Args:
        roles: names of the roles at hand.
    """

    def __init__(self, roles: Iterable[str] = ()) -> None:
        self._roles = frozenset(roles)
        self._assumed: dict[str, None] = {}

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What references were taken for, in words."""
        return tuple(self._assumed)

    def filled(self, value: object, depth: int = 0) -> object:
        """A document, plain JSON data, with its references replaced.

        Raises:
            ValueError: it is nested deeper than any policy.
        """
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        match value:
            case str():
                return _REFERENCE.sub(self._value, value)
            case dict():
                return {key: self.filled(item, depth + 1) for key, item in value.items()}
            case list():
                return [self.filled(item, depth + 1) for item in value]
        return value

    def _value(self, found: re.Match[str]) -> str:
        written, name = found.group(), found.group(1)
        role = next((part for part in name.split(".") if part in self._roles), None)
        if role is not None and name.endswith(".arn"):
            return f"arn:aws:iam::{ACCOUNT}:role/{role}"
        if _ROOT.search(name):
            self._assumed[f"{written} is taken for the root of the account, by its name"] = None
            return f"arn:aws:iam::{ACCOUNT}:root"
        if name.rsplit(".", 1)[-1].endswith(("account_id", "account")):
            return ACCOUNT
        self._assumed[f"{written} is taken for one principal or name that is not told"] = None
        return f"arn:aws:iam::{ACCOUNT}:user/{re.sub(r'[^A-Za-z0-9]', '-', name)}"
