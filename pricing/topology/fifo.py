"""What a FIFO topic delivers and archives: each subscription counts for every message, filtered or not.

Source: https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html and https://aws.amazon.com/sns/pricing/
"""

from collections.abc import Sequence
from decimal import Decimal

from auditor.model import relations
from auditor.model.known import Known, Unknown, Value
from auditor.model.policy import Leaf, Mapping
from auditor.model.sns import Subscription, Topic
from pricing.meters.sns import is_fifo
from pricing.meters.sns_fifo import NAMES
from pricing.placing import Target
from pricing.topology import body_filters, consumers
from pricing.topology.between_regions import Away
from pricing.topology.branch import PUBLISHES
from pricing.topology.derived import Fact, Ledger
from pricing.topology.fan_out import BODY

SUBSCRIPTIONS, RETENTION = "sns.fifo.subscriptions", "sns.fifo.archive.retention_days"
_PUBLISHED, _DELIVERED = (PUBLISHES, "sns.fifo.publish.messages"), ("sns.delivery.sqs", "sns.fifo.delivery.messages")


def derive(topic: Topic, target: Target, ledger: Ledger) -> None:
    """Derive the number of subscriptions and the retention of the archive, where publishes are told."""
    if not is_fifo(topic) or all(ledger.told(target, name) is None for name in _PUBLISHED):
        return
    _subscriptions(topic, target, ledger)
    days = _retention(topic)
    if days is not None and ledger.is_open(target, RETENTION):
        ledger.derive(target, RETENTION, Fact(days, "the archive policy of the topic"))


def _subscriptions(topic: Topic, target: Target, ledger: Ledger) -> None:
    is_counted = all(ledger.is_open(target, name) for name in (SUBSCRIPTIONS, *_DELIVERED))
    found = relations.subscriptions(ledger.inventory, topic)
    if found.unknowns:
        if is_counted:
            ledger.note(f"Deliveries of {topic.id} are not derived: its subscriptions are not all known.")
        return
    confirmed = [(item, True) for item in found.items if item.pending != Known(value=True)]
    told = next((name, value) for name in _PUBLISHED if (value := ledger.told(target, name)) is not None)
    if is_counted:
        _traffic(confirmed, told[1], target, ledger)
        number = Decimal(len(confirmed))
        ledger.derive(target, SUBSCRIPTIONS, Fact(number, "the subscriptions of the inventory"))
    if ledger.is_open(target, BODY):
        body_filters.derive(NAMES[BODY], body_filters.counted(confirmed), told, target, ledger)


def _traffic(
    confirmed: Sequence[tuple[Subscription, bool]], publishes: Value[Decimal], target: Target, ledger: Ledger
) -> None:
    """Derive what goes to other Regions, and what its queues are charged."""
    away = Away(target.region)
    for item, is_certain in confirmed:
        away.count(item, ledger, is_certain=is_certain)
    away.derive(publishes, target, ledger, {})
    consumers.derive(confirmed, publishes, target, ledger, is_abroad=away.is_found, fifo=True)


def _retention(topic: Topic) -> Decimal | None:
    """Days of the archive policy; None without one or when they are not told."""
    policy = topic.archive_policy
    if isinstance(policy, Unknown) or policy.value is None:
        return None
    root = policy.value.root
    node = root.get("MessageRetentionPeriod") if isinstance(root, Mapping) else None
    written = node.value if isinstance(node, Leaf) else None
    days = str(written)
    return Decimal(days) if days.isascii() and days.isdigit() and 1 <= int(days) <= 365 else None
