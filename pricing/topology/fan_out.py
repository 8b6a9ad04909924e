"""What a topic delivers: its publishes times its subscriptions, by protocol, as far as filters tell.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html (without a filter policy a
subscription gets every message; a policy of scope MessageBody is matched against the body) and
https://aws.amazon.com/sns/pricing/ (payload-based filtering is charged by the GB scanned, matched or not). What goes to
other Regions: see `pricing.topology.between_regions`.
"""

from collections.abc import Iterator

import msgspec

from auditor.model import relations
from auditor.model.inventory import Relation
from auditor.model.known import Known, Truth, Unknown
from auditor.model.sns import Subscription, Topic
from pricing.meters.sns import SIZE
from pricing.placing import Target
from pricing.subscriptions import way_of
from pricing.topology import body_filters, consumers
from pricing.topology.between_regions import Away
from pricing.topology.branch import PUBLISHES, Branch, deliveries
from pricing.topology.derived import Fact, Ledger

BODY = "sns.filter.body_gb"
TRANSFER = "sns.data_transfer.out_gb"
_LEAVES = frozenset({"sns.delivery.http", "sns.delivery.email"})


def derive(topic: Topic, target: Target, ledger: Ledger) -> None:
    """Derive the deliveries of a topic and what its body filters scan, where publishes are told and these are not."""
    publishes = ledger.told(target, PUBLISHES)
    if publishes is None or isinstance(topic.fifo, Unknown) or topic.fifo.value:
        return
    found = relations.subscriptions(ledger.inventory, topic)
    if isinstance(found.complete, Unknown):
        if found.items:
            ledger.note(
                f"Deliveries of {topic.id} are not derived: its subscriptions were not all read "
                f"({found.complete.detail})."
            )
        return
    sent = _sent(found, target.region, ledger)
    for name, branch in sent.branches:
        if ledger.is_open(target, name):
            ledger.derive(target, name, deliveries(publishes, branch, ledger, target))
    consumers.derive(_confirmed(found), publishes, target, ledger, is_abroad=sent.away.is_found)
    sent.away.derive(publishes, target, ledger, {"sqs": "sns.delivery.sqs", "lambda": "sns.delivery.lambda"})
    if ledger.is_derived(target, SIZE) and sent.leaves and ledger.is_open(target, TRANSFER):
        ledger.derive(target, TRANSFER, Fact(None, f"{SIZE} is not told", (SIZE,)))
    body_filters.derive(BODY, sent.scans, (PUBLISHES, publishes), target, ledger)


class _Sent(msgspec.Struct, frozen=True):
    """What the subscriptions of a topic are sent.

    Attributes:
        branches: by the name of the meter, sorted.
        away: what goes to other Regions.
        leaves: whether some of it leaves to the internet.
        scans: filter policies that scan bodies; see `pricing.topology.body_filters.counted`.
    """

    branches: tuple[tuple[str, Branch], ...]
    away: Away
    leaves: bool
    scans: tuple[int, str]


def _sent(found: Relation[Subscription], home: str | None, ledger: Ledger) -> _Sent:
    """What the subscriptions of a topic are sent: told once for all topics whose subscriptions are charged alike."""
    ways = tuple([way_of(item) for item in found.items])
    if found.possible or not all(way.is_told for way in ways):
        return _count(found, home, ledger)
    key = _Sent, home, ways
    sent = ledger.known.get(key)
    if not isinstance(sent, _Sent):
        sent = ledger.known[key] = _count(found, home, ledger)
    return sent


def _confirmed(found: Relation[Subscription]) -> Iterator[tuple[Subscription, bool]]:
    """The subscriptions that get messages, or may, and whether they certainly are of the topic."""
    for items, is_certain in ((found.items, True), (found.possible, False)):
        for item in items:
            if item.pending != Known(value=True):
                yield item, is_certain


def _count(found: Relation[Subscription], home: str | None, ledger: Ledger) -> _Sent:
    branches: dict[str, Branch] = {}
    away = Away(home)
    for item, is_certain in _confirmed(found):
        way = way_of(item)
        if way.meter is None:
            ledger.note(f"Deliveries of subscription {item.id} are not derived: protocol or platform is not told.")
        else:
            if way.is_pending is Truth.UNKNOWN:
                ledger.note("Subscriptions whose confirmation the inputs do not tell are taken to be confirmed.")
            branches.setdefault(way.meter.id, Branch()).count(item, is_certain=is_certain)
        away.count(item, ledger, is_certain=is_certain)
    scans = body_filters.counted(_confirmed(found))
    return _Sent(tuple(sorted(branches.items())), away, not _LEAVES.isdisjoint(branches), scans)
