"""Who can do something: the answer."""

import msgspec

from auditor.iam.decision import Reason
from auditor.model.known import Truth, Unknown


class Needed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A condition on something of the request that the inventory does not tell.

    Attributes:
        effect: of the statement: an Allow applies only where its condition holds, a Deny where it does.
        operator, key, values: as written.
        policy: which policy, by ARN or ``<principal ARN>#<name>``.
        statement: Sid or ``#<index>``.
    """

    effect: str
    operator: str
    key: str
    values: tuple[str, ...]
    policy: str
    statement: str


class Access(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A principal that can.

    Attributes:
        principal: ARN, or service principal.
        kind: user, role or service.
        account: that it is in; empty for services.
        because: the statements that allow it, with the policy as the path of their place.
        conditions: that some request of it fulfils and others may not; empty when every request is allowed.
        sessions: names of role sessions, when only these are allowed.
        request: the context of one allowed request, for what the inventory does not tell.
        patterns: for a resource with wildcards, the patterns that let it in.
    """

    principal: str
    kind: str
    account: str = ""
    because: tuple[Reason, ...] = ()
    conditions: tuple[Needed, ...] = ()
    sessions: tuple[str, ...] = ()
    request: dict[str, str | None] = {}
    patterns: tuple[str, ...] = ()


class Undecided(msgspec.Struct, frozen=True, omit_defaults=True):
    """A principal of which the inventory does not tell whether it can, and what decides."""

    principal: str
    unknowns: tuple[Unknown, ...]


class Outsiders(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom the policy of the resource may let in and the inventory does not hold.

    Attributes:
        accounts, organizations, principals: as the policy names them.
        everybody: whether the policy is public: no condition on fixed values tells who is let in.
        any_service: whether AWS services are that it does not name, and not everybody is.
    """

    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    everybody: Truth = Truth.FALSE
    any_service: Truth = Truth.FALSE


class WhoCan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who can do an action to a resource.

    Attributes:
        action, resource: as asked.
        who: principals that some request of is allowed, by name.
        undecided: principals that may be allowed.
        roots: accounts whose root user can.
        outsiders: others whom the resource's policy lets in.
        incomplete: why there may be others; empty when the answer is complete.
        assumptions: what was not read and could still limit the answer, in words.
    """

    action: str
    resource: str
    who: tuple[Access, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    roots: tuple[str, ...] = ()
    outsiders: Outsiders = Outsiders()
    incomplete: tuple[Unknown, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def nobody(self) -> Truth:
        """Whether certainly nobody can."""
        outside = self.outsiders
        named = self.who or self.roots or outside.accounts or outside.organizations or outside.principals
        if self.who or self.roots or Truth.TRUE in {outside.everybody, outside.any_service}:
            return Truth.FALSE
        open_ends = named or self.undecided or self.incomplete
        undecided = Truth.UNKNOWN in {outside.everybody, outside.any_service}
        return Truth.UNKNOWN if open_ends or undecided else Truth.TRUE
