"""Trust policies that let in more than those who are named: the whole account, or everybody."""

from collections.abc import Iterator
from typing import NamedTuple

from auditor.iam.elements import Named, Policy
from auditor.iam.escalation.attaching import FRESH
from auditor.iam.escalation.written import MAY_ASSUME
from auditor.iam.evaluate import Policies, evaluate
from auditor.iam.principal import account_of
from auditor.iam.request import Caller, Kind, Request
from auditor.model.known import Truth, Unknown, any_of
from auditor.model.text import Text, text

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
    caller = Caller(Kind.USER, text("arn:aws:iam::", of, f":user/{FRESH}"), of)
    request = Request(
        caller=caller,
        action="sts:AssumeRole",
        resource=text("arn:aws:iam::", account, f":role/{role}"),
        resource_account=account,
        context={"aws:principalaccount": (of,), "aws:principalisawsservice": (text("false"),)},
    )
    found = evaluate(request, Policies(identity=(MAY_ASSUME,), resource=(policy,)))
    return found.allowed, found.unknowns
