"""What filter policies of scope MessageBody scan: every message of a topic, once for each of them, matched or not.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html and https://aws.amazon.com/sns/pricing/
"""

from collections.abc import Iterable
from decimal import Decimal

from auditor.model.known import Cause, Known, Truth, Unknown
from auditor.model.sns import Subscription
from pricing.meters.meter import PER_GB
from pricing.meters.sns import SIZE
from pricing.money import EXACT, grouped
from pricing.placing import Target
from pricing.subscriptions import way_of
from pricing.topology.branch import number
from pricing.topology.derived import Fact, Ledger

_NONE = Known(Decimal(0))


def counted(subscriptions: Iterable[tuple[Subscription, bool]]) -> tuple[int, str]:
    """How many filter policies scan bodies, and why there may be more of them; empty when there are none.

    Args:
        subscriptions: of a topic, and whether each certainly is.
    """
    count, doubt = 0, ""
    for item, is_certain in subscriptions:
        scans = way_of(item).scans
        if scans is Truth.TRUE and is_certain:
            count += 1
        elif scans is not Truth.FALSE:
            doubt = doubt or f"whether a filter policy of subscription {item.address} scans bodies is not told"
    return count, doubt


def derive(
    name: str,
    found: tuple[int, str],
    publishes: tuple[str, Known[Decimal] | Unknown],
    target: Target,
    ledger: Ledger,
) -> None:
    """Derive the GB that are scanned, where there is, or may be, a filter policy that scans.

    Args:
        name: of the quantity.
        found: see `counted`.
        publishes: of the topic, with the name of the quantity.
        target: the topic.
        ledger: gets the quantity.
    """
    count, doubt = found
    if not (count or doubt) or not ledger.is_open(target, name):
        return
    if doubt and publishes[1] != _NONE:
        ledger.derive(target, name, Fact(None, doubt))
    else:
        ledger.derive(target, name, _scanned(publishes, count, ledger, target))


def _scanned(publishes: tuple[str, Known[Decimal] | Unknown], policies: int, ledger: Ledger, target: Target) -> Fact:
    name, messages = publishes
    if isinstance(messages, Unknown):
        return Fact(None, f"{name} is not told", (name,))
    if messages == _NONE:
        return Fact(Decimal(0), "nothing is published")
    # A size that is only taken to be within one request says nothing of the bytes that are scanned.
    size = Unknown(Cause.NOT_HERE, SIZE) if ledger.is_derived(target, SIZE) else ledger.default(target, SIZE)
    if isinstance(size, Unknown):
        return Fact(None, f"{SIZE} is not told", (SIZE,))
    scans = EXACT.multiply(messages.value, Decimal(policies))
    basis = (
        f"{grouped(messages.value)} publishes of {grouped(size.value)} bytes * "
        f"{number(policies, 'filter policy', 'filter policies')} of scope MessageBody"
    )
    return Fact(EXACT.multiply(EXACT.multiply(scans, size.value), PER_GB), basis)
