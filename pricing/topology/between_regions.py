"""To which other Regions topics deliver: traffic between Regions is charged, that within a Region is not.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html (only queues and functions can be in
another Region) and, for the charge, https://aws.amazon.com/sns/pricing/ and
https://aws.amazon.com/blogs/architecture/overview-of-data-transfer-costs-for-common-architectures/
"""

from collections.abc import Mapping
from decimal import Decimal

from auditor.model import relations
from auditor.model.known import Cause, Known, Unknown, Value
from auditor.model.sns import Subscription, Topic
from pricing.meters.data_transfer import DESTINATIONS, to_region
from pricing.meters.meter import PER_GB
from pricing.meters.sns import DELIVERED_SIZE, SIZE
from pricing.money import EXACT, grouped
from pricing.placing import Target
from pricing.subscriptions import UNTOLD, way_of
from pricing.topology.branch import Branch
from pricing.topology.branch import deliveries as deliveries_of
from pricing.topology.derived import Fact, Ledger

_TOLD = ("sns.delivery.sqs", "sns.delivery.lambda", "sns.fifo.delivery.messages")
_TRAFFIC = "sns.data_transfer.to."
_KNOWN = frozenset(DESTINATIONS)


def destination(item: Subscription, home: str | None) -> str | None:
    """The other Region that a subscription delivers to; see `pricing.subscriptions.Way.away`."""
    return way_of(item).away(home)


def quantity(region: str) -> str | None:
    """The quantity of a topic's traffic to a Region; None where the catalog has no such Region."""
    return to_region(region) if region in _KNOWN else None


class Away:
    """The subscriptions of a topic that deliver to other Regions, by Region."""

    def __init__(self, home: str | None) -> None:
        self._home = home
        self.is_found = False
        self._branches: dict[str, Branch] = {}
        self._protocols: dict[str, dict[str, None]] = {}

    def count(self, item: Subscription, ledger: Ledger, *, is_certain: bool) -> None:
        """Count a subscription if it delivers to another Region."""
        region = destination(item, self._home)
        if region is None:
            return
        if region == UNTOLD:
            ledger.note("Queues and functions whose Region the inputs do not tell are taken to be in the topic's.")
            return
        self.is_found = True
        name = quantity(region)
        if name is not None:
            self._branches.setdefault(name, Branch()).count(item, is_certain=is_certain)
            if isinstance(item.protocol, Known):
                self._protocols.setdefault(name, {})[item.protocol.value] = None

    def derive(
        self, publishes: Known[Decimal] | Unknown, target: Target, ledger: Ledger, deliveries: Mapping[str, str]
    ) -> None:
        """Derive the traffic to each Region.

        Args:
            publishes: of the topic.
            target: the topic.
            ledger: gets the quantities.
            deliveries: protocol to the quantity of what is delivered; where that is told, nobody knows how much of it
                goes to another Region.
        """
        for name, branch in sorted(self._branches.items()):
            if not ledger.is_open(target, name):
                continue
            told = [deliveries[protocol] for protocol in self._protocols[name] if protocol in deliveries]
            if all(ledger.is_open(target, delivery) for delivery in told):
                fact = _transferred(publishes, branch, ledger, target)
            else:
                fact = Fact(None, f"how much of {told[0]} goes to another Region is not told", (name,))
            ledger.derive(target, name, fact)


def delivered_size(target: Target, ledger: Ledger) -> Value[Decimal]:
    """Bytes of a delivered message of a topic; those of a published one where they are not told."""
    size = ledger.default(target, DELIVERED_SIZE)
    return ledger.default(target, SIZE) if isinstance(size, Unknown) else size


def _transferred(publishes: Known[Decimal] | Unknown, branch: Branch, ledger: Ledger, target: Target) -> Fact:
    """GB of 10^9 bytes that go to the subscriptions of a branch."""
    delivered = deliveries_of(publishes, branch, ledger, target)
    if delivered.amount is None or not delivered.amount:
        return delivered
    # A size that is only taken to be within one request says nothing of the bytes.
    is_taken = ledger.is_derived(target, SIZE) and isinstance(ledger.default(target, DELIVERED_SIZE), Unknown)
    size = Unknown(Cause.NOT_HERE, SIZE) if is_taken else delivered_size(target, ledger)
    if isinstance(size, Unknown):
        return Fact(None, f"{SIZE} is not told", (SIZE,))
    amount = EXACT.multiply(EXACT.multiply(delivered.amount, size.value), PER_GB)
    return Fact(amount, f"{delivered.basis}, of {grouped(size.value)} bytes without headers")


def note_told(ledger: Ledger) -> None:
    """Say where deliveries go that are told of a Region, or of a topic whose subscriptions the inputs do not have."""
    for target, amounts in ledger.placed.told.items():
        told = [name for name in _TOLD if amounts.get(name)]
        if not told or any(name.startswith(_TRAFFIC) for name in amounts):
            continue
        topic = target.resource
        if isinstance(topic, Topic) and relations.subscriptions(ledger.inventory, topic).items:
            continue  # they tell where it goes
        ledger.note(
            "Queues and functions that messages are delivered to are taken to be in the Region of the topic, where "
            f"traffic is free; of others tell {to_region('us-east-1')} (and so on)."
        )
