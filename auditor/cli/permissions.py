"""``auditor permissions``: what reading an account needs."""

import click


@click.command("permissions")
@click.option("--usage", is_flag=True, help="With what collect --usage reads: CloudWatch metrics.")
def command(*, usage: bool) -> None:
    """Print the IAM policy that collect and --live need: read operations only."""
    import json

    from auditor.sources.aws.permissions import policy

    click.echo(json.dumps(policy(usage=usage), indent=2))
