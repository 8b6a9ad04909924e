"""``auditor scan``: audit inputs and decide."""

from datetime import date
from typing import Any

import click

from auditor.cli import auditing, inputs
from auditor.cli.options import binding_options, live_options, output_options, run_options, today
from auditor.cli.outputs import check, emit

LEVELS = ["critical", "high", "medium", "low", "info"]


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[INPUT]…")
@live_options()
@binding_options()
@click.option("--fail-on", type=click.Choice([*LEVELS, "none"]), help="Mildest failure that exits 1; default: low.")
@click.option("--fail-on-unknown", type=click.Choice([*LEVELS, "none"]), help="The same for undecided checks: none.")
@click.option("--min-severity", type=click.Choice(LEVELS), help="Show only these and worse; decides nothing.")
@click.option("--require-complete", is_flag=True, default=None, help="Exit 4 when incomplete, even if the gate failed.")
@click.option("--preview", is_flag=True, default=None, help="Run rules in preview too.")
@click.option("--show-endpoints", is_flag=True, help="Do not mask subscription endpoints.")
@output_options("text", "json")
@run_options()
def command(paths: tuple[str, ...], day: date | None, **options: Any) -> int:
    """Audit templates, snapshots, folders of them, or the live account.

    \b
    auditor scan template.yaml
    auditor scan infrastructure/ --account 111122223333 --region eu-west-1
    auditor scan --live --region eu-west-1 --format json
    """
    from auditor.catalogue import shipped
    from auditor.gate.threshold import exit_code
    from auditor.report.interface import FORMATS

    check(options["outputs"], FORMATS)
    catalogue = shipped()
    names = ("fail_on", "fail_on_unknown", "min_severity", "require_complete", "preview")
    settings = auditing.configuration(
        options["config"],
        none=options["no_config"],
        catalogue=catalogue,
        changes={name: options[name] for name in names},
    )
    found = inputs.read(inputs.wanted({"paths": paths, **options}, settings))
    judged = auditing.audit(found, settings, catalogue, day or today())
    emit(judged, options)
    return exit_code(judged)
