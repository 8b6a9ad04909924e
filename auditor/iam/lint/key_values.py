"""What the values of some condition keys look like: accounts, organizations, networks, keys, Regions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from auditor.iam.database import ConditionKey
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition

_WILD = re.compile(r"[*?]")


class _Shape(NamedTuple):
    """What a value looks like, and the finding about one that does not."""

    code: str
    expression: re.Pattern[str]
    words: str


def _shape(code: str, expression: str, words: str) -> _Shape:
    return _Shape(code, re.compile(expression, re.ASCII), words)


_ACCOUNT = _shape("invalid-identifier-value", r"\d{12}", "no account")
_ORGANIZATION = _shape("invalid-identifier-value", r"o-[a-z0-9]{10,32}", "no organization")
_PATH = _shape(
    "invalid-identifier-value",
    r"o-[a-z0-9]{10,32}/(?:\*|r-[a-z0-9]{4,32}/(?:(?:ou-[a-z0-9-]+|[*?])/?)*\*?)",
    "no path of an organization",
)
_VPC = _shape("INVALID_VPC_FORMAT", r"vpc-(?:[a-z0-9]{8}|[a-z0-9]{17})", "no VPC id")
_ENDPOINT = _shape("INVALID_VPCE_FORMAT", r"vpce-(?:[a-z0-9]{8}|[a-z0-9]{17})", "no id of a VPC endpoint")
_REGION = _shape("INVALID_REGION", r"[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2}|aws-global", "no Region")
_KEY = _shape("INVALID_KMS_KEY_VALUE", r"arn:aws[a-z-]*:kms:[^:]*:[^:]*:key/.+", "no ARN of a KMS key")

_SHAPES: Mapping[str, _Shape] = MappingProxyType(
    {
        "aws:sourceaccount": _ACCOUNT,
        "aws:sourceowner": _ACCOUNT,
        "aws:principalaccount": _ACCOUNT,
        "aws:resourceaccount": _ACCOUNT,
        "aws:vpceaccount": _ACCOUNT,
        "kms:calleraccount": _ACCOUNT,
        "s3:resourceaccount": _ACCOUNT,
        "aws:principalorgid": _ORGANIZATION,
        "aws:resourceorgid": _ORGANIZATION,
        "aws:sourceorgid": _ORGANIZATION,
        "aws:vpceorgid": _ORGANIZATION,
        "aws:principalorgpaths": _PATH,
        "aws:resourceorgpaths": _PATH,
        "aws:sourceorgpaths": _PATH,
        "aws:vpceorgpaths": _PATH,
        "aws:sourcevpc": _VPC,
        "aws:sourcevpce": _ENDPOINT,
        "aws:requestedregion": _REGION,
        "ec2:region": _REGION,
        "s3:x-amz-server-side-encryption-aws-kms-key-id": _KEY,
    }
)
_PINNED = frozenset({_ACCOUNT, _ORGANIZATION})


def check(condition: Condition, known: ConditionKey | None, report: Report) -> None:
    """Look at the values of a key whose values have a form."""
    shape = _SHAPES.get(condition.name)
    if shape is None or condition.how is None or condition.how.base == "Null" or known is None:
        return
    for literal, place in condition.literals:
        if "${" in literal:
            continue
        if _WILD.search(literal):
            if shape in _PINNED and "Like" in condition.how.base:
                words = f"{condition.key} is held to {literal!r}, which others match too"
                report.add("wildcard-in-identifier", place, words)
        elif shape.expression.fullmatch(literal) is None:
            report.add(shape.code, place, f"{literal!r}, a value of {condition.key}, is {shape.words}")
