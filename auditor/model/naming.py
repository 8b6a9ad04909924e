"""The texts that mean a resource."""

from auditor.model.known import Known
from auditor.model.resource import Resource
from auditor.model.sqs import Queue
from auditor.model.text import Text, text


def own_names(resource: Resource) -> tuple[Text, ...]:
    """What means a resource unless its type has more: its ARN, or the name of one without."""
    return (resource.arn,) if resource.arn is not None else (resource.name,)


def own_texts(resource: Resource, by: str) -> tuple[Text, ...]:
    """The name of a resource, or its ARN where it has one."""
    if by == "name":
        return (resource.name,)
    return (resource.arn,) if resource.arn is not None else ()


def name(resource: Resource) -> tuple[Text, ...]:
    """The name alone, of a type that is referred to by it."""
    return (resource.name,)


def queue_names(queue: Resource) -> tuple[Text, ...]:
    """A queue's ARN and URL."""
    url = queue.url.value if isinstance(queue, Queue) and isinstance(queue.url, Known) else None
    return tuple(name for name in (queue.arn, url) if name is not None)


def function_names(function: Resource) -> tuple[Text, ...]:
    """A function's name, ARN and partial ARN.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    partial = text(function.account, ":function:", function.name)
    return (function.name, partial) if function.arn is None else (function.name, partial, function.arn)


def qualified_names(function: Resource, qualified: Text) -> tuple[Text, ...]:
    """The names of a version or alias of a function."""
    end = Text(qualified.parts[len(function.arn.parts) :]) if function.arn is not None else None
    if end is None or end.parts == () or text(function.arn or "", end) != qualified:
        return (qualified,)
    return tuple(text(name, end) for name in function_names(function))
