"""What can be asked."""

from typing import NamedTuple

import msgspec

from auditor.iam.access import Named


class Scope(NamedTuple):
    """Whom a question is about: principals by ARN or service name, and all of these accounts."""

    principals: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    def has(self, principal: str, account: str = "") -> bool:
        """Whether a principal is meant."""
        return principal in self.principals or (account != "" and account in self.accounts)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked.

    Attributes:
        action: in full.
        resource: ARN, pattern with ``*`` and ``?``, or ``*`` for actions without one.
        account: that owns the resource, where its ARN does not tell it.
        scope: whom it is about; None for everybody.
        absent: condition keys that requests do not carry unless the inventory tells them.
        tags_grant: whether tags of buckets are in the context of requests; None for what the inventory says.
        policies: on the resource, in place of what the inventory tells of them; None for that.
        scp: service control policies over every account, one tuple per level from the root down, in place of those of
            the inventory's organizations; None for those.
        rcp: resource control policies, likewise.
    """

    action: str
    resource: str = "*"
    account: str | None = None
    scope: Scope | None = None
    absent: tuple[str, ...] = ()
    tags_grant: bool | None = None
    policies: tuple[Named, ...] | None = None
    scp: tuple[tuple[Named, ...], ...] | None = None
    rcp: tuple[tuple[Named, ...], ...] | None = None
