"""Who is let in, as a set: everybody, or accounts, organizations, services and places of a network."""

from typing import NamedTuple

from auditor.iam.decision import Reach
from auditor.iam.reason import untold
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Text


class Crowd(NamedTuple):
    """A set of callers.

    Attributes:
        everybody: no limit at all.
        accounts: account ids, symbols and holes among them.
        organizations: ids; empty string for one that is not told.
        services: service principals; ``*`` for any.
        bounded: others in a known place (a VPC, an address range, a provider) without an account that is told.
        somebody: callers of one account each that is not told, which may be the owner.
    """

    everybody: bool = False
    accounts: frozenset[Text] = frozenset()
    organizations: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    bounded: bool = False
    somebody: bool = False

    def joined(self, other: "Crowd") -> "Crowd":
        """Those in one or the other."""
        return Crowd(
            self.everybody or other.everybody,
            self.accounts | other.accounts,
            self.organizations | other.organizations,
            self.services | other.services,
            self.bounded or other.bounded,
            self.somebody or other.somebody,
        )


NOBODY = Crowd()
EVERYBODY = Crowd(everybody=True)
_SOMEBODY = Unknown(Cause.NOT_HERE, "the account of a principal is not told")


def narrower(first: Crowd, second: Crowd, owner: Text) -> Crowd:
    """The one of two limits that lets fewer in; both apply, so it holds for the two together."""
    return min(first, second, key=lambda crowd: (reach(crowd, owner)[1].width, len(crowd.accounts)))


def reach(crowd: Crowd, owner: Text) -> tuple[Reach, Reach, tuple[Unknown, ...]]:
    """The narrowest and the widest that a crowd can be, seen from the owner, and what would tell them apart."""
    if crowd.everybody:
        return Reach.PUBLIC, Reach.PUBLIC, ()
    if crowd.services:
        return Reach.SERVICE, Reach.SERVICE, ()
    if crowd.organizations:
        return Reach.ORG, Reach.ORG, ()
    if crowd.bounded:
        return Reach.ACCOUNTS, Reach.ACCOUNTS, ()
    least = most = Reach.OWNER if crowd.accounts or crowd.somebody else Reach.NOBODY
    unknowns: list[Unknown] = []
    for account in crowd.accounts:
        match account.equals(owner):
            case Truth.FALSE:
                return Reach.ACCOUNTS, Reach.ACCOUNTS, ()
            case Truth.UNKNOWN:
                most = Reach.ACCOUNTS
                unknowns.extend(untold(account, owner))
            case Truth.TRUE:
                pass
    if crowd.somebody:
        most = Reach.ACCOUNTS
        unknowns.append(_SOMEBODY)
    return least, most, tuple(dict.fromkeys(unknowns))
