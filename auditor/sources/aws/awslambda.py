"""AWS Lambda: the functions that topics deliver to, and their resource policies.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
"""

from collections.abc import Iterable

import msgspec

from auditor.model.awslambda import DEFAULT_ARCHITECTURE, Function, Permission
from auditor.model.known import Known, Unknown, Value
from auditor.model.policy import Document
from auditor.model.sns import Subscription
from auditor.model.text import text
from auditor.sources.aws.answers import always, derived, or_default, told
from auditor.sources.aws.calls import Parameters, Reads
from auditor.sources.aws.found import Found, Site
from auditor.sources.aws.references import here

_FUNCTION, _POLICY = "lambda:GetFunctionConfiguration", "lambda:GetPolicy"
_NOT_FOUND = frozenset({"ResourceNotFoundException"})


class _Configuration(msgspec.Struct, frozen=True, rename="pascal"):
    """Of all that is answered only this is kept: environment variables can hold secrets."""

    role: str | None = None
    memory_size: int | None = None
    architectures: list[str] | None = None


class _Policy(msgspec.Struct, frozen=True, rename="pascal"):
    policy: str


def read(reads: Reads, site: Site, subscriptions: Iterable[Subscription]) -> Found:
    """The functions that the subscriptions deliver to.

    A version or alias (``function:NAME:QUALIFIER``) has a policy of its own; it is read with that of the function.
    """
    endpoints = here(site, "lambda", (one.endpoint for one in subscriptions))
    arns = sorted({_unqualified(endpoint) for endpoint in endpoints})
    asked = [{"FunctionName": arn} for arn in arns]
    answers = reads.each_if_exists("GetFunctionConfiguration", _Configuration, _NOT_FOUND, asked)
    functions = dict(zip(arns, answers, strict=True))
    targets = sorted({*endpoints, *arns} - {one for one in {*endpoints, *arns} if _is_gone(functions, one)})
    policies = dict(
        zip(
            targets,
            reads.each_if_exists("GetPolicy", _Policy, _NOT_FOUND, [_parameters(one) for one in targets]),
            strict=True,
        )
    )
    noun = "functions that subscriptions name"
    return Found(
        (
            *(_function(site, arn, answer) for arn, answer in functions.items() if not _is_gone(functions, arn)),
            *(made for target, answer in policies.items() for made in _permission(site, target, answer)),
        ),
        (
            *site.covered_named(_FUNCTION, functions, noun),
            *site.covered_named(_POLICY, _by_function(arns, policies), noun),
        ),
    )


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])


def _parameters(target: str) -> Parameters:
    qualifier = ":".join(target.split(":")[7:])
    return {"FunctionName": _unqualified(target), **({"Qualifier": qualifier} if qualifier else {})}


def _is_gone(functions: dict[str, Value[_Configuration | None]], target: str) -> bool:
    answer = functions[_unqualified(target)]
    return isinstance(answer, Known) and answer.value is None


def _by_function(arns: list[str], policies: dict[str, Value[_Policy | None]]) -> dict[str, Value[object]]:
    """What was answered about the policies of each function; unknown when one of them is."""
    outcomes: dict[str, Value[object]] = {arn: told(None) for arn in arns}
    for target, answer in policies.items():
        if isinstance(answer, Unknown):
            outcomes[_unqualified(target)] = answer
    return outcomes


def _function(site: Site, arn: str, answer: Value[_Configuration | None]) -> Function:
    role = derived(answer, lambda a: always(a.role if a else None, _FUNCTION, "Role"))
    memory = derived(answer, lambda a: always(a.memory_size if a else None, _FUNCTION, "MemorySize"))
    architecture = derived(answer, lambda a: or_default(_first(a.architectures) if a else None, DEFAULT_ARCHITECTURE))
    return Function(
        **site.named(Function, arn.rpartition(":")[2], arn=arn),
        role=role.map(text),
        memory_mb=memory,
        architecture=architecture,
    )


def _first(architectures: list[str] | None) -> str | None:
    """The only one that a function can have."""
    return architectures[0] if architectures else None


def _permission(site: Site, target: str, answer: Value[_Policy | None]) -> list[Permission]:
    if isinstance(answer, Unknown) or answer.value is None:
        return []
    name = target.partition(":function:")[2]
    return [
        Permission(
            **site.named(Permission, name, address=name),
            function=told(text(_unqualified(target))),
            document=told(Document(json=answer.value.policy)),
        )
    ]
