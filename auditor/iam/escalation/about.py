"""The statements that have a say about a request, so that requests about which the same ones have it share an answer.

Principals and actions are many, and the statements that tell them apart are few: a statement about ``ses:*`` says the
same about each of its actions, and a policy says the same for everybody who has it and nothing else of the kind.
"""

import re
from collections.abc import Hashable
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.carried import carries
from auditor.iam.decision import Decision
from auditor.iam.elements import Condition, Policy, Statement
from auditor.iam.escalation.masks import Readings, bit
from auditor.iam.escalation.subject import Subject
from auditor.iam.evaluate import Policies
from auditor.model.text import Text

_OF_ONE_ACTION = ("sts:", "kms:createalias", "kms:updatealias", "kms:deletealias")
"""Beginnings of actions that the engine has rules for of their own."""

_OF_CALLER = frozenset({"aws:principalarn", "aws:principaltype", "aws:principalaccount", "aws:username"})
"""Keys that follow from who asks."""

_OF_OTHER_RIGHTS = "iam:policyarn"
"""A key of which the choices depend on what else the caller may do."""

_VARYING = re.compile(r"[*?$]")


class Said(NamedTuple):
    """What a part of a policy makes an answer depend on.

    Attributes:
        conditions: of all its statements.
        is_plain: whether it neither has conditions or variables nor names principals.
        is_common: whether it may have conditions, but says the same to all users, and to all roles, of an account.
        beginnings: of all resources that it may allow something on; None when it may be any.
        keys: of the conditions, in lower case, as far as they are told.
    """

    conditions: tuple[Condition, ...]
    is_plain: bool
    is_common: bool
    beginnings: tuple[str, ...] | None
    keys: frozenset[str]


class About(NamedTuple):
    """The statements that have a say.

    Attributes:
        policies: with these statements only.
        conditions: of all of them.
        is_plain: whether nothing but action, resource and the accounts of both sides counts.
        is_common: whether it is the same for all users, and for all roles, of an account.
        decided: answers by all that counts; of plain and common ones only.
        beginnings: of all resources on which the policies of the principal may allow something; None for any.
        keys: of the conditions, in lower case, as far as they are told.
    """

    policies: Policies
    conditions: tuple[Condition, ...]
    is_plain: bool
    is_common: bool
    decided: dict[Hashable, Decision]
    beginnings: tuple[str, ...] | None
    keys: frozenset[str]

    def may_allow(self, resource: Text) -> bool:
        """Whether some statement may allow something on a resource, as far as the beginning of its ARN tells."""
        literal = resource.literal
        return self.beginnings is None or literal is None or literal.startswith(self.beginnings)


class Abouts:
    """What was found of policies, the same object for the same statements.

    Args:
        readings: of the policies.
    """

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._made: dict[tuple[object, ...], About] = {}
        self._said: dict[int, Said] = {}
        self._kept: list[Policy] = []

    def of(self, who: Subject, action: str) -> tuple[About, Hashable]:
        """The statements about an action, and what the actions that are answered like it have in common.

        Actions of one service to which the same statements certainly apply, and whose requests carry the same of the
        keys that these ask for, are answered alike.
        """
        parts = self._readings.about
        identity = parts(who.policies, action)
        boundary = None if who.boundary is None else parts(who.boundary, action)
        scp = None if who.scp is None else tuple(parts(level, action) for level in who.scp)
        key = (
            tuple(map(id, identity)),
            None if boundary is None else tuple(map(id, boundary)),
            None if scp is None else tuple(tuple(map(id, level)) for level in scp),
        )
        found = self._made.get(key)
        if found is None:
            every = (*identity, *(boundary or ()), *(part for level in scp or () for part in level))
            said = [self.said(part) for part in every]
            policies = Policies(identity=identity, boundary=boundary, scp=scp)
            conditions = tuple(condition for each in said for condition in each.conditions)
            plain = all(each.is_plain for each in said)
            common = not scp and all(each.is_common for each in said)
            beginnings = _joined(said[: len(identity)])
            keys = frozenset().union(*(each.keys for each in said))
            found = self._made[key] = About(policies, conditions, plain, common, {}, beginnings, keys)
        if who.unsure is None:
            whole = (*who.policies, *(who.boundary or ()), *(policy for level in who.scp or () for policy in level))
            who.unsure = self._readings.unsure(whole)
        if who.unsure & bit(action):
            return found, action
        return found, (_alike(action), uncarried(action, found.keys)) if found.keys else _alike(action)

    def said(self, part: Policy) -> Said:
        """What a part of a policy, or one on a resource, makes an answer depend on."""
        found = self._said.get(id(part))
        if found is None:
            statements = part.statements
            conditions = tuple(condition for statement in statements for condition in statement.conditions)
            common = all(map(_is_plain, statements)) and not any(map(_tells_callers_apart, conditions))
            keys = frozenset(key.lower() for key in (each.key.literal for each in conditions) if key is not None)
            found = self._said[id(part)] = Said(conditions, common and not conditions, common, _beginnings(part), keys)
            self._kept.append(part)  # keeps the id from being given to another
        return found


@lru_cache(maxsize=1024)
def _alike(action: str) -> str:
    """The name of the actions to which the same statements say the same."""
    return action if action.lower().startswith(_OF_ONE_ACTION) else action.partition(":")[0].lower()


@lru_cache(maxsize=8192)
def uncarried(action: str, keys: frozenset[str]) -> frozenset[str]:
    """Those of some keys that requests for an action do not carry."""
    return frozenset(key for key in keys if not carries(action, key))


def kept_by_aws(resource: Text) -> bool:
    """Whether some actions of IAM on a resource are refused by AWS whatever policies say."""
    literal = resource.literal
    return literal is not None and (":iam::aws:" in literal or ":role/aws-reserved/" in literal)


def _is_plain(statement: Statement) -> bool:
    if statement.principals is not None or statement.not_principals is not None:
        return False
    named = statement.resources if statement.resources is not None else statement.not_resources
    return named is None or not any("${" in str(written) for written in named.items)


def _tells_callers_apart(condition: Condition) -> bool:
    key = (condition.key.literal or "${").lower()
    if key in _OF_CALLER or key == _OF_OTHER_RIGHTS or key.startswith("aws:principaltag/"):
        return True
    return condition.open is not None or any("${" in str(written) for written in (key, *condition.values))


def _joined(said: list[Said]) -> tuple[str, ...] | None:
    """The beginnings of several; None when one of them may allow something on any resource."""
    if any(each.beginnings is None for each in said):
        return None
    return tuple(dict.fromkeys(one for each in said for one in each.beginnings or ()))


def _beginnings(part: Policy) -> tuple[str, ...] | None:
    """What the Resource patterns of statements that may allow something begin with, up to what can vary."""
    if part.open:
        return None
    found: dict[str, None] = {}
    for statement in part.statements:
        if statement.is_deny:
            continue
        named = statement.resources
        if named is None or named.open is not None or statement.problems:
            return None
        for written in named.items:
            literal = written.literal
            if literal is None:
                return None
            found[_VARYING.split(literal, maxsplit=1)[0]] = None
    return tuple(found)
