"""The error with which IAM itself refuses a policy document, in its words and in its order of precedence.

IAM names one fault at a time. It looks first at the shape of the whole document, then at the version, then at what
its older parser cannot read (effects, dates, ARNs with a part missing), then at Sids, at whether there are actions
at all, at how resources and actions are written, and last at whether there are resources.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (the grammar) and
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html (MalformedPolicyDocument).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from auditor.iam.elements import OLD, VARIABLES
from auditor.iam.lint.comparisons import comparison
from auditor.iam.lint.dates import is_date
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.resources import PARTITIONS
from auditor.iam.resource import SEGMENTS

SYNTAX = "Syntax errors in policy."
VERSION = "Policy document must be version 2012-10-17 or greater."
LEGACY = "The policy failed legacy parsing"
SIDS = "Statement IDs (SID) in a single policy must be unique."
NO_ACTIONS = "Policy statement must contain actions."
NO_RESOURCES = "Policy statement must contain resources."
NO_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
COLONS = "Actions/Condition can contain only one colon."
VAGUE_VENDOR = "Resource vendor must be fully qualified and cannot contain regexes."
IAM_PATH = (
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/,'
    " server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/."
)
PRINCIPAL = "Policy document should not specify a principal."
NO_PRINCIPAL = "Missing required field Principal"
RESOURCE_IN_TRUST = "Has prohibited field Resource"
NOT_ASSUMING = "AssumeRole policy may only specify STS AssumeRole actions."

_IAM_PATHS = tuple(
    f"{kind}/"
    for kind in (
        *("user", "federated-user", "role", "group", "instance-profile", "mfa", "server-certificate", "policy"),
        *("sms-mfa", "saml-provider", "oidc-provider", "report", "access-report"),
    )
)
_VENDOR = re.compile(r"[A-Za-z0-9.-]*|\*", re.ASCII)
_ASSUMING = frozenset(
    {"sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession"}
    | {"sts:setsourceidentity", "sts:setcontext", "sts:*", "sts:assumerole*", "*"}
)

Statement: TypeAlias = Mapping[str, object]
_MANAGED = frozenset({PolicyType.MANAGED})


def iam_error(document: str, policy_type: PolicyType = PolicyType.MANAGED) -> str | None:
    """IAM's message for a document that it refuses, None for one that it takes.

    Args:
        document: the JSON text as it would be sent.
        policy_type: for kinds that IAM does not store (resource, scp, rcp, endpoint) and ``any`` only the shape of
            the document is judged: their services have messages of their own.
    """
    statements = _read(document)
    if statements is None:
        return SYNTAX
    version, items = statements
    if policy_type in _MANAGED and version != VARIABLES:
        return VERSION
    if policy_type is PolicyType.TRUST:
        return _trust(items)
    if not policy_type.is_of_principal:
        return None
    return _identity(items)


def _identity(items: tuple[Statement, ...]) -> str | None:
    resources = [_faults_of_resources(item) for item in items]
    if any(map(_is_legacy, items)) or any(fault.message == LEGACY for faults in resources for fault in faults):
        return LEGACY
    if any("Principal" in item or "NotPrincipal" in item for item in items):
        return PRINCIPAL
    if not _unique(items):
        return SIDS
    if not all(_any_of(item, "Action") for item in items):
        return NO_ACTIONS
    # The last statement with a fault is named, and NotResource before Resource.
    for element in ("NotResource", "Resource"):
        named = [fault for faults in resources for fault in faults if fault.element == element]
        if named:
            return named[-1].message
    written = next(_faults_of_actions(items), None)
    if written is None and not all(_any_of(item, "Resource") for item in items):
        return NO_RESOURCES
    return written


def _trust(items: tuple[Statement, ...]) -> str | None:
    if any(_is_legacy(item) for item in items):
        return LEGACY
    if any("Resource" in item or "NotResource" in item for item in items):
        return RESOURCE_IN_TRUST
    if not all("Principal" in item or "NotPrincipal" in item for item in items):
        return NO_PRINCIPAL
    if not _unique(items):
        return SIDS
    if not all(_any_of(item, "Action") for item in items):
        return NO_ACTIONS
    written = next(_faults_of_actions(items), None)
    if written is not None:
        return written
    if any(action.lower() not in _ASSUMING for item in items for action in _strings(item.get("Action"))):
        return NOT_ASSUMING
    return None


# -- the shape of the document ----------------------------------------------------------------------------------------


class _ShapeError(ValueError):
    """The text is not JSON as IAM takes it: a key twice, or a constant that JSON does not have."""


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _ShapeError
    return made


def _refuse(_: str) -> object:
    raise _ShapeError


def _read(document: str) -> tuple[str, tuple[Statement, ...]] | None:
    """Version and statements of a document of the right shape, None for others."""
    try:
        root = json.loads(document, object_pairs_hook=_members, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(root, dict) or not root.keys() <= {"Version", "Id", "Statement"}:
        return None
    version = root.get("Version", OLD)
    items = root.get("Statement")
    items = items if isinstance(items, list) else [items]
    if version not in ("", OLD, VARIABLES) or not isinstance(version, str) or not isinstance(root.get("Id", ""), str):
        return None
    if not items or not all(isinstance(item, dict) and _has_shape(item) for item in items):
        return None
    return version, tuple(items)


_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_ELEMENTS = frozenset({"Sid", "Effect", "Principal", "NotPrincipal", "Condition", *_LISTS})


def _has_shape(item: Statement) -> bool:
    if not item.keys() <= _ELEMENTS or not isinstance(item.get("Sid", ""), str):
        return False
    effect = item.get("Effect")
    if not isinstance(effect, str) or effect.lower() not in {"allow", "deny"}:
        return False
    if any(name in item and "Not" + name in item for name in ("Action", "Resource", "Principal")):
        return False
    if not all(_is_list_of_strings(item[name]) for name in _LISTS if name in item):
        return False
    principals = [item[name] for name in ("Principal", "NotPrincipal") if name in item]
    return all(map(_is_principal, principals)) and _is_condition(item.get("Condition", {}))


def _is_list_of_strings(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str) for item in items)


def _is_principal(value: object) -> bool:
    if isinstance(value, str):
        return value == "*"
    kinds = {"AWS", "Service", "Federated", "CanonicalUser"}
    return isinstance(value, dict) and value.keys() <= kinds and all(map(_is_list_of_strings, value.values()))


def _is_condition(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return all(isinstance(keys, dict) and _is_comparison(operator, keys) for operator, keys in value.items())


def _is_comparison(operator: str, keys: Mapping[str, object]) -> bool:
    """An operator with its keys; one that does not exist is taken as long as it compares nothing."""
    if not keys:
        return True
    found = comparison(operator)
    return found is not None and found.is_exact and all(map(_are_values, keys.values()))


def _are_values(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str | bool | int | float) for item in items)


# -- what the parts say -----------------------------------------------------------------------------------------------


def _strings(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))


def _any_of(item: Statement, element: str) -> bool:
    """Whether a statement has an element or its negation, and something in it."""
    return bool(_strings(item.get(element)) or _strings(item.get("Not" + element)))


def _unique(items: tuple[Statement, ...]) -> bool:
    sids = [item["Sid"] for item in items if item.get("Sid")]
    return len(set(sids)) == len(sids)


def _is_legacy(item: Statement) -> bool:
    """Whether the older parser stumbles: over a misspelt effect or over a date."""
    return item["Effect"] not in {"Allow", "Deny"} or not all(map(is_date, _dates(item.get("Condition", {}))))


def _dates(condition: object) -> Iterator[str]:
    for operator, keys in condition.items() if isinstance(condition, dict) else ():
        found = comparison(operator)
        if found is None or not found.base.startswith("Date") or not isinstance(keys, dict):
            continue
        for value in keys.values():
            yield from map(str, value if isinstance(value, list) else [value])


class _Fault(NamedTuple):
    """A resource that is not written as IAM wants it; of several in a list, the one with the highest rank is named."""

    rank: int
    message: str
    element: str


def _faults_of_resources(item: Statement) -> tuple[_Fault, ...]:
    """At most one fault for Resource and one for NotResource."""
    named = []
    for element in ("Resource", "NotResource"):
        faults = [fault for written in _strings(item.get(element)) if (fault := _fault(written, element)) is not None]
        if faults:
            named.append(max(faults, key=lambda fault: fault.rank))
    return tuple(named)


def _fault(written: str, element: str) -> _Fault | None:
    if written == "*":
        return None
    given = written.split(":", SEGMENTS - 1)
    if len(given) == 1:
        return _Fault(1, f'Resource {written} must be in ARN format or "*".', element)
    parts = [*given, *["*"] * (SEGMENTS - len(given))]
    if parts[1] not in PARTITIONS | {"*"}:
        whole = ":".join(["arn", *parts[1:]])
        return _Fault(2, f'Partition "{parts[1]}" is not valid for resource "{whole}".', element)
    if len(given) == 2:
        return _Fault(6, VAGUE_VENDOR, element)
    return _fault_of_parts(written, parts, len(given), element)


def _fault_of_parts(written: str, parts: list[str], given: int, element: str) -> _Fault | None:
    vendor, region, path = parts[2], parts[3], parts[5]
    if vendor == "iam" and region:
        return _Fault(4, f"IAM resource {written} cannot contain region information.", element)
    if vendor == "iam" and not path.startswith(_IAM_PATHS) and (path != "*" or given < SEGMENTS):
        return _Fault(5, IAM_PATH, element)
    if vendor == "s3" and region and not path.startswith("accesspoint/"):
        return _Fault(3, f"Resource {written} can not contain region information.", element)
    # A vendor that is nothing, or a region that is nothing with the end left out.
    if not vendor or (given == SEGMENTS - 1 and not region):
        return _Fault(0, LEGACY, element)
    return None


def _faults_of_actions(items: tuple[Statement, ...]) -> Iterator[str]:
    for element in ("Action", "NotAction"):
        for item in items:
            for written in _strings(item.get(element)):
                vendor, colon, name = written.partition(":")
                if written == "*":
                    continue
                if not colon:
                    yield NO_VENDOR
                elif ":" in name:
                    yield COLONS
                elif _VENDOR.fullmatch(vendor) is None:
                    yield f"Vendor {vendor} is not valid"
