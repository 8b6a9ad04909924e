"""The whole catalog as a table: for every dimension, plan and Region a price, "not offered" or "no price known"."""

from collections.abc import Iterable, Iterator

import msgspec

from pricing.catalog.lookup import PLANS, SERVICES, Answer, Catalog
from pricing.catalog.model import GLOBAL


class Cell(msgspec.Struct, frozen=True):
    """What the catalog answers for a dimension, a plan (None when plans make no difference) and a Region."""

    dimension: str
    plan: str | None
    region: str
    answer: Answer


def cells(catalog: Catalog, services: Iterable[str], regions: Iterable[str]) -> Iterator[Cell]:
    """Every cell of the table of some services and Regions.

    Args:
        catalog: prices.
        services: first words of dimensions (ses, sns, data_transfer, kms, sqs).
        regions: Region codes.
    """
    regions = tuple(regions)
    for service in services:
        file = catalog.service(SERVICES[service])
        names = {item.id: item for item in file.dimensions}
        for name in sorted({*names, *file.unpriced}):
            found = names.get(name)
            if found is not None and all(set(rate.regions) == {GLOBAL} for rate in found.rates):
                continue  # a free bundle of the account, no price of a Region
            told = {plan for rate in found.rates for plan in rate.plans} if found is not None else set()
            plans: tuple[str | None, ...] = tuple(plan for plan in PLANS if plan in told) or (None,)
            for plan in plans:
                for region in regions:
                    yield Cell(name, plan, region, catalog.price(name, region, plan=plan))
