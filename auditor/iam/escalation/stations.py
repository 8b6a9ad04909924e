"""The stations of the mail paths of an inventory, the policies on them, and whom those let in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from auditor.iam.document import Policy, parse
from auditor.iam.escalation.mail import FUNCTION, IDENTITY, KEY, MAIL_PATHS, QUEUE, SET, STATION_OF, TOPIC
from auditor.iam.escalation.path import On, Path
from auditor.iam.escalation.things import kind_of
from auditor.iam.principal import account_of
from auditor.model import relations
from auditor.model.awslambda import Function
from auditor.model.iam import Role, User
from auditor.model.inventory import Inventory
from auditor.model.kms import Key
from auditor.model.known import Known, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource
from auditor.model.ses import ConfigurationSet, EmailIdentity
from auditor.model.sns import Topic
from auditor.model.sqs import Queue
from auditor.model.text import Text

_WITH_POLICIES = (TOPIC, QUEUE, FUNCTION, KEY)
_NO_PRINCIPALS = frozenset({"Service", "Federated"})
"""What policies can name that is neither user nor role."""


class Stations:
    """The stations of the mail paths of an inventory, with the policies on them.

    Args:
        inventory: of any kind of input.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        topics = [topic for topic in inventory.of(Topic) if _carries_mail(inventory, topic)]
        self._of: dict[str, dict[Text, list[Resource]]] = {
            TOPIC: _by_account(topics),
            QUEUE: _by_account(inventory.of(Queue)),
            FUNCTION: _by_account(inventory.of(Function)),
            KEY: _by_account(inventory.of(Key)),
            IDENTITY: _by_account(inventory.of(EmailIdentity)),
            SET: _by_account(inventory.of(ConfigurationSet)),
        }
        self._policies: dict[Resource, tuple[Policy, ...]] = {}
        self._entries = {station: self._index(station) for station in _WITH_POLICIES}

    def of(self, station: str, account: Text) -> list[Resource]:
        """The stations of one kind in an account."""
        return self._of[station].get(account, [])

    def open_to(self, station: str, principal: User | Role) -> list[Resource]:
        """The stations of one kind, in its account, whose policies may let in a principal without one of its own."""
        told = None if principal.arn is None else principal.arn.literal
        if told is None:
            return self.of(station, principal.account)
        entries = self._entries.get(station, {})
        found = {**entries.get((principal.account, told), {}), **entries.get((principal.account, None), {})}
        return [found[number] for number in sorted(found)]

    def naming(self, principal: User | Role) -> frozenset[str]:
        """The kinds of stations of which some may let in a principal without a policy of its own."""
        told = None if principal.arn is None else principal.arn.literal
        if told is None:
            return frozenset(self._entries)
        keys = ((principal.account, told), (principal.account, None))
        return frozenset(station for station, entries in self._entries.items() if any(key in entries for key in keys))

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

    def _index(self, station: str) -> dict[tuple[Text, str | None], dict[int, Resource]]:
        """Stations by account and whom their policies name, None for anybody; numbered in their order."""
        found: dict[tuple[Text, str | None], dict[int, Resource]] = defaultdict(dict)
        for account, stations in self._of[station].items():
            for number, each in enumerate(stations):
                for policy in self.policies(each):
                    for named in _let_in(policy):
                        found[account, named][number] = each
        return dict(found)


def station_of(path: Path) -> str | None:
    """The kind of station that a path is over; None when it has no resource, or a user."""
    return _STATIONS[path.id] if path.id in _STATIONS else _station_of(path)


def _station_of(path: Path) -> str | None:
    first = path.needs[0]
    return STATION_OF.get((kind_of(first).service, first.thing)) if first.on is On.OLD else None


_STATIONS = {path.id: _station_of(path) for path in MAIL_PATHS}


def _by_account(stations: Iterable[Resource]) -> dict[Text, list[Resource]]:
    found: dict[Text, list[Resource]] = defaultdict(list)
    for each in stations:
        if each.arn is not None:
            found[each.account].append(each)
    return dict(found)


def _carries_mail(inventory: Inventory, topic: Topic) -> bool:
    """Whether something of SES publishes to a topic, or may."""
    found = relations.service_publishers(inventory, topic)
    return any(each.service == "ses.amazonaws.com" for each in (*found.items, *found.possible))


def _let_in(policy: Policy) -> Iterator[str | None]:
    """Whom a policy may let in that has no policy of its own: ARNs of users and roles, None for anybody.

    An account that is named leaves it to its policies who may, and lets in nobody by itself.
    """
    if policy.open:
        yield None
    for statement in policy.statements:
        if statement.is_deny:
            continue
        if statement.problems or statement.principals is None or statement.principals.open is not None:
            yield None
            continue
        for each in statement.principals.items:
            told = each.value.literal
            if told is not None and each.kind == "AWS" and (":user/" in told or ":role/" in told):
                yield told
            elif told is None or (each.kind not in _NO_PRINCIPALS and account_of(each.value) is None):
                yield None
