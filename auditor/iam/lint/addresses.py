"""Family "addresses": ranges of addresses in conditions.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
"""

from functools import cache
from typing import TYPE_CHECKING

from auditor.iam.database import KeyType
from auditor.iam.lint.report import Report
from auditor.iam.lint.view import Condition, Policy
from auditor.iam.operators import network

if TYPE_CHECKING:
    from auditor.iam.operators import Network

_PUBLIC_KEY = "aws:sourceip"
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10")


def check(policy: Policy, report: Report) -> None:
    """Look at every IpAddress and NotIpAddress."""
    for statement in policy.statements:
        for condition in statement.conditions:
            if condition.how is not None and condition.how.type is KeyType.IP_ADDRESS:
                _condition(condition, report)


def _condition(condition: Condition, report: Report) -> None:
    private = public = 0
    for literal, place in condition.literals:
        found = network(literal)
        if found is None:
            public += 1
            continue
        if _is_private(found):
            private += 1
        else:
            public += 1
        address = literal.strip().partition("/")[0]
        if "/" in literal and network(address) != network(f"{found.network_address}"):
            words = f"{literal} has bits beyond its prefix, which are ignored"
            report.add("IMPROVE_IP_RANGE", place, words, f"Write {found}.")
    if condition.name != _PUBLIC_KEY or not private or not condition.is_whole:
        return
    untold = len(condition.items) - private - public
    negated = condition.how is not None and condition.how.is_negated
    code = "PRIVATE_NOT_IP_ADDRESS" if negated else "PRIVATE_IP_ADDRESS"
    if public:
        words = f"{private} of the values of {condition.key} are private addresses, which it never is"
        report.add(code + "_SUBSET", condition.place, words)
    elif not untold:
        report.add(code, condition.place, f"all values of {condition.key} are private addresses, which it never is")


@cache
def _private_ranges() -> "tuple[Network, ...]":
    return tuple(made for written in _PRIVATE if (made := network(written)) is not None)


def _is_private(found: "Network") -> bool:
    """Whether all of it lies in ranges that are not routed on the internet."""
    from ipaddress import IPv4Network

    for each in _private_ranges():
        if isinstance(found, IPv4Network):
            if isinstance(each, IPv4Network) and found.subnet_of(each):
                return True
        elif not isinstance(each, IPv4Network) and found.subnet_of(each):
            return True
    return False
