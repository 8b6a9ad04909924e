"""What a function runs with, and the GB-seconds of its invocations."""

from decimal import Decimal

from auditor.model.awslambda import Function
from auditor.model.known import Cause, Known, Unknown, Value
from pricing.meters.meter import gb_seconds
from pricing.money import grouped
from pricing.placing import Target
from pricing.topology.derived import Fact

SECONDS, ARM_SECONDS = "lambda.gb_seconds", "lambda.arm.gb_seconds"
MEMORY_OF_FUNCTION = "lambda.memory_mb"
X86, ARM = Known("x86_64"), Known("arm64")
_LEAST, _MOST = 128, 10_240
"""MB that a function can have: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""


def is_on_arm(target: Target) -> bool:
    """Whether a function certainly runs on Arm."""
    return isinstance(target.resource, Function) and target.resource.architecture == ARM


def memory(target: Target) -> Value[Decimal]:
    """MB that a function runs with; Unknown for what Lambda does not have."""
    function = target.resource
    found = function.memory_mb if isinstance(function, Function) else Unknown(Cause.NOT_HERE, MEMORY_OF_FUNCTION)
    if isinstance(found, Known) and not _LEAST <= found.value <= _MOST:
        return Unknown(Cause.FAILED, f"{target.id} has no memory that Lambda offers")
    return found.map(Decimal)


def seconds(invocations: Decimal, milliseconds: Decimal, megabytes: Decimal) -> Fact:
    """GB-seconds (2^30 bytes) of invocations, rounded to 12 decimal places; the basis is what each of them is."""
    found = gb_seconds(Known(invocations), Known(milliseconds), Known(megabytes))
    assert isinstance(found, Known)  # noqa: S101 - all factors are
    return Fact(found.value, f"{grouped(milliseconds)} ms with {grouped(megabytes)} MB")
