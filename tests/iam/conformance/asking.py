"""Requests and conditions made of the data of cases."""

from collections.abc import Mapping

from auditor.iam.elements import Condition
from auditor.iam.request import ANONYMOUS, Caller, ContextValue, Request
from auditor.model.known import Truth
from auditor.model.text import text


def request(
    context: Mapping[str, object] | None = None,
    *,
    who: Caller = ANONYMOUS,
    action: str = "a:B",
    resource: str = "*",
    account: str = "111111111111",
) -> Request:
    """A request that carries these keys and no others."""
    return Request(
        caller=who,
        action=action,
        resource=text(resource),
        resource_account=text(account),
        context=_values(context or {}),
        closed=True,
    )


def _values(context: Mapping[str, object]) -> dict[str, ContextValue]:
    found: dict[str, ContextValue] = {}
    for key, value in context.items():
        listed = value if isinstance(value, list) else [value]
        found[key.lower()] = tuple(text(str(each)) for each in listed)
    return found


def condition(operator: str, key: str, values: list[str]) -> Condition:
    return Condition(operator, text(key), tuple(map(text, values)))


def as_truth(expected: object) -> Truth:
    assert isinstance(expected, bool)
    return Truth.of(expected)
