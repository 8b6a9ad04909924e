"""``auditor permissions``: what reading an account needs."""

import click


@click.command("permissions")
def command() -> None:
    """Print the IAM policy that collect and --live need: read operations only."""
    import json

    from auditor.sources.aws.permissions import policy

    click.echo(json.dumps(policy(), indent=2))
