"""Identity providers: whom they vouch for, and whether a statement holds that to some.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from auditor.iam.audience.keys import ANYBODY, PERHAPS, SOMEWHERE, Limit
from auditor.iam.elements import Condition, Statement
from auditor.iam.operators import Quantifier, operator
from auditor.model.known import Truth, any_of
from auditor.model.text import Text

_ANY_AUDIENCE = ("token.actions.githubusercontent.com",)
"""Providers whose audience says nothing about who holds the token."""
_SERVICES = frozenset({"aws", "sts", "sns", "ses", "sqs", "kms", "s3"})


def of_provider(allow: Statement, provider: Text) -> Limit:
    """A web identity provider serves everybody, unless a claim of its tokens is pinned."""
    pinned = any_of(_pins(each, provider) for each in allow.conditions)
    if pinned is Truth.TRUE:
        return SOMEWHERE
    return PERHAPS if pinned is Truth.UNKNOWN or provider.literal is None else ANYBODY


def _pins(condition: Condition, provider: Text) -> Truth:
    """Whether a condition pins a claim of the provider's tokens to fixed values."""
    key, how = condition.key.literal, operator(condition.operator)
    if key is None or how is None:
        return Truth.UNKNOWN
    host, colon, claim = key.lower().rpartition(":")
    if not colon or host in _SERVICES or how.negated or how.if_exists or how.quantifier is Quantifier.ALL:
        return Truth.FALSE
    if claim == "aud" and any(str(provider).endswith(name) for name in _ANY_AUDIENCE):
        return Truth.FALSE
    if how.base not in {"stringequals", "stringequalsignorecase", "stringlike"} or not condition.values:
        return Truth.UNKNOWN
    literals = [each.literal for each in condition.values]
    if condition.open is not None or None in literals or any("${" in (each or "") for each in literals):
        return Truth.UNKNOWN
    wild = [each for each in literals if each is not None and how.wildcards and ("*" in each or "?" in each)]
    if any(not each.strip("*?") for each in wild):
        return Truth.FALSE
    return Truth.UNKNOWN if wild else Truth.TRUE
