"""What an estimate does not know: quantities that are told as unknown or implied, and resources without usage."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from auditor.model.inventory import Inventory
from auditor.model.known import Known, Truth, Unknown, Value
from auditor.model.resource import Resource
from auditor.model.ses import AccountSettings, ConfigurationSet, EmailIdentity, ReceiptRule
from auditor.model.sns import Subscription, Topic
from auditor.model.text import Text
from pricing.bill import price_of
from pricing.catalog.lookup import Catalog, Priced
from pricing.charges import OpenCharge
from pricing.meters.meter import Meter
from pricing.meters.registry import meters, quantities
from pricing.meters.sns import is_fifo, standard_only
from pricing.meters.sns_fifo import NAMES, STANDARD_NAMES
from pricing.money import EXACT
from pricing.placing import Placed, Target, is_told, target_of
from pricing.plans import FEE, PLANS_WITH_FEE, Plans
from pricing.result import Dependency, Price
from pricing.subscriptions import Way, way_of
from pricing.topology import undescribed
from pricing.topology.between_regions import quantity
from pricing.usage.usage import Usage

PULLED = {
    "sns.delivery.http": ("sns.data_transfer.out_gb",),
    "sns.delivery.sqs": ("sns.sqs.requests",),
    "sns.delivery.lambda": ("sns.lambda.requests", "sns.lambda.gb_seconds"),
    "sns.delivery.firehose": ("sns.firehose.ingestion_gb",),
}
"""Meter of deliveries to what they make other services charge."""


def of_charges(charges: Sequence[OpenCharge], catalog: Catalog, plans: Plans) -> Iterator[Dependency]:
    """The charges whose quantity or Region is not known."""
    for charge in charges:
        amount: Decimal | None = None
        if isinstance(charge.quantity, Known):
            amount, needs, reason = charge.quantity.value, ("region",), "the Region is not told"
        else:
            missing = charge.quantity.detail
            is_name = missing in quantities()
            reason = f"{missing} is not told" if is_name else missing
            needs = (missing,) if is_name else (charge.meter.id,)
        under = _under(charge.meter, charge.target, charge.plan, catalog, plans)
        dependency = _dependency(charge.meter, charge.target, under, amount, needs, reason, catalog)
        if not _is_free(dependency):
            yield dependency


def of_unmatched(placed: Placed, usage: Usage, catalog: Catalog) -> Iterator[Dependency]:
    """Usage of resources that no input has: it has no Region, so no price."""
    for entry in placed.unmatched:
        place = usage.place(entry)
        reason = f"no resource of the inputs matches {entry.selector}" + (f" ({place})" if place else "")
        for name in entry.quantities:
            meter = meters().get(name)
            if meter is not None:
                target = Target(meter.service, None, str(entry.selector))
                yield _dependency(meter, target, (None,), None, ("resource",), reason, catalog)


def of_inventory(
    inventory: Inventory, placed: Placed, plans: Plans, catalog: Catalog, default_region: str | None
) -> Iterator[Dependency]:
    """Resources that can cost something and of which the usage does not speak."""
    identities: dict[str | None, list[Target]] = defaultdict(list)
    for identity in inventory.of(EmailIdentity):
        target = target_of(identity, "ses", default_region)
        identities[target.region].append(target)
    exposed = _exposures(inventory, placed, default_region)
    for target, meter in _unspoken(exposed.meters, placed):
        own = identities[target.region] if target.service == "ses" else ()
        if own and all(is_told(placed, meter.id, identity) for identity in own):
            continue
        excluded = standard_only(target.resource) if meter.excludes and target.resource is not None else None
        plan: Value[str | None] = Known(None)
        if target.service == "ses" and target.region is not None:
            told = plans.of(target.region)
            plan = told if isinstance(told, Unknown) else Known(told.value)
        reason = excluded.detail if excluded is not None else f"{meter.id} is not told"
        under = _under(meter, target, plan, catalog, plans)
        dependency = _dependency(meter, target, under, None, (meter.id,), reason, catalog)
        if not _is_free(dependency):
            yield dependency
    yield from _of_untold_protocols(exposed.unmetered, inventory, placed, default_region)
    yield from _of_new_regions(exposed.abroad)
    yield from _of_untold_plans(inventory, placed, plans, catalog, default_region)


def _of_untold_plans(
    inventory: Inventory, placed: Placed, plans: Plans, catalog: Catalog, default_region: str | None
) -> Iterator[Dependency]:
    """The monthly fees that plans may have which are not known; NONE and ESSENTIALS have none.

    Source: https://docs.aws.amazon.com/ses/latest/dg/pricing-plans.html
    """
    used = {target.region for target in placed.told if target.service == "ses"}
    used.update(_by_region(inventory, default_region))
    used.update(target.region for target, _ in undescribed.used(inventory, default_region))
    for untold in plans.untold(used):
        prices = []
        for plan in PLANS_WITH_FEE if untold.region is not None else ():
            answer = catalog.price(FEE, untold.region or "", plan=plan)
            price = answer.row.tiers[0].price if isinstance(answer, Priced) else None
            cost = EXACT.multiply(Decimal(untold.accounts), price) if price is not None else None
            prices.append(price_of(answer, plan, cost))
        found = catalog.dimension(FEE)
        yield Dependency(
            meter=FEE,
            service="ses",
            region=untold.region,
            resource=None,
            quantity=Decimal(untold.accounts),
            unit=found.unit if found is not None else "month",
            needs=("region",) if untold.region is None else (f"regions.{untold.region}.ses_plan",),
            reason=f"{untold.reason}; NONE and ESSENTIALS have no monthly fee",
            prices=tuple(prices),
        )


def _of_untold_protocols(
    untold: Sequence[Subscription], inventory: Inventory, placed: Placed, default_region: str | None
) -> Iterator[Dependency]:
    """Subscriptions of which the protocol, or the platform of a mobile app, is not told: no meter counts them."""
    topics = {topic.arn: topic for topic in inventory.of(Topic) if topic.arn is not None} if untold else {}
    found: dict[Target, list[str]] = defaultdict(list)
    for item in untold:
        topic = topics.get(item.topic.value) if isinstance(item.topic, Known) else None
        if topic is not None and is_fifo(topic):
            continue  # it delivers to queues only
        region = item.region.literal or default_region
        target = target_of(topic, "sns", default_region) if topic is not None else Target("sns", region)
        if placed.told.get(target, {}).get("sns.publish.messages") != 0:
            found[target].append(item.address)
    for target, addresses in found.items():
        more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
        yield Dependency(
            meter="sns.delivery",
            service="sns",
            region=target.region,
            resource=target.id or None,
            quantity=None,
            unit="notification",
            needs=("protocol",),
            reason=f"the protocol or platform of {addresses[0]}{more} is not told",
            prices=(),
        )


def _of_new_regions(abroad: Iterable[tuple[Subscription, str | None, str]]) -> Iterator[Dependency]:
    """Subscriptions that deliver to a Region that the catalog does not have: no quantity counts that traffic."""
    for item, region, away in abroad:
        if quantity(away) is None:
            yield Dependency(
                meter="sns.data_transfer",
                service="sns",
                region=region,
                resource=item.id,
                quantity=None,
                unit="GB",
                needs=("region",),
                reason=f"no price is known of traffic to {away}, where the subscription delivers to",
                prices=(),
            )


class _Exposed(NamedTuple):
    """What can cost something.

    Attributes:
        meters: target to the meters of everything that the inventory makes possible.
        unmetered: subscriptions whose meter is not told.
        abroad: what delivers to another Region, with the Region of its topic and the other one.
    """

    meters: Mapping[Target, Iterable[str]]
    unmetered: list[Subscription]
    abroad: list[tuple[Subscription, str | None, str]]


def _exposures(inventory: Inventory, placed: Placed, default_region: str | None) -> _Exposed:
    unmetered, abroad = [], []
    found: dict[Target, dict[str, None]] = defaultdict(dict)
    topics: dict[Text, tuple[bool, str | None, dict[str, None]]] = {}
    for target in placed.resources.get("sns", ()):
        topic = target.resource
        if not isinstance(topic, Topic):
            continue
        own = found[target]
        own.update(dict.fromkeys(_of_topic(topic)))
        if topic.arn is not None:
            topics[topic.arn] = is_fifo(topic), target.region, own
    for subscription in inventory.of(Subscription):
        way = way_of(subscription)
        if way.is_pending is Truth.TRUE:
            continue
        if way.meter is None:
            unmetered.append(subscription)
            continue
        named = topics.get(subscription.topic.value) if isinstance(subscription.topic, Known) else None
        if named is None:
            outside = Target("sns", subscription.region.literal or default_region)
            named = False, outside.region, found[outside]
        fifo, home, own = named
        own.update(_of_way(way, fifo))
        away = way.away(home)
        if away:
            abroad.append((subscription, home, away))
            traffic = quantity(away)
            if traffic is not None:
                own[traffic] = None
    for region, resources in _by_region(inventory, default_region).items():
        found[Target("ses", region)].update(dict.fromkeys(_ses_meters(resources)))
    for target, name in undescribed.used(inventory, default_region):
        found[target][name] = None
    return _Exposed(found, unmetered, abroad)


def _unspoken(exposures: Mapping[Target, Iterable[str]], placed: Placed) -> Iterator[tuple[Target, Meter]]:
    """The exposures of which the usage does not speak, neither for the target nor for its service in its Region."""
    known = meters()
    regions = {(target.service, target.region): told for target, told in placed.told.items() if not target.id}
    for target, names in exposures.items():
        own = placed.told.get(target, {})
        region = regions.get((target.service, target.region), {})
        for name in names:
            speaking = _names(name)
            if speaking.isdisjoint(own) and speaking.isdisjoint(region):
                yield target, known[name]


def _of_topic(topic: Topic) -> Iterator[str]:
    """What a topic can cost without subscriptions."""
    yield "sns.fifo.publish.messages" if is_fifo(topic) else "sns.publish.messages"
    key, archive, protection = topic.kms_key, topic.archive_policy, topic.data_protection_policy
    if isinstance(key, Unknown):
        yield "sns.kms.requests"
    elif key.value is not None:
        managed = (key.value.literal or "").endswith("alias/aws/sns")
        yield "sns.kms.aws_managed_requests" if managed else "sns.kms.requests"
    if is_fifo(topic) if isinstance(archive, Unknown) else archive.value is not None:
        yield "sns.fifo.archive.processing_gb"
        yield "sns.fifo.archive.storage_gb_months"
    if topic.is_declared if isinstance(protection, Unknown) else protection.value is not None:
        yield "sns.data_protection.scan_gb"


@lru_cache(10_000)
def _of_way(way: Way, fifo: bool) -> Mapping[str, None]:  # noqa: FBT001 - a cache is faster by position
    """What a subscription makes a topic, FIFO or not, cost, and what its deliveries make other services charge."""
    names = NAMES if fifo else {}
    meter = way.meter.id if way.meter is not None else ""
    found = [names.get(name, name) for name in (meter, *PULLED.get(meter, ()))]
    if fifo:
        found.append("sns.fifo.delivery.payload_gb")
    if way.scans is not Truth.FALSE:
        found.append(names.get("sns.filter.body_gb", "sns.filter.body_gb"))
    return dict.fromkeys(found)


@cache
def _names(meter: str) -> frozenset[str]:
    """What speaks of a meter when it is told: its own quantity, those that imply it, and those of standard topics."""
    own = (meter, *meters()[meter].implied_by)
    return frozenset(own) | {STANDARD_NAMES[name] for name in own if name in STANDARD_NAMES}


def _by_region(inventory: Inventory, default_region: str | None) -> dict[str | None, list[Resource]]:
    """SES resources by Region: their costs are those of the Region."""
    found: dict[str | None, list[Resource]] = defaultdict(list)
    for kind in (EmailIdentity, ConfigurationSet, AccountSettings, ReceiptRule):
        for resource in inventory.of(kind):
            found[resource.region.literal or default_region].append(resource)
    return found


def _ses_meters(resources: Sequence[Resource]) -> Iterator[str]:
    if any(isinstance(resource, EmailIdentity | ConfigurationSet) for resource in resources):
        yield "ses.outbound.recipients"
    if any(isinstance(item, AccountSettings) and item.vdm_enabled != Known(value=False) for item in resources):
        yield "ses.vdm.emails"
    if any(isinstance(item, ConfigurationSet) and item.sending_pool != Known(None) for item in resources):
        yield "ses.dedicated_ip.standard"
        yield "ses.dedicated_ip.managed.subscriptions"
    if any(isinstance(item, ReceiptRule) and item.enabled != Known(value=False) for item in resources):
        yield "ses.inbound.messages"
        yield "ses.inbound.chunks_256kb"


def _under(
    meter: Meter, target: Target, plan: Value[str | None], catalog: Catalog, plans: Plans
) -> tuple[str | None, ...]:
    """The SES pricing plans that can decide a price; None for one that does not depend on them."""
    if isinstance(plan, Known):
        return (plan.value,)
    return plans.under(target.region or "") if catalog.depends_on_plan(meter.dimension) else (None,)


def _dependency(
    meter: Meter,
    target: Target,
    under: tuple[str | None, ...],
    quantity: Decimal | None,
    needs: tuple[str, ...],
    reason: str,
    catalog: Catalog,
) -> Dependency:
    found = catalog.dimension(meter.dimension)
    prices: tuple[Price, ...] = ()
    if target.region is not None:
        undecided = len(under) > 1
        prices = tuple(
            price_of(catalog.price(meter.dimension, target.region, plan=option), option if undecided else None)
            for option in under
        )
        if undecided:
            needs = (*needs, f"regions.{target.region}.ses_plan")
    return Dependency(
        meter=meter.id,
        service=target.service,
        region=target.region,
        resource=target.id or None,
        quantity=quantity,
        unit=found.unit if found is not None else meter.unit,
        needs=needs,
        reason=reason,
        prices=prices,
    )


def _is_free(dependency: Dependency) -> bool:
    """Whether every price is known to be 0, so that any quantity costs nothing."""
    return bool(dependency.prices) and all(
        price.tiers and all(tier.price == 0 for tier in price.tiers) for price in dependency.prices
    )
