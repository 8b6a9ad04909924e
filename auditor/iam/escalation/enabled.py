"""Which paths a set of policies opens, where nothing is known of the account that they are used in.

That there is something to act on (a role that trusts the service, a function, a user) is not told by policies; a path
counts as open when all its permissions hold on some such thing, and says what must be there.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from auditor.iam.elements import Policy
from auditor.iam.escalation.asking import Asker, Context, Seen, best
from auditor.iam.escalation.attaching import FRESH, POLICY_ARN
from auditor.iam.escalation.catalogue import ADMINISTRATION, PATHS
from auditor.iam.escalation.masks import Readings, bits, needed
from auditor.iam.escalation.path import Gain, Need, On, Path
from auditor.iam.escalation.subject import Held, Subject
from auditor.iam.escalation.things import Found, find, grouped, kind_of
from auditor.iam.escalation.written import EVERYTHING, trust_in
from auditor.iam.evaluate import Level
from auditor.iam.request import Caller, Kind
from auditor.model.known import Truth, Unknown
from auditor.model.text import Symbol, Text, text

_KIND_OF_TARGET = {
    On.ROLE: "role/*",
    On.USER: "user/*",
    On.GROUP: "group/*",
    On.JOINED: "group/*",
    On.POLICY: "policy/*",
}
_ADMINISTRATION = bits(tuple(need.action for need in ADMINISTRATION))
_MOST_ACCOUNTS = 4


class Opened(msgspec.Struct, frozen=True):
    """A path that policies open, or may open.

    Attributes:
        path: of the catalogue.
        truth: TRUE, or UNKNOWN where `unknowns` decide.
        seen: each permission with the resource on which it holds.
    """

    path: Path
    truth: Truth
    seen: tuple[Seen, ...] = ()

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What decides when it is not decided."""
        return tuple(
            dict.fromkeys(why for each in self.seen for why in each.decision.unknowns if self.truth is Truth.UNKNOWN)
        )


class Answer(msgspec.Struct, frozen=True):
    """What a set of policies gives.

    Attributes:
        admin: whether who has them is an administrator.
        paths: those that they open, or may open, in the order of the catalogue.
        unknowns: what decides whether it is an administrator.
    """

    admin: Truth
    paths: tuple[Opened, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


def paths_of(
    policies: Iterable[Policy],
    *,
    boundary: Iterable[Policy] | None = None,
    scp: tuple[Level, ...] | None = None,
    account: Text | None = None,
    now: datetime | None = None,
    paths: tuple[Path, ...] = PATHS,
) -> Answer:
    """Which paths policies open together.

    Args:
        policies: all that one principal has.
        boundary: its permissions boundary.
        scp: service control policies, one tuple per level.
        account: where it is; else those that the policies name are tried, and one that is not told.
        now: the time; conditions on the time are undecided without it.
        paths: to look for.
    """
    held = tuple(Held(policy) for policy in policies)
    limits = None if boundary is None else tuple(boundary)
    asker = Asker(Readings(), now)
    partition = _partition([*(each.policy for each in held), *(limits or ())])
    widest: Answer | None = None
    for where in (account,) if account is not None else _accounts(each.policy for each in held):
        who = Subject(Caller(Kind.OTHER, None, where), where, held, boundary=limits, scp=scp)
        who.partition = partition or who.partition
        found = _answer(asker, who, paths)
        widest = found if widest is None else _wider(widest, found)
    return widest if widest is not None else Answer(Truth.FALSE)


def _wider(one: Answer, other: Answer) -> Answer:
    """What either says: the policies are the same, the account is another."""
    admin = one if one.admin is Truth.TRUE or other.admin is Truth.FALSE else other
    paths = {each.path.id: each for each in one.paths}
    for each in other.paths:
        if each.path.id not in paths or paths[each.path.id].truth is Truth.UNKNOWN:
            paths[each.path.id] = each
    return Answer(admin.admin, tuple(sorted(paths.values(), key=lambda each: _ORDER[each.path.id])), admin.unknowns)


_ORDER = {path.id: number for number, path in enumerate(PATHS)}


def _accounts(policies: Iterable[Policy]) -> list[Text]:
    """The accounts that resources of the policies and conditions on policies name, and one that is not told."""
    named: dict[Text, None] = {}
    for policy in policies:
        for statement in policy.statements:
            on = statement.resources.items if statement.resources is not None else ()
            limits = (each for each in statement.conditions if (each.key.literal or "").lower() == POLICY_ARN)
            for written in (*on, *(value for each in limits for value in each.values)):
                pieces = written.split(":", 5)
                if pieces is not None and len(pieces) == 6 and (pieces[4].literal or "").isdecimal():
                    named[pieces[4]] = None
    return [*list(named)[: _MOST_ACCOUNTS - 1], text(Symbol("account"))]


def _partition(policies: Iterable[Policy]) -> Text | None:
    """The partition that ARNs in the policies name."""
    for policy in policies:
        for statement in policy.statements:
            named = statement.resources.items if statement.resources is not None else ()
            for written in (*named, *(value for each in statement.conditions for value in each.values)):
                first, *rest = (written.literal or "").split(":", 2)
                if first == "arn" and rest and rest[0].startswith("aws") and rest[0].replace("-", "").isalpha():
                    return text(rest[0])
    return None


def _answer(asker: Asker, who: Subject, paths: tuple[Path, ...]) -> Answer:
    allowed = asker.readings.allows(who.policies)
    if who.boundary is not None:
        allowed &= asker.readings.allows(who.boundary)
    admin = is_admin(asker, who) if not _ADMINISTRATION & ~allowed else Found(Truth.FALSE)
    opened = []
    for path in paths:
        if needed(path) & ~allowed:
            continue
        found = opens(asker, who, path)
        if found.truth is not Truth.FALSE:
            opened.append(Opened(path, found.truth, found.seen))
    unknowns = tuple(dict.fromkeys(why for each in admin.seen for why in each.decision.unknowns))
    return Answer(admin.truth, tuple(opened), unknowns if admin.truth is Truth.UNKNOWN else ())


def is_admin(asker: Asker, who: Subject) -> Found:
    """Whether a subject may administer any user, role and policy of its account."""
    truth = Truth.TRUE
    undecided: tuple[Seen, ...] = ()
    allowed = asker.readings.allows(who.policies)
    if who.boundary is not None:
        allowed &= asker.readings.allows(who.boundary)
    if _ADMINISTRATION & ~allowed:
        return Found(Truth.FALSE)
    if who.boundary is None and not who.scp and not _ADMINISTRATION & ~asker.readings.certain(who.policies):
        return Found(Truth.TRUE)
    for need in ADMINISTRATION:
        seen = asker.ask(who, need, kind_of(need).arn(who), _FREE)
        truth &= seen.truth
        if truth is Truth.FALSE:
            return Found(truth)
        if seen.truth is Truth.UNKNOWN:
            undecided = (*undecided, seen)
    return Found(truth, undecided)


_FREE: Context = {"iam:permissionsboundary": None}


def opens(asker: Asker, who: Subject, path: Path) -> Found:
    """Whether all permissions of a path hold on some things and targets."""
    truth = Truth.TRUE
    seen: list[Seen] = []
    for needs in grouped(_as_thing(need) for need in path.needs):
        found = _best(asker, who, needs, path)
        truth &= found.truth
        if truth is Truth.FALSE:
            return Found(truth)
        seen.extend(found.seen)
    if path.gain is Gain.ONESELF and who.boundary is not None:
        limited = is_admin(asker, who.holding((Held(EVERYTHING),)))
        truth &= limited.truth
        seen.extend(limited.seen)
    return Found(truth, tuple(seen))


def _as_thing(need: Need) -> Need:
    thing = _KIND_OF_TARGET.get(need.on)
    if thing is None:
        return need if need.on is not On.OLD else msgspec.structs.replace(need, on=On.NEW)
    return msgspec.structs.replace(need, on=On.NEW, thing=thing, service="iam")


def _best(asker: Asker, who: Subject, needs: tuple[Need, ...], path: Path) -> Found:
    # Whose name the caller has: its own where it acts on itself, else another than that of its target.
    name = FRESH if path.gain is Gain.ONESELF else f"other-{FRESH}"
    each = ({"aws:username": (text(name),), **context} for context in contexts(path, needs))
    return best(find(asker, who, needs, context, (trust_in(who.account),)) for context in each) or Found(Truth.FALSE)


def contexts(path: Path, needs: tuple[Need, ...]) -> list[Context]:
    """The context of requests about some needs of a path: whom a role is passed to, that there is no boundary."""
    if any(need.action == "iam:PassRole" for need in needs):
        return [{"iam:passedtoservice": (text(service),)} for service in path.service]
    if any(need.prefix == "iam" for need in needs):
        return [_FREE]
    return [{}]
