"""Resources that are only known by kind: whether there is one on which all permissions of a path hold.

The candidates come from the policies: each Resource pattern, cut to the kind of ARN and with its wildcards filled, is
one, and an arbitrary name is another. They are then put to the engine like any resource.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, combinations, islice, product
from typing import NamedTuple

from auditor.iam.decision import Decision, Effect
from auditor.iam.elements import Policy
from auditor.iam.escalation.asking import Asker, Context, Seen, best
from auditor.iam.escalation.attaching import FRESH
from auditor.iam.escalation.path import Need, On
from auditor.iam.escalation.subject import Subject
from auditor.iam.resource import any_arn_pattern
from auditor.model.known import Cause, Truth, Unknown
from auditor.model.text import Symbol, Text, text

MOST = 48
"""Candidates that are tried."""

MOST_MEETING = 16
"""Candidates that are tried besides of those that several patterns mean together."""

_WILD = re.compile(r"\*+|\?")
_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_GLOBAL = frozenset({"iam", "sts"})
_NOBODY = text()


class Found(NamedTuple):
    """Whether the needs about one thing hold together, and on which resource."""

    truth: Truth
    seen: tuple[Seen, ...] = ()


class Kind(NamedTuple):
    """What things of one kind are called: the service and the resource part of their ARNs."""

    service: str
    thing: str
    owned: bool

    def arn(self, who: Subject) -> Text:
        """The ARN of some thing of the kind in the subject's account."""
        return _arn(self, who.partition, who.account if self.owned else _NOBODY)

    def named(self, who: Subject, name: str, region: Text | None) -> Text:
        """The ARN of the thing with a name in the subject's account; in some Region when that does not matter."""
        owner = who.account if self.owned else _NOBODY
        beginning = self.thing.split("*", 1)[0]
        where = _region(self, who.partition) if region is None else region
        return text("arn:", who.partition, f":{self.service}:", where, ":", owner, ":", beginning, name)

    def pattern(self, who: Subject) -> Text:
        """All of them in the subject's account."""
        return _pattern(self, who.partition, who.account if self.owned else _NOBODY)


def kind_of(need: Need) -> Kind:
    """The kind of thing that a need on NEW or OLD is about."""
    return Kind(need.service or need.prefix, need.thing, need.owned)


@lru_cache(maxsize=1024)
def _arn(kind: Kind, partition: Text, owner: Text) -> Text:
    where = _region(kind, partition)
    return text("arn:", partition, f":{kind.service}:", where, ":", owner, ":", _filled(kind.thing, FRESH))


@lru_cache(maxsize=1024)
def _pattern(kind: Kind, partition: Text, owner: Text) -> Text:
    where = "" if kind.service in _GLOBAL else "*"
    return text("arn:", partition, f":{kind.service}:{where}:", owner, ":", kind.thing)


def _region(kind: Kind, partition: Text) -> Text:
    if kind.service in _GLOBAL:
        return text()
    literal = partition.literal
    return text(_REGIONS.get(literal, "us-east-1")) if literal is not None else text(Symbol("region"))


def _filled(written: str, name: str) -> str:
    return _WILD.sub(lambda found: name if "*" in found.group() else "x", written)


def candidates(kind: Kind, who: Subject, policies: Iterable[Policy]) -> Iterator[Text]:
    """Things of a kind that the policies tell apart, an arbitrary one first."""
    some = kind.arn(who)
    yield some
    owner = who.account if kind.owned else _NOBODY
    seen = {some}
    for policy in policies:
        for statement in policy.statements:
            if statement.is_deny or statement.resources is None:
                continue
            for written in statement.resources.items:
                for candidate in _meant(written, kind, who.partition, owner, variables=policy.has_variables):
                    if candidate not in seen:
                        seen.add(candidate)
                        yield candidate


@lru_cache(maxsize=8192)
def _pieces(written: Text) -> tuple[Text, ...] | None:
    return written.split(":", 5)


@lru_cache(maxsize=65536)
def _meant(written: Text, kind: Kind, partition: Text, owner: Text, *, variables: bool) -> tuple[Text, ...]:
    """What a pattern can mean of a kind: its wildcards filled, in both ways to put its type and its name together."""
    if variables and "${" in str(written):
        return ()
    pieces = _pieces(written)
    if pieces is None or len(pieces) != 6:
        return ()
    _, other, service, region, account, name = pieces
    if any(
        isinstance(piece, str) and not _WILD.search(piece) and piece.lower() != kind.service for piece in service.parts
    ):
        return ()
    place = _region(kind, partition) if _wild(region) or not kind.service else region
    where = partition if _wild(other) else other
    whose = owner if _wild(account) else account
    beginning = kind.thing.split("*", 1)[0]
    filled = _fill(name)
    # A name that goes on as the kind's does is not that of a thing behind it: role/a is no role/role/a.
    named = (filled,) if beginning and name.startswith(beginning) is Truth.TRUE else (filled, text(beginning, filled))
    found = (text("arn:", where, f":{kind.service}:", place, ":", whose, ":", resource) for resource in named)
    wanted = any_arn_pattern(_pattern(kind, partition, owner), variables=False)
    return tuple(each for each in found if wanted.matches(each) is not Truth.FALSE)


def meeting(kind: Kind, who: Subject, of_each: Sequence[Iterable[Policy]]) -> Iterator[Text]:
    """Things of a kind that patterns for different permissions mean together, as ``a*`` and ``*b`` mean ``a…b``.

    Args:
        kind: of things.
        who: whose policies they are.
        of_each: the policies with their statements about each permission.
    """
    patterns = [dict.fromkeys(each for policy in about for each in _names(policy, kind)) for about in of_each]
    seen: set[Text] = set()
    for one, other in combinations(patterns, 2):
        for (mine, here), (theirs, there) in product(one, other):
            name = _joined(mine, theirs) if mine != theirs else None
            if name is not None:
                found = kind.named(who, name, there if here is None else here)
                if found not in seen:
                    seen.add(found)
                    yield found


def _names(policy: Policy, kind: Kind) -> Iterator[tuple[str, Text | None]]:
    """The names with wildcards of things of a kind in the Allow statements of a policy, and their Region if one is."""
    beginning = kind.thing.split("*", 1)[0]
    for statement in policy.statements:
        if statement.is_deny or statement.resources is None:
            continue
        for written in statement.resources.items:
            pieces = _pieces(written)
            if pieces is None or len(pieces) != 6 or not (_wild(pieces[2]) or pieces[2].literal == kind.service):
                continue
            name = pieces[5].literal
            if name is not None and "*" in name and "${" not in name:
                yield name.removeprefix(beginning), None if _wild(pieces[3]) else pieces[3]


def _joined(one: str, other: str) -> str | None:
    """A name that two patterns mean, put together from what both begin and end with and hold; None when none is."""
    begins = sorted((one.split("*", 1)[0], other.split("*", 1)[0]), key=len)
    ends = sorted((one.rsplit("*", 1)[1], other.rsplit("*", 1)[1]), key=len) if "*" in one and "*" in other else None
    if ends is None or not begins[1].startswith(begins[0]) or not ends[1].endswith(ends[0]):
        return None
    middle = [piece for pattern in (one, other) for piece in pattern.split("*")[1:-1] if piece]
    return _WILD.sub("x", FRESH.join((begins[1], *middle, ends[1])))


def _wild(segment: Text) -> bool:
    return any(isinstance(part, str) and _WILD.search(part) for part in segment.parts)


def _fill(name: Text) -> Text:
    return text(*(_filled(part, FRESH) if isinstance(part, str) else part for part in name.parts))


def find(
    asker: Asker,
    who: Subject,
    needs: tuple[Need, ...],
    context: Context | None = None,
    on: tuple[Policy, ...] = (),
    taken: Callable[[Text], bool] | None = None,
) -> Found:
    """Whether some thing of one kind satisfies all needs about it.

    Args:
        asker: decides.
        who: the subject.
        needs: all of one kind.
        context: of the requests.
        on: the trust policies of roles, for needs to assume one.
        taken: tells things that exist, of which no new one can have the name.
    """
    kind = kind_of(needs[0])
    if needs[0].on is On.NOTHING:
        return _all(asker, who, needs, text("*"), context, on)

    def asked(things: Iterable[Text]) -> Iterator[Found]:
        return (_all(asker, who, needs, each, context, on) for each in things if taken is None or not taken(each))

    policies = (*who.policies, *(who.boundary or ()))
    of_each = [asker.readings.about(policies, need.action) for need in needs]
    named = candidates(kind, who, chain.from_iterable(of_each))
    found = best(asked(islice(named, MOST))) or Found(Truth.FALSE)
    if found.truth is Truth.TRUE:
        return found
    beyond = next(named, None)
    if beyond is not None:
        why = Unknown(Cause.LIMIT, f"the policies name more than {MOST} things for {needs[0].action}")
        return found if found.truth is Truth.UNKNOWN else Found(Truth.UNKNOWN, _undecided(who, needs, beyond, why))
    return best(chain((found,), asked(islice(meeting(kind, who, of_each), MOST_MEETING)))) or found


def shown(resource: Text) -> str:
    """A resource for people: an arbitrary name as ``*``."""
    return str(resource).replace(FRESH, "*")


def _undecided(who: Subject, needs: tuple[Need, ...], resource: Text, why: Unknown) -> tuple[Seen, ...]:
    return tuple(Seen(who, need, resource, Decision(Effect.UNKNOWN, unknowns=(why,))) for need in needs)


def _all(
    asker: Asker,
    who: Subject,
    needs: tuple[Need, ...],
    resource: Text,
    context: Context | None,
    on: tuple[Policy, ...],
) -> Found:
    truth = Truth.TRUE
    found = []
    for need in needs:
        seen = asker.ask(who, need, resource, context, on if need.action == "sts:AssumeRole" else ())
        truth &= seen.truth
        found.append(seen)
        if truth is Truth.FALSE:
            break
    return Found(truth, tuple(found))


def grouped(needs: Iterable[Need]) -> list[tuple[Need, ...]]:
    """The needs about things, those about the same thing together; and each that has no resource."""
    found: dict[object, list[Need]] = {}
    for need in needs:
        if need.on in {On.NEW, On.OLD}:
            found.setdefault(kind_of(need), []).append(need)
        elif need.on is On.NOTHING:
            found.setdefault(need.action, []).append(need)
    return [tuple(each) for each in found.values()]
