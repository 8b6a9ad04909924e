"""``auditor estimate``: what a month costs."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.options import Pair, binding_options, live_options, output_options, run_options, today

if TYPE_CHECKING:
    from auditor.cli.inputs import Read
    from auditor.model.inventory import Inventory
    from pricing.month import Month
    from pricing.result import Estimate
    from pricing.usage.usage import Usage


FORMATS = ("text", "json")


class Dollars(click.ParamType[Decimal]):
    """An amount of US dollars, exact."""

    name = "usd"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount that was written."""
        if isinstance(value, Decimal):
            return value
        try:
            amount = Decimal(str(value).removeprefix("$").replace(",", ""))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0 or amount.adjusted() > 15:
            self.fail(f"{value!r} is not an amount of dollars like 500 or 49.90", param, ctx)
        return amount


@click.command("estimate")
@click.argument("paths", nargs=-1, metavar="[INPUT]…")
@click.option("--usage", "usage_path", type=click.Path(path_type=Path), metavar="FILE", help="Usage file (usage-v1).")
@click.option("--month", metavar="YYYY-MM", help="Month to estimate; replaces the usage file's.")
@click.option("--budget", type=Dollars(), metavar="USD", help="Exit 1 when the known costs exceed it.")
@click.option(
    "--option",
    "choices",
    type=Pair(),
    multiple=True,
    metavar="ID=VALUE",
    help="Reading of a disputed rule (repeatable).",
)
@click.option("--max-age", type=click.IntRange(min=0), default=180, metavar="DAYS", help="Say when prices are older.")
@click.option("--require-complete", is_flag=True, help="Exit 4 when a cost is not known, even if over budget.")
@live_options()
@binding_options()
@output_options(*FORMATS)
@run_options()
@click.pass_context
def command(ctx: click.Context, /, day: date | None, budget: Decimal | None, **options: Any) -> None:
    """Estimate what a month of Amazon SES and SNS costs.

    Quantities come from the usage file; inputs tell Regions, SES plans, and what else could cost something. What is
    not told is listed with its unit price and never counted as 0.

    \b
    auditor estimate --usage usage.yaml
    auditor estimate template.yaml --usage usage.yaml --region eu-west-1 --budget 500
    """
    for name, _ in options["outputs"]:
        if name not in FORMATS:
            raise Stop(f"there is no format {name!r} of estimates: use {', '.join(FORMATS)}", EXIT_USAGE)
    found, region = _read(options)
    estimate = _estimate(found, region, options, day or today())
    verdict = ""
    if budget is not None:
        from auditor.gate.budget import verdict as judge

        verdict = judge(estimate, budget)
    _emit(estimate, verdict, options)
    ctx.exit(_exit_code(estimate, budget, found, require_complete=options["require_complete"]))


def _read(options: dict[str, Any]) -> "tuple[Read, str | None]":
    """The inputs, none when only a usage file is given; and the Region of what does not tell it.

    Raises:
        Stop: nothing is given, nothing can be read, or the configuration is wrong.
    """
    from auditor.cli.inputs import Read, read, wanted

    if options["paths"] or options["live"]:
        from auditor.catalogue import shipped
        from auditor.cli.auditing import configuration

        settings = configuration(options["config"], none=options["no_config"], catalogue=shipped(), changes={})
        asked = wanted(options, settings)
        found = read(asked)
        for error in found.errors:
            explain(str(error), EXIT_INCOMPLETE)
        return found, asked.regions[0] if len(asked.regions) == 1 and not asked.live else None
    if options["usage_path"] is None:
        raise Stop("nothing to estimate: name an input, use --live, or give a --usage file", EXIT_USAGE)
    from auditor.model.inventory import Inventory

    return Read(inventory=Inventory()), None


def _estimate(found: "Read", region: str | None, options: dict[str, Any], day: date) -> "Estimate":
    """The estimate.

    Raises:
        Stop: the usage, the month or an option is wrong, or the price data is damaged.
    """
    from pricing.catalog.lookup import CatalogError
    from pricing.derived import estimate_all
    from pricing.estimate import EstimateOptions
    from pricing.options import OptionError
    from pricing.usage.usage import UsageError

    settings = EstimateOptions(
        month=_month(options["month"]),
        region=region,
        choices=dict(options["choices"]),
        today=day,
        max_age_days=options["max_age"],
        unread=(*(str(error) for error in found.errors), *_gaps(found.inventory)),
    )
    try:
        return estimate_all(found.inventory, _usage(options["usage_path"]), settings)
    except UsageError as error:
        for mistake in error.mistakes[:-1]:
            explain(mistake, EXIT_USAGE)
        raise Stop(error.mistakes[-1], EXIT_USAGE) from error
    except (OptionError, CatalogError) as error:
        raise Stop(str(error), EXIT_USAGE) from error


def _usage(path: Path | None) -> "Usage":
    if path is None:
        from pricing.usage.usage import Usage

        return Usage()
    from pricing.usage.file import load

    return load(path)


def _month(written: str | None) -> "Month | None":
    from pricing.month import MonthError, parse

    if written is None:
        return None
    try:
        return parse(written)
    except MonthError as error:
        raise Stop(str(error), EXIT_USAGE) from error


def _gaps(inventory: "Inventory") -> Iterator[str]:
    """What of SES and SNS an account did not let be read."""
    from auditor.model.known import Unknown

    for row in inventory.coverage:
        answer = row.complete
        if isinstance(answer, Unknown) and answer.cause.makes_incomplete and row.operation.startswith(("ses:", "sns:")):
            yield f"{row.operation} in {row.account} {row.region} ({answer.cause})"


def _emit(estimate: "Estimate", verdict: str, options: dict[str, Any]) -> None:
    """Print one format and write the others.

    Raises:
        Stop: a file cannot be written.
    """
    from auditor.report.terminal import printable_lines
    from auditor.report.writing import WriteError, write

    for name, path in options["outputs"]:
        try:
            write(Path(path), _rendered(estimate, verdict, name))
        except WriteError as error:
            raise Stop(str(error), EXIT_USAGE) from error
    click.echo(printable_lines(_rendered(estimate, verdict, options["format_"])), nl=False)
    if verdict and options["format_"] == "json":
        explain(verdict, EXIT_PASSED)


def _rendered(estimate: "Estimate", verdict: str, name: str) -> str:
    if name == "json":
        from auditor.report.estimate_json import render as as_json

        return as_json(estimate)
    from auditor.report.estimate_text import render as as_text

    return as_text(estimate, verdict)


def _exit_code(estimate: "Estimate", budget: Decimal | None, found: "Read", *, require_complete: bool) -> int:
    """1 over budget, 4 when something could not be read. Usage that is not told is undecided, not incomplete."""
    from auditor.gate.budget import exceeded
    from auditor.model.known import Truth

    if require_complete and not estimate.complete:
        return EXIT_INCOMPLETE
    if budget is not None and exceeded(estimate, budget) is Truth.TRUE:
        return EXIT_GATE
    return EXIT_INCOMPLETE if found.errors or any(_gaps(found.inventory)) else EXIT_PASSED
