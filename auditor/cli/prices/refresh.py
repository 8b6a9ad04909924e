"""``auditor prices refresh``: a catalog from AWS's price lists."""

import sys
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from auditor.cli.errors import EXIT_GATE, EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import REGION, Day, today
from auditor.cli.prices.catalogs import SERVICES, opened, service_option

if TYPE_CHECKING:
    from pricing.catalog.local import Files
    from pricing.catalog.lookup import Catalog
    from pricing.catalog.offer import Offer, Wanted
    from pricing.catalog.refresh import Web
    from pricing.catalog.renewal import Renewed

_MEGABYTE = 1 << 20
_SHOWN_USAGE_TYPES = 5


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What to read, where from, and what to let pass; the options of the same names."""

    services: tuple[str, ...]
    regions: tuple[str, ...]
    source: str
    api: bool
    profile: str | None
    api_region: str
    paths: tuple[Path, ...]
    sms_date: date | None
    max_size: int
    allow: tuple[str, ...]
    units: tuple[str, ...]
    day: date


@click.command("refresh")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Folder of the new catalog; what it has is what is renewed.",
)
@service_option
@click.option("--region", "regions", type=REGION, multiple=True, help="Only these Regions (repeatable).")
@click.option("--source", metavar="URL", default="", help="Server of price lists; default: AWS's bulk API.")
@click.option("--api", is_flag=True, help="Ask AWS's Price List Query API (GetProducts) with your credentials.")
@click.option("--profile", metavar="NAME", help="AWS profile for --api.")
@click.option(
    "--api-region",
    type=click.Choice(["us-east-1", "eu-central-1", "ap-south-1", "cn-northwest-1"]),
    default="us-east-1",
    show_default=True,
    help="Where --api asks; cn-northwest-1 has the prices of China.",
)
@click.option(
    "--from",
    "paths",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Read price lists on this machine: files or folders (repeatable). Nothing is asked of the network.",
)
@click.option("--sms-date", type=Day(), metavar="DATE", help="Date of AWS's price file of text messages in --from.")
@click.option(
    "--allow",
    type=click.Choice(["older", "removals"]),
    multiple=True,
    help="Accept price lists older than the present prices, or without most of them (repeatable).",
)
@click.option("--accept-unit", "units", multiple=True, metavar="UNIT", help="A further unit of measure (repeatable).")
@click.option(
    "--max-size", type=click.IntRange(min=1), default=4096, metavar="MB", help="Largest file that is downloaded."
)
@click.option("--yes", is_flag=True, help="Replace without asking.")
@click.option("--now", "day", type=Day(), metavar="DATE", help="Date of the new catalog.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Of the difference.")
@click.pass_context
def command(ctx: click.Context, /, output: Path, day: date | None, **options: Any) -> None:
    """Make a catalog from AWS's price lists, or renew one.

    Reads the index of Regions and the price list that it names for each, checks them, prints what would change and
    asks before it writes. Estimates use the catalog with --prices DIR. When anything in a price list cannot be right,
    the catalog stays as it is and one line says why.

    Exit 0 when the catalog is written or already the same, 1 when you say no, 2 when there is no terminal to ask on
    and no --yes, 3 when a price list is refused.

    \b
    auditor prices refresh --output prices --region eu-west-1
    auditor prices refresh --output prices --from downloads/ --yes
    """
    if sum(bool(options[name]) for name in ("source", "api", "paths")) > 1:
        raise Stop("use one of --source, --api and --from", EXIT_USAGE)
    asked = _Asked(day=day or today(), **{name: options[name] for name in _Asked.__struct_fields__ if name != "day"})
    renewed = _renewed(opened(output if _has_prices(output) else None), asked)
    _tell(renewed, options["format_"])
    if not renewed.comparison.changes:
        explain("the prices are the same; nothing is written", EXIT_PASSED)
        return
    if not options["yes"]:
        _ask(ctx, output)
    _write(renewed, output)


def _has_prices(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.json"))


def _renewed(present: "Catalog", asked: _Asked) -> "Renewed":
    """The new catalog.

    Raises:
        Stop: a price list cannot be had or cannot be right.
    """
    from pricing.catalog.lookup import SERVICES as CODES
    from pricing.catalog.lookup import CatalogError
    from pricing.catalog.merge import Allowed
    from pricing.catalog.offer import OfferError
    from pricing.catalog.renewal import renew, wanted

    allowed = Allowed(older="older" in asked.allow, removals="removals" in asked.allow, units=asked.units)
    codes = [CODES[name] for name in asked.services or SERVICES]
    try:
        offers, messages = _read(asked, wanted(present, codes, asked.regions))
        return renew(present, offers, messages, asked.day.isoformat(), allowed)
    except OfferError as error:
        raise Stop(f"{error}; the prices stay as they are", EXIT_NO_INPUT) from error
    except CatalogError as error:
        raise Stop(str(error), EXIT_NO_INPUT) from error


def _read(asked: _Asked, wanted: "dict[str, Wanted]") -> "tuple[Iterator[Offer], tuple[bytes, str] | None]":
    """The price lists, read one by one, and the price file of text messages if it is asked for and there."""
    most_bytes = asked.max_size * _MEGABYTE
    texts = not asked.services or "sms" in asked.services
    if asked.paths:
        from pricing.catalog.local import Files

        files = Files(asked.paths)
        return files.offers(wanted), _saved_messages(files, asked) if texts else None
    from pricing.catalog import refresh, sms

    if asked.api:
        pages = refresh.client(asked.profile, asked.api_region)
        return (
            offer for code, known in wanted.items() for offer in refresh.from_api(pages, code, asked.regions, known)
        ), None
    web = refresh.Web(asked.source or refresh.BULK, most_bytes)
    explain(f"reading price lists of {len(wanted)} services from {asked.source or refresh.BULK}", EXIT_PASSED)
    offers = (offer for code, known in wanted.items() for offer in web.offers(code, asked.regions, known))
    if not texts or asked.source or asked.regions:
        return offers, None
    return offers, _messages(refresh.Web(sms.URL.partition("/aws-")[0], most_bytes), sms.URL, asked.day)


def _saved_messages(files: "Files", asked: _Asked) -> tuple[bytes, str] | None:
    content = files.messages()
    if content is None:
        return None
    if asked.sms_date is None:
        raise Stop("the price file of text messages does not tell its date: add --sms-date", EXIT_USAGE)
    return content, asked.sms_date.isoformat()


def _messages(web: "Web", url: str, day: date) -> tuple[bytes, str]:
    content, changed = web.messages(url)
    try:
        return content, parsedate_to_datetime(changed).date().isoformat()
    except ValueError:
        return content, day.isoformat()


def _tell(renewed: "Renewed", format_: str) -> None:
    from auditor.report import prices_diff
    from auditor.report.terminal import printable_lines

    found = renewed.comparison
    shown = prices_diff.as_json(found) if format_ == "json" else prices_diff.as_text(found)
    click.echo(printable_lines(shown), nl=False)
    for code, merged in renewed.read.items():
        explain(f"{code}: {merged.prices:,} prices of {len(merged.regions)} Regions read", EXIT_PASSED)
        if merged.passed_over:
            names = sorted(merged.passed_over, key=lambda name: (-merged.passed_over[name], name))
            shown = ", ".join(name or "(no usage type)" for name in names[:_SHOWN_USAGE_TYPES])
            more = ", …" if len(names) > _SHOWN_USAGE_TYPES else ""
            explain(
                f"{code}: no dimension of the catalog is {shown}{more} ({sum(merged.passed_over.values()):,} products)",
                EXIT_PASSED,
            )


def has_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _ask(ctx: click.Context, output: Path) -> None:
    """Ask whether to write.

    Raises:
        Stop: there is nobody to ask.
    """
    if not has_terminal():
        raise Stop(f"not written: there is no terminal to ask on; --yes writes {output} without asking", EXIT_USAGE)
    if not click.confirm(f"Write these prices to {output}?", err=True):
        explain("not written", EXIT_GATE)
        ctx.exit(EXIT_GATE)


def _write(renewed: "Renewed", output: Path) -> None:
    from pricing.catalog.folder import FolderError, save

    try:
        save(renewed.files, output)
    except FolderError as error:
        raise Stop(str(error), EXIT_USAGE) from error
    explain(f"{len(renewed.files)} price files written to {output}", EXIT_PASSED)
