"""Which resources of the same account and Region the ones that were read name.

Only these are read of queues, functions and keys. What is in another account or Region is not: it stays unknown.
"""

from collections.abc import Iterable

from auditor.model.known import Known, Value
from auditor.model.text import Text
from auditor.sources.aws.found import Site


def here(site: Site, service: str, values: Iterable[Value[Text | None]]) -> tuple[str, ...]:
    """The ARNs of a service in this account and Region, each once, sorted."""
    prefix = f"arn:{site.partition}:{service}:{site.region}:{site.account}:"
    return tuple(sorted({written for written in literals(values) if written.startswith(prefix)}))


def literals(values: Iterable[Value[Text | None]]) -> set[str]:
    """The strings that are told in full."""
    texts = (value.value for value in values if isinstance(value, Known) and value.value is not None)
    return {written.literal for written in texts if written.literal is not None}
