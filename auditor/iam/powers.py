"""What the statements of an identity policy give: of asked actions, of everything, of whole services."""

from collections.abc import Iterable

import msgspec

from auditor.iam.action import pattern
from auditor.iam.automaton import Wild
from auditor.iam.decision import Power
from auditor.iam.denies import actions_cover
from auditor.iam.elements import Condition, Patterns, Policy, Statement
from auditor.iam.operators import Quantifier, operator
from auditor.iam.reason import untold
from auditor.iam.resource import ArnPattern, any_arn_pattern
from auditor.iam.statement import acts
from auditor.iam.wildcard import Glob
from auditor.model.known import Cause, Known, Truth, Unknown, all_of, any_of
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
_ADMINISTRATION = ("iam:CreateUser", "iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:PassRole",
                   "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy")  # fmt: skip

_DENIES = Unknown(Cause.UNDECIDED, "how much the Deny statements of the policy take back")


class ServiceWildcard(msgspec.Struct, frozen=True, omit_defaults=True):
    """An Allow statement that gives all actions of one service, or may give them.

    Attributes:
        statement: the statement.
        service: prefix, such as ``ses``.
        certain: TRUE, or UNKNOWN where a symbol or hole decides.
        taken_back: whether Deny statements of the same policy certainly cancel it.
        unknowns: what decides.
    """

    statement: Statement
    service: str
    certain: Truth = Truth.TRUE
    taken_back: Truth = Truth.FALSE
    unknowns: tuple[Unknown, ...] = ()


def powers(policy: Policy, actions: tuple[str, ...], *, service: str) -> tuple[Power, ...]:
    """What the Allow statements of a policy give of some actions.

    Args:
        policy: an identity policy.
        actions: in full, without wildcards, all of one service.
        service: its prefix, such as ``ses``: what counts as every resource.

    Returns:
        One per statement that gives at least one of them, or may; statements of which it is not told whether they
        give any stand with `unknowns`.
    """
    found = []
    for statement in policy.statements:
        if not _may_allow(statement):
            continue
        given = [(action, *acts(statement, action)) for action in actions]
        kept = tuple(action for action, truth, _ in given if truth is not Truth.FALSE)
        if not kept and statement.unusable is None:
            continue
        unsure = tuple(why for _, truth, reasons in given if truth is Truth.UNKNOWN for why in reasons)
        found.append(_power(policy, statement, kept, unsure, service))
    return tuple(found)


def grants_everything(policy: Policy) -> tuple[Power, ...]:
    """The Allow statements that make an administrator: all actions, on every resource.

    ``*`` and ``*:*`` are all actions, and so is a NotAction that leaves out no action by which a principal can give
    itself the rest.
    """
    found = []
    for statement in policy.statements:
        if not _may_allow(statement):
            continue
        truth, unknowns = _all_actions(statement)
        every, more = _every_resource(policy, statement, "", ())
        if truth & every is Truth.FALSE:
            continue
        shown = _shown(statement.actions) if statement.actions is not None else _shown(statement.not_actions, "not ")
        found.append(_power(policy, statement, shown, (*unknowns, *more), ""))
    return tuple(found)


def service_wildcards(policy: Policy) -> tuple[ServiceWildcard, ...]:
    """The Allow statements that give every action of a service by ``service:*``; ``*`` is `grants_everything`'s."""
    found = []
    for statement in policy.statements:
        if not _may_allow(statement) or statement.actions is None:
            continue
        for written in statement.actions.items:
            made = _service_wildcard(policy, statement, written)
            if made is not None:
                found.append(made)
        holes = [] if statement.actions.open is None else [statement.actions.open]
        if statement.unusable is not None:
            holes.append(statement.unusable)
        if holes:
            found.append(ServiceWildcard(statement, "", Truth.UNKNOWN, Truth.UNKNOWN, tuple(holes)))
    return tuple(dict.fromkeys(found))


def _service_wildcard(policy: Policy, statement: Statement, written: Text) -> ServiceWildcard | None:
    literal = written.literal
    if literal is None:
        first = written.parts[0]
        prefix = first.partition(":")[0].lower() if isinstance(first, str) and ":" in first else ""
        every = Glob((f"{prefix}:", Wild.ANY), fold=True)
        if prefix and pattern(written).covers(every) is Truth.FALSE:
            return None
        return ServiceWildcard(statement, prefix, Truth.UNKNOWN, Truth.UNKNOWN, untold(written))
    prefix, colon, name = literal.partition(":")
    if not colon or not prefix or not name or name.strip("*") or "*" in prefix:
        return None
    unusable = statement.unusable
    why = tuple(each for each in (unusable, _effect_hole(statement)) if each is not None)
    taken = _taken_back(policy, statement, ())
    certain = Truth.UNKNOWN if why else Truth.TRUE
    return ServiceWildcard(
        statement, prefix.lower(), certain, taken, why if taken is not Truth.UNKNOWN else (*why, _DENIES)
    )


def _may_allow(statement: Statement) -> bool:
    return not (isinstance(statement.effect, Known) and statement.effect.value != "Allow")


def _effect_hole(statement: Statement) -> Unknown | None:
    return statement.effect if isinstance(statement.effect, Unknown) else None


def _power(
    policy: Policy, statement: Statement, actions: tuple[str, ...], unsure: tuple[Unknown, ...], service: str
) -> Power:
    every, more = _every_resource(policy, statement, service, actions)
    limiting, open_ends = limiting_keys(statement)
    holes = (statement.unusable, _effect_hole(statement), statement.open)
    unknowns = (*unsure, *more, *open_ends, *(hole for hole in holes if hole is not None))
    taken = _taken_back(policy, statement, actions if service else ())
    unknowns += () if taken is not Truth.UNKNOWN else (_DENIES,)
    return Power(
        statement=statement.label,
        digest=statement.digest,
        actions=actions,
        every_resource=every,
        resources=_shown(statement.resources) or _shown(statement.not_resources, "not "),
        limiting_keys=limiting,
        taken_back=taken | Truth.UNKNOWN if policy.open and taken is not Truth.TRUE else taken,
        unknowns=tuple(dict.fromkeys((*unknowns, *(policy.open if taken is not Truth.TRUE else ())))),
        location=statement.location,
        granted=Truth.UNKNOWN if unsure or any(hole is not None for hole in holes) else Truth.TRUE,
    )


def _shown(patterns: Patterns | None, before: str = "") -> tuple[str, ...]:
    if patterns is None:
        return ()
    shown = tuple(before + str(item) for item in patterns.items)
    return shown if patterns.open is None else (*shown, before + "{?}")


def _all_actions(statement: Statement) -> tuple[Truth, tuple[Unknown, ...]]:
    broken = statement.unusable
    if broken is not None:
        return Truth.UNKNOWN, (broken,)
    if statement.actions is not None:
        truth = any_of(_is_all(item) for item in statement.actions.items)
        unsure = [item for item in statement.actions.items if _is_all(item) is Truth.UNKNOWN]
        why = untold(*unsure)
        if truth is not Truth.TRUE and statement.actions.open is not None:
            return Truth.UNKNOWN, (*why, statement.actions.open)
        return truth, why
    if statement.not_actions is None:
        return Truth.FALSE, ()
    left = [acts(statement, action) for action in _ADMINISTRATION]
    truth = all_of(one for one, _ in left)
    return truth, tuple(why for one, reasons in left if one is Truth.UNKNOWN for why in reasons)


def _is_all(written: Text) -> Truth:
    """Whether a pattern stands for all actions; a symbol or hole alone might."""
    made = pattern(written)
    if made.is_all:
        return Truth.TRUE
    return Truth.UNKNOWN if written.literal is None and written.equals("*") is Truth.UNKNOWN else Truth.FALSE


def limiting_keys(statement: Statement) -> tuple[tuple[str, ...], tuple[Unknown, ...]]:
    """The condition keys of a statement that restrict when it applies, and the holes that hide others."""
    keys: list[str] = []
    unknowns: list[Unknown] = []
    for condition in statement.conditions:
        truth = _limits(condition)
        if truth is Truth.TRUE:
            keys.append((condition.key.literal or str(condition.key)).lower())
        elif truth is Truth.UNKNOWN:
            holes = untold(condition.key, *condition.values)
            opened = () if condition.open is None else (condition.open,)
            odd = Unknown(Cause.UNDECIDED, f"whether the condition {condition} limits anything")
            unknowns.extend((*holes, *opened) or (odd,))
    return tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(unknowns))


def _limits(condition: Condition) -> Truth:
    """Whether a condition holds back anything: positive, without IfExists, of values that do not match everything."""
    how = operator(condition.operator)
    if how is None or condition.key.literal is None:
        return Truth.UNKNOWN
    # ForAllValues holds for a request without the key; the recipients of a message are always there.
    always_there = condition.key.literal.lower() == "ses:recipients"
    if how.negated or how.if_exists or (how.quantifier is Quantifier.ALL and not always_there):
        return Truth.FALSE
    if how.base == "null":
        return Truth.FALSE
    if not condition.values:
        return Truth.UNKNOWN
    if not how.wildcards:
        return Truth.TRUE if condition.open is None else Truth.UNKNOWN
    alone = [value for value in condition.values if value.literal is not None and not value.literal.strip("*")]
    if alone:
        return Truth.FALSE
    hidden = condition.open is not None or any(value.equals("*") is Truth.UNKNOWN for value in condition.values)
    return Truth.UNKNOWN if hidden else Truth.TRUE


def _every_resource(
    policy: Policy, statement: Statement, service: str, actions: tuple[str, ...]
) -> tuple[Truth, tuple[Unknown, ...]]:
    """Whether a statement covers every resource that some actions can name.

    A fixed partition, Region or account is no limit: all resources of one place are still every resource there.
    """
    if statement.resources is not None:
        return _any_covers(policy, statement.resources, service, actions)
    if statement.not_resources is not None:
        items = statement.not_resources.items
        covered, why = _any_covers(policy, statement.not_resources, service, actions)
        if covered is Truth.TRUE or statement.not_resources.open is not None:
            return ~covered & Truth.UNKNOWN if covered is not Truth.TRUE else Truth.FALSE, why
        # All but some: as wide as every resource unless what it leaves out is everything.
        return Truth.TRUE if covered is Truth.FALSE and items else Truth.UNKNOWN, why
    missing = Unknown(Cause.FAILED, f"statement {statement.label} has neither Resource nor NotResource")
    return Truth.UNKNOWN, (missing,)


def _any_covers(
    policy: Policy, patterns: Patterns, service: str, actions: tuple[str, ...]
) -> tuple[Truth, tuple[Unknown, ...]]:
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
    made = any_arn_pattern(written, variables=variables)
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


def _taken_back(policy: Policy, allow: Statement, actions: tuple[str, ...]) -> Truth:
    """Whether Deny statements without condition cancel a statement for every resource; for some actions, if given."""
    truth = Truth.FALSE
    for deny in policy.statements:
        if isinstance(deny.effect, Known) and deny.effect.value == "Allow":
            continue
        truth |= _takes_back(policy, deny, allow, actions)
    return truth


def _takes_back(policy: Policy, deny: Statement, allow: Statement, actions: tuple[str, ...]) -> Truth:
    if deny.unusable is not None:
        return Truth.UNKNOWN
    covered = all_of(acts(deny, action)[0] for action in actions) if actions else actions_cover(deny, allow)
    covered &= _denies_resources(policy, deny, allow)
    if covered is Truth.FALSE:
        return covered
    if deny.conditions:
        # A Deny under a condition leaves some requests; which, is for a whole evaluation to tell.
        return Truth.FALSE
    unsure = deny.open is not None or isinstance(deny.effect, Unknown)
    return covered & Truth.UNKNOWN if unsure else covered


def _denies_resources(policy: Policy, deny: Statement, allow: Statement) -> Truth:
    named = deny.resources or deny.not_resources
    if named is None or named.open is not None:
        return Truth.UNKNOWN
    mine = [any_arn_pattern(item, variables=policy.has_variables) for item in named.items]
    if deny.resources is not None and any(one.flat.is_all for one in mine):
        return Truth.TRUE
    if allow.resources is None or allow.resources.open is not None:
        return Truth.UNKNOWN
    theirs = [any_arn_pattern(item, variables=policy.has_variables) for item in allow.resources.items]
    covered = all_of(any_of(one.covers(two) for one in mine) for two in theirs)
    if deny.resources is not None:
        return covered
    # A Deny of all but some resources takes nothing back where these are all that is allowed.
    return Truth.FALSE if covered is Truth.TRUE else Truth.UNKNOWN
