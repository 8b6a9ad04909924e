"""From a data file, which groups equal prices, to one row per dimension, plan and Region."""

from collections.abc import Iterator

from pricing.catalog.model import Dimension, Rate, Row, ServicePrices


def rows(file: ServicePrices) -> Iterator[Row]:
    """Every price of a file, by dimension, plan and Region."""
    for dimension in file.dimensions:
        for rate in dimension.rates:
            for plan in rate.plans or (None,):
                for region in rate.regions:
                    yield row(file, dimension, rate, region, plan)


def row(file: ServicePrices, dimension: Dimension, rate: Rate, region: str, plan: str | None) -> Row:
    """One price alone.

    Args:
        file: that the price is in.
        dimension: of the file.
        rate: of the dimension.
        region: of the rate.
        plan: of the rate, None when plans make no difference.
    """
    sku = rate.regions[region]
    return Row(
        dimension=dimension.id,
        service=file.service,
        region=region,
        plan=plan,
        unit=dimension.unit,
        usage_type=rate.usage_type or dimension.usage_type,
        operation=dimension.operation,
        tiers=rate.tiers,
        sku=sku,
        rate_codes=tuple(f"{sku}.{code}" for code in rate.rate_codes) if sku else (),
        status=rate.status,
        source=file.sources[rate.source],
        note=rate.note,
        currency=rate.currency or file.currency,
    )
