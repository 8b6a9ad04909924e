"""Family "resources": whether resources are written as ARNs that can exist, and whether the actions can act on them.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html, and the action database for
the ARN formats of resource types.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from auditor.iam import database
from auditor.iam.lint.kinds import PolicyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Policy, Statement
from auditor.iam.resource import SEGMENTS
from auditor.iam.wildcard import Glob, glob
from auditor.model.known import Truth
from auditor.model.text import text

PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"})
REGION = re.compile(r"[a-z]{2,5}(?:-[a-z]+){1,3}-\d{1,2}", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_OWNERS = frozenset({"aws", "amazon", "cloudfront", "aws-marketplace", "third-party", "self"})
_WILD = re.compile(r"[*?]|\$\{")
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_CHOSEN = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_INCOMPLETE = frozenset({"apigateway"})
"""Services of which the database lacks formats."""
_SHORT = "fields of arn:partition:service:region:account:resource are missing"


class Fault(NamedTuple):
    """What is wrong with one resource."""

    code: str
    message: str


def check(policy: Policy, report: Report) -> None:
    """Look at every resource that is told."""
    if policy.type is PolicyType.TRUST:
        return
    for statement in policy.statements:
        services = _services_of(statement)
        for arn, place in statement.literals("Resource", "NotResource"):
            fault = _fault(arn) or (_format_fault(arn) if services is None or _service(arn) in services else None)
            if fault is not None:
                report.add(fault.code, place, fault.message)
        if policy.type is not PolicyType.RESOURCE:
            _together(statement, report)


def _service(arn: str) -> str:
    return arn.split(":", 3)[2] if arn.count(":") >= 2 else ""


@lru_cache(maxsize=32768)
def _fault(arn: str) -> Fault | None:
    """What is wrong with how a resource is written."""
    if arn == "*":
        return None
    if not arn.startswith("arn:"):
        return Fault("INVALID_ARN_PREFIX", f"the resource {arn!r} does not begin with arn:")
    fields = arn.split(":", SEGMENTS - 1)
    partition = fields[1]
    if not _WILD.search(partition) and partition not in PARTITIONS and len(fields) > 2:
        return Fault("INVALID_PARTITION", f"there is no partition {partition!r}, as in {arn}")
    if len(fields) < SEGMENTS:
        return None if arn.endswith("*") else Fault("MISSING_ARN_FIELD", f"in {arn}, {_SHORT}")
    return _fault_of_fields(arn, fields)


def _fault_of_fields(arn: str, fields: list[str]) -> Fault | None:
    _, partition, service, region, account, _ = fields
    if service != service.lower():
        return Fault("INVALID_ARN_SERVICE_CASE", f"the service {service} in {arn} is not in lower case")
    if _WILD.search(service):
        return Fault("WILDCARD_IN_SERVICE_NAME", f"the service in {arn} holds a wildcard")
    if region and not _WILD.search(region) and not _is_region(region, partition):
        return Fault("INVALID_ARN_REGION", f"{region!r} in {arn} is no Region of its partition")
    if account and not _WILD.search(account) and not _ACCOUNT.fullmatch(account) and account not in _OWNERS:
        return Fault("INVALID_ARN_ACCOUNT", f"{account!r} in {arn} is no account")
    return None


def _is_region(region: str, partition: str) -> bool:
    """Whether it looks like a Region, of the partition where the partition shows in its name."""
    if REGION.fullmatch(region) is None:
        return region in {"global", "aws-global"}
    expected = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else ""
    return partition in {expected, "*"} if expected else partition not in {"aws-cn", "aws-us-gov"}


# -- against the formats of the service -------------------------------------------------------------------------------


class _Format(NamedTuple):
    """One ARN format of a resource type.

    Attributes:
        service: in the ARN.
        has_region, has_account: whether these fields are filled.
        begins: how every resource part begins.
        resource: the resource part as a pattern.
    """

    service: str
    has_region: bool
    has_account: bool
    begins: str
    resource: Glob


@cache
def _formats(service: str) -> tuple[_Format, ...]:
    return tuple(made for kind in database.resource_types(service) for made in map(_format, kind.arns) if made)


@lru_cache(maxsize=8192)
def _format(written: str) -> _Format | None:
    fields = written.split(":", SEGMENTS - 1)
    if len(fields) < SEGMENTS:
        return None
    pieces = _CHOSEN.split(fields[5])
    begins = pieces[0].partition("*")[0]
    return _Format(fields[2], bool(fields[3]), bool(fields[4]), begins, glob(text("*".join(pieces))))


@lru_cache(maxsize=32768)
def _format_fault(arn: str) -> Fault | None:
    """What is wrong with an ARN of a service whose formats are known."""
    fields = arn.split(":", SEGMENTS - 1)
    if len(fields) < SEGMENTS or _WILD.search(fields[2]):
        return None
    _, _, service, region, account, resource = fields
    if not _formats(service) or service in _INCOMPLETE:
        return None
    fitting = _fitting(service, resource)
    if not fitting:
        return Fault("INVALID_ARN_RESOURCE", f"{arn} is of no resource type of {service}")
    if region not in {"", "*"} and not any(each.has_region for each in fitting):
        return Fault("ARN_REGION_NOT_ALLOWED", f"resources of {service} have no Region, as in {arn}")
    if account not in {"", "*", "aws"} and not any(each.has_account for each in fitting):
        return Fault("ARN_ACCOUNT_NOT_ALLOWED", f"such resources of {service} have no account, as in {arn}")
    if not region and all(each.has_region for each in fitting):
        return Fault("MISSING_ARN_REGION", f"{arn} names no Region")
    if not account and all(each.has_account for each in fitting):
        return Fault("MISSING_ARN_ACCOUNT", f"{arn} names no account")
    return None


def _without_variables(written: str) -> str:
    return _VARIABLE.sub("*", written) if "${" in written else written


# -- actions and resources together -----------------------------------------------------------------------------------


def _services_of(statement: Statement) -> frozenset[str] | None:
    """The services whose actions a statement is about; None when it may be about any."""
    element = statement.actions
    if element is None or not element.is_told:
        return None
    prefixes = [action.partition(":")[0].lower() for action, _ in element.literals]
    return None if any("*" in prefix or "?" in prefix for prefix in prefixes) else frozenset(prefixes)


def _together(statement: Statement, report: Report) -> None:
    """Report actions that act on none of the resources, and resources that no action acts on."""
    actions, resources = statement.actions, statement.resources
    if actions is None or resources is None or not actions.is_told or not resources.is_told or not resources.items:
        return
    arns = tuple(arn for arn, _ in resources.literals)
    if any(_is_broad(arn) or _fault(arn) is not None for arn in arns):
        return
    names = dict.fromkeys(action for action, _ in actions.literals)
    reached, met = _meeting(names, dict.fromkeys(arns))
    for action, place in actions.literals:
        if _exists(action) and met.isdisjoint(_taken(action)):
            report.add("action-without-resource", place, f"{action} can act on none of the resources")
    if all(map(_exists, names)):
        for arn, place in resources.literals:
            if arn not in reached:
                report.add("resource-without-action", place, f"none of the actions can act on {arn}")


def _meeting(names: Iterable[str], arns: Iterable[str]) -> tuple[set[str], set[str]]:
    """The resources that some action can act on, and the ARN formats of actions in which one of them can be written.

    A resource is held against the formats of its service, and not once for every action.
    """
    of: dict[str, list[tuple[str, _Format]]] = {}
    for written in dict.fromkeys(each for action in names for each in _taken(action)):
        made = _format(written)
        if made is not None:
            of.setdefault(made.service, []).append((written, made))
    anywhere = [each for service, some in of.items() if "${" in service for each in some]
    reached: set[str] = set()
    met: set[str] = set()
    for arn in arns:
        fields = arn.split(":", SEGMENTS - 1)
        candidates = [*of.get(fields[2], ()), *anywhere]
        if not candidates:
            continue
        own = _fitting(fields[2], fields[5])
        others = _fits_any([made for _, made in candidates if made not in own], fields[5])
        fitting = own.union(others) if others else own
        for written, made in candidates:
            if made in fitting:
                met.add(written)
                reached.add(arn)
    return reached, met


@lru_cache(maxsize=32768)
def _fitting(service: str, resource: str) -> frozenset[_Format]:
    """The formats of a service in which a resource, or one that a pattern stands for, can be written."""
    return frozenset(_fits_any(_formats(service), resource))


def _is_broad(arn: str) -> bool:
    """Whether it covers resources of several services, or is cut short."""
    fields = arn.split(":", SEGMENTS - 1)
    return len(fields) < SEGMENTS or _WILD.search(fields[2]) is not None


@lru_cache(maxsize=16384)
def _exists(action: str) -> bool:
    """Whether a pattern stands for actions of one service that are in the database."""
    return action not in {"*", "*:*"} and bool(database.expand(action))


@lru_cache(maxsize=16384)
def _taken(action: str) -> tuple[str, ...]:
    """The ARN formats of all that the actions of a pattern take."""
    kinds = (kind for name in database.expand(action) for kind in database.types_for(name))
    return tuple(dict.fromkeys(arn for kind in kinds for arn in kind.arns))


def _fits_any(formats: Iterable[_Format], resource: str) -> list[_Format]:
    """The formats in which the resource part of an ARN can be written."""
    written = _without_variables(resource)
    wild = _WILD.search(written)
    if wild is None:
        return [
            each
            for each in formats
            if written.startswith(each.begins) and each.resource.matches_literal(written) is Truth.TRUE
        ]
    begins, pattern = written[: wild.start()], glob(text(written))
    return [
        each
        for each in formats
        if (begins.startswith(each.begins) or each.begins.startswith(begins))
        and each.resource.overlaps(pattern) is Truth.TRUE
    ]
