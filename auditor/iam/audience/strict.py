"""AWS's strict definition of what is not public: conditions on fixed values, without wildcards and variables.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
"""

import re

from auditor.iam.audience.keys import FORMS
from auditor.iam.decision import Reach
from auditor.iam.elements import Condition, Statement
from auditor.iam.operators import Quantifier, network, operator
from auditor.model.known import Truth, any_of
from auditor.model.text import Text

_EQUALITIES = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
_WILD = re.compile(r"[*?]")


def is_strict(allow: Statement, owner: Text, *, variables: bool) -> Truth:
    """Whether a condition of a statement for everybody holds it to fixed values."""
    return any_of(_is_fixed(each, owner, variables=variables) for each in allow.conditions)


def _is_fixed(condition: Condition, owner: Text, *, variables: bool) -> Truth:
    key, how = (condition.key.literal or "").lower(), operator(condition.operator)
    if not key or how is None:
        return Truth.UNKNOWN
    if key not in FORMS and key != "aws:sourceip":
        return Truth.FALSE
    if how.negated or how.if_exists or how.quantifier is Quantifier.ALL or how.base == "null":
        return Truth.FALSE
    if condition.open is not None or not condition.values:
        return Truth.UNKNOWN
    if key == "aws:sourceip":
        return _is_narrow(condition) if how.base == "ipaddress" else Truth.UNKNOWN
    form = FORMS[key][1]
    if how.base not in _EQUALITIES or (how.base.startswith("arn") and not form.is_arn):
        return Truth.UNKNOWN
    shown = [str(value) for value in condition.values]
    # AWS counts the sessions of one role as fixed.
    wild = [each for each in shown if _WILD.search(each.removesuffix(":*") if key == "aws:userid" else each)]
    if (wild and how.wildcards) or (variables and any("${" in each for each in shown)):
        return Truth.FALSE
    limits = [form.limit(value, owner) for value in condition.values]
    if wild or any(each.doubtful or each.most is Reach.NOBODY for each in limits):
        return Truth.UNKNOWN
    return Truth.TRUE


def _is_narrow(condition: Condition) -> Truth:
    """Whether the address ranges, adjacent ones together, are at most /8 of IPv4 and /32 of IPv6."""
    from ipaddress import IPv4Network, IPv6Network, collapse_addresses

    blocks = [network(value.literal) if value.literal is not None else None for value in condition.values]
    if None in blocks:
        return Truth.UNKNOWN
    four = list(collapse_addresses(each for each in blocks if isinstance(each, IPv4Network)))
    six = list(collapse_addresses(each for each in blocks if isinstance(each, IPv6Network)))
    return Truth.of(all(each.prefixlen >= 8 for each in four) and all(each.prefixlen >= 32 for each in six))
