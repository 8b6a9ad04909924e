"""The Deny statements that can matter to an Allow statement, found without asking each of them about requests."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.elements import Named, Patterns, Principals, Statement
from auditor.iam.principal import account_of
from auditor.model import arn as arns
from auditor.model.known import Known
from auditor.model.text import Text

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
Names = frozenset[str] | None
"""Plain names; None for patterns, and where there may be others."""


class _About(NamedTuple):
    """What a statement is about at most."""

    actions: Names
    resources: Names
    accounts: Names

    def meets(self, other: "_About") -> bool:
        """Whether there can be a request that both are about."""
        return not any(
            mine is not None and theirs is not None and mine.isdisjoint(theirs)
            for mine, theirs in zip(self, other, strict=True)
        )


class _Deny(NamedTuple):
    statement: Statement
    about: _About


class Beside:
    """Deny statements of a policy.

    Args:
        denies: that deny, or may.
        owner: account of the resource.
    """

    def __init__(self, denies: Iterable[Statement], owner: Text) -> None:
        self._owner = owner
        self._all: list[_Deny] = []
        self._broad: list[_Deny] = []
        self._by_account: dict[str, list[_Deny]] = {}
        for each in {each.digest: each for each in denies}.values():
            found = _Deny(each, _of_deny(each))
            self._all.append(found)
            if found.about.accounts is None:
                self._broad.append(found)
            for account in found.about.accounts or ():
                self._by_account.setdefault(account, []).append(found)

    def of(self, allow: Statement) -> list[Statement]:
        """Those that can keep out somebody who is not let in all the same as somebody else."""
        if not self._all:
            return []
        about = _About(_plain(allow.actions, fold=True), _plain(allow.resources, fold=False), self._accounts(allow))
        near = self._all
        if about.accounts is not None:
            named = [each for account in sorted(about.accounts) for each in self._by_account.get(account, ())]
            near = [*self._broad, *named]
        met = {each.statement.digest: each.statement for each in near if each.about.meets(about)}
        return [each for each in met.values() if each is not allow]

    def _accounts(self, allow: Statement) -> Names:
        """The accounts that tell: others are let in as others again are whom no statement names."""
        if self._owner.literal is None:
            return None
        found = {self._owner.literal}
        for condition in allow.conditions:
            for value in condition.values:
                found.update(_ACCOUNT.findall(str(value)))
        for one in () if allow.principals is None else allow.principals.items:
            if one.kind in {"*", "Service"} or one.value.literal == "*":
                continue
            account = _account(one)
            if account is None:
                return None
            found.add(account)
        return frozenset(found)


def _of_deny(deny: Statement) -> _About:
    if deny.problems or deny.open is not None:
        return _About(None, None, None)
    accounts = None if deny.principals is None else _accounts_of(deny.principals)
    return _About(_plain(deny.actions, fold=True), _plain(deny.resources, fold=False), accounts)


def _accounts_of(principals: Principals) -> Names:
    found = [_account(one) for one in principals.items]
    return None if principals.open is not None else _all_known(found)


def _all_known(names: list[str | None]) -> Names:
    known = frozenset(each for each in names if each is not None)
    return None if None in names else known


def _account(one: Named) -> str | None:
    """The account of a principal; None where it is not told, or there is none."""
    if one.kind != "AWS":
        return None
    parts = arns.parse(one.value)
    account = parts.value.account if isinstance(parts, Known) else account_of(one.value)
    literal = None if account is None else account.literal
    return literal if literal is not None and _ACCOUNT.fullmatch(literal) else None


def _plain(patterns: Patterns | None, *, fold: bool) -> Names:
    return None if patterns is None or patterns.open is not None else _plain_of(patterns, fold)


@lru_cache(maxsize=16384)
def _plain_of(patterns: Patterns, fold: bool) -> Names:  # noqa: FBT001
    found = [each.literal for each in patterns.items]
    names = _all_known(found)
    if names is None or any(mark in each for each in names for mark in "*?$"):
        return None
    return frozenset(map(str.lower, names)) if fold else names
