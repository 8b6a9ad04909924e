"""The whole catalog as a table: for every dimension, plan and Region a price, "not offered" or "no price known"."""

from collections.abc import Iterable, Iterator

import msgspec

from pricing.catalog.lookup import PLANS, SERVICES, Answer, Catalog, NotOffered, Priced
from pricing.catalog.model import EVERYWHERE, GLOBAL, Dimension
from pricing.catalog.regions import REGIONS


class Cell(msgspec.Struct, frozen=True):
    """What the catalog answers for a dimension, a plan (None when plans make no difference) and a Region."""

    dimension: str
    plan: str | None
    region: str
    answer: Answer


def all_regions(catalog: Catalog) -> tuple[str, ...]:
    """Every Region of AWS and every one that a catalog has a price of, sorted."""
    return tuple(sorted({*REGIONS, *catalog.regions}))


def cells(catalog: Catalog, services: Iterable[str], regions: Iterable[str]) -> Iterator[Cell]:
    """Every cell of the table of some services and Regions, prices in the currency that each has.

    A price that does not depend on the Region is one cell, beside those of the Regions that do not offer it.

    Args:
        catalog: prices.
        services: first words of dimensions, the keys of `pricing.catalog.lookup.SERVICES`.
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
            for plan in _plans(found):
                yield from _row(catalog, name, plan, regions)


def _plans(dimension: Dimension | None) -> tuple[str | None, ...]:
    told = {plan for rate in dimension.rates for plan in rate.plans} if dimension is not None else set()
    return tuple(plan for plan in PLANS if plan in told) or (None,)


def _row(catalog: Catalog, name: str, plan: str | None, regions: Iterable[str]) -> Iterator[Cell]:
    everywhere = False
    for region in regions:
        answer = catalog.price(name, region, plan=plan, currency=None)
        if isinstance(answer, Priced) and answer.row.region == EVERYWHERE:
            if everywhere:
                continue
            everywhere, region = True, EVERYWHERE  # noqa: PLW2901 - the one cell that stands for all
        yield Cell(name, plan, region, answer)


def counts(found: Iterable[Cell]) -> dict[str, int]:
    """How many cells have each status: confirmed, inferred, disputed, not offered, no price known."""
    result = dict.fromkeys(("confirmed", "inferred", "disputed", "not offered", "no price known"), 0)
    for cell in found:
        result[status(cell)] += 1
    return result


def status(cell: Cell) -> str:
    """The status of a cell in words."""
    if isinstance(cell.answer, Priced):
        return cell.answer.row.status.value
    return "not offered" if isinstance(cell.answer, NotOffered) else "no price known"
