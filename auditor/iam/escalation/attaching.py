"""Managed policies that make an administrator of whoever they are attached to.

A condition on iam:PolicyARN limits which policies may be attached. It stops nobody for whom a policy that it lets
through gives every right, or can be made to give it first.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.elements import Condition
from auditor.iam.operators import operator
from auditor.iam.wildcard import glob
from auditor.model.known import Truth
from auditor.model.text import Text, text

POLICY_ARN = "iam:policyarn"
_WILD = re.compile(r"[*?]")
FRESH = "zq7x0"
"""A name that no policy means in particular."""
_FIELDS = 6
MOST = 8
"""Policies that are tried of those that give less than every right."""


class Attachables(NamedTuple):
    """What is known of the managed policies of accounts.

    Attributes:
        admin: gives the ARNs of those in an account that give every right.
        exists: whether there is one of an ARN; UNKNOWN where the input does not tell.
    """

    admin: Callable[[Text], tuple[Text, ...]]
    exists: Callable[[Text], Truth]


NOTHING_KNOWN = Attachables(lambda _account: (), lambda _arn: Truth.UNKNOWN)


@lru_cache(maxsize=64)
def of_aws(partition: Text) -> tuple[Text, ...]:
    """The policies of AWS that give every right, or the right to take every other."""
    return tuple(
        text("arn:", partition, f":iam::aws:policy/{name}") for name in ("AdministratorAccess", "IAMFullAccess")
    )


def told_apart(arns: Iterable[Text], conditions: Iterable[Condition]) -> tuple[Text, ...]:
    """One ARN for each way in which the values of conditions match some of them."""
    patterns = [glob(value) for condition in conditions for value in condition.values]
    found: dict[tuple[Truth, ...], Text] = {}
    for arn in arns:
        found.setdefault(tuple(pattern.matches(arn) for pattern in patterns), arn)
    return tuple(found.values())


def customer_managed(conditions: Iterable[Condition], partition: Text, account: Text) -> Iterator[Text]:
    """Policies of an account that conditions on iam:PolicyARN speak of, and one that they do not."""
    for condition in conditions:
        if operator(condition.operator) is None:
            continue
        for value in condition.values:
            fields = value.split(":", _FIELDS - 1)
            if fields is None or len(fields) < _FIELDS:
                continue
            owner, name = fields[4], fields[5].literal
            if name is None or "${" in name or not name.startswith(("policy/", "*")):
                continue
            if owner.literal == "aws" or not (_is_wild(owner) or owner == account):
                continue
            path = name if name.startswith("policy/") else f"policy/{name}"
            yield text("arn:", partition, ":iam::", account, ":", _WILD.sub(FRESH, path))
    yield text("arn:", partition, ":iam::", account, f":policy/{FRESH}")


def _is_wild(owner: Text) -> bool:
    return owner.literal is not None and _WILD.search(owner.literal) is not None
