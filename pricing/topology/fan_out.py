"""What a topic delivers: its publishes times its subscriptions, by protocol, as far as filters tell.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html (without a filter policy a
subscription gets every message; a policy of scope MessageBody is matched against the body) and
https://aws.amazon.com/sns/pricing/ (payload-based filtering is charged by the GB scanned, matched or not). What goes to
other Regions: see `pricing.topology.between_regions`.
"""

from decimal import Decimal

from auditor.model import relations
from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.sns import Subscription, Topic
from pricing.money import EXACT, grouped
from pricing.placing import Target
from pricing.subscriptions import meter_of, scans
from pricing.topology.between_regions import Away
from pricing.topology.branch import PUBLISHES, Branch, deliveries, number
from pricing.topology.consumers import Consumers
from pricing.topology.derived import Fact, Ledger

SIZE, BODY = "sns.publish.average_bytes", "sns.filter.body_gb"
TRANSFER = "sns.data_transfer.out_gb"
_LEAVES = frozenset({"sns.delivery.http", "sns.delivery.email"})
_PER_GB = Decimal("1e-9")
_NONE = Known(Decimal(0))


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
    branches: dict[str, Branch] = {}
    away = Away(target.region)
    consumers = Consumers()
    scanned, doubt = 0, ""
    for items, is_certain in ((found.items, True), (found.possible, False)):
        for item in items:
            if isinstance(item.pending, Unknown) or not item.pending.value:
                _count(item, branches, ledger, is_certain=is_certain)
                is_scanned = scans(item)
                if is_scanned is Truth.TRUE and is_certain:
                    scanned += 1
                elif is_scanned is not Truth.FALSE:
                    doubt = doubt or f"whether a filter policy of subscription {item.address} scans bodies is not told"
                away.count(item, ledger, is_certain=is_certain)
                consumers.add(item, is_certain=is_certain)
    for name, branch in sorted(branches.items()):
        if ledger.is_open(target, name):
            ledger.derive(target, name, deliveries(publishes, branch, ledger, target))
    consumers.derive(publishes, target, ledger, is_abroad=away.is_found)
    away.derive(publishes, target, ledger, {"sqs": "sns.delivery.sqs", "lambda": "sns.delivery.lambda"})
    if ledger.is_derived(target, SIZE) and _LEAVES & branches.keys() and ledger.is_open(target, TRANSFER):
        ledger.derive(target, TRANSFER, Fact(None, f"{SIZE} is not told", (SIZE,)))
    if (scanned or doubt) and ledger.is_open(target, BODY):
        fact = _scanned(publishes, scanned, ledger, target) if not doubt or publishes == _NONE else Fact(None, doubt)
        ledger.derive(target, BODY, fact)


def _count(item: Subscription, branches: dict[str, Branch], ledger: Ledger, *, is_certain: bool) -> None:
    """Count a subscription on its meter."""
    meter = meter_of(item)
    if meter is None:
        ledger.note(f"Deliveries of subscription {item.id} are not derived: protocol or platform is not told.")
        return
    branch = branches.get(meter.id)
    if branch is None:
        branch = branches[meter.id] = Branch()
    if isinstance(item.pending, Unknown):
        ledger.note("Subscriptions whose confirmation the inputs do not tell are taken to be confirmed.")
    branch.count(item, is_certain=is_certain)


def _scanned(publishes: Known[Decimal] | Unknown, subscriptions: int, ledger: Ledger, target: Target) -> Fact:
    if publishes == _NONE:
        return Fact(Decimal(0), "nothing is published")
    # A size that is only taken to be within one request says nothing of the bytes that are scanned.
    size = Unknown(Cause.NOT_HERE, SIZE) if ledger.is_derived(target, SIZE) else ledger.default(target, SIZE)
    for value, name in ((publishes, PUBLISHES), (size, SIZE)):
        if isinstance(value, Unknown):
            return Fact(None, f"{name} is not told", (name,))
    assert isinstance(publishes, Known) and isinstance(size, Known)  # noqa: S101, PT018 - the loop leaves nothing else
    scans = EXACT.multiply(publishes.value, Decimal(subscriptions))
    amount = EXACT.multiply(EXACT.multiply(scans, size.value), _PER_GB)
    basis = (
        f"{grouped(publishes.value)} publishes of {grouped(size.value)} bytes * "
        f"{number(subscriptions, 'filter policy', 'filter policies')} of scope MessageBody"
    )
    return Fact(amount, basis)
