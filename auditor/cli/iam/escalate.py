"""``auditor iam escalate``: the ways by which principals can get more rights."""

from functools import partial

import click

from auditor.cli.errors import EXIT_USAGE, Stop
from auditor.cli.options import now


@click.command("escalate")
@click.option("--cases", metavar="FILE", help="Many sets of policies: JSON Lines, one case a line, - for stdin.")
@click.pass_context
def command(ctx: click.Context, /, cases: str | None) -> None:
    """Find the ways by which principals can get more rights."""
    if cases is None:
        raise Stop("nothing to read", EXIT_USAGE)
    from auditor.cli.iam.cases import answer_all
    from auditor.cli.iam.escalate_case import answer

    ctx.exit(answer_all(cases, partial(answer, now=now())))
