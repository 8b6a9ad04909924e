"""Types of policies and resources that options name."""

from auditor.cli.errors import EXIT_USAGE, Stop


def resource_type_of(written: str) -> str:
    """The type that ``--resource-type`` names, as it was written.

    Raises:
        Stop: a resource with a policy cannot have it.
    """
    from auditor.iam.names import kind_of
    from auditor.iam.sets.kind import Kind

    if kind_of(written) is not Kind.RESOURCE:
        example = "AWS::SNS::Topic or aws_sns_topic_policy"
        raise Stop(f"--resource-type {written} is no type of a resource with a policy, such as {example}", EXIT_USAGE)
    return written
