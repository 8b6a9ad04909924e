"""Who can cut, divert or read the mail path, or get the right to send: the mail catalogue asked of an inventory.

The stations of the mail path are those that the inventory holds: topics that something of SES publishes to, their
queues, functions and keys, identities and configuration sets. Where it holds none of a kind, a permission is asked on
some thing of that kind.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

import msgspec

from auditor.iam.document import Policy
from auditor.iam.escalation.asking import Seen, best
from auditor.iam.escalation.explain import Explained
from auditor.iam.escalation.graph import Escalation, Graph, Rights, Standing
from auditor.iam.escalation.mail import MAIL_PATHS, SENDING
from auditor.iam.escalation.masks import bit, needed
from auditor.iam.escalation.node import Node
from auditor.iam.escalation.path import Need, On, Path
from auditor.iam.escalation.reach import Reach, Reaches
from auditor.iam.escalation.stations import Stations, station_of
from auditor.iam.escalation.subject import Subject
from auditor.iam.escalation.things import Found, find
from auditor.iam.escalation.world import World
from auditor.model.iam import Role, User
from auditor.model.known import Truth, Unknown, all_of
from auditor.model.text import Text, text

_MOST_NAMED = 3


class Way(msgspec.Struct, frozen=True):
    """Something that a principal can do to the mail path, or may be able to do.

    Attributes:
        path: of the mail catalogue.
        node: who can.
        truth: TRUE, or UNKNOWN where `unknowns` decide.
        stations: what it can do it to, by name; empty for a path without resource.
        seen: the permissions on the first of them.
        unknowns: what decides.
    """

    path: Path
    node: Node
    truth: Truth
    stations: tuple[str, ...]
    seen: tuple[Seen, ...]
    unknowns: tuple[Unknown, ...] = ()

    @property
    def principal(self) -> User | Role:
        """Who can."""
        return self.node.principal


def may_send(world: World, who: Subject) -> Found:
    """Whether a subject may send mail as some identity of its account."""
    allowed = world.readings.allows(who.policies)
    needs = (Need(action, On.OLD, "identity/*") for action in SENDING if allowed & bit(action))
    return best(find(world.asker, who, (need,)) for need in needs) or Found(Truth.FALSE)


def mail_ways(world: World, rights: Iterable[Rights], paths: tuple[Path, ...] = MAIL_PATHS) -> tuple[Way, ...]:
    """What every principal that is no administrator can do to the mail path.

    Args:
        world: prepared inventory.
        rights: who is an administrator; those can do all of it and are left out.
        paths: of the mail catalogue.
    """
    search = _Search(world, paths)
    found: list[Way] = []
    for each in rights:
        if each.standing is Standing.HAS:
            continue
        node = world.node_of[each.principal]
        for path in search.open_to(node):
            made = search.way(node, path)
            if made is not None:
                found.append(made)
    return tuple(found)


def _senders(world: World) -> dict[Text, dict[User, Found]]:
    """The users that may send, by account."""
    found: dict[Text, dict[User, Found]] = defaultdict(dict)
    for node in world.nodes:
        if isinstance(node.principal, User) and node.principal.arn is not None:
            sends = may_send(world, node.subject)
            if sends.truth is not Truth.FALSE:
                found[node.principal.account][node.principal] = sends
    return found


class _Search:
    """Looks for ways over the mail path; what all principals share is looked up once.

    Args:
        world: prepared inventory.
        paths: of the mail catalogue.
    """

    def __init__(self, world: World, paths: tuple[Path, ...]) -> None:
        self._world = world
        self._paths = tuple((path, needed(path), station_of(path)) for path in paths)
        self._stations = Stations(world.inventory)
        self._senders = _senders(world)
        self._reaches = Reaches(world, may=True)
        self._trusting: dict[tuple[str, ...], dict[Role, int]] = {}
        self._alike: dict[tuple[Text, Truth, Truth], dict[User, str]] = {}
        self._open: dict[tuple[int, frozenset[str]], tuple[Path, ...]] = {}
        self._some: dict[tuple[object, ...], Found] = {}

    def open_to(self, node: Node) -> tuple[Path, ...]:
        """The paths of which a principal may have the permissions, by its own policies or those of stations."""
        named = self._stations.naming(node.principal)
        key = (node.allowed, named)
        found = self._open.get(key)
        if found is None:
            found = self._open[key] = tuple(
                path for path, needs, station in self._paths if not needs & ~node.allowed or station in named
            )
        return found

    def way(self, node: Node, path: Path) -> Way | None:
        """The way of a principal over a path; None when there certainly is none."""
        first = path.needs[0]
        if first.on is On.USER:
            return self._by_key(node, path)
        station = station_of(path)
        if station is None:
            return _made(path, node, [("", [self._ask(node, first, text("*"), ())])])
        own = not needed(path) & ~node.allowed
        if own and not self._stations.of(station, node.principal.account):
            return self._over_some(node, path, station)
        rest: list[Seen] | None = None
        results = []
        for each in (
            self._stations.of(station, node.principal.account)
            if own
            else self._stations.open_to(station, node.principal)
        ):
            if each.arn is None:
                continue
            seen = [self._ask(node, first, each.arn, self._stations.policies(each))]
            if seen[0].truth is Truth.FALSE:
                continue
            rest = [self._passing(node, path, need) for need in path.needs[1:]] if rest is None else rest
            results.append((str(each.name), [*seen, *rest]))
        return _made(path, node, results)

    def _over_some(self, node: Node, path: Path, station: str) -> Way | None:
        """The way over some station that the inventory does not hold."""
        need = path.needs[0]
        about, alike = self._world.asker.about(node.subject, need.action)
        who = node.subject
        key = (id(about), alike, station, who.partition, who.account, who.kind, about.is_common or id(node))
        some = self._some.get(key)
        if some is None:
            some = self._some[key] = find(self._world.asker, node.subject, (need,))
        if some.truth is Truth.FALSE:
            return None
        seen = [each._replace(who=who, need=need) for each in some.seen]
        rest = [self._passing(node, path, need) for need in path.needs[1:]]
        return _made(path, node, [(f"some {station}", [*seen, *rest])])

    def _ask(self, node: Node, need: Need, resource: Text, policies: tuple[Policy, ...]) -> Seen:
        return self._world.asker.ask(node.subject, need, resource, None, policies)

    def _passing(self, node: Node, path: Path, need: Need) -> Seen:
        """Whether a role can be passed to the service of a path: one of the inventory, the best of them."""
        world, to = self._world, {"iam:passedtoservice": (text(path.service[0]),)}
        roles = self._worth_asking(node, need, self._told(path.service))
        found = best(world.asker.ask(node.subject, need, role.arn, {**world.tags(role), **to}) for role in roles)
        if found is not None:
            return found
        some = (msgspec.structs.replace(need, on=On.OLD, thing="role/*", service="iam"),)
        return find(world.asker, node.subject, some).seen[0]

    def _told(self, services: tuple[str, ...]) -> dict[Role, int]:
        """The roles with an ARN that a service may assume, and their places."""
        found = self._trusting.get(services)
        if found is None:
            roles = (role for role in self._world.trusting(services) if role.arn is not None)
            found = self._trusting[services] = {role: number for number, role in enumerate(roles)}
        return found

    def _worth_asking(self, node: Node, need: Need, roles: dict[Role, int]) -> list[Role]:
        """Those of some roles that can have another answer than the first."""
        first = list(islice(roles, 1))
        if len(roles) < 2 or self._reaches.of(node, need.action) is not Reach.SOME:
            return first
        some = self._world.role_targets.meant(self._reaches.telling(node, need.action))
        if some is None:
            return list(roles)
        return sorted((role for role in some if role in roles), key=roles.__getitem__) or first

    def _by_key(self, node: Node, path: Path) -> Way | None:
        """An access key for a user that may send: not for oneself."""
        need = path.needs[0]
        others = self._senders.get(node.principal.account, {})
        reach = self._reaches.of(node, need.action)
        if not others or reach is Reach.NONE:
            return None
        if reach is not Reach.SOME:
            return self._by_any_key(node, path, others, Truth.TRUE if reach is Reach.ALL else Truth.UNKNOWN)
        some = self._world.user_targets.meant(self._reaches.telling(node, need.action))
        meant = None if some is None else set(some)
        asked = [user for user in others if user is not node.principal and (meant is None or user in meant)]
        return _made(path, node, [self._key_of(node, need, user, others[user]) for user in asked])

    def _by_any_key(self, node: Node, path: Path, others: dict[User, Found], truth: Truth) -> Way | None:
        """The same where the permission is the same for all users: one is asked about."""
        for wanted in (Truth.TRUE, Truth.UNKNOWN):
            alike = self._sending(node.principal.account, others, truth, wanted)
            names = tuple(name for user, name in alike.items() if user is not node.principal)
            if names:
                first = next(user for user in alike if user is not node.principal)
                made = _made(path, node, [self._key_of(node, path.needs[0], first, others[first])])
                return made and msgspec.structs.replace(made, stations=names)
        return None

    def _sending(self, account: Text, others: dict[User, Found], truth: Truth, wanted: Truth) -> dict[User, str]:
        """The users, and their names, whose right to send together with the permission comes to a truth."""
        key = (account, truth, wanted)
        found = self._alike.get(key)
        if found is None:
            chosen = (user for user, sends in others.items() if truth & sends.truth is wanted)
            found = self._alike[key] = {user: str(user.name) for user in chosen}
        return found

    def _key_of(self, node: Node, need: Need, user: User, sends: Found) -> tuple[str, list[Seen]]:
        seen = self._world.asker.ask(node.subject, need, user.arn, self._world.tags(user))
        return str(user.name), [seen, *sends.seen]


def _made(path: Path, node: Node, results: list[tuple[str, list[Seen]]]) -> Way | None:
    """The way over the stations where it is open; over those where it may be, when there is none."""
    judged = [(all_of(each.truth for each in seen), name, seen) for name, seen in results]
    for truth in (Truth.TRUE, Truth.UNKNOWN):
        open_ = [(name, seen) for found, name, seen in judged if found is truth]
        if open_:
            names = tuple(name for name, _ in open_ if name)
            seen = open_[0][1]
            why = (reason for each in seen for reason in each.decision.unknowns) if truth is Truth.UNKNOWN else ()
            return Way(path, node, truth, names, tuple(seen), tuple(dict.fromkeys(why)))
    return None


def explained(way: Way, search: Escalation) -> Explained:
    """The evidence of a way, and what would stop it."""
    shown = ", ".join(way.stations[:_MOST_NAMED])
    more = f" and {len(way.stations) - _MOST_NAMED} more" if len(way.stations) > _MOST_NAMED else ""
    return search.explainer.way(way.node, way.path, way.seen, f"{shown}{more}")


def mail_report(search: Escalation, shown: Iterable[Rights]) -> tuple[tuple[Way, ...], tuple[Rights, ...]]:
    """What some principals can do to the mail path, and how they stand to the right to send.

    Args:
        search: for administrators.
        shown: the principals in question.
    """
    wanted = {each.principal for each in shown}
    sending = Graph(search.world, may_send).rights()
    return mail_ways(search.world, shown), tuple(each for each in sending if each.principal in wanted)
