"""``auditor estimate``: what a month costs."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli import estimating, outputs
from auditor.cli.errors import EXIT_GATE, EXIT_INCOMPLETE, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.money import Dollars
from auditor.cli.options import Pair, binding_options, live_options, now, output_options, run_options, today
from auditor.cli.prices.catalogs import prices_option
from auditor.model.collector import collector_off

if TYPE_CHECKING:
    from auditor.cli.inputs import Read
    from auditor.gate.configuration import Configuration
    from auditor.model.inventory import Inventory
    from pricing.estimate import EstimateOptions
    from pricing.result import Estimate
    from pricing.usage.usage import Usage

FORMATS = ("text", "json", "infracost-json", "svg")


@click.command("estimate")
@click.argument("paths", nargs=-1, metavar="[INPUT]…")
@click.option(
    "--usage", "usage_path", type=click.Path(path_type=Path), metavar="FILE", help="Usage file (usage-v1 or Infracost)."
)
@click.option("--month", metavar="YYYY-MM", help="Month to estimate; replaces the usage file's.")
@click.option("--budget", type=Dollars(), metavar="USD", help="Exit 1 when the known costs exceed it.")
@click.option(
    "--months", type=click.IntRange(1, 60), metavar="N", help="Project so many months, from the first one on."
)
@click.option("--by", metavar="GROUP", help="Sum by account, region, service, resource or tag:KEY.")
@click.option("--spread-shared", is_flag=True, help="With --by: spread shared costs in proportion to the others.")
@click.option("--advise", is_flag=True, help="Tell cheaper ways to buy the same usage.")
@click.option(
    "--reconcile", type=click.Path(path_type=Path), metavar="FILE", help="Compare with a Cost and Usage Report."
)
@click.option(
    "--option",
    "choices",
    type=Pair(),
    multiple=True,
    metavar="ID=VALUE",
    help="Reading of a disputed rule (repeatable).",
)
@click.option("--max-age", type=click.IntRange(min=0), metavar="DAYS", help="Say when prices are older (120).")
@prices_option
@click.option(
    "--days",
    "usage_days",
    type=click.IntRange(1, 455),
    metavar="N",
    help="With --live: measure the usage of so many days (CloudWatch, about $0.01 per 1,000 metrics).",
)
@click.option("--all", "all_", is_flag=True, help="Print every line and resource, however many there are.")
@click.option("--require-complete", is_flag=True, help="Exit 4 when a cost is not known, even if over budget.")
@live_options()
@binding_options()
@output_options(*FORMATS)
@run_options()
@click.pass_context
@collector_off()
def command(ctx: click.Context, /, day: date | None, budget: Decimal | None, **options: Any) -> None:
    """Estimate what a month of Amazon SES and SNS costs.

    Quantities come from the usage file; inputs tell Regions, SES plans, what follows from the usage (notifications of
    bounces, deliveries of topics) and what else could cost something. What is not told is listed with its unit price
    and never counted as 0.

    \b
    auditor estimate --usage usage.yaml
    auditor estimate template.yaml --usage usage.yaml --region eu-west-1 --budget 500
    auditor estimate account.json --usage usage.yaml --months 12 --by tag:team --advise
    auditor estimate account.json   (of auditor collect --usage: measured usage)
    auditor estimate --usage usage.yaml --format svg > months.svg
    auditor estimate --usage usage.yaml --month 2026-10 --reconcile report.csv.gz
    """
    formats = {options["format_"], *(name for name, _ in options["outputs"])}
    outputs.check(options["outputs"], FORMATS)
    if options["usage_days"] is not None and not options["live"]:
        raise Stop("--days needs --live; a snapshot of collect --usage has measured usage already", EXIT_USAGE)
    if options["spread_shared"] and options["by"] is None:
        raise Stop("--spread-shared needs --by", EXIT_USAGE)
    configured = _configured(options)
    found, region = _read(options, configured)
    with estimating.mistakes():
        settings = _settings(found, region, options, configured, day or today())
        usage = estimating.usage(options["usage_path"], found.inventory, settings)
        answer = _answer(found, usage, settings, options, draws="svg" in formats)
    verdict = ""
    if budget is not None:
        from auditor.gate.budget import verdict as judge

        verdict = judge(answer, budget)
    _emit(answer, found.inventory, verdict, options)
    ctx.exit(_exit_code(answer, budget, found, require_complete=options["require_complete"]))


def _configured(options: Mapping[str, Any]) -> "Configuration":
    """What the configuration says.

    Raises:
        Stop: it is wrong.
    """
    from auditor.cli.auditing import configuration

    return configuration(options["config"], none=options["no_config"], changes={})


def _read(options: Mapping[str, Any], configured: "Configuration") -> "tuple[Read, str | None]":
    """The inputs, none when only a usage file is given; and the Region of what does not tell it.

    Raises:
        Stop: nothing is given, or nothing can be read.
    """
    from auditor.cli.inputs import Read, read, wanted

    if options["paths"] or options["live"]:
        asked = wanted(options, configured)
        found = read(asked)
        for error in found.errors:
            explain(str(error), EXIT_INCOMPLETE)
        return found, asked.regions[0] if len(asked.regions) == 1 and not asked.live else None
    if options["usage_path"] is None:
        raise Stop("nothing to estimate: name an input, use --live, or give a --usage file", EXIT_USAGE)
    from auditor.model.inventory import Inventory

    regions = options["regions"]
    return Read(inventory=Inventory()), regions[0] if len(regions) == 1 else None


def _settings(
    found: "Read", region: str | None, options: Mapping[str, Any], configured: "Configuration", day: date
) -> "EstimateOptions":
    from pricing.estimate import EstimateOptions

    prices = estimating.price_data(options["folder"], options["max_age"], configured)
    return EstimateOptions(
        month=estimating.month(options["month"]),
        region=region,
        choices=dict(options["choices"]),
        today=day,
        max_age_days=prices.max_age_days,
        catalog=prices.catalog,
        prices_from=prices.prices_from,
        unread=estimating.unread(found),
    )


def _answer(
    found: "Read", usage: "Usage", settings: "EstimateOptions", options: Mapping[str, Any], *, draws: bool
) -> "Estimate":
    """The estimate with all that was asked for beside it."""
    from pricing.derived import estimate_all

    inventory = found.inventory
    estimate = estimate_all(inventory, usage, settings)
    beside: dict[str, Any] = {}
    if options["by"] is not None:
        from pricing.attribution import attribute

        beside["attribution"] = attribute(estimate, inventory, options["by"], spread=options["spread_shared"])
    if options["months"] is not None or draws or usage.outlook is not None:
        from pricing.projection import MONTHS, Grouping, project

        grouping = None if options["by"] is None else Grouping(options["by"], options["spread_shared"])
        beside["projection"] = project(inventory, usage, settings, options["months"] or MONTHS, grouping)
    if options["advise"]:
        from pricing.advice.weighing import advise

        beside["advice"] = advise(inventory, usage, settings)
    if options["reconcile"] is not None:
        from pricing.cost_report import read as read_bill
        from pricing.reconcile import reconcile

        accounts = estimating.accounts(options["account"], inventory)
        bill = read_bill(options["reconcile"], settings.month or usage.month, accounts)
        beside["reconciliation"] = reconcile(estimate, bill)
    if not beside:
        return estimate
    from pricing.answer import answer  # with all that can stand beside an estimate

    return answer(estimate, **beside)


def _emit(answer: "Estimate", inventory: "Inventory", verdict: str, options: Mapping[str, Any]) -> None:
    """Print one format and write the others.

    Raises:
        Stop: a file cannot be written.
    """
    from auditor.report.interface import Options

    outputs.deliver(lambda name, _: _rendered(answer, inventory, verdict, name, options), Options(), options)
    if verdict and options["format_"] != "text":
        explain(verdict, EXIT_PASSED)


def _rendered(
    answer: "Estimate", inventory: "Inventory", verdict: str, name: str, options: Mapping[str, Any]
) -> tuple[str, ...] | Iterator[str]:
    """A format, as one text or in parts of whole lines."""
    if name == "json":
        from auditor.report.estimate_json import pieces

        return pieces(answer)
    if name == "infracost-json":
        from auditor.report.infracost_json import render as as_infracost

        return (as_infracost(answer, inventory, now(), str(options["usage_path"] or "")),)
    if name == "svg":
        from msgspec import UNSET

        from auditor.report.estimate_svg import render as as_svg
        from pricing.answer import Answer

        assert isinstance(answer, Answer)  # noqa: S101 - a chart was asked for, so there is more than the estimate
        assert answer.projection is not UNSET  # noqa: S101
        return (as_svg(answer.projection, str(options["usage_path"] or "")),)
    from auditor.report.estimate_text import render as as_text

    return (as_text(answer, verdict, all_=options["all_"]),)


def _exit_code(estimate: "Estimate", budget: Decimal | None, found: "Read", *, require_complete: bool) -> int:
    """1 over budget, 4 when something could not be read. Usage that is not told is undecided, not incomplete."""
    from auditor.gate.budget import exceeded
    from auditor.model.known import Truth

    if require_complete and not estimate.complete:
        return EXIT_INCOMPLETE
    if budget is not None and exceeded(estimate, budget) is Truth.TRUE:
        return EXIT_GATE
    return EXIT_INCOMPLETE if estimating.unread(found) else EXIT_PASSED
