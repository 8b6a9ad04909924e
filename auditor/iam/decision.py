"""The answers of the policy engine, each with the statements and conditions that decided it."""

from enum import StrEnum

import msgspec

from auditor.iam.action import pattern
from auditor.model.known import Truth, Unknown, any_of
from auditor.model.origin import Location
from auditor.model.text import Text


class Effect(StrEnum):
    """The outcome of a request."""

    ALLOW = "allow"
    IMPLICIT_DENY = "implicit_deny"
    EXPLICIT_DENY = "explicit_deny"
    UNKNOWN = "unknown"


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that decided: a statement, a condition on a value, a missing allow.

    Attributes:
        text: in words, with the values compared.
        statement: Sid, or ``#<index>`` counted from 1; empty when no statement is meant.
        location: where the statement stands.
        level: of an organization, by name, when a service or resource control policy is meant.
    """

    text: str
    statement: str = ""
    location: Location = Location()
    level: str = ""


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether a request is allowed.

    Attributes:
        effect: holds for every filling of symbols and holes, else UNKNOWN.
        because: what decided, most telling first.
        assumptions: what was not read and could still limit the answer, in words.
        unknowns: for UNKNOWN, the holes that decide; never empty then.
        possible: for UNKNOWN, the effects that it can be.
    """

    effect: Effect
    because: tuple[Reason, ...] = ()
    assumptions: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    possible: tuple[Effect, ...] = ()

    @property
    def allowed(self) -> Truth:
        """Whether it is allowed; FALSE also when only the kind of denial is not decided."""
        if self.effect is not Effect.UNKNOWN:
            return Truth.of(self.effect is Effect.ALLOW)
        return Truth.FALSE if self.possible and Effect.ALLOW not in self.possible else Truth.UNKNOWN


class Reach(StrEnum):
    """Who a resource policy lets in, from nobody to everybody."""

    NOBODY = "nobody"
    OWNER = "owner"
    ACCOUNTS = "accounts"
    ORG = "org"
    SERVICE = "service"
    PUBLIC = "public"
    UNKNOWN = "unknown"

    @property
    def width(self) -> int:
        """0 for nobody, growing with the audience; unknown is not comparable and stands last."""
        return list(Reach).index(self)


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one Allow statement gives to whom, after its conditions.

    Attributes:
        statement: Sid or ``#<index>``.
        digest: 32 hex digits of the statement's content: its stable name.
        reach: how wide, the widest of `sorts`.
        at_most: when `reach` is UNKNOWN, the widest that it can be; None when nothing is known.
        actions: as written in the statement (NotAction as ``not <action>``).
        accounts: 12-digit ids other than the owner; organizations: ``o-…`` ids; services: service principals.
        confined: for services: whether aws:SourceAccount, aws:SourceArn, aws:SourceOrgID … tie the service to
            known accounts, so that it cannot be used as a confused deputy.
        strict: TRUE when AWS's own strict definition (conditions on fixed values only) is met.
        limits: its conditions, in words.
        unknowns: the holes that decide when `reach` is UNKNOWN or `confined` is.
        location: where the statement stands.
        patterns, closed: the patterns of Action or NotAction, and whether there are certainly no others.
        sorts: the least and the most reach of each sort of callers: principals, services, those of a provider.
        denied: the Deny statements of the policy that can take some of it back, by Sid or ``#<index>``.
        uneven: whether these may keep somebody from one of its actions and not from another.
    """

    statement: str
    digest: str
    reach: Reach
    actions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    confined: Truth = Truth.TRUE
    strict: Truth = Truth.TRUE
    limits: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    location: Location = Location()
    at_most: Reach | None = None
    patterns: tuple[Text, ...] = ()
    closed: bool = True
    sorts: tuple[tuple[Reach, Reach], ...] = ()
    denied: tuple[str, ...] = ()
    uneven: bool = False

    def gives(self, reach: Reach) -> Truth:
        """Whether it reaches exactly as wide, as a whole or for a sort of callers beside others.

        Undecided when its reach is, unless it certainly is narrower.
        """
        if self.reach is not Reach.UNKNOWN:
            return Truth.of(self.reach is reach) | any_of(_is_between(reach, *each) for each in self.sorts)
        if (reach, reach) in self.sorts:
            return Truth.TRUE
        if self.at_most is not None and self.at_most.width < reach.width:
            return Truth.FALSE
        # A statement for services lets services in or nobody.
        only_services = self.sorts and all(each == (Reach.NOBODY, Reach.SERVICE) for each in self.sorts)
        return Truth.FALSE if only_services and reach not in {Reach.NOBODY, Reach.SERVICE} else Truth.UNKNOWN

    def allows(self, *actions: str) -> Truth:
        """Whether the statement has one of the actions among what it allows; Deny statements are not asked."""
        negated = any(action.startswith("not ") for action in self.actions)
        patterns = [pattern(written) for written in self.patterns]
        matched = (any_of(each.matches_literal(action) for each in patterns) for action in actions)
        found = any_of(~each if negated else each for each in matched)
        return found if self.closed else found | Truth.UNKNOWN


def _is_between(reach: Reach, least: Reach, most: Reach) -> Truth:
    if least is most:
        return Truth.of(reach is least)
    return Truth.UNKNOWN if least.width <= reach.width <= most.width else Truth.FALSE


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everybody a resource policy lets in, the widest over all its statements and actions.

    Attributes:
        reach: the widest reach; UNKNOWN when a hole could make it wider than what is known.
        known_reach: the widest that is certain.
        at_most: the widest that it can be; None when nothing is known.
        grants: one per Allow statement that gives anything.
        public_actions: actions that anybody may do.
    """

    reach: Reach
    known_reach: Reach
    grants: tuple[Grant, ...] = ()
    accounts: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    public_actions: tuple[str, ...] = ()
    strict: Truth = Truth.TRUE
    unknowns: tuple[Unknown, ...] = ()
    at_most: Reach | None = None


class Power(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one Allow statement of an identity policy gives, of the actions that were asked about.

    Attributes:
        statement: Sid or ``#<index>``.
        digest: 32 hex digits of the statement's content: its stable name.
        actions: those of the asked actions that it allows, spelled as asked.
        every_resource: whether it covers every resource that these actions can name.
        resources: its resource patterns as written (NotResource as ``not <pattern>``).
        limiting_keys: condition keys, lower case, that restrict when it applies: positive operators without
            ``IfExists`` whose values do not match everything, or a Deny of all but some values.
        taken_back: whether Deny statements of the same policy certainly cancel it for every resource.
        unknowns: the holes that decide when something above is UNKNOWN.
        location: where the statement stands.
        granted: UNKNOWN when a hole decides whether the statement gives these actions at all.
    """

    statement: str
    digest: str
    actions: tuple[str, ...]
    every_resource: Truth
    resources: tuple[str, ...] = ()
    limiting_keys: tuple[str, ...] = ()
    taken_back: Truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()
    location: Location = Location()
    granted: Truth = Truth.TRUE

    @property
    def stands(self) -> Truth:
        """Whether it gives these actions on every resource, whatever Deny statements take back."""
        return self.granted & self.every_resource & ~self.taken_back
