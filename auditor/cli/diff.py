"""``auditor diff``: what a change does to the findings."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from auditor.cli import auditing, estimating, inputs, outputs
from auditor.cli.errors import EXIT_NO_INPUT, EXIT_PASSED, EXIT_USAGE, Stop, explain
from auditor.cli.money import MostIncrease
from auditor.cli.options import binding_options, now, output_options, run_options, today
from auditor.cli.prices.catalogs import prices_option

if TYPE_CHECKING:
    from auditor.catalogue import Catalogue
    from auditor.gate.configuration import Configuration
    from auditor.gate.cost_change import CostChange
    from auditor.model.inventory import Inventory
    from auditor.report.diff_v1 import DiffV1
    from auditor.report.report_v1 import ReportV1
    from pricing.result import Estimate

_COSTS_ALONE = "infracost-json"
FORMATS = ("text", "json", "infracost-json")


@click.command("diff")
@click.argument("base", type=click.Path())
@click.argument("head", type=click.Path())
@binding_options()
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Region that templates will be deployed to.")
@click.option("--require-complete", is_flag=True, help="Exit 4 when either side is incomplete.")
@click.option(
    "--usage", "usage_path", type=click.Path(path_type=Path), metavar="FILE", help="Usage file: compare the costs too."
)
@click.option(
    "--fail-on-increase",
    "limit",
    type=MostIncrease(),
    metavar="LIMIT",
    help="With --usage: exit 1 when a month costs more by over 10% or 50USD.",
)
@prices_option
@click.option("--fail-on-new-access", is_flag=True, help="Exit 1 when a policy allows a request that it did not.")
@click.option("--show-endpoints", is_flag=True, help="Do not mask subscription endpoints.")
@output_options(*FORMATS)
@run_options()
def command(base: str, head: str, day: date | None, **options: Any) -> int:
    """Compare BASE with HEAD: saved JSON reports, or inputs (templates, folders, snapshots).

    Exits 1 when something new fails. BASE's configuration and waivers judge both sides, so that a change cannot waive
    its own findings; what HEAD changes in them is listed.

    Of inputs it also tells the access that the change gives: for every policy that allows more than before, a request
    that is allowed now and was not.

    With a usage file it also tells what the change costs a month under that usage, and exits 1 when that is more than
    --fail-on-increase allows. What is not known of the costs is neither a saving nor an increase. Both sides have the
    same prices: those of --prices, of the folder that BASE's configuration names, or of this version.

    \b
    auditor diff base-checkout/ head-checkout/
    auditor diff yesterday.json today.json
    auditor diff base/ head/ --usage usage.yaml --region eu-west-1 --fail-on-increase 10%
    auditor diff base/ head/ --usage usage.yaml --format infracost-json   (of the costs alone)
    """
    from auditor.catalogue import shipped
    from auditor.gate.diff import settings_changes
    from auditor.report.diff_v1 import compare, with_costs

    outputs.check(options["outputs"], FORMATS)
    catalogue = shipped()
    before = _settings(Path(base), options, catalogue)
    after = _settings(Path(head), {**options, "config": None}, catalogue)
    if options["limit"] is not None and options["usage_path"] is None:
        raise Stop("--fail-on-increase needs --usage: costs are compared under the same usage", EXIT_USAGE)
    if options["folder"] is not None and options["usage_path"] is None:
        raise Stop("--prices needs --usage: without usage no costs are compared", EXIT_USAGE)
    formats = {options["format_"], *(name for name, _ in options["outputs"])}
    if _COSTS_ALONE in formats and options["usage_path"] is None:
        raise Stop(f"{_COSTS_ALONE} is of costs: it needs --usage", EXIT_USAGE)
    old, was = _report(Path(base), options, before, catalogue, day or today())
    new, now = _report(Path(head), options, before, catalogue, day or today(), named_like=Path(base))
    both = not _is_saved(Path(base)) and not _is_saved(Path(head))
    changes = settings_changes(before, after) if both and not options["config"] else None
    difference = compare(old, new, settings_changes=changes, require_complete=options["require_complete"])
    if was is not None and now is not None:
        difference = _with_access(difference, was.inventory, now.inventory, options)
    elif options["fail_on_new_access"]:
        raise Stop("access is compared between inputs, and a saved report holds no policies", EXIT_USAGE)
    costs = None
    if options["usage_path"] is not None:
        costs = _costs(was, now, options, before, day or today())
        difference = with_costs(difference, costs.change, require_complete=options["require_complete"])
    _emit(difference, costs, options)
    return difference.summary.exit_code


def _settings(path: Path, options: Mapping[str, Any], catalogue: "Catalogue") -> "Configuration":
    """The configuration that belongs to an input; of a saved report, none: it holds its own thresholds and waivers."""
    none = options["no_config"] or (options["config"] is None and (_is_saved(path) or not path.exists()))
    return auditing.configuration(options["config"], none=none, catalogue=catalogue, start=path, changes={})


def _report(
    path: Path,
    options: Mapping[str, Any],
    settings: "Configuration",
    catalogue: "Catalogue",
    day: date,
    *,
    named_like: Path | None = None,
) -> "tuple[ReportV1, inputs.Read | None]":
    """The report in a file, or of the inputs there and what was read of them."""
    from auditor.report.document import document
    from auditor.report.saved import SavedReportError, read

    if _is_saved(path):
        try:
            return read(path), None
        except SavedReportError as error:
            raise Stop(str(error), EXIT_NO_INPUT) from error
    # Two versions of a file or folder are one deployment, or everything in them would be new.
    names = {path.absolute(): named_like.name} if named_like is not None and path.is_file() else None
    asked = inputs.wanted({"paths": (str(path),), **options}, settings)
    found = inputs.read(asked, root=path if path.is_dir() else path.parent, names=names)
    report = document(auditing.audit(found, settings, catalogue, day), show_endpoints=options["show_endpoints"])
    return report, found


def _with_access(difference: "DiffV1", base: "Inventory", head: "Inventory", options: Mapping[str, Any]) -> "DiffV1":
    from auditor.gate.access_change import compare
    from auditor.report.diff_v1 import with_access

    return with_access(
        difference,
        compare(base, head),
        fail_on_new=options["fail_on_new_access"],
        require_complete=options["require_complete"],
    )


class _Costs(NamedTuple):
    """What the change costs, and the estimates of both sides."""

    change: "CostChange"
    before: "Inventory"
    old: "Estimate"
    after: "Inventory"
    new: "Estimate"


def _costs(
    base: "inputs.Read | None",
    head: "inputs.Read | None",
    options: Mapping[str, Any],
    settings: "Configuration",
    day: date,
) -> _Costs:
    """What the change costs under the usage of a file, both sides at the same prices: those of BASE's configuration.

    Raises:
        Stop: a side is a saved report, or the usage or the price data is wrong.
    """
    from auditor.gate.cost_change import compare, rewired
    from pricing.catalog.age import old as old_prices
    from pricing.derived import estimate_all, for_each
    from pricing.estimate import EstimateOptions

    if base is None or head is None:
        side = "BASE" if base is None else "HEAD"
        raise Stop(f"costs are compared between inputs, and {side} is a saved report", EXIT_USAGE)
    regions = inputs.wanted(options, settings).regions
    prices = estimating.price_data(options["folder"], None, settings)
    region = regions[0] if len(regions) == 1 else None
    before, after = base.inventory, head.inventory
    first, second = (
        EstimateOptions(region=region, catalog=prices.catalog, unread=estimating.unread(side)) for side in (base, head)
    )
    with estimating.mistakes():
        path = options["usage_path"]
        told = (estimating.usage(path, before, first), estimating.usage(path, after, second))
        usages = for_each(told, (before, after), region)
        old, new = estimate_all(before, usages[0], first), estimate_all(after, usages[1], second)
    published = ((item.service, item.published) for found in (old, new) for item in found.catalog)
    for aged in old_prices(published, day, prices.max_age_days):
        explain(str(aged), EXIT_PASSED)
    change = compare(old, new, options["limit"], rewired=rewired(before, after))
    return _Costs(change, before, old, after, new)


def _is_saved(path: Path) -> bool:
    from auditor.report.saved import is_report

    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_report(file.read(64))
    except OSError:
        return False


def _emit(difference: "DiffV1", costs: _Costs | None, options: Mapping[str, Any]) -> None:
    from auditor.report import diff_json, diff_text
    from auditor.report.interface import Options

    def rendered(name: str, how: Options) -> tuple[str]:
        if name == _COSTS_ALONE and costs is not None:
            return (_as_infracost(costs, str(options["usage_path"])),)
        return (diff_text.render(difference, how) if name == "text" else diff_json.render(difference, how),)

    outputs.deliver(rendered, Options(), options)


def _as_infracost(costs: _Costs, usage_path: str) -> str:
    from auditor.report.infracost_diff import Version, render

    base, head = Version(costs.before, costs.old), Version(costs.after, costs.new)
    return render(costs.change, base, head, now(), usage_path)
