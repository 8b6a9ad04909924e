"""Who can cut, divert or read the mail path, or get the right to send: the mail catalogue asked of an inventory.

The stations of the mail path are those that the inventory holds: topics that something of SES publishes to, their
queues, functions and keys, identities and configuration sets. Where it holds none of a kind, a permission is asked on
some thing of that kind.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from auditor.iam.document import Policy, parse
from auditor.iam.escalation.enabled import attachable
from auditor.iam.escalation.graph import Escalation, Graph, Rights, Standing
from auditor.iam.escalation.mail import FUNCTION, IDENTITY, KEY, MAIL_PATHS, QUEUE, SENDING, SET, STATION_OF, TOPIC
from auditor.iam.escalation.masks import bit, needed
from auditor.iam.escalation.path import Need, On, Path
from auditor.iam.escalation.subject import Subject
from auditor.iam.escalation.things import Found, Seen, find, kind_of
from auditor.iam.escalation.world import Node, World
from auditor.model import relations
from auditor.model.awslambda import Function
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.kms import Key
from auditor.model.known import Known, Truth, Unknown, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.ses import ConfigurationSet, EmailIdentity
from auditor.model.sns import Topic
from auditor.model.sqs import Queue
from auditor.model.text import Text, text


class Way(msgspec.Struct, frozen=True):
    """Something that a principal can do to the mail path, or may be able to do.

    Attributes:
        path: of the mail catalogue.
        principal: who can.
        node: the same, for its evidence.
        truth: TRUE, or UNKNOWN where `unknowns` decide.
        stations: what it can do it to, by name; empty for a path without resource.
        seen: the permissions on the first of them.
        unknowns: what decides.
    """

    path: Path
    principal: User | Role
    node: Node
    truth: Truth
    stations: tuple[str, ...]
    seen: tuple[Seen, ...]
    unknowns: tuple[Unknown, ...] = ()


class Stations:
    """The stations of the mail paths of an inventory, with the policies on them.

    Args:
        inventory: of any kind of input.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        topics = [topic for topic in inventory.of(Topic) if _carries_mail(inventory, topic)]
        self._of: dict[str, list[Resource]] = {
            TOPIC: [*topics],
            QUEUE: [*inventory.of(Queue)],
            FUNCTION: [*inventory.of(Function)],
            KEY: [*inventory.of(Key)],
            IDENTITY: [*inventory.of(EmailIdentity)],
            SET: [*inventory.of(ConfigurationSet)],
        }
        self._policies: dict[Resource, tuple[Policy, ...]] = {}

    def of(self, station: str) -> list[Resource]:
        """The stations of one kind."""
        return [each for each in self._of[station] if each.arn is not None]

    def policies(self, station: Resource) -> tuple[Policy, ...]:
        """The policies on a station."""
        found = self._policies.get(station)
        if found is None:
            found = self._policies[station] = tuple(
                parse(document.value) for document in self._documents(station) if isinstance(document, Known)
            )
        return found

    def _documents(self, station: Resource) -> Iterator[Value[Document]]:
        match station:
            case Topic():
                yield from (each.document for each in relations.topic_policies(self._inventory, station).items)
            case Queue():
                yield from (each.document for each in relations.queue_policies(self._inventory, station).items)
            case Function():
                yield from (each.document for each in relations.permissions(self._inventory, station).items)
            case Key():
                yield station.policy
            case _:
                return


def _carries_mail(inventory: Inventory, topic: Topic) -> bool:
    """Whether something of SES publishes to a topic, or may."""
    found = relations.service_publishers(inventory, topic)
    return any(each.service == "ses.amazonaws.com" for each in (*found.items, *found.possible))


def may_send(world: World, who: Subject) -> Found:
    """Whether a subject may send mail as some identity of its account."""
    best = Found(Truth.FALSE)
    allowed = world.readings.allows(who.policies)
    for action in SENDING:
        if not allowed & bit(action):
            continue
        found = find(world.asker, who, (Need(action, On.OLD, "identity/*"),))
        if found.truth is Truth.TRUE:
            return found
        if best.truth is Truth.FALSE:
            best = found
    return best


def mail_ways(world: World, rights: Iterable[Rights], paths: tuple[Path, ...] = MAIL_PATHS) -> tuple[Way, ...]:
    """What every principal that is no administrator can do to the mail path.

    Args:
        world: prepared inventory.
        rights: who is an administrator; those can do all of it and are left out.
        paths: of the mail catalogue.
    """
    stations = Stations(world.inventory)
    found: list[Way] = []
    senders = _senders(world)
    for each in rights:
        if each.standing is Standing.HAS:
            continue
        node = world.node_of[each.principal]
        for path in paths:
            if needed(path) & ~node.allowed and not _named_by_stations(path):
                continue
            made = _way(world, node, path, stations, senders)
            if made is not None:
                found.append(made)
    return tuple(found)


def _named_by_stations(path: Path) -> bool:
    """Whether a policy on the station can give the permission where the principal's own do not."""
    return any(
        STATION_OF.get((kind_of(need).service, need.thing)) in {TOPIC, QUEUE, FUNCTION, KEY} for need in path.needs
    )


def _senders(world: World) -> dict[User, Found]:
    found = {}
    for node in world.nodes:
        if isinstance(node.principal, User):
            sends = may_send(world, node.subject)
            if sends.truth is not Truth.FALSE:
                found[node.principal] = sends
    return found


def _way(world: World, node: Node, path: Path, stations: Stations, senders: dict[User, Found]) -> Way | None:
    first = path.needs[0]
    if first.on is On.USER:
        return _by_key(world, node, path, senders)
    if first.on is On.NOTHING:
        return _made(path, node, [("", [_ask(world, node, first, text("*"), ())])])
    station = STATION_OF[kind_of(first).service, first.thing]
    known = [each for each in stations.of(station) if each.account == node.principal.account]
    if not known:
        if needed(path) & ~node.allowed:
            return None
        some = find(world.asker, node.subject, (first,))
        rest = [_passing(world, node, path, need) for need in path.needs[1:]]
        return _made(path, node, [(f"some {station}", [*some.seen, *rest])]) if some.truth is not Truth.FALSE else None
    own = not needed(path) & ~node.allowed
    results = []
    for each in known:
        policies = stations.policies(each)
        if each.arn is None or (not own and not policies):
            continue
        seen = [_ask(world, node, first, each.arn, policies)]
        seen.extend(_passing(world, node, path, need) for need in path.needs[1:])
        results.append((str(each.name), seen))
    return _made(path, node, results)


def _ask(world: World, node: Node, need: Need, resource: Text, policies: tuple[Policy, ...]) -> Seen:
    decision = world.asker.decide(node.subject, need.action, resource, resource_policies=policies)
    return Seen(need, resource, decision, None, policies)


def _passing(world: World, node: Node, path: Path, need: Need) -> Seen:
    """Whether a role can be passed to the service of a path: one of the inventory, the best of them."""
    best: Seen | None = None
    for role in world.roles:
        if role.arn is None or world.trusting(path.service, role)[0] is Truth.FALSE:
            continue
        context = {**world.tags(role), "iam:passedtoservice": (text(path.service[0]),)}
        decision = world.asker.decide(node.subject, need.action, role.arn, context=context)
        seen = Seen(need, role.arn, decision, context)
        if decision.allowed is Truth.TRUE:
            return seen
        if best is None or best.decision.allowed is Truth.FALSE:
            best = seen
    if best is not None:
        return best
    found = find(world.asker, node.subject, (msgspec.structs.replace(need, on=On.OLD, thing="role/*", service="iam"),))
    return found.seen[0]


def _by_key(world: World, node: Node, path: Path, senders: dict[User, Found]) -> Way | None:
    """An access key for a user that may send: not for oneself."""
    results = []
    for user, sends in senders.items():
        if user is node.principal or user.arn is None or user.account != node.principal.account:
            continue
        need = path.needs[0]
        decision = world.asker.decide(
            node.subject, need.action, user.arn, context=world.tags(user), options=attachable(node.subject)
        )
        results.append((str(user.name), [Seen(need, user.arn, decision, world.tags(user)), *sends.seen]))
    return _made(path, node, results)


def _made(path: Path, node: Node, results: list[tuple[str, list[Seen]]]) -> Way | None:
    """The way over the stations where it is open; over those where it may be, when there is none."""
    by: dict[Truth, list[tuple[str, list[Seen]]]] = defaultdict(list)
    for name, seen in results:
        truth = Truth.TRUE
        for each in seen:
            truth &= each.decision.allowed
        by[truth].append((name, seen))
    for truth in (Truth.TRUE, Truth.UNKNOWN):
        if by[truth]:
            names = tuple(name for name, _ in by[truth] if name)
            seen = by[truth][0][1]
            why = (reason for each in seen for reason in each.decision.unknowns) if truth is Truth.UNKNOWN else ()
            return Way(path, node.principal, node, truth, names, tuple(seen), tuple(dict.fromkeys(why)))
    return None


def mail_report(search: Escalation, shown: Iterable[Rights]) -> tuple[tuple[Way, ...], tuple[Rights, ...]]:
    """What some principals can do to the mail path, and how they stand to the right to send.

    Args:
        search: for administrators.
        shown: the principals in question.
    """
    wanted = {each.principal for each in shown}
    sending = Graph(search.world, may_send).rights()
    return mail_ways(search.world, shown), tuple(each for each in sending if each.principal in wanted)
