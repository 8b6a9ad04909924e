"""``auditor iam``: questions to the policy engine."""

import click

from auditor.cli.lazy import LazyGroup

COMMANDS = {
    "simulate": "Decide requests: allowed or not, and by which statement.",
    "compare": "What a changed policy allows that the old one did not.",
    "access": "Who a resource policy lets in.",
    "lint": "Check policies for errors and for what they do not mean.",
    "who-can": "List the principals that can do an action to a resource.",
    "narrow": "Write a smaller policy for a principal, proven to be one.",
    "escalate": "Find the ways by which principals can get more rights.",
    "refresh": "Make the action database anew.",
}


@click.group("iam", cls=LazyGroup, package="auditor.cli.iam", commands=COMMANDS)
def command() -> None:
    """Ask the policy engine.

    Policies are read from files, snapshots, templates or authorization details. AWS is asked only by narrow with --live
    or --last-accessed.
    """
