"""Whom one Allow statement lets in, beside the Deny statements of its policy."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from auditor.iam.audience import targets
from auditor.iam.audience.callers import Sort, everybody, named, provided
from auditor.iam.audience.keys import ANYBODY, Limit
from auditor.iam.audience.providers import of_provider
from auditor.iam.audience.scene import Candidate, Place, Scene
from auditor.iam.audience.search import NONE, RANK, Choice, Part, Widest, widest
from auditor.iam.audience.values import of_key
from auditor.iam.decision import Reach
from auditor.iam.elements import Named, Policy, Statement
from auditor.iam.reason import untold
from auditor.model import arn as arns
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.text import Text

_TIED = frozenset({Reach.NOBODY, Reach.OWNER, Reach.ACCOUNTS, Reach.ORG})
_SOURCE_KEYS = "aws:SourceAccount and aws:SourceArn"
_SOMEBODY = Unknown(Cause.NOT_HERE, "the account of a principal is not told")


class Let(NamedTuple):
    """Whom a statement lets in.

    Attributes:
        least, most: for certain, and perhaps.
        confined: whether services can be let in only for known accounts.
        accounts, organizations, services: that may be let in.
        unknowns: what was not told where it was asked for.
        sorts: the least and the most of each sort of callers that may be let in.
    """

    least: Reach = Reach.NOBODY
    most: Reach = Reach.NOBODY
    confined: Truth = Truth.TRUE
    accounts: frozenset[Text] = frozenset()
    organizations: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    unknowns: tuple[Unknown, ...] = ()
    sorts: frozenset[tuple[Reach, Reach]] = frozenset()

    def joined(self, other: "Let") -> "Let":
        """Both together."""
        return Let(
            max(self.least, other.least, key=RANK.__getitem__),
            max(self.most, other.most, key=RANK.__getitem__),
            self.confined & other.confined,
            self.accounts | other.accounts,
            self.organizations | other.organizations,
            self.services | other.services,
            (*self.unknowns, *other.unknowns),
            self.sorts | other.sorts,
        )


class On(NamedTuple):
    """What a policy is on: the resource if it is told, its place, the prefix of its actions, and which are asked of."""

    resource: Text | None
    place: Place
    prefix: str
    actions: tuple[str, ...] = ()


def let_in(policy: Policy, allow: Statement, denies: Sequence[Statement], on: On) -> Let:
    """Whom an Allow statement lets in.

    Args:
        policy: that it is in.
        allow: the statement.
        denies: the statements of the policy that deny, or may.
        on: what the policy is on.
    """
    asked = _Asked(policy, allow, denies, on)
    if allow.not_principals is not None:
        return asked.everybody()
    let = Let()
    principals = allow.principals
    open_to_all = Truth.FALSE
    for one in () if principals is None else principals.items:
        all_of_them = is_everybody(one)
        if all_of_them is Truth.FALSE:
            let = let.joined(asked.provided(one) if one.kind == "Federated" else asked.named(one))
        elif all_of_them is Truth.UNKNOWN:
            asked.wonder(untold(one.value) or (refused(one),))
        open_to_all |= all_of_them
    if principals is None or principals.open is not None:
        missing = Unknown(Cause.FAILED, f"statement {allow.label} has neither Principal nor NotPrincipal")
        asked.wonder((missing if principals is None or principals.open is None else principals.open,))
        open_to_all |= Truth.UNKNOWN
    if open_to_all is Truth.FALSE:
        return let
    return let.joined(asked.everybody(perhaps=open_to_all is Truth.UNKNOWN))


def is_everybody(one: Named) -> Truth:
    """Whether a principal is everybody; a hole may be, and so may what AWS refuses."""
    if one.kind == "*" or (one.kind == "AWS" and one.value.literal == "*"):
        return Truth.TRUE
    if one.kind != "AWS":
        return Truth.FALSE
    parts = arns.parse(one.value)
    if isinstance(parts, Known):
        # AWS refuses wildcards here, so nobody is let in; who writes one means everybody.
        wild = any(mark in (parts.value.account.literal or "") for mark in "*?")
        return Truth.UNKNOWN if wild else Truth.FALSE
    return Truth.UNKNOWN if one.value.holes and one.value.equals("*") is Truth.UNKNOWN else Truth.FALSE


def refused(one: Named) -> Unknown:
    """Why it is not told whom a principal with a wildcard lets in."""
    return Unknown(Cause.UNDECIDED, f"AWS refuses the principal {one.value}: a wildcard is no part of its ARN")


def _tells_nothing(source: Candidate, choice: Choice) -> bool:
    """Whether a service may get in that does not say for whom it acts."""
    return bool(source.told) and not any(source.told.values()) and choice.allow is not Truth.FALSE


def _silent(sort: Sort) -> Unknown:
    names = [str(each.shown) for each in sort.caller]
    who = names[0] if len(names) == 1 else "every service"
    return Unknown(Cause.UNDECIDED, f"whether {who} sends {_SOURCE_KEYS} with every request is not documented")


def _flat(limit: Limit) -> Limit:
    return ANYBODY._replace(doubtful=limit.doubtful)


def _whatever(part: Part) -> Iterator[Choice]:
    """A request whatever it has for a key: in every Deny that some value is in. It needs no certain value."""
    if all(each.allow is Truth.TRUE for each in part) and all(each.limit.doubtful for each in part):
        hits = sure = 0
        for each in part:
            hits, sure = hits | each.hits, sure | each.sure
        yield Choice(Truth.TRUE, hits, sure, ANYBODY)


def _surely(choice: Choice) -> Choice:
    """A choice in which all that is not told is as it lets most in."""
    allow = choice.allow if choice.allow is Truth.FALSE else Truth.TRUE
    return Choice(allow, choice.sure, choice.sure, Limit(choice.limit.most, choice.limit.most))


class _Asked:
    """One Allow statement, with the parts of requests that do not depend on who sends them."""

    def __init__(self, policy: Policy, allow: Statement, denies: Sequence[Statement], on: On) -> None:
        on.place.work.spend(1 + len(denies))
        whole = Scene(policy, allow, denies, on.place)
        names = on.actions or targets.actions(allow, denies, on.prefix, on.place.work)
        ways = [whole.of_action(name) for name in names]
        met = 0
        for way in ways:
            met |= way.hits if way.allow is not Truth.FALSE else 0
        touching = [deny for number, deny in enumerate(denies) if met & (1 << number)]
        scene = whole if len(touching) == len(denies) else Scene(policy, allow, touching, on.place)
        self._scene = scene
        self._parts: list[Part] = [
            ways if scene is whole else [scene.of_action(name) for name in names],
        ]
        # What the statement itself names is not asked for where nothing takes of it.
        if touching or on.resource is not None:
            found = targets.resources(allow, touching, on.resource, on.place.work, variables=policy.has_variables)
            self._parts.append([scene.of_resource(*each) for each in found])
        self._allow = allow
        self._free: dict[tuple[str, bool], Part] = {}
        self._nothing = any(all(way.allow is Truth.FALSE for way in part) for part in self._parts)

    def wonder(self, why: Iterable[Unknown]) -> None:
        """Something that is not told."""
        self._scene.unknowns.update(dict.fromkeys(why))

    def everybody(self, *, perhaps: bool = False) -> Let:
        """Whom it lets in when it is for everybody, or may be."""
        if self._nothing:
            return Let()
        let = Let()
        for sort in everybody(self._scene):
            doubted = sort._replace(base=sort.base._replace(doubtful=True)) if perhaps else sort
            first = 0 if self._allow.not_principals is not None else 1
            let = let.joined(self._of(doubted, first, tell=True))
        return let._replace(unknowns=tuple(self._scene.unknowns))

    def provided(self, one: Named) -> Let:
        """Whom it lets in of those that an identity provider vouches for."""
        parts = arns.parse(one.value)
        if isinstance(parts, Known) and parts.value.resource.startswith("saml-provider/") is Truth.TRUE:
            return self.named(Named("AWS", parts.value.account))
        if self._nothing:
            return Let()
        base = of_provider(self._allow, one.value)
        if base.doubtful:
            self.wonder(untold(one.value))
        let = self._of(provided(self._scene, one.value, base), 1, tell=False)
        return let._replace(unknowns=tuple(self._scene.unknowns))

    def named(self, one: Named) -> Let:
        """Whom it lets in of those that a principal names."""
        if self._nothing:
            return Let()
        sort = named(self._scene, one)
        let = self._of(sort, 1, tell=False)
        if let.most is Reach.NOBODY:
            return let
        if sort.sources:
            return let._replace(services=frozenset((str(one.value),)), unknowns=tuple(self._scene.unknowns))
        account = sort.caller[0].shown
        if account is None or sort.base.least is not sort.base.most:
            told = () if account is None else untold(account, self._scene.owner)
            self.wonder(told or (_SOMEBODY,))
        known: frozenset[Text] = frozenset()
        if account is not None and account.equals(self._scene.owner) is not Truth.TRUE:
            known = frozenset((account,))
        return let._replace(accounts=known, unknowns=tuple(self._scene.unknowns))

    # -- one sort of callers ------------------------------------------------------------------------------------------

    def _of(self, sort: Sort, first: int, *, tell: bool) -> Let:
        scene = self._scene
        told = [scene.choice(Candidate(sort.told, ANYBODY))]
        if told[0].allow is Truth.FALSE:
            return Let()
        callers = [scene.choice(each, first) for each in sort.caller]
        sources = [scene.choice(each) for each in sort.sources]
        others = [[scene.choice(each) for each in part] for part in sort.parts]
        taken = set(sort.told).union(
            *(each.told for part in (sort.caller, sort.sources, *sort.parts) for each in part[:2])
        )
        rest: list[Part] = [*self._parts, told, *(self._key(key, sort) for key in scene.tests if key not in taken)]
        chosen = [sources, *others]
        if sources and not tell:
            # Of a service that is named, what it acts for does not make it less of a service.
            chosen = [[each._replace(limit=_flat(each.limit)) for each in part] for part in chosen]
        parts: list[Part] = [*rest, callers, *(part for part in chosen if part)]
        found = self._widest(parts, sort.base)
        if found.most is Reach.NOBODY:
            return Let()
        let = Let(found.least, found.most, sorts=frozenset(((found.least, found.most),)))
        if tell and found.most is not Reach.PUBLIC:
            let = let.joined(self._tell(sort, rest, [callers, sources, *others]))
        if sources and found.least is not Reach.PUBLIC:
            let = let._replace(confined=self._confined([*rest, callers], [sources, *others]))
            if let.confined is Truth.UNKNOWN and any(map(_tells_nothing, sort.sources, sources)):
                self.wonder((_silent(sort),))
        return let

    def _widest(self, parts: Sequence[Part], base: Limit) -> Widest:
        scene = self._scene
        if scene.open is Truth.UNKNOWN:
            base = base._replace(doubtful=True)
        return widest(parts, base, scene.hits, scene.sure, scene.work)

    def _key(self, key: str, sort: Sort) -> Part:
        if (key, sort.silent) not in self._free:
            values = of_key(self._scene, key, silent=sort.silent)
            part = [self._scene.choice(each) for each in values]
            self._free[key, sort.silent] = [*part, *_whatever(part)]
        return self._free[key, sort.silent]

    def _confined(self, rest: list[Part], parts: list[list[Choice]]) -> Truth:
        """Whether a service gets in only for accounts or organizations that are known."""
        scene = self._scene
        far = [[each for each in part if each.limit.most not in _TIED] for part in parts if part]
        # Asked of what it lets in, if it lets in anybody at all.
        certain = [[_surely(each) for each in part] for part in rest]
        found = widest([*certain, *far], ANYBODY, scene.sure, scene.sure, scene.work) if all(far) else NONE
        if found.most is Reach.NOBODY:
            return Truth.TRUE
        return Truth.UNKNOWN if found.least is Reach.NOBODY else Truth.FALSE

    def _tell(self, sort: Sort, rest: list[Part], parts: list[list[Choice]]) -> Let:
        """The accounts, organizations and services among those whom it lets in."""
        accounts: set[Text] = set()
        organizations: set[str] = set()
        services: set[str] = set()
        candidates = (sort.caller, sort.sources, *sort.parts)
        for number, part in enumerate(parts):
            others = [each for place, each in enumerate(parts) if place != number and each]
            for candidate, choice in zip(candidates[number], part, strict=True):
                shown = candidate.shown
                if shown is None or (choice.limit.most is Reach.PUBLIC and not sort.sources):
                    continue
                if self._widest([*rest, *others, [choice]], sort.base).most is Reach.NOBODY:
                    continue
                if choice.limit.most is Reach.ORG:
                    organizations.add(str(shown))
                elif sort.sources and number == 0:
                    services.add(str(shown))
                elif choice.limit.most is Reach.ACCOUNTS:
                    accounts.add(shown)
        return Let(accounts=frozenset(accounts), organizations=frozenset(organizations), services=frozenset(services))
