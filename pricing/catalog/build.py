"""Generates the data files from price tables, for developers: ``python -m pricing.catalog.build TABLE.csv``.

``tables/further.csv`` beside this module holds what the table does not: the services that events are published to.
`pricing.catalog.between` adds the traffic between Regions. A table has one line per price range with the columns
``service, region, dimension, usagetype_suffix, operation, begin, end, price_usd, sku, rate_code, publication_date,
basis``; others are ignored. The same tables and date give the same bytes.
"""

import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import click
import msgspec

from pricing.catalog import absences, between, entered, sms
from pricing.catalog.encode import encode
from pricing.catalog.lookup import SERVICES
from pricing.catalog.model import GLOBAL, SCHEMA, Dimension, Rate, ServicePrices, Source, Status, Tier
from pricing.money import written
from pricing.tiers import TierError, check

Line: TypeAlias = dict[str, str]

_COLUMNS = frozenset(
    (
        "service",
        "region",
        "dimension",
        "usagetype_suffix",
        "operation",
        "begin",
        "end",
        "price_usd",
        "sku",
        "rate_code",
        "publication_date",
        "basis",
    )
)
_DATA = Path(__file__).with_name("data")
FURTHER = Path(__file__).parent.joinpath("tables", "further.csv")
"""The table of this repository."""


class BuildError(Exception):
    """The table cannot be used."""


def status_of(basis: str) -> Status:
    """How sure a line is, from how the table's author came to it.

    ``name``: the feed itself names the row. ``hash`` and ``suffix``: identified by price, SKU or rate code. A
    ``guess`` among them makes it disputed.
    """
    words = {word.strip() for word in basis.replace("+", ",").split(",")}
    if not words <= {"name", "hash", "suffix", "guess"}:
        raise BuildError(f"unknown basis {basis!r}")
    if "guess" in words:
        return Status.DISPUTED
    return Status.CONFIRMED if words == {"name"} else Status.INFERRED


def build(table: bytes, generated_at: str, further: bytes = b"") -> tuple[dict[str, ServicePrices], list[str]]:
    """The data files by offer code, and what of the tables was left out and why.

    Args:
        table: the bytes of the CSV file.
        generated_at: goes into the files.
        further: a second table.

    Raises:
        BuildError: for a table with missing columns, an unknown basis or tiers that do not follow each other.
    """
    left_out: dict[str, int] = defaultdict(int)
    by_service: dict[str, list[Line]] = defaultdict(list)
    digests: dict[str, str] = {}
    for content in filter(None, (table, further)):
        digest = hashlib.sha256(content).hexdigest()
        for line in _lines(content):
            reason = _unusable(line)
            if reason:
                left_out[reason] += 1
            else:
                by_service[line["service"]].append(line)
                digests.setdefault(line["service"], digest)
    files = {
        code: _file(code, by_service[code], digests.get(code, ""), generated_at)
        for code in SERVICES.values()
        if code != sms.SERVICE
    }
    return files, [f"{count} lines left out: {reason}" for reason, count in sorted(left_out.items())]


def _lines(table: bytes) -> list[Line]:
    reader = csv.DictReader(table.decode().splitlines())
    missing = _COLUMNS - set(reader.fieldnames or ())
    if missing:
        raise BuildError(f"the table has no column {', '.join(sorted(missing))}")
    return list(reader)


def _unusable(line: Line) -> str:
    if line["service"] not in SERVICES.values():
        return f"service {line['service']}"
    if line["dimension"] in entered.PLACEHOLDERS:
        return f"{line['dimension']} is a placeholder"
    if line["dimension"] not in entered.DIMENSIONS:
        return f"dimension {line['dimension']}"
    if " " in line["region"]:
        return f"{line['region']} is no Region"
    return ""


def _file(code: str, lines: list[Line], digest: str, generated_at: str) -> ServicePrices:
    sources = {"feed": _feed(code, lines, digest)}
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line["dimension"]].append(line)
    dimensions = [_dimension(rows) for rows in grouped.values()]
    if code == "AmazonSES":
        sources |= {"common": entered.COMMON, "plans": entered.PLAN_OFFER, "plans-elsewhere": entered.PLAN_ELSEWHERE}
        dimensions = _with_plans(_with_new_regions(dimensions))
    if code == SERVICES["data_transfer"]:
        pairs = between.TABLE.read_bytes()
        sources |= between.sources(pairs)
        dimensions.extend(between.dimensions(pairs))
    return ServicePrices(
        schema=SCHEMA,
        service=code,
        currency="USD",
        generated_at=generated_at,
        sources=sources,
        dimensions=tuple(sorted(dimensions, key=lambda item: item.id)),
        not_offered=absences.NOT_OFFERED.get(code, ()),
        unpriced={name: why for name, why in entered.UNPRICED.items() if SERVICES[name.partition(".")[0]] == code},
    )


def _feed(code: str, lines: list[Line], digest: str) -> Source:
    source = entered.FEEDS[code]
    dates = {line["publication_date"] for line in lines if line["publication_date"][:4].isdigit()}
    if len(dates) > 1:
        raise BuildError(f"{code} has several publication dates: {', '.join(sorted(dates))}")
    published = dates.pop() if dates else source.published
    version = "".join(character for character in published if character.isdigit()) if "T" in published else ""
    return msgspec.structs.replace(source, published=published, version=version, sha256=digest)


def _dimension(lines: list[Line]) -> Dimension:
    """One dimension; Regions with the same tiers, rate codes and status share a rate."""
    name, unit = entered.DIMENSIONS[lines[0]["dimension"]]
    by_region: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_region[line["region"]].append(line)
    shared: dict[Rate, dict[str, str]] = defaultdict(dict)
    for region, rows in by_region.items():
        rate, sku = _rate(name, region, sorted(rows, key=lambda row: Decimal(row["begin"])))
        shared[rate][region] = sku
    rates = [msgspec.structs.replace(rate, regions=dict(sorted(regions.items()))) for rate, regions in shared.items()]
    return Dimension(
        id=name,
        unit=unit,
        usage_type=_told(lines[0]["usagetype_suffix"]),
        operation=_told(lines[0]["operation"]),
        rates=tuple(sorted(rates, key=lambda rate: min(rate.regions))),
    )


def _rate(name: str, region: str, rows: list[Line]) -> tuple[Rate, str]:
    tiers = tuple(
        Tier(Decimal(row["begin"]), None if row["end"] == "Inf" else Decimal(row["end"]), _price(row["price_usd"]))
        for row in rows
    )
    if region != GLOBAL:  # global lines are free bundles, which end
        check(tiers, f"{name} in {region}")
    skus = {row["sku"] for row in rows}
    if len(skus) != 1:
        raise BuildError(f"{name} in {region} has several SKUs: {', '.join(sorted(skus))}")
    sku = skus.pop()
    status, note = max((status_of(row["basis"]) for row in rows), key=lambda item: item.rank), ""
    if (name, region) in absences.DOUBTS:
        status, note = absences.DOUBTS[name, region]
    codes = tuple(row["rate_code"].removeprefix(f"{sku}.") for row in rows) if sku else ()
    rate = _Hashable(
        tiers=tiers,
        rate_codes=codes,
        regions={},
        status=status,
        source="feed",
        plans=entered.FEED_PLANS.get(name, ()),
        note=note,
    )
    return rate, sku


class _Hashable(Rate, frozen=True):
    """A rate before its Regions are known, as a key."""

    def __hash__(self) -> int:
        return hash((self.tiers, self.rate_codes, self.status, self.note))


def _with_new_regions(dimensions: Iterable[Dimension]) -> list[Dimension]:
    """Regions that are newer than the feed get the prices that all Regions of the feed agree on."""
    dimensions = list(dimensions)
    everywhere = {region for item in dimensions for rate in item.rates for region in rate.regions} - {GLOBAL}
    return [
        msgspec.structs.replace(item, rates=(*item.rates, _common(item.rates[0])))
        if len(item.rates) == 1 and everywhere == set(item.rates[0].regions)
        else item
        for item in dimensions
    ]


def _common(rate: Rate) -> Rate:
    status = max(rate.status, Status.INFERRED, key=lambda item: item.rank)
    regions = dict.fromkeys(entered.NEW_SES_REGIONS, "")
    return Rate(tiers=rate.tiers, regions=regions, status=status, source="common", plans=rate.plans, note=rate.note)


def _with_plans(dimensions: Iterable[Dimension]) -> list[Dimension]:
    """The prices of SES pricing plans, in the Region they were read in and inferred in the others."""
    found = {item.id: item for item in dimensions}
    outbound = found["ses.outbound"].rates
    senders = sorted({region for rate in outbound if rate.source == "feed" for region in rate.regions})
    others = [region for region in senders if region not in {*entered.NO_PLAN_SAID, entered.PLAN_HOME}]
    for name, by_plan in entered.PLAN_PRICES.items():
        rates = tuple(
            Rate(
                tiers=tiers,
                regions=dict.fromkeys(regions, ""),
                status=Status.DISPUTED if name in entered.PLAN_DISPUTED else Status.INFERRED,
                source=source,
                plans=plans,
                usage_type=entered.PLAN_USAGE_TYPES.get(name, "").format(plan="".join(plans[:1]).capitalize()),
                note=note,
            )
            for plans, (tiers, note) in by_plan.items()
            for source, regions in (("plans", [entered.PLAN_HOME]), ("plans-elsewhere", others))
        )
        if name in found:
            found[name] = msgspec.structs.replace(found[name], rates=(*found[name].rates, *rates))
        else:
            found[name] = Dimension(id=name, unit=_unit(name), rates=rates)
    return list(found.values())


def _unit(name: str) -> str:
    """The unit of one of our dimensions that the table does not have."""
    return entered.PLAN_UNITS.get(name) or next(unit for known, unit in entered.DIMENSIONS.values() if known == name)


def _told(value: str) -> str:
    return "" if value == "?" or value.startswith("(") else value


def _price(value: str) -> Decimal:
    return Decimal(written(Decimal(value)))


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--generated-at", required=True, metavar="DATE", help="Date that goes into the files (ISO 8601).")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=_DATA, show_default=True)
@click.option("--sms", "messages", type=click.Path(dir_okay=False, path_type=Path), help="AWS's price file of SMS.")
@click.option("--sms-published", default="", metavar="DATE", help="Date of that file (ISO 8601).")
def main(table: Path, generated_at: str, folder: Path, messages: Path | None, sms_published: str) -> None:
    """Write the data files from a price TABLE and the one of this repository."""
    try:
        files, left_out = build(table.read_bytes(), generated_at, FURTHER.read_bytes())
        if messages is not None:
            files[sms.SERVICE] = sms.build(messages.read_bytes(), sms_published, generated_at)
    except (BuildError, TierError, sms.SmsError, between.BetweenRegionsError) as error:
        raise click.ClickException(f"{table}: {error}") from error
    for code, file in files.items():
        folder.joinpath(f"{code}.json").write_bytes(encode(file))
    for line in left_out:
        sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
