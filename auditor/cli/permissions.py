"""``auditor permissions``: what reading an account needs."""

import click


@click.command("permissions")
@click.option("--usage", is_flag=True, help="With what collect --usage reads: CloudWatch metrics.")
@click.option("--last-accessed", is_flag=True, help="With what iam narrow --last-accessed reads.")
def command(*, usage: bool, last_accessed: bool) -> None:
    """Print the IAM policy that collect and --live need: read operations only."""
    import json

    from auditor.sources.aws.permissions import policy

    click.echo(json.dumps(policy(usage=usage, last_accessed=last_accessed), indent=2))
