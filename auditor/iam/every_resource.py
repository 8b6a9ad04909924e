"""Whether the resources of a statement are all that some actions can name."""

from collections.abc import Iterable

from auditor.iam.automaton import Wild
from auditor.iam.elements import Patterns, Policy, Statement
from auditor.iam.reason import untold
from auditor.iam.resource import ArnPattern, any_arn_pattern
from auditor.iam.wildcard import Glob
from auditor.model.known import Cause, Truth, Unknown, any_of
from auditor.model.text import Symbol, Text

_VARIABLE = Unknown(Cause.UNDECIDED, "the value of a policy variable depends on the request")
# The resource parts that the actions of a service can name: covering one of them is covering every resource.
_NAMED: dict[str, tuple[str, ...]] = {
    "ses": (
        "identity/",
        "configuration-set/",
        "template/",
        "custom-verification-email-template/",
        "dedicated-ip-pool/",
        "contact-list/",
        "tenant/",
        "multi-region-endpoint/",
        "deliverability-test-report/",
        "export-job/",
        "import-job/",
        "mailmanager-",
    ),
    "kms": ("key/", "alias/"),
    "iam": ("user/", "role/", "group/", "policy/"),
    "lambda": ("function:",),
    "logs": ("log-group:",),
    "dynamodb": ("table/",),
    "secretsmanager": ("secret:",),
    "ssm": ("parameter/",),
}
# Actions whose first resource is an identity: the configuration sets and templates beside it do not count.
_SENDS = frozenset({"ses:sendemail", "ses:sendrawemail", "ses:sendtemplatedemail", "ses:sendbulktemplatedemail",
                    "ses:sendbulkemail", "ses:sendbounce"})  # fmt: skip


def every_resource(
    policy: Policy, statement: Statement, service: str, actions: tuple[str, ...]
) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether a statement covers every resource that some actions can name.

    A fixed partition, Region or account is no limit: all resources of one place are still every resource there.
    """
    if statement.resources is not None:
        return any_covers(policy, statement.resources, service, actions)
    if statement.not_resources is not None:
        items = statement.not_resources.items
        covered, why = any_covers(policy, statement.not_resources, service, actions)
        if covered is Truth.TRUE or statement.not_resources.open is not None:
            return ~covered & Truth.UNKNOWN if covered is not Truth.TRUE else Truth.FALSE, why
        # All but some: as wide as every resource unless what it leaves out is everything.
        return Truth.TRUE if covered is Truth.FALSE and items else Truth.UNKNOWN, why
    missing = Unknown(Cause.FAILED, f"statement {statement.label} has neither Resource nor NotResource")
    return Truth.UNKNOWN, (missing,)


def may_be_of(policy: Policy, statement: Statement, service: str) -> Truth:
    """Whether the resources of a statement can be those of a service."""
    if statement.resources is None:
        return Truth.of(statement.not_resources is not None)
    found = any_of(_is_of(item, service, variables=policy.has_variables) for item in statement.resources.items)
    return found if statement.resources.open is None else found | Truth.UNKNOWN


def _is_of(written: Text, service: str, *, variables: bool) -> Truth:
    made = any_arn_pattern(written, variables=variables).completed()
    if made.flat.is_all:
        return Truth.TRUE
    if made.segments is None:
        return Truth.UNKNOWN
    return Truth.TRUE if len(made.segments) < 3 else made.segments[2].matches_literal(service)


def any_covers(
    policy: Policy, patterns: Patterns, service: str, actions: tuple[str, ...]
) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether one of some patterns covers every resource, and what decides."""
    unknowns: tuple[Unknown, ...] = ()
    truth = Truth.FALSE
    for item in patterns.items:
        one = _covers(item, service, actions, variables=policy.has_variables)
        if one is Truth.TRUE:
            return one, ()
        if one is Truth.UNKNOWN:
            truth, unknowns = one, unknowns + (untold(item) or (_VARIABLE,))
    if patterns.open is not None:
        return Truth.UNKNOWN, (*unknowns, patterns.open)
    return truth, unknowns


def _covers(written: Text, service: str, actions: tuple[str, ...], *, variables: bool) -> Truth:
    # AWS completes it with stars where segments are missing.
    made = any_arn_pattern(written, variables=variables).completed()
    if made.flat.is_all:
        return Truth.TRUE
    if made.segments is None:
        return Truth.UNKNOWN
    return _segments_cover(made, service, actions)


def _segments_cover(made: ArnPattern, service: str, actions: tuple[str, ...]) -> Truth:
    segments = made.segments or ()
    if len(segments) < 6:
        open_end = bool(segments[-1].pieces) and segments[-1].pieces[-1] is Wild.ANY
        owns = len(segments) < 3 or not service or segments[2].matches_literal(service) is not Truth.FALSE
        return Truth.of(open_end and owns)
    owner = segments[2].matches_literal(service) if service else Truth.of(segments[2].is_all)
    named = segments[5].pieces
    if any(isinstance(piece, Symbol) for piece in named) and not any(isinstance(piece, Unknown) for piece in named):
        return Truth.FALSE  # the name of one thing, which is never empty and holds no wildcard
    return owner & any_of(segments[5].covers(each) for each in _resource_parts(service, actions))


def _resource_parts(service: str, actions: tuple[str, ...]) -> Iterable[Glob]:
    """Patterns of all resources of a kind: covering one of them is enough."""
    if actions and all(action.lower() in _SENDS for action in actions):
        return (Glob(("identity/", Wild.ANY), fold=False),)
    kinds = _NAMED.get(service, ())
    return (Glob((Wild.ANY,), fold=False), *(Glob((kind, Wild.ANY), fold=False) for kind in kinds))
