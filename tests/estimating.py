"""Short ways to write usage and resources, and to find lines, for the tests of estimates."""

from collections.abc import Iterable
from decimal import Decimal

from auditor.model.inventory import AnyResource, Inventory
from auditor.model.known import Known
from auditor.model.sns import Subscription, Topic
from auditor.model.text import Text, text
from pricing.estimate import EstimateOptions, estimate
from pricing.money import written
from pricing.month import parse
from pricing.result import Dependency, Estimate, Line
from pricing.tiers import total
from pricing.usage.usage import Account, Entry, Selector, Usage

ACCOUNT = "111122223333"


def of(where: str, /, **quantities: Decimal | int | str | None) -> Entry:
    """An entry for ``ses@eu-west-1`` or a resource; in names ``__`` stands for a dot."""
    service, at, region = where.partition("@")
    selector = Selector(service, region) if at else Selector(resource=where)
    amounts = {
        name.replace("__", "."): Decimal(amount) if amount is not None else None for name, amount in quantities.items()
    }
    return Entry(selector, amounts)


def usage(*entries: Entry, month: str | None = None, account: Account | None = None, **plans: str | None) -> Usage:
    """Usage; plans as ``eu_west_1="NONE"``."""
    return Usage(
        month=parse(month) if month is not None else None,
        account=account,
        plans={region.replace("_", "-"): plan for region, plan in plans.items()},
        entries=entries,
    )


def priced(told: Usage, *resources: AnyResource, options: EstimateOptions | None = None, **choices: str) -> Estimate:
    """The estimate; choices as ``ses__plan__extras="included"``."""
    chosen = {name.replace("__", "."): value for name, value in choices.items()}
    return estimate(Inventory(resources=resources), told, options or EstimateOptions(choices=chosen))


def line(found: Estimate, meter: str, *, region: str | None = None, resource: str | None = None) -> Line:
    """The only line of a meter (in a Region, of a resource)."""
    (only,) = (
        item
        for item in found.lines
        if item.meter == meter and region in {None, item.region} and resource in {None, item.resource}
    )
    return only


def cost(found: Estimate, meter: str, **where: str) -> str | None:
    """The exact cost of the only line of a meter, written plainly."""
    amount = line(found, meter, **where).cost
    return None if amount is None else written(amount)


def open_ends(found: Estimate) -> dict[tuple[str, str | None], Dependency]:
    """What is not known, by meter and resource."""
    return {(item.meter, item.resource): item for item in found.depends_on_usage}


def exact_total(lines: Iterable[Line]) -> Decimal:
    """The sum of costs before rounding."""
    return total(item.cost for item in lines if item.cost is not None)


def topic(name: str, region: str = "eu-west-1", *, fifo: bool = False) -> Topic:
    """A topic of an account."""
    return Topic(
        deployment=f"aws:{ACCOUNT}:{region}",
        address=f"AWS::SNS::Topic/{name}",
        name=text(name),
        arn=text(topic_arn(name, region)),
        account=text(ACCOUNT),
        region=text(region),
        fifo=Known(fifo),
        kms_key=Known(None),
        archive_policy=Known(None),
        data_protection_policy=Known(None),
    )


def topic_arn(name: str, region: str = "eu-west-1") -> str:
    """Its ARN."""
    return f"arn:aws:sns:{region}:{ACCOUNT}:{name}"


def subscription(to: Topic, protocol: str, endpoint: str, *, pending: bool = False) -> Subscription:
    """A subscription of an account."""
    return Subscription(
        deployment=to.deployment,
        address=f"AWS::SNS::Subscription/{to.name}/{endpoint}",
        name=text(endpoint),
        account=to.account,
        region=to.region,
        topic=Known(to.arn or Text(())),
        protocol=Known(protocol),
        endpoint=Known(text(endpoint)),
        pending=Known(pending),
        filter_policy=Known(None),
        filter_scope=Known("MessageAttributes"),
    )
